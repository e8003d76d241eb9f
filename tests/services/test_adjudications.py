"""Adjudicating: what agrees is merged, what differs is decided, taken back and made gold."""

from __future__ import annotations

import pytest

from annotations.models import Adjudication, Assignment, Change, Decision, Quote, Review
from annotations.services import assignments, copies, quotes, reviews
from annotations.services.adjudication_sources import compared, obstacles_to, standing_for
from annotations.services.adjudications import (
    compare_anew,
    finish_adjudication,
    start_adjudication,
    take_up,
)
from annotations.services.changes import recorded, undo_stack
from annotations.services.decisions import Choice, decide, open_items, undo_decision
from annotations.services.errors import Conflict, Incomplete, Invalid, NotAllowed
from annotations.services.guidelines import change_guidelines, guidelines_seen
from annotations.services.looked_at import look_at
from annotations.services.removals import remove_article, remove_name
from annotations.services.speakers import merge_speakers
from annotations.services.verification import verify
from annotations.text.blocks import blocks
from tests.adjudicating import BRIDGE, DENIAL, PIER, agreed_on, begun, choose, contents, disputed, keys, submitted
from tests.cast import Cast
from tests.factories import at, make_assignment, make_quote, make_version

pytestmark = pytest.mark.django_db


def test_what_everybody_agrees_on_is_merged_and_says_from_whom_it_came(cast: Cast) -> None:
    made = begun(cast)
    (quote,) = Quote.objects.filter(assignment=made.result)
    assert contents(made) == [BRIDGE]
    assert {row.ancestor.assignment.annotator.user for row in quote.ancestors.all()} == {
        cast.annotator,
        cast.other_annotator,
    }
    assert quote.speaker is not None
    assert quote.speaker.label == "Ada Holt"
    assert [(row.outcome, row.quote) for row in made.decisions.all()] == [("agreed", quote)]
    assert len(open_items(compared(made))) == 2
    assert undo_stack(made.result, cast.reviewer) == ([], [])
    assert list(verify()) == []


def test_speakers_that_were_merged_are_the_same(cast: Cast) -> None:
    version = make_version(cast.project, cast.manager)
    submitted(version, cast.annotator, agreed_on())
    submitted(version, cast.other_annotator, agreed_on(speaker="Mayor Holt"))
    one, other = cast.project.speakers.order_by("pk")
    merge_speakers(actor=cast.manager, speaker=other, into=one, revision=other.revision)
    assert contents(begun(cast, version)) == [BRIDGE]


def test_agreed_quotes_stand_in_one_another_as_they_did(cast: Cast) -> None:
    version = make_version(cast.project, cast.manager)
    nested = ("“moves a little”", {})
    for user in (cast.annotator, cast.other_annotator):
        submitted(version, user, nested, (PIER, {}))
    made = begun(cast, version)
    inner = Quote.objects.get(assignment=made.result, parent__isnull=False)
    assert contents(made) == [PIER, "“moves a little”"]
    assert inner.parent is not None
    assert inner.parent.spans.get().exact == PIER
    assert list(verify()) == []


def with_chosen_parents(cast: Cast, *, theirs: str) -> Adjudication:
    """Let two people say that one quote stands in another, which the second one made of these words."""
    version = make_version(cast.project, cast.manager)
    for user, outer in ((cast.annotator, PIER), (cast.other_annotator, theirs)):
        own = make_assignment(version, user)
        parent, child = make_quote(own, user, outer), make_quote(own, user, DENIAL)
        quotes.change_quote(actor=user, quote=child, revision=1, parts={"parent": parent.key})
        own.refresh_from_db()
        assignments.submit_assignment(actor=user, assignment=own, revision=own.revision)
    return begun(cast, version)


def test_a_chosen_parent_is_merged_with_what_stands_in_it(cast: Cast) -> None:
    made = with_chosen_parents(cast, theirs=PIER)
    assert contents(made) == [PIER, DENIAL]
    assert Quote.objects.get(assignment=made.result, parent__isnull=False).parent_overridden
    assert list(verify()) == []


def test_a_chosen_parent_follows_whenever_it_is_made(cast: Cast) -> None:
    made = with_chosen_parents(cast, theirs=PIER[:-10])
    assert contents(made) == [DENIAL]
    choose(made, open_items(compared(made))[0].key, Choice.take(1), cast.reviewer)
    child = Quote.objects.get(assignment=made.result, parent__isnull=False)
    assert child.parent_overridden
    undo_decision(actor=cast.reviewer, adjudication=made, revision=made.result.revision)
    child.refresh_from_db()
    assert child.parent is None
    assert list(verify()) == []


