"""Quote by quote: by hand, and on any stories every quote once."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.agreement import against_gold
from annotations.agreement.accuracy import accuracy
from annotations.agreement.alignment import Alignment, around, each_two
from annotations.agreement.comparisons import comparisons, parts
from annotations.agreement.metrics import METRICS, aligned, measure_all
from annotations.agreement.records import GOLD
from annotations.agreement.spans import shared, size, without
from annotations.agreement.stories import Assignment, Quote, Story
from annotations.agreement.tallies import pooled
from tests.agreement.strategies import contents, ranges, stories

SAID = Quote("a", ((0, 9),), source=((10, 12),), speaker="ann", type="direct", labels={"act": "statement"})
ALONE = Quote("b", ((20, 25),))
WORDS = tuple((start, start + 2) for start in range(0, 30, 3))


def story(*quotes, gold=(SAID,)):
    return Story("s", 30, (Assignment("one", quotes), Assignment(GOLD, gold)), WORDS)


def found(*quotes):
    return [one.turned() for one in comparisons(Alignment(story(*quotes)), ["act"])]


def test_the_same_quote_differs_in_nothing():
    (same,) = found(SAID)
    assert (same.one, same.other, same.ours, same.theirs) == ("one", GOLD, "a", "a")
    assert same.compared == ("quote", "content", "source", "speaker", "type", "label-act")
    assert same.differing == ()
    assert same.answers == {"type": ("direct", "direct"), "label-act": ("statement", "statement")}


@pytest.mark.parametrize(
    ("changed", "differing"),
    [
        ({"content": ((0, 6),)}, ("content",)),
        # White space and what else stands between words makes no difference.
        ({"content": ((0, 8),)}, ()),
        ({"source": ()}, ("source",)),
        ({"cue": ((13, 14),)}, ("cue",)),
        ({"speaker": None}, ("speaker",)),
        ({"type": "mixed"}, ("type",)),
        ({"resolution": "explicit"}, ("resolution",)),
        ({"labels": {}}, ("label-act",)),
        ({"links": frozenset({("rain", "asserts")})}, ("claims",)),
    ],
)
def test_each_part_differs_by_itself(changed, differing):
    (one,) = found(replace(SAID, **changed))
    assert one.differing == differing


def test_what_only_one_has_is_alone():
    first, second = found(SAID, ALONE)
    assert (first.ours, second.ours, second.theirs) == ("a", "b", None)
    assert second.differing == ("quote", "content")


@given(some=stories())
def test_every_quote_is_compared_once_with_each_other_annotator(some):
    everything = replace(some, assignments=tuple(replace(one, unread=()) for one in some.assignments))
    for two in each_two(everything):
        one, other = two.story.assignments
        rows = list(comparisons(two, ["act"]))
        assert sorted(row.ours for row in rows if row.ours) == sorted(quote.key for quote in one.quotes)
        assert sorted(row.theirs for row in rows if row.theirs) == sorted(quote.key for quote in other.quotes)
        assert all(set(row.differing) <= set(row.compared) <= set(parts(["act"])) for row in rows)
        assert all(row.turned().turned() == row for row in rows)


@given(some=stories())
def test_the_figures_are_those_of_the_comparisons(some):
    rows = list(comparisons(Alignment(some)))
    for part in ("source", "cue", "addressee", "type"):
        compared = [row for row in rows if part in row.compared and row.ours and row.theirs]
        same = sum(part not in row.differing for row in compared)
        if part == "type":
            value = METRICS["type-accuracy"].value(METRICS["type-accuracy"].tally(Alignment(some))).value
            assert value == (pytest.approx(same / len(compared)) if compared else None)
        else:
            tally = METRICS[f"{part}-exact-f1"].tally(Alignment(some))
            assert tally["matched",] == same


def test_precision_and_recall_by_hand():
    tally = pooled(
        against_gold.found(one) for one in around(story(SAID, ALONE, gold=(SAID, ALONE, Quote("c", ((14, 18),)))), GOLD)
    )
    assert against_gold.precision(tally).value == 1
    assert against_gold.recall(tally).value == pytest.approx(2 / 3)
    assert against_gold.precision(against_gold.found(Alignment(story(gold=())))).reason == against_gold.NOTHING_MARKED
    assert against_gold.recall(against_gold.found(Alignment(story(SAID, gold=())))).reason
    people = replace(story(SAID), assignments=(Assignment("one", (SAID,)), Assignment("two", (SAID,))))
    assert against_gold.precision(against_gold.found(Alignment(people))).reason


def test_accuracy_by_hand():
    tally = {("a", "b", "x", "x"): 3, ("a", "b", "x", "y"): 1}
    assert accuracy(tally).value == pytest.approx(0.75)
    assert accuracy({}).reason


@given(some=st.lists(stories(annotators=3), max_size=2))
def test_each_two_by_themselves_count_as_all_together(some):
    """F1 and kappa are sums and means over pairs; only alpha and Fleiss' kappa look at more than two at once."""
    whole = measure_all([(one,) for one in aligned(some)], METRICS, resamples=2)
    cut = measure_all([each_two(one) for one in some], METRICS, resamples=2)
    for key in METRICS:
        if key.endswith(("f1", "accuracy", "kappa")) and "fleiss" not in key:
            figure = whole[key].figure
            assert cut[key].figure.reason == figure.reason
            assert cut[key].figure.value == (None if figure.value is None else pytest.approx(figure.value))


@given(one=ranges, other=contents)
def test_what_is_left_of_a_range(one, other):
    left = without(one, other)
    assert size(left) == one[1] - one[0] - shared((one,), other)
    assert shared(left, other) == 0
    assert shared(left, (one,)) == size(left)
