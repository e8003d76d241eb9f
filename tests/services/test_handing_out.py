"""Giving a story back, handing it over, and what happens to one that is abandoned: nothing done in it is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from annotations.models import Annotator, Assignment, Change, Membership, Queue
from annotations.services.assignments import start_assignment, submit_assignment
from annotations.services.errors import Conflict, Invalid, Locked, NotAllowed
from annotations.services.handing_out import hand_over, skip_story
from annotations.services.removals import remove_article
from annotations.services.undo import undo
from annotations.services.verification import verify
from tests.cast import Cast
from tests.queues import begin, healthy, set_queue, stories, take


def test_a_skipped_story_goes_to_somebody_else_and_its_work_stays(cast: Cast) -> None:
    stories(cast, 1)
    set_queue(cast)
    first = take(cast, cast.annotator)
    assert first is not None
    begin(first, cast.annotator)
    first.refresh_from_db()
    skip_story(actor=cast.annotator, assignment=first, reason=" too  long ", revision=first.revision)
    assert (first.left, first.is_open, first.quotes.count()) == ("skipped", False, 1)
    row = Change.objects.latest("pk")
    assert row.after is not None
    assert (row.action, row.after["reason"]) == ("leave", "too long")
    assert take(cast, cast.annotator) is None
    assert take(cast, cast.other_annotator) is not None
    assert healthy()


def test_what_was_given_back_cannot_be_changed_or_submitted(cast: Cast) -> None:
    stories(cast, 1)
    set_queue(cast)
    own = take(cast, cast.annotator)
    assert own is not None
    skip_story(actor=cast.annotator, assignment=own, reason="no quotes", revision=own.revision)
    with pytest.raises(Locked, match="in your hands no more"):
        begin(own, cast.annotator)
    with pytest.raises(Locked, match="skipped"):
        submit_assignment(actor=cast.annotator, assignment=own, revision=own.revision)
    with pytest.raises(Locked, match="skipped"):
        skip_story(actor=cast.annotator, assignment=own, reason="again", revision=own.revision)


def test_a_story_is_taken_up_again_while_it_has_a_place(cast: Cast) -> None:
    [version] = stories(cast, 1)
    set_queue(cast)
    own = take(cast, cast.annotator)
    assert own is not None
    skip_story(actor=cast.annotator, assignment=own, reason="no time", revision=own.revision)
    again = start_assignment(actor=cast.annotator, version=version)
    assert (again.pk, again.left, again.is_open) == (own.pk, "", True)
    skip_story(actor=cast.annotator, assignment=again, reason="no time", revision=again.revision)
    take(cast, cast.other_annotator)
    with pytest.raises(Invalid, match="all the readers"):
        start_assignment(actor=cast.annotator, version=version)
    assert healthy()


def test_giving_back_and_handing_over_twice_is_once(cast: Cast) -> None:
    for number, version in enumerate(stories(cast, 2)):
        own = start_assignment(actor=cast.annotator, version=version)
        for _ in range(2):
            given: dict[str, Any] = {"assignment": own, "reason": "no time", "revision": 1, "gesture": f"g{number}"}
            if number:
                hand_over(actor=cast.manager, to=cast.membership(cast.reviewer), **given)
            else:
                skip_story(actor=cast.annotator, **given)
        assert own.revision == 2
    assert Assignment.objects.count() == 3
    assert healthy()


def test_nobody_who_does_not_annotate_is_handed_a_story(cast: Cast) -> None:
    [version] = stories(cast, 1)
    own = start_assignment(actor=cast.annotator, version=version)
    to = cast.membership(cast.viewer)
    with pytest.raises(Invalid, match="does not annotate"):
        hand_over(actor=cast.manager, assignment=own, to=to, reason="no", revision=own.revision)


@pytest.mark.parametrize(("reason", "match"), [("  ", "Say why"), ("x" * 301, "at most 300")])
def test_a_reason_is_some_words(cast: Cast, reason: str, match: str) -> None:
    stories(cast, 1)
    set_queue(cast)
    own = take(cast, cast.annotator)
    assert own is not None
    with pytest.raises(Invalid, match=match):
        skip_story(actor=cast.annotator, assignment=own, reason=reason, revision=own.revision)


def test_only_its_annotator_skips_a_story_and_only_as_they_saw_it(cast: Cast) -> None:
    stories(cast, 1)
    set_queue(cast)
    own = take(cast, cast.annotator)
    assert own is not None
    with pytest.raises(NotAllowed):
        skip_story(actor=cast.manager, assignment=own, reason="no", revision=own.revision)
    with pytest.raises(Conflict):
        skip_story(actor=cast.annotator, assignment=own, reason="no", revision=own.revision + 1)
    own.refresh_from_db()
    assert own.left == ""


@pytest.mark.parametrize(("days", "returns"), [(3, True), (30, False), (None, False)])
def test_an_abandoned_story_returns(cast: Cast, days: int | None, returns: bool) -> None:
    stories(cast, 1)
    set_queue(cast, days=days)
    own = take(cast, cast.annotator)
    assert own is not None
    begin(own, cast.annotator)
    Assignment.objects.filter(pk=own.pk).update(updated_at=timezone.now() - timedelta(days=4))
    assert (take(cast, cast.other_annotator) is not None) == returns
    own.refresh_from_db()
    assert own.left == ("abandoned" if returns else "")
    assert own.quotes.count() == 1
    assert healthy()


def test_what_the_program_brings_back_is_nobodys_act(cast: Cast) -> None:
    stories(cast, 1)
    set_queue(cast, days=3)
    own = take(cast, cast.annotator)
    assert own is not None
    Assignment.objects.filter(pk=own.pk).update(updated_at=timezone.now() - timedelta(days=4))
    take(cast, cast.other_annotator)
    row = Change.objects.get(action=Change.Action.LEAVE)
    assert (row.actor, row.assignment) == (None, own)
    assert not Change.objects.filter(gesture=row.gesture).exclude(pk=row.pk).exists()


def test_who_comes_back_after_a_long_time_keeps_what_is_theirs(cast: Cast) -> None:
    stories(cast, 1)
    set_queue(cast, days=3)
    own = take(cast, cast.annotator)
    assert own is not None
    Assignment.objects.filter(pk=own.pk).update(updated_at=timezone.now() - timedelta(days=4))
    assert take(cast, cast.annotator) == own
    own.refresh_from_db()
    assert own.is_open


def test_a_removed_story_is_not_next_and_its_history_holds(cast: Cast) -> None:
    first, second = stories(cast, 2)
    set_queue(cast, overlap=2)
    skipped = take(cast, cast.annotator)
    assert skipped is not None
    skip_story(actor=cast.annotator, assignment=skipped, reason="too long", revision=skipped.revision)
    start_assignment(actor=cast.annotator, version=first)
    untouched = take(cast, cast.other_annotator)
    assert untouched is not None
    remove_article(actor=cast.manager, article=first.article, reason="court order")
    taken = take(cast, cast.other_annotator)
    assert taken is not None
    assert taken.version == second
    assert healthy()
    to = cast.membership(cast.reviewer)
    with pytest.raises(Invalid, match="removed for good"):
        hand_over(actor=cast.manager, assignment=untouched, to=to, reason="no", revision=untouched.revision)


def test_undo_goes_on_after_a_story_was_taken_up_again(cast: Cast) -> None:
    [version] = stories(cast, 1)
    own = start_assignment(actor=cast.annotator, version=version)
    begin(own, cast.annotator)
    own.refresh_from_db()
    skip_story(actor=cast.annotator, assignment=own, reason="no time", revision=own.revision)
    again = start_assignment(actor=cast.annotator, version=version)
    undo(actor=cast.annotator, assignment=again, revision=again.revision)
    assert not again.quotes.filter(is_deleted=False).exists()
    assert healthy()


def test_ones_own_story_is_not_handed_over(cast: Cast) -> None:
    [version] = stories(cast, 1)
    own = start_assignment(actor=cast.manager, version=version)
    start_assignment(actor=cast.annotator, version=version)
    to = cast.membership(cast.annotator)
    with pytest.raises(NotAllowed, match="your own story back"):
        hand_over(actor=cast.manager, assignment=own, to=to, reason="no", revision=own.revision)


def test_a_story_is_handed_over_and_begun_anew(cast: Cast) -> None:
    stories(cast, 1)
    set_queue(cast)
    own = take(cast, cast.annotator)
    assert own is not None
    begin(own, cast.annotator)
    own.refresh_from_db()
    to = cast.membership(cast.other_annotator)
    hand_over(actor=cast.manager, assignment=own, to=to, reason="holiday", revision=own.revision)
    assert own.left == "handed_over"
    theirs = Assignment.objects.get(annotator__user=cast.other_annotator)
    assert (theirs.version, theirs.status, theirs.quotes.count()) == (own.version, "assigned", 0)
    back = cast.membership(cast.annotator)
    with pytest.raises(Invalid, match="has or had"):
        hand_over(actor=cast.manager, assignment=theirs, to=back, reason="back", revision=theirs.revision)
    assert healthy()


def test_history_that_does_not_tell_of_what_was_given_back_is_found(cast: Cast) -> None:
    [version] = stories(cast, 1)
    own = start_assignment(actor=cast.annotator, version=version)
    Assignment.objects.filter(pk=own.pk).update(left="skipped")
    Membership.objects.filter(user=cast.annotator).update(takes_stories=False)
    Queue.objects.create(project=cast.project, overlap=5)
    assert {breach.kind for breach in verify()} == {"assignment", "membership", "queue"}
    assert Annotator.objects.count() == 1