def test_each_decision_makes_its_quote_and_can_be_taken_back(cast: Cast) -> None:
    made = begun(cast)
    _, pier, denial = keys(made)
    took = choose(made, pier, Choice.take(1), cast.reviewer, reason=" Shorter. ")
    assert (took.outcome, took.picks, took.reason) == ("taken", {"whole": 1}, "Shorter.")
    assert contents(made) == [BRIDGE, "old pier “moves a little”"]
    mixed = choose(made, pier, Choice.mix({"speaker": 0, "cue": 0, "content": 0}), cast.reviewer)
    assert contents(made) == [BRIDGE, PIER]
    assert mixed.quote == took.quote
    assert mixed.quote.speaker is not None
    assert not mixed.quote.quote_labels.exists()
    assert mixed.quote.ancestors.count() == 2
    assert choose(made, denial, Choice.take(1), cast.reviewer).outcome == "dropped"
    assert choose(made, denial, Choice.drop(), cast.reviewer).outcome == "dropped"
    assert choose(made, pier, Choice.drop(), cast.reviewer).outcome == "dropped"
    assert contents(made) == [BRIDGE]
    found = []
    for _ in range(5):
        row = undo_decision(actor=cast.reviewer, adjudication=made, revision=made.result.revision)
        found.append((row.key == pier, row.outcome, len(contents(made))))
    assert found == [
        (True, "mixed", 2),
        (False, "dropped", 2),
        (False, "open", 2),
        (True, "taken", 2),
        (True, "open", 1),
    ]
    with pytest.raises(Conflict, match="no decision"):
        undo_decision(actor=cast.reviewer, adjudication=made, revision=made.result.revision)
    assert list(verify()) == []


def test_a_decision_is_written_once_and_not_over_another(cast: Cast) -> None:
    made = begun(cast)
    key = keys(made)[1]
    again = {"actor": cast.reviewer, "adjudication": made, "key": key, "revision": 0, "choice": Choice.take(0)}
    decide(**again, gesture="same")
    before = Change.objects.count()
    decide(**again, gesture="same")
    assert Change.objects.count() == before
    with pytest.raises(Conflict, match="decided otherwise"):
        decide(**again)
    assert Change.objects.count() == before


def test_parts_that_do_not_go_together_are_named(cast: Cast) -> None:
    version = make_version(cast.project, cast.manager)
    submitted(version, cast.annotator, (DENIAL, {"source": "He", "resolution": "anaphoric"}))
    submitted(version, cast.other_annotator, (DENIAL, {"resolution": "none", "no_source": "orphan"}))
    made = begun(cast, version)
    for picks, words in (
        ({"speaker": 1}, "Source of A and speaker of B"),
        ({"source": 1}, "Source of B and speaker of A"),
    ):
        with pytest.raises(Invalid, match=words):
            choose(made, keys(made)[0], Choice.mix(picks), cast.reviewer)
    assert contents(made) == []


@pytest.mark.parametrize("picks", [{"note": 0}, {"content": 2}, {"content": -1}, {"whole": 0}])
def test_what_cannot_be_picked_is_refused(cast: Cast, picks: dict[str, int]) -> None:
    made = begun(cast)
    with pytest.raises(Invalid):
        choose(made, keys(made)[1], Choice.mix(picks), cast.reviewer)
    with pytest.raises(Invalid, match="B has nothing"):
        choose(made, keys(made)[2], Choice.mix({"content": 1}), cast.reviewer)


def test_a_reason_cites_a_clause_of_the_guidelines(cast: Cast) -> None:
    made = begun(cast)
    change_guidelines(
        actor=cast.manager,
        project=cast.project,
        seen=guidelines_seen(cast.project),
        guidelines="# What to mark\n\nAll.",
    )
    made.project.refresh_from_db()
    key = keys(made)[1]
    assert choose(made, key, Choice.take(0), cast.reviewer, clause="what-to-mark").clause == "what-to-mark"
    with pytest.raises(Invalid, match="no clause"):
        choose(made, key, Choice.take(0), cast.reviewer, clause="another")


def test_a_quote_that_was_edited_in_the_draft_stays_until_it_is_decided_again(cast: Cast) -> None:
    made = begun(cast)
    decision = choose(made, keys(made)[1], Choice.take(0), cast.reviewer)
    assert decision.quote is not None
    edited = quotes.change_quote(actor=cast.reviewer, quote=decision.quote, revision=1, parts={"cue": []})
    made.result.refresh_from_db()
    with pytest.raises(Conflict, match="changed since"):
        undo_decision(actor=cast.reviewer, adjudication=made, revision=made.result.revision)
    assert len(undo_stack(made.result, cast.reviewer)[0]) == 1
    choose(made, keys(made)[1], Choice.take(0), cast.reviewer)
    assert Quote.objects.get(pk=edited.pk).spans.filter(role="cue").exists()
    assert list(verify()) == []


