"""Reviews: reading a submitted assignment, correcting it in a copy, returning it or approving it.

Every act names the revision that was read. Nobody reviews their own work.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _

from annotations.models import (
    Adjudication,
    Annotator,
    ArticleVersion,
    Assignment,
    Change,
    Comment,
    Membership,
    Notice,
    Quote,
    Review,
    Role,
    User,
)
from annotations.services.assignments import record_status, require_text, settle_draft, standing_in_words, state_of
from annotations.services.changes import Gesture, Replayed, recorded
from annotations.services.copies import copy_assignment
from annotations.services.corrections import corrections_in
from annotations.services.errors import Conflict, Invalid, Locked, NotAllowed
from annotations.services.queues import lock_queue, readers_wanted
from annotations.services.words import clean_words

NOTE_LENGTH = 2000
Status, Outcome = Assignment.Status, Review.Outcome
REVIEWERS = (Role.REVIEWER, Role.MANAGER)


@contextmanager
def _reviewing(
    *, actor: User, assignment: Assignment, revision: int, gesture: str | None, asked: tuple[Any, ...]
) -> Iterator[tuple[Gesture, Assignment, Review]]:
    """Open a gesture of a review: the assignment locked as it was read, and its review, begun if it was not.

    Raises ``NotAllowed``, ``Conflict`` if the assignment changed since it was read, ``Locked`` unless it is submitted.
    """
    with recorded(project=assignment.project, actor=actor, gesture=gesture, asked=asked) as opened:
        locked = lock_assignment(assignment)
        require_reviewer(actor, locked)
        if locked.revision != revision:
            raise Conflict(_("The story was changed since you read it. Read it again before you judge it."))
        if locked.status != Status.SUBMITTED:
            raise Locked(
                _("This story is %(status)s: there is nothing to review.") % {"status": standing_in_words(locked)}
            )
        require_text(locked.version)
        yield opened, locked, _begun(locked, actor)
    assignment.refresh_from_db()


def lock_assignment(assignment: Assignment) -> Assignment:
    """Return an assignment locked, its project's queue and its version before it, as whoever takes a story does."""
    lock_queue(assignment.project)
    ArticleVersion.objects.select_for_update(no_key=True).only("pk").get(pk=assignment.version_id)
    rows = Assignment.objects.select_for_update(of=("self",))
    return rows.select_related("version__article", "annotator__user", "project").get(pk=assignment.pk)


def require_reviewer(actor: User, assignment: Assignment) -> None:
    """Raise ``NotAllowed`` unless ``actor`` reviews in this project, and others' work."""
    of_project = Membership.objects.filter(project=assignment.project_id, user=actor.pk, is_active=True)
    if not of_project.filter(role__in=REVIEWERS).exists():
        raise NotAllowed(_("Only reviewers and managers of this project do this."))
    if assignment.annotator and assignment.annotator.kind == Annotator.Kind.SUGGESTER:
        raise NotAllowed(_("What a program suggests is not reviewed: annotators accept it or leave it out."))
    if assignment.is_of(actor.pk):
        raise NotAllowed(_("Nobody reviews their own work. Somebody else has to read this story."))


def _begun(assignment: Assignment, actor: User) -> Review:
    review = assignment.open_review
    if review is None:
        return Review.objects.create(
            project=assignment.project, assignment=assignment, reviewer=actor, revision=assignment.revision
        )
    if review.reviewer_id != actor.pk:
        # Whoever acts last reviews: somebody on leave blocks nothing.
        review.reviewer = actor
        review.save(update_fields=["reviewer"])
    return review


def judge_quote(
    *,
    actor: User,
    quote: Quote,
    revision: int,
    quote_revision: int,
    approved: bool = True,
    gesture: str | None = None,
) -> None:
    """Say of one quote, as it stands at ``quote_revision``, that it is right, or take that back."""
    assignment = quote.assignment
    asked = ("judge", quote.pk, revision, quote_revision, approved)
    try:
        with _reviewing(actor=actor, assignment=assignment, revision=revision, gesture=gesture, asked=asked) as (
            opened,
            locked,
            review,
        ):
            quote.refresh_from_db(fields=["revision", "is_deleted"])
            if quote.is_deleted or quote.revision != quote_revision:
                raise Conflict(_("This quote was changed since you read it. Read it again before you judge it."))
            seen = review.verdicts.filter(quote=quote).first()
            values = {"revision": quote.revision, "approved": approved}
            if approved == (seen is not None and seen.approved):
                return
            review.verdicts.update_or_create(quote=quote, defaults=values)
            opened.record(
                Change.Action.APPROVE if approved else Change.Action.CHANGE,
                Change.Subject.VERDICT,
                quote.key,
                before={"approved": seen.approved} if seen else {"approved": False},
                after=values,
                assignment=locked,
            )
    except Replayed:
        pass


