"""Reviewing: verdicts, corrections in a copy, returning and approving, each of what was read."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.access import exportable_assignments, visible_quotes
from annotations.exports.dataset import quote_states
from annotations.models import Assignment, Change, Notice, Quote, QuoteAncestor, Review
from annotations.services import assignments, reviews
from annotations.services.assignments import reopen_assignment, submit_assignment
from annotations.services.corrections import adopt_correction, corrections_in
from annotations.services.errors import Conflict, Invalid, Locked, NotAllowed
from annotations.services.quotes import change_quote, delete_quote
from annotations.services.undo import undo
from tests.cast import Cast
from tests.factories import at, make_assignment, make_quote, make_version
from tests.queues import healthy, set_queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(cast: Cast) -> Assignment:
    """A story that the annotator handed in: a quote, one inside it, and another one."""
    assignment = make_assignment(make_version(cast.project, cast.manager), cast.annotator)
    make_quote(assignment, cast.annotator, "the old pier “moves a little” in winter", source="engineers", cue="told")
    make_quote(assignment, cast.annotator, "moves a little")
    make_quote(assignment, cast.annotator, "nobody had measured it", source="He", resolution="anaphoric")
    return submitted(assignment)


def submitted(assignment: Assignment) -> Assignment:
    """Hand a story in."""
    assert assignment.annotator is not None
    assert assignment.annotator.user is not None
    return submit_assignment(actor=assignment.annotator.user, assignment=assignment, revision=assignment.revision)


def approve(cast: Cast, story: Assignment, **changed: Any) -> Assignment:
    """Approve a story as the reviewer."""
    asked = {"actor": cast.reviewer, "assignment": story, "revision": story.revision, **changed}
    return reviews.approve_assignment(**asked)


def gold_of(story: Assignment) -> Assignment | None:
    """The gold of the story's version."""
    return Assignment.objects.filter(version=story.version, status="gold").first()


def quote(story: Assignment, nth: int) -> Quote:
    """The nth quote that was made in it."""
    return list(Quote.objects.filter(assignment=story).order_by("pk"))[nth]


def test_the_only_reading_that_was_asked_for_becomes_gold(cast: Cast, story: Assignment) -> None:
    before = list(quote_states(Quote.objects.filter(assignment=story)).values())
    approve(cast, story, note="Fine work.")
    gold = gold_of(story)
    assert story.status == "approved"
    assert gold is not None
    assert gold.editor == cast.reviewer
    assert [(one["content"], one["source"], one["cue"], one["resolution"]) for one in before] == [
        (one["content"], one["source"], one["cue"], one["resolution"])
        for one in quote_states(Quote.objects.filter(assignment=gold)).values()
    ]
    inner = quote(gold, 1)
    assert inner.parent == quote(gold, 0)
    assert [line.ancestor for line in inner.ancestors.all()] == [quote(story, 1)]
    review = Review.objects.get()
    assert (review.outcome, review.note, review.revision) == ("approved", "Fine work.", story.revision - 1)
    assert [(row.user, row.kind) for row in Notice.objects.all()] == [(cast.annotator, "approved")]
    assert healthy()


def test_where_others_read_too_approval_makes_no_gold(cast: Cast, story: Assignment) -> None:
    other = make_assignment(story.version, cast.other_annotator)
    make_quote(other, cast.other_annotator, "it will stay open")
    copy = reviews.start_correction(actor=cast.reviewer, assignment=story, revision=story.revision)
    approve(cast, story)
    copy.refresh_from_db()
    assert gold_of(story) is None
    assert copy.status == "corrected"
    set_queue(cast, overlap=2)
    approve(cast, submitted(other))
    assert gold_of(story) is None
    assert healthy()


def test_nobody_reviews_their_own_work_and_annotators_review_nothing(cast: Cast) -> None:
    own = make_assignment(make_version(cast.project, cast.manager), cast.reviewer)
    make_quote(own, cast.reviewer, "it will stay open")
    submitted(own)
    for actor in (cast.reviewer, cast.annotator, cast.viewer, cast.outsider):
        with pytest.raises(NotAllowed):
            reviews.approve_assignment(actor=actor, assignment=own, revision=own.revision)
    own.refresh_from_db()
    assert own.status == "submitted"


def test_an_approval_is_of_what_was_read(cast: Cast, story: Assignment) -> None:
    read = story.revision
    reopen_assignment(actor=cast.annotator, assignment=story, revision=read)
    with pytest.raises(Conflict):
        approve(cast, story, revision=read)
    make_quote(story, cast.annotator, "it will stay open")
    submitted(story)
    with pytest.raises(Conflict):
        approve(cast, story, revision=read)
    assert gold_of(story) is None
    approve(cast, story)
    with pytest.raises(Locked):
        make_quote(story, cast.annotator, "The bridge is safe")
    with pytest.raises(Locked):
        reopen_assignment(actor=cast.annotator, assignment=story, revision=story.revision)


