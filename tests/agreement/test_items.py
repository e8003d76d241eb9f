"""Items: what several people's quotes are compared by."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.agreement.items import Source, items_of, mixed
from tests.agreement.strategies import contents, spans


def records(places):
    return [{"start": start, "end": end, "exact": "x" * (end - start)} for start, end in places]


def state(key, said, **parts):
    return {
        "id": key,
        "type": "indirect",
        "type_overridden": False,
        "content": records(said),
        "source": [],
        "cue": [],
        "addressee": [],
        "speaker": None,
        "resolution": None,
        "no_source": None,
        "parent": None,
        "labels": {},
        "claims": [],
        "parent_overridden": False,
        "deleted": False,
        "revision": 1,
    } | parts


@st.composite
def sources(draw, count=None):
    """What two to six people made; each key tells whose it is."""
    number = count or draw(st.integers(2, 6))
    made = []
    for letter in "abcdef"[:number]:
        found = [
            state(
                f"{letter}{place}",
                content,
                source=records(draw(spans)),
                speaker=draw(st.sampled_from([None, "ann", "bob"])),
                labels=draw(st.dictionaries(st.just("act"), st.sampled_from(["statement", "question"]))),
            )
            for place, content in enumerate(draw(st.lists(contents, max_size=4)))
        ]
        made.append(Source(tuple(found), draw(spans)))
    return made


def grouped(items):
    return {frozenset(one["id"] for one in item.states if one) for item in items}


@given(sources())
def test_every_quote_is_in_one_item_in_its_place_and_the_items_are_always_the_same(made):
    items = items_of(made)
    held = Counter(one["id"] for item in items for one in item.states if one)
    assert held == Counter(one["id"] for source in made for one in source.states)
    assert all(one in made[place].states for item in items for place, one in enumerate(item.states) if one)
    assert items == items_of(made)
    assert len({item.key for item in items}) == len(items)


@given(sources(count=3), st.permutations([0, 1, 2]))
def test_who_is_called_a_does_not_matter(made, order):
    items, others = items_of(made), items_of([made[place] for place in order])
    assert grouped(items) == grouped(others)

    def told(found):
        return {frozenset(one["id"] for one in i.states if one): (i.is_agreed, set(i.differing)) for i in found}

    assert told(items) == told(others)


@given(sources(count=1), st.integers(2, 6))
def test_who_does_the_same_agrees_on_everything(made, count):
    same = [Source(tuple({**one, "id": f"{n}-{one['id']}"} for one in made[0].states)) for n in range(count)]
    assert all(item.is_agreed for item in items_of(same))


@given(sources(), st.data())
def test_a_mix_has_each_part_from_where_it_was_picked(made, data):
    for item in items_of(made):
        picks = {part: data.draw(st.sampled_from(item.positions)) for part in item.values}
        result = mixed(item, picks)
        for role in ("content", "source", "cue", "addressee"):
            assert result[role] == item.states[picks[role]][role]
        assert result["speaker"] == item.states[picks["speaker"]]["speaker"]


@pytest.mark.parametrize(
    ("part", "theirs"),
    [
        ("content", {"content": records([(0, 9)])}),
        ("cue", {"cue": records([(12, 16)])}),
        ("speaker", {"speaker": "ann"}),
        ("speaker", {"resolution": "none", "no_source": "orphan"}),
        ("type", {"type": "reported", "type_overridden": True}),
        ("label:act", {"labels": {"act": "demand"}}),
        ("claims", {"claims": [{"claim": "c", "stance": "denies"}]}),
    ],
)
def test_each_part_can_differ(part, theirs):
    (item,) = items_of([Source((state("a", [(0, 10)]),)), Source((state("b", [(0, 10)], **theirs),))])
    assert item.differing == (part,)
    assert not item.is_agreed


def test_what_follows_from_other_parts_is_not_compared():
    ours = state("a", [(0, 10)], type="direct", note="mine")
    theirs = state("b", [(0, 4), (4, 10)], parent="outer")
    outer = state("outer", [(0, 30)])
    items = items_of([Source((ours,)), Source((theirs, outer))])
    assert items[0].is_agreed
    assert items[1].positions == (1,)


def test_a_parent_that_was_chosen_is_compared_by_the_item_that_it_is_in():
    def side(letter, parent):
        outer = [state(f"{letter}-one", [(20, 40)]), state(f"{letter}-two", [(60, 80)])]
        return Source((state(letter, [(0, 10)], parent=f"{letter}-{parent}", parent_overridden=True), *outer))

    assert items_of([side("a", "one"), side("b", "one")])[0].is_agreed
    first, other = items_of([side("a", "one"), side("b", "two")])[:2]
    assert first.differing == ("parent",)
    assert first.parents[0] == other.key


def test_a_quote_that_was_changed_makes_another_item():
    ours, theirs = Source((state("a", [(0, 10)]),)), state("b", [(0, 10)])
    before = items_of([ours, Source((theirs,))])[0].key
    assert items_of([ours, Source(({**theirs, "revision": 2},))])[0].key != before


def test_what_only_one_has_is_not_agreed():
    (item,) = items_of([Source((state("a", [(0, 10)]),)), Source(())])
    assert (item.positions, item.differing, item.is_agreed) == ((0,), (), False)