def test_work_that_moved_on_is_compared_anew_and_other_decisions_stay(cast: Cast) -> None:
    version = disputed(cast)
    made = begun(cast, version)
    _, pier, denial = keys(made)
    choose(made, pier, Choice.take(0), cast.reviewer)
    choose(made, denial, Choice.take(0), cast.reviewer)
    theirs = Assignment.objects.get(version=version, annotator__user=cast.other_annotator)
    assignments.reopen_assignment(actor=cast.other_annotator, assignment=theirs, revision=theirs.revision)
    with pytest.raises(Conflict, match="Other_Annotator was changed"):
        choose(made, pier, Choice.take(1), cast.reviewer)
    with pytest.raises(Conflict, match="must submit"):
        compare_anew(actor=cast.reviewer, adjudication=made)
    quote = Quote.objects.get(assignment=theirs, spans__exact="old pier “moves a little”")
    quotes.change_quote(
        actor=cast.other_annotator,
        quote=quote,
        revision=quote.revision,
        parts={"content": [at(version.text, PIER)], "cue": [at(version.text, "told")], "labels": {"act": None}},
    )
    theirs.refresh_from_db()
    assignments.submit_assignment(actor=cast.other_annotator, assignment=theirs, revision=theirs.revision)
    compare_anew(actor=cast.reviewer, adjudication=made)
    assert contents(made) == [BRIDGE, DENIAL]
    assert [item.differing for item in open_items(compared(made))] == [("speaker",)]
    assert Decision.objects.get(key=denial).outcome == "taken"
    choose(made, keys(made)[1], Choice.take(1), cast.reviewer)
    assert list(verify()) == []


def test_it_is_gold_once_all_is_decided_and_can_be_mended(cast: Cast) -> None:
    version = disputed(cast)
    made = begun(cast, version)
    with pytest.raises(Incomplete, match="decided"):
        finish_adjudication(actor=cast.reviewer, adjudication=made, revision=made.result.revision)
    for item in open_items(compared(made)):
        choose(made, item.key, Choice.take(0), cast.reviewer)
    revision = made.result.revision
    with pytest.raises(Incomplete) as told:
        finish_adjudication(actor=cast.reviewer, adjudication=made, revision=revision, confirmed=False)
    assert ("looked_at", "Nobody has said what is in 0..18.") in told.value.missing
    finish_adjudication(actor=cast.reviewer, adjudication=made, revision=revision)
    assert version.assignments.get(status="gold") == made.result
    with pytest.raises(Conflict, match="gold"):
        choose(made, keys(made)[1], Choice.drop(), cast.reviewer)
    with pytest.raises(NotAllowed):
        take_up(actor=cast.annotator, adjudication=made, revision=made.result.revision)
    take_up(actor=cast.manager, adjudication=made, revision=made.result.revision)
    assert (made.result.status, made.result.editor) == ("draft", cast.manager)
    assert list(verify()) == []
    # Whoever takes their work back now keeps nobody from making it gold again.
    theirs = Assignment.objects.get(version=version, annotator__user=cast.annotator)
    assignments.reopen_assignment(actor=cast.annotator, assignment=theirs, revision=theirs.revision)
    finish_adjudication(actor=cast.manager, adjudication=made, revision=made.result.revision)
    assert made.result.status == "gold"
    assert list(verify()) == []


def test_who_leaves_is_followed_by_somebody_else(cast: Cast) -> None:
    made = begun(cast)
    choose(made, keys(made)[1], Choice.take(0), cast.reviewer)
    with pytest.raises(Conflict, match="Reviewer"):
        choose(made, keys(made)[1], Choice.take(1), cast.manager)
    take_up(actor=cast.manager, adjudication=made, revision=made.result.revision)
    with pytest.raises(Conflict, match="Manager"):
        choose(made, keys(made)[1], Choice.take(1), cast.reviewer)
    choose(made, keys(made)[1], Choice.take(1), cast.manager)
    assert list(verify()) == []


def test_one_adjudicates_a_story_and_nobody_who_annotates_it(cast: Cast) -> None:
    version = disputed(cast)
    with pytest.raises(NotAllowed, match="annotate this story yourself"):
        start_adjudication(actor=cast.annotator, version=version)
    made = start_adjudication(actor=cast.reviewer, version=version, gesture="once")
    assert start_adjudication(actor=cast.reviewer, version=version, gesture="once") == made
    with pytest.raises(Conflict, match="Reviewer adjudicates"):
        start_adjudication(actor=cast.manager, version=version)