def start_correction(*, actor: User, assignment: Assignment, revision: int, gesture: str | None = None) -> Assignment:
    """Return the copy in which ``actor`` corrects a submitted story; made at the first correction.

    A copy that another reviewer had begun is the actor's from now on, with what was corrected in it.
    """
    asked = ("correct", assignment.pk, revision)
    try:
        with _reviewing(actor=actor, assignment=assignment, revision=revision, gesture=gesture, asked=asked) as (
            opened,
            locked,
            review,
        ):
            if review.copy is None:
                review.copy = copy_assignment(opened, locked, actor)
                review.save(update_fields=["copy"])
            elif review.copy.editor_id != actor.pk:
                _take_over(opened, review.copy, actor)
    except Replayed as replayed:
        # Also once the review has ended: it is what this gesture made.
        return Assignment.objects.get(pk=replayed.changes[0].subject_key)
    review_copy = Review.objects.select_related("copy").get(assignment=assignment, outcome="").copy
    if review_copy is None:
        raise Conflict(_("The story was changed since you read it. Read it again before you judge it."))
    return review_copy


def _take_over(opened: Gesture, copy: Assignment, actor: User) -> None:
    before = state_of(copy) | {"editor": copy.editor and copy.editor.username}
    copy.editor = actor
    copy.revision += 1
    copy.save(update_fields=["editor", "revision", "updated_at"])
    opened.record(
        Change.Action.REOPEN,
        Change.Subject.ASSIGNMENT,
        str(copy.pk),
        before=before,
        after=state_of(copy) | {"editor": actor.username},
        assignment=copy,
    )


def return_assignment(
    *,
    actor: User,
    assignment: Assignment,
    revision: int,
    note: str,
    copy_revision: int | None = None,
    gesture: str | None = None,
) -> Assignment:
    """Give a submitted story back to its annotator, with what to change: in words, in comments or in corrections.

    ``copy_revision`` is that of the copy that was read, 0 where there was none, as for an approval.
    """
    note = clean_words(note, field="note", length=NOTE_LENGTH, required=False)
    asked = ("return", assignment.pk, revision, note, copy_revision)
    try:
        with _reviewing(actor=actor, assignment=assignment, revision=revision, gesture=gesture, asked=asked) as (
            opened,
            locked,
            review,
        ):
            copy = _copy_as_read(review, actor, copy_revision)
            if not (note or (copy and corrections_in(copy)) or _has_open_comments(locked)):
                raise Invalid(_("Say what to change: here, in a comment, or by correcting a quote."), field="note")
            if copy:
                settle_draft(opened, copy, Status.CORRECTED)
            _finish(opened, locked, review, Outcome.RETURNED, note)
    except Replayed:
        pass
    assignment.refresh_from_db()
    return assignment


def approve_assignment(
    *,
    actor: User,
    assignment: Assignment,
    revision: int,
    note: str = "",
    copy_revision: int | None = None,
    gesture: str | None = None,
) -> Assignment:
    """Approve a submitted story as it was read, with the corrections that were made.

    Where one reader was asked for, it becomes gold; where there are more, adjudication makes gold of them.
    ``copy_revision`` is that of the copy that was read, 0 where there was none. It may be left out where nobody but
    the actor corrects. Raises ``Conflict`` if the corrections changed since, ``Invalid`` if it is needed.
    """
    note = clean_words(note, field="note", length=NOTE_LENGTH, required=False)
    asked = ("approve", assignment.pk, revision, note, copy_revision)
    try:
        with _reviewing(actor=actor, assignment=assignment, revision=revision, gesture=gesture, asked=asked) as (
            opened,
            locked,
            review,
        ):
            copy = _copy_as_read(review, actor, copy_revision)
            if becomes_gold(locked):
                review.copy = copy or copy_assignment(opened, locked, actor)
                settle_draft(opened, review.copy, Status.GOLD)
            elif copy:
                settle_draft(opened, copy, Status.CORRECTED)
                # Where nothing was corrected, the work itself stands.
                review.copy = copy if corrections_in(copy) else None
            _finish(opened, locked, review, Outcome.APPROVED, note)
    except Replayed:
        pass
    assignment.refresh_from_db()
    return assignment