def test_approving_twice_with_one_key_makes_one_gold(cast: Cast, story: Assignment) -> None:
    read = story.revision
    for _ in range(2):
        approve(cast, story, revision=read, gesture="approve-once")
    with pytest.raises(Conflict):
        approve(cast, story, revision=read)
    assert Assignment.objects.filter(version=story.version, status="gold").count() == 1


def test_a_quote_is_judged_at_the_revision_that_was_read(cast: Cast, story: Assignment) -> None:
    first = quote(story, 0)
    asked = {"actor": cast.reviewer, "quote": first, "revision": story.revision}
    with pytest.raises(Conflict):
        reviews.judge_quote(**asked, quote_revision=first.revision + 1)
    for approved in (True, True, False):
        reviews.judge_quote(**asked, quote_revision=first.revision, approved=approved)
    told = cast.changes.filter(subject_kind="verdict").values_list("action", "before", "after")
    assert [(action, before["approved"], after["approved"]) for action, before, after in told] == [
        ("approve", False, True),
        ("change", True, False),
    ]
    assert healthy()


def test_a_correction_is_made_in_a_copy(cast: Cast, story: Assignment) -> None:
    copy = reviews.start_correction(actor=cast.reviewer, assignment=story, revision=story.revision)
    again = reviews.start_correction(actor=cast.reviewer, assignment=story, revision=story.revision)
    assert again == copy
    mine = quote(copy, 2)
    text = story.version.text
    change_quote(actor=cast.reviewer, quote=mine, revision=1, parts={"cue": [at(text, "said nobody"[:4], 1)]})
    delete_quote(actor=cast.reviewer, quote=quote(copy, 1), revision=quote(copy, 1).revision)
    make_quote(copy, cast.reviewer, "it will stay open")
    found = corrections_in(copy)
    assert [(one.original, one.after is None) for one in found] == [
        (quote(story, 1).key, True),
        (quote(story, 2).key, False),
        ("", False),
    ]
    assert not quote(story, 2).spans.filter(role="cue").exists()
    with pytest.raises(NotAllowed):
        make_quote(copy, cast.annotator, "The bridge is safe")
    undo(actor=cast.reviewer, assignment=copy, revision=copy.revision)
    approve(cast, story)
    gold = gold_of(story)
    assert gold == copy
    assert Quote.objects.live().filter(assignment=copy).count() == 2
    assert healthy()


def test_beginning_a_correction_again_with_one_key_gives_the_copy_that_it_made(cast: Cast, story: Assignment) -> None:
    asked: Any = {"actor": cast.reviewer, "assignment": story, "revision": story.revision, "gesture": "correct-once"}
    copy = reviews.start_correction(**asked)
    approve(cast, story)
    assert reviews.start_correction(**asked) == copy


def test_undo_in_a_copy_ends_where_it_was_copied(cast: Cast, story: Assignment) -> None:
    copy = reviews.start_correction(actor=cast.reviewer, assignment=story, revision=story.revision)
    with pytest.raises(Conflict):
        undo(actor=cast.reviewer, assignment=copy, revision=copy.revision)
    assert Quote.objects.live().filter(assignment=copy).count() == 3


def test_a_copy_is_in_no_list_and_no_file(cast: Cast, story: Assignment) -> None:
    copy = reviews.start_correction(actor=cast.reviewer, assignment=story, revision=story.revision)
    for user in (cast.reviewer, cast.manager):
        membership = cast.membership(user)
        assert copy not in exportable_assignments(membership)
        assert not visible_quotes(membership).filter(assignment=copy).exists()


def test_a_returned_story_says_why_and_takes_corrections_in(cast: Cast, story: Assignment) -> None:
    with pytest.raises(Invalid):
        reviews.return_assignment(actor=cast.reviewer, assignment=story, revision=story.revision, note=" ")
    copy = reviews.start_correction(actor=cast.reviewer, assignment=story, revision=story.revision)
    text = story.version.text
    change_quote(actor=cast.reviewer, quote=quote(copy, 2), revision=1, parts={"cue": [at(text, "said", 1)]})
    delete_quote(actor=cast.reviewer, quote=quote(copy, 1), revision=quote(copy, 1).revision)
    added = make_quote(copy, cast.reviewer, "it will stay open", cue="said")
    reviews.return_assignment(actor=cast.reviewer, assignment=story, revision=story.revision, note="Cues are missing.")
    assert story.status == "returned"
    for key in (quote(copy, 2).key, quote(copy, 1).key, added.key):
        story.refresh_from_db()
        adopt_correction(actor=cast.annotator, assignment=story, copy=copy, key=key, revision=story.revision)
    copy.refresh_from_db()
    assert corrections_in(copy) == []
    story.refresh_from_db()
    with pytest.raises(Invalid, match="Nothing was corrected"):
        adopt_correction(actor=cast.annotator, assignment=story, copy=copy, key=added.key, revision=story.revision)
    live = quote_states(Quote.objects.live().filter(assignment=story)).values()
    assert [[span["exact"] for span in one["cue"]] for one in live] == [["told"], ["said"], ["said"]]
    undo(actor=cast.annotator, assignment=story, revision=Assignment.objects.get(pk=story.pk).revision)
    assert Quote.objects.live().filter(assignment=story).count() == 2
    assert [one.key for one in corrections_in(copy)] == [added.key]
    assert healthy()