def test_what_is_missing_is_said_before_it_begins(cast: Cast) -> None:
    version = make_version(cast.project, cast.manager)
    submitted(version, cast.annotator, agreed_on())
    make_assignment(version, cast.other_annotator)
    assert obstacles_to(version) == [
        "Two people or more must have submitted it.",
        "Somebody is still at work on it: Other_Annotator.",
    ]
    with pytest.raises(Invalid, match="Two people"):
        start_adjudication(actor=cast.reviewer, version=version)


def test_what_was_read_and_looked_at_is_joined(cast: Cast) -> None:
    version = make_version(cast.project, cast.manager)
    first, second = (block.end for block in blocks(version.text)[:2])
    for user, start, end in ((cast.annotator, 0, 5), (cast.other_annotator, 6, first)):
        own = make_assignment(version, user)
        look_at(actor=user, assignment=own, revision=own.revision, span={"start": start, "end": end})
        reached = second if user == cast.annotator else first
        assignments.submit_assignment(actor=user, assignment=own, revision=own.revision, read_up_to=reached)
    draft = begun(cast, version).result
    assert (draft.looked_at, draft.read_up_to) == ([[0, first]], second)
    assert list(verify()) == []


def test_an_approval_that_corrects_nothing_leaves_the_comparison_as_it_is(cast: Cast) -> None:
    version = disputed(cast)
    made = begun(cast, version)
    _, pier, denial = keys(made)
    choose(made, pier, Choice.take(0), cast.reviewer)
    for own in Assignment.objects.filter(version=version, annotator__isnull=False):
        reviews.approve_assignment(actor=cast.reviewer, assignment=own, revision=own.revision)
    assert compared(made).moved_on == []
    choose(made, denial, Choice.take(0), cast.reviewer)


def test_a_corrected_copy_stands_for_the_work_it_was_made_of(cast: Cast) -> None:
    version = disputed(cast)
    own = Assignment.objects.get(version=version, annotator__user=cast.annotator)
    assert standing_for(own) == own
    with recorded(project=cast.project, actor=cast.manager, gesture=None, asked=("copy",)) as opened:
        copy = copies.copy_assignment(opened, own, cast.manager)
    review = Review(project=cast.project, assignment=own, reviewer=cast.manager, copy=copy, revision=own.revision)
    review.outcome, review.finished_at = Review.Outcome.APPROVED, own.updated_at
    review.save()
    assert standing_for(own) == copy
    made = begun(cast, version)
    (quote,) = Quote.objects.live().filter(assignment=made.result)
    assert quote.ancestors.filter(ancestor__assignment=copy).exists()
    assert compared(made).moved_on == []
    assert compared(made).contenders[0].own == own


def test_reasons_leave_with_the_story_and_names_leave_reasons(cast: Cast) -> None:
    made = begun(cast)
    choose(made, keys(made)[1], Choice.take(0), cast.reviewer, reason="Ada Holt meant the pier.")
    speaker = cast.project.speakers.get(label="Ada Holt")
    remove_name(actor=cast.manager, speaker=speaker, reason="asked")
    assert made.decisions.exclude(reason="").get().reason == "[removed] meant the pier."
    assert list(verify()) == []
    remove_article(actor=cast.manager, article=made.version.article, reason="court")
    assert not made.decisions.exclude(reason="").exists()
    assert not any("pier" in str(row.after) for row in Change.objects.filter(subject_kind="decision"))
    assert list(verify()) == []
    made.refresh_from_db()
    with pytest.raises(Invalid, match="removed"):
        undo_decision(actor=cast.reviewer, adjudication=made, revision=made.result.revision)


def test_verify_finds_ancestors_of_another_story_and_decisions_that_history_does_not_know(cast: Cast) -> None:
    made = begun(cast)
    other = make_quote(
        make_assignment(make_version(cast.project, text="He said it."), cast.annotator), cast.annotator, "it"
    )
    Quote.objects.get(assignment=made.result).ancestors.create(ancestor=other)
    made.decisions.update(reason="Because.", quote=other)
    assert {breach.kind for breach in verify()} == {"quote", "decision"}


def test_six_at_most_are_compared(cast: Cast) -> None:
    version = disputed(cast)
    first, second = Assignment.objects.filter(version=version)
    for chosen in ([first.pk], [first.pk, second.pk, 10**6]):
        with pytest.raises(Invalid):
            start_adjudication(actor=cast.reviewer, version=version, chosen=chosen)
    assert start_adjudication(actor=cast.reviewer, version=version, chosen=[second.pk, first.pk]).sources.count() == 2
