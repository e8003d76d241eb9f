"""Quotes of one version of a story are carried over into the work on a corrected one."""

from __future__ import annotations

import pytest

from annotations.exports.dataset import quote_states
from annotations.models import Assignment, Quote, QuoteAncestor, Review
from annotations.services.articles import add_version
from annotations.services.assignments import start_assignment, submit_assignment
from annotations.services.carrying import CarryOver, carry_over, carry_over_of
from annotations.services.errors import Conflict, Invalid, KeyReused, Locked, NotAllowed
from annotations.services.guidelines import change_guidelines, guidelines_seen
from annotations.services.looked_at import look_at
from annotations.services.proposals import accept_quote, leave_out
from annotations.services.quotes import change_quote, delete_quote
from annotations.services.reviews import approve_assignment
from annotations.services.speakers import NewSpeaker
from annotations.services.undo import redo, undo
from annotations.services.verification import verify
from annotations.services.versions import carry_over_for_all, take_up_newest
from tests.cast import Cast
from tests.factories import STORY, at, make_assignment, make_quote, make_version
from tests.queues import set_queue

CORRECTED = (
    STORY.replace("According to her, engineers", "According to two engineers, experts")
    .replace("He said nobody had measured it.", "Others were silent.")
    .replace(
        "Mayor Opens Bridge\n\n", "Mayor Opens Bridge\n\nCorrection: An earlier version misquoted the engineers.\n\n"
    )
)
SAFE, MOVES, NOBODY = "The bridge is safe,", "moves a little", "nobody had measured it"

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(cast: Cast) -> Assignment:
    """Three quotes in the first version, each with another fate in the second."""
    assignment = make_assignment(make_version(cast.project, url="https://courier.example/bridge"), cast.annotator)
    make_quote(
        assignment,
        cast.annotator,
        [SAFE, "and it will stay open."],
        source="Mayor Ada Holt",
        cue="said",
        speaker=NewSpeaker("Ada Holt"),
        labels={"act": "statement"},
        note="Twice.",
    )
    make_quote(assignment, cast.annotator, f"the old pier “{MOVES}” in winter", source="engineers", cue="told")
    make_quote(assignment, cast.annotator, NOBODY, source="He", cue="said")
    return assignment


@pytest.fixture
def second(cast: Cast, first: Assignment) -> Assignment:
    version = add_version(actor=cast.manager, article=first.version.article, text=CORRECTED).version
    assert version is not None
    return start_assignment(actor=cast.annotator, version=version)


def counted(found: CarryOver) -> dict[str, int]:
    names = ("standing", "proposed", "repair", "carried", "left_out")
    return {name: len(getattr(found, name)) for name in names}


def said(assignment: Assignment) -> list[str]:
    live = quote_states(Quote.objects.live().filter(assignment=assignment))
    return sorted(state["content"][0]["exact"] for state in live.values())


def test_every_quote_stands_is_proposed_or_needs_repair(second: Assignment) -> None:
    found = carry_over_of(second)
    assert counted(found) == {"standing": 1, "proposed": 1, "repair": 1, "carried": 0, "left_out": 0}
    assert 0.3 <= found.proposed[0].score < 1.0
    gone = found.repair[0]
    assert {one.before["exact"] for one in gone.spans if one.place.kind == "gone"} >= {NOBODY}


def test_what_stands_is_carried_over_whole_with_its_ancestor(cast: Cast, first: Assignment, second: Assignment) -> None:
    before = {state["id"]: state for state in quote_states(Quote.objects.filter(assignment=first)).values()}
    carry_over(actor=cast.annotator, assignment=second)
    assert counted(carry_over_of(second)) == {"standing": 0, "proposed": 1, "repair": 1, "carried": 1, "left_out": 0}
    (made,) = Quote.objects.filter(assignment=second)
    line = QuoteAncestor.objects.get(quote=made)
    old, (new,) = before[line.ancestor.key], quote_states(Quote.objects.filter(pk=made.pk)).values()
    same = ("speaker", "labels", "note", "resolution", "type", "claims")
    assert {name: new[name] for name in same} == {name: old[name] for name in same}
    assert [span["exact"] for span in new["content"]] == [span["exact"] for span in old["content"]]
    assert [span["start"] for span in new["content"]] != [span["start"] for span in old["content"]]
    assert {state["id"]: state for state in quote_states(Quote.objects.filter(assignment=first)).values()} == before
    assert list(verify()) == []


def test_carrying_over_again_adds_nothing(cast: Cast, second: Assignment) -> None:
    for gesture in ("g", "g", "h"):
        carry_over(actor=cast.annotator, assignment=second, gesture=gesture)
    assert said(second) == [SAFE]
    second.refresh_from_db()
    assert second.revision == 2