def _copy_as_read(review: Review, actor: User, seen: int | None) -> Assignment | None:
    """Return the copy of a review, locked, if it is what ``actor`` read: nobody approves what they have not seen."""
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("version", "editor")
    copy = rows.get(pk=review.copy_id) if review.copy_id else None
    if seen is None and copy is not None and copy.editor_id != actor.pk:
        message = _("%(who)s corrected this story: say which revision of the copy you read.")
        raise Invalid(message % {"who": copy.editor}, field="copy_revision", code="copy_unread")
    if seen is not None and seen != (copy.revision if copy else 0):
        raise Conflict(
            _("What was corrected in the story changed since you read it. Read it again before you judge it.")
        )
    return copy


def becomes_gold(assignment: Assignment) -> bool:
    """Whether the approval of this assignment makes gold: it is the only one that was asked for, and there is none."""
    version = assignment.version
    if version.assignments.filter(status=Status.GOLD).exists() or Adjudication.objects.filter(version=version).exists():
        return False
    others = Assignment.objects.holding().filter(version=version).exclude(pk=assignment.pk)
    return readers_wanted(version) == 1 and not others.exists()


def _finish(opened: Gesture, assignment: Assignment, review: Review, outcome: Review.Outcome, note: str) -> None:
    action = {Outcome.RETURNED: Change.Action.RETURN, Outcome.APPROVED: Change.Action.APPROVE}[outcome]
    review.finish(outcome)
    review.note, review.revision = note, assignment.revision
    review.save()
    before = state_of(assignment)
    assignment.status = Status(outcome.value)
    assignment.revision += 1
    assignment.save(update_fields=["status", "revision", "updated_at"])
    record_status(opened, assignment, action, before=before, reason=note)
    if assignment.annotator and assignment.annotator.user:
        Notice.objects.create(
            user=assignment.annotator.user,
            actor=review.reviewer,
            project=assignment.project,
            assignment=assignment,
            kind=outcome.value,
        )


def _has_open_comments(assignment: Assignment) -> bool:
    return Comment.objects.filter(assignment=assignment, thread=None, resolved_at=None).exists()


def withdraw_approval(*, actor: User, assignment: Assignment, revision: int, gesture: str | None = None) -> Assignment:
    """Take an approval back, to review the story again; gold that came of it is a draft again.

    Raises ``Locked`` once the story went into an adjudication.
    """
    asked = ("withdraw", assignment.pk, revision)
    try:
        with recorded(project=assignment.project, actor=actor, gesture=gesture, asked=asked) as opened:
            locked = lock_assignment(assignment)
            require_reviewer(actor, locked)
            if locked.revision != revision:
                raise Conflict(_("This assignment was changed since you saw it. Look at it again first."))
            if locked.status != Status.APPROVED:
                raise Locked(_("This assignment is %(status)s.") % {"status": standing_in_words(locked)})
            if Adjudication.objects.filter(version=locked.version).exists():
                raise Locked(_("This story went into an adjudication: its approval stays."))
            _move(opened, locked, Status.SUBMITTED)
            _take_up_again(opened, locked, actor)
    except Replayed:
        pass
    assignment.refresh_from_db()
    return assignment


def _take_up_again(opened: Gesture, assignment: Assignment, actor: User) -> None:
    review = assignment.reviews.filter(outcome=Outcome.APPROVED).select_related("copy").last()
    if review is None:
        # It came with an import.
        return
    review.outcome, review.finished_at, review.reviewer = "", None, actor
    review.save(update_fields=["outcome", "finished_at", "reviewer"])
    if review.copy:
        review.copy.editor = actor
        _move(opened, review.copy, Status.DRAFT)


def _move(opened: Gesture, assignment: Assignment, status: Assignment.Status) -> None:
    before = state_of(assignment)
    assignment.status = status
    assignment.revision += 1
    assignment.save(update_fields=["status", "editor", "revision", "updated_at"])
    record_status(opened, assignment, Change.Action.REOPEN, before=before)