def test_taking_a_story_back_ends_its_review(cast: Cast, story: Assignment) -> None:
    copy = reviews.start_correction(actor=cast.reviewer, assignment=story, revision=story.revision)
    reopen_assignment(actor=cast.annotator, assignment=story, revision=story.revision)
    copy.refresh_from_db()
    assert (Review.objects.get().outcome, copy.status) == ("left", "corrected")
    with pytest.raises(Locked):
        make_quote(copy, cast.reviewer, "it will stay open")
    assert healthy()


def test_an_approval_can_be_taken_back(cast: Cast, story: Assignment) -> None:
    approve(cast, story)
    gold = gold_of(story)
    assert gold is not None
    reviews.withdraw_approval(actor=cast.manager, assignment=story, revision=story.revision)
    gold.refresh_from_db()
    assert (story.status, gold.status, gold.editor) == ("submitted", "draft", cast.manager)
    make_quote(gold, cast.manager, "it will stay open")
    approve(cast, story, actor=cast.manager)
    assert gold_of(story) == gold
    assert QuoteAncestor.objects.filter(quote__assignment=gold).count() == 3
    assert healthy()


def test_who_has_read_others_work_does_not_annotate_the_story(cast: Cast, story: Assignment) -> None:
    first = quote(story, 0)
    reviews.judge_quote(actor=cast.reviewer, quote=first, revision=story.revision, quote_revision=first.revision)
    with pytest.raises(Invalid, match="read others’ work"):
        assignments.start_assignment(actor=cast.reviewer, version=story.version)
    approve(cast, story)
    assert assignments.start_assignment(actor=cast.reviewer, version=story.version).status == "assigned"


def test_history_tells_a_review(cast: Cast, story: Assignment) -> None:
    reviews.return_assignment(actor=cast.reviewer, assignment=story, revision=story.revision, note="Look again.")
    row = Change.objects.filter(action="return").get()
    assert (row.before["status"], row.after["status"], row.after["reason"]) == ("submitted", "returned", "Look again.")


def test_an_end_names_the_corrections_that_were_read(cast: Cast, story: Assignment) -> None:
    copy = reviews.start_correction(actor=cast.reviewer, assignment=story, revision=story.revision)
    read = copy.revision
    change_quote(actor=cast.reviewer, quote=quote(copy, 2), revision=1, parts={"note": "Which one?"})
    for end in (reviews.approve_assignment, reviews.return_assignment):
        asked: dict[str, Any] = {"assignment": story, "revision": story.revision, "note": "Thank you."}
        with pytest.raises(Invalid, match="Reviewer corrected this story"):
            end(actor=cast.manager, **asked)
        for seen in (0, read):
            with pytest.raises(Conflict, match="changed since you read it"):
                end(actor=cast.manager, copy_revision=seen, **asked)
    copy.refresh_from_db()
    assert (gold_of(story), copy.status) == (None, "draft")
    approve(cast, story, actor=cast.manager, copy_revision=copy.revision)
    assert gold_of(story) == copy
    assert healthy()


def test_who_takes_the_corrections_over_stands_in_history(cast: Cast, story: Assignment) -> None:
    asked: dict[str, Any] = {"assignment": story, "revision": story.revision}
    copy = reviews.start_correction(actor=cast.reviewer, **asked)
    taken = reviews.start_correction(actor=cast.manager, gesture="over", **asked)
    told = Change.objects.get(assignment=copy, action="reopen")
    assert (taken, taken.editor, told.actor) == (copy, cast.manager, cast.manager)
    assert told.before == {"status": "draft", "revision": 1, "editor": "reviewer"}
    assert told.after == {"status": "draft", "revision": 2, "editor": "manager"}
    assert reviews.start_correction(actor=cast.manager, gesture="over", **asked) == copy
    assert Change.objects.filter(assignment=copy, action="reopen").count() == 1
    assert healthy()


def test_a_copy_in_which_nothing_was_corrected_says_nothing(cast: Cast, story: Assignment) -> None:
    set_queue(cast, overlap=2)
    reviews.start_correction(actor=cast.reviewer, assignment=story, revision=story.revision)
    with pytest.raises(Invalid, match="Say what to change"):
        reviews.return_assignment(actor=cast.reviewer, assignment=story, revision=story.revision, note="")
    approve(cast, story)
    assert Review.objects.get().copy is None
    assert healthy()