def test_a_quote_keeps_the_guidelines_under_which_it_was_made(
    cast: Cast, first: Assignment, second: Assignment
) -> None:
    change_guidelines(actor=None, project=cast.project, seen=guidelines_seen(cast.project), guidelines="New.")
    carry_over(actor=cast.annotator, assignment=second)
    made = Quote.objects.get(assignment=second)
    assert made.guidelines_id == QuoteAncestor.objects.get(quote=made).ancestor.guidelines_id


def test_a_proposal_is_accepted_as_it_is_or_mended(cast: Cast, second: Assignment) -> None:
    one = carry_over_of(second).proposed[0]
    made = accept_quote(actor=cast.annotator, assignment=second, key=one.key, revision=one.state["revision"])
    assert MOVES in said(second)[0]
    delete_quote(actor=cast.annotator, quote=made, revision=1)
    assert counted(carry_over_of(second))["proposed"] == 1
    spans = {"content": [at(CORRECTED, MOVES)], "cue": []}
    mended = accept_quote(actor=cast.annotator, assignment=second, key=one.key, revision=1, spans=spans)
    assert said(second) == [MOVES]
    assert not mended.spans.filter(role="cue").exists()
    assert list(verify()) == []


def test_what_lost_its_words_is_repaired_with_others(cast: Cast, second: Assignment) -> None:
    one = carry_over_of(second).repair[0]
    with pytest.raises(Invalid) as refused:
        accept_quote(actor=cast.annotator, assignment=second, key=one.key, revision=1)
    assert refused.value.field == "content"
    spans = {"content": [at(CORRECTED, "Others were silent.")]}
    made = accept_quote(actor=cast.annotator, assignment=second, key=one.key, revision=1, spans=spans)
    assert (made.ancestors.get().ancestor.key, made.resolution) == (one.key, "")
    assert list(verify()) == []


def test_accepting_twice_or_what_changed_since_is_a_conflict(cast: Cast, first: Assignment, second: Assignment) -> None:
    one = carry_over_of(second).standing[0]
    asked = {"actor": cast.annotator, "assignment": second, "key": one.key}
    made = accept_quote(**asked, revision=1, gesture="g")
    assert accept_quote(**asked, revision=1, gesture="g") == made
    with pytest.raises(KeyReused):
        accept_quote(**asked, revision=2, gesture="g")
    with pytest.raises(Conflict):
        accept_quote(**asked, revision=1)
    other = carry_over_of(second).proposed[0]
    change_quote(actor=cast.annotator, quote=other.quote, revision=1, parts={"note": "New."})
    with pytest.raises(Conflict):
        accept_quote(**{**asked, "key": other.key}, revision=1)
    with pytest.raises(Conflict):
        leave_out(**{**asked, "key": other.key}, revision=1)
    with pytest.raises(Invalid):
        accept_quote(**{**asked, "key": "q-nothing"}, revision=1)


def test_what_is_left_out_is_counted_and_can_wait_again(cast: Cast, second: Assignment) -> None:
    key = carry_over_of(second).repair[0].key
    leave_out(actor=cast.annotator, assignment=second, key=key, revision=1)
    assert counted(carry_over_of(second)) == {"standing": 1, "proposed": 1, "repair": 0, "carried": 0, "left_out": 1}
    assert list(verify()) == []
    leave_out(actor=cast.annotator, assignment=second, key=key, revision=1, out=False)
    assert counted(carry_over_of(second))["left_out"] == 0


def test_one_undo_takes_all_back_and_redo_brings_it_again(cast: Cast, first: Assignment, second: Assignment) -> None:
    span = at(STORY, "Councillor Ben Ruiz denied this.")
    look_at(actor=cast.annotator, assignment=first, revision=first.revision, span=span)
    carry_over(actor=cast.annotator, assignment=second)
    start = CORRECTED.index(span["exact"])
    assert second.looked_at == [[start, start + len(span["exact"])]]
    undo(actor=cast.annotator, assignment=second, revision=second.revision)
    assert (said(second), second.looked_at, len(carry_over_of(second).waiting)) == ([], [], 3)
    redo(actor=cast.annotator, assignment=second, revision=second.revision)
    assert said(second) == [SAFE]
    key = carry_over_of(second).repair[0].key
    leave_out(actor=cast.annotator, assignment=second, key=key, revision=1)
    undo(actor=cast.annotator, assignment=second, revision=second.revision)
    assert carry_over_of(second).left_out == []
    assert list(verify()) == []


def test_nested_quotes_stay_nested(cast: Cast) -> None:
    assignment = make_assignment(make_version(cast.project), cast.annotator)
    inner = make_quote(assignment, cast.annotator, MOVES)
    outer = make_quote(assignment, cast.annotator, f"the old pier “{MOVES}” in winter")
    inner.refresh_from_db()
    assert inner.parent == outer
    add_version(actor=cast.manager, article=assignment.version.article, text=f"{STORY}\n\nIt opened in 1961.")
    newest = take_up_newest(actor=cast.annotator, assignment=assignment)
    copied = {line.ancestor_id: line.quote for line in QuoteAncestor.objects.select_related("quote__parent")}
    assert copied[inner.pk].parent == copied[outer.pk]
    assert newest.version.number == 2
    assert list(verify()) == []


def test_over_three_versions_each_quote_is_counted_once(cast: Cast, first: Assignment, second: Assignment) -> None:
    carry_over(actor=cast.annotator, assignment=second)
    leave_out(actor=cast.annotator, assignment=second, key=carry_over_of(second).repair[0].key, revision=1)
    add_version(actor=cast.manager, article=first.version.article, text=f"{CORRECTED}\n\nIt opened in 1961.")
    third = take_up_newest(actor=cast.annotator, assignment=first)
    # The one that waits in the second version is the first version's; the one that was left out there stays so.
    assert counted(carry_over_of(third)) == {"standing": 0, "proposed": 1, "repair": 0, "carried": 1, "left_out": 0}
    assert said(third) == [SAFE]


def test_nobody_carries_over_what_is_not_theirs(cast: Cast, first: Assignment, second: Assignment) -> None:
    theirs = start_assignment(actor=cast.other_annotator, version=second.version)
    assert carry_over_of(theirs).quotes == []
    with pytest.raises(NotAllowed):
        carry_over(actor=cast.other_annotator, assignment=second)
    key = carry_over_of(second).standing[0].key
    with pytest.raises(NotAllowed):
        accept_quote(actor=cast.manager, assignment=second, key=key, revision=1)
    with pytest.raises(Invalid):
        accept_quote(actor=cast.other_annotator, assignment=theirs, key=key, revision=1)


def test_submitted_work_stays_as_it_is(cast: Cast, second: Assignment) -> None:
    submit_assignment(actor=cast.annotator, assignment=second, revision=1)
    with pytest.raises(Locked):
        carry_over(actor=cast.annotator, assignment=second)


def test_a_manager_carries_over_for_everybody(cast: Cast, first: Assignment) -> None:
    other = make_assignment(first.version, cast.other_annotator)
    make_quote(other, cast.other_annotator, MOVES)
    add_version(actor=cast.manager, article=first.version.article, text=f"{STORY}\n\nIt opened in 1961.")
    with pytest.raises(NotAllowed):
        carry_over_for_all(actor=cast.annotator, article=first.version.article)
    for _ in range(2):
        carry_over_for_all(actor=cast.manager, article=first.version.article)
    rows = Assignment.objects.filter(version__number=2).order_by("pk")
    assert [(row.annotator.user, row.status, row.quotes.count()) for row in rows] == [
        (cast.annotator, "assigned", 3),
        (cast.other_annotator, "assigned", 1),
    ]
    assert list(verify()) == []


def test_a_manager_gives_nobody_a_place_that_is_not_there(cast: Cast, first: Assignment) -> None:
    set_queue(cast, overlap=1)
    version = add_version(actor=cast.manager, article=first.version.article, text=CORRECTED).version
    assert version is not None
    start_assignment(actor=cast.other_annotator, version=version)
    carry_over_for_all(actor=cast.manager, article=first.version.article)
    assert not Assignment.objects.filter(version=version, annotator__user=cast.annotator).exists()


def test_who_reviewed_one_version_without_gold_annotates_no_other(cast: Cast, first: Assignment) -> None:
    Review.objects.create(project=cast.project, assignment=first, reviewer=cast.reviewer, revision=1)
    version = add_version(actor=cast.manager, article=first.version.article, text=CORRECTED).version
    assert version is not None
    with pytest.raises(Invalid):
        start_assignment(actor=cast.reviewer, version=version)


def test_gold_stays_with_its_version_and_the_new_one_has_none(cast: Cast, first: Assignment) -> None:
    submit_assignment(actor=cast.annotator, assignment=first, revision=first.revision)
    approve_assignment(actor=cast.reviewer, assignment=first, revision=first.revision)
    add_version(actor=cast.manager, article=first.version.article, text=CORRECTED)
    take_up_newest(actor=cast.annotator, assignment=first)
    gold = Assignment.objects.filter(status="gold")
    assert [row.version.number for row in gold] == [1]
    assert list(verify()) == []


def test_verify_finds_ancestors_and_left_out_quotes_that_are_not_ones_own(
    cast: Cast, first: Assignment, second: Assignment
) -> None:
    carry_over(actor=cast.annotator, assignment=second)
    other = make_quote(make_assignment(first.version, cast.other_annotator), cast.other_annotator, MOVES)
    QuoteAncestor.objects.create(quote=second.quotes.get(), ancestor=other)
    Assignment.objects.filter(pk=second.pk).update(left_out=[other.key])
    told = [str(breach) for breach in verify()]
    assert any("it was made of" in one for one in told)
    assert any("no earlier quote of it" in one for one in told)
