"""Assignments: taking one up, submitting it, taking it back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import IntegrityError
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from annotations.exports.dataset import block_records
from annotations.exports.records import Record
from annotations.models import Annotator, ArticleVersion, Assignment, Change, Project, Review, User
from annotations.services.changes import Gesture, Replayed, recorded
from annotations.services.completeness import missing_answers
from annotations.services.errors import Conflict, Incomplete, Invalid, Locked, NotAllowed
from annotations.services.queues import lock_queue, require_place

# The changes by which an assignment was finished here, or came in finished.
SUBMISSION = Q(action=Change.Action.SUBMIT) | Q(action=Change.Action.IMPORT, after__status__in=Assignment.FINISHED)


def annotator_of(*, project: Project, user: User) -> Annotator:
    """Return the annotator that stands for ``user`` in a project, made at their first assignment."""
    return Annotator.objects.get_or_create(project=project, user=user)[0]


def start_assignment(
    *, actor: User, version: ArticleVersion, user: User | None = None, gesture: str | None = None
) -> Assignment:
    """Give ``user`` (the actor, unless named) an assignment of this version; theirs if they have one already.

    One that they gave back they take up again. Raises ``Invalid`` if the story was removed or has all the readers
    that its project's queue wants, ``NotAllowed`` if its manager hands no stories out to ``user``.
    """
    annotator = annotator_of(project=version.project, user=user or actor)
    existing = Assignment.objects.filter(version=version, annotator=annotator).first()
    if existing is not None and not existing.left:
        return existing
    asked = ("assign", version.pk, annotator.pk)
    try:
        with recorded(project=version.project, actor=actor, gesture=gesture, asked=asked) as opened:
            require_place(lock_queue(version.project), version, annotator)
            if existing is not None:
                return _resume(opened, existing)
            return assign(opened, version, annotator)
    except (IntegrityError, Replayed):
        # Pressed twice: the other press won.
        return Assignment.objects.get(version=version, annotator=annotator)


def assign(opened: Gesture, version: ArticleVersion, annotator: Annotator) -> Assignment:
    """Make the assignment of one annotator, with its history.

    Raises ``Invalid`` if the story was removed, or the annotator knows others' work on it.
    """
    if annotator.user_id and knows_others_work(version, annotator.user_id):
        raise Invalid(_("Who has read others’ work on this story does not annotate it before there is gold."))
    made = Assignment.objects.create(project=version.project, version=version, annotator=annotator)
    require_text(version)
    record_status(opened, made, Change.Action.ASSIGN, before=None)
    return made


def knows_others_work(version: ArticleVersion, user_id: int) -> bool:
    """Whether a user has reviewed or adjudicated this story, which has no gold yet: they would not annotate alone.

    Its versions are one story: quotes are carried over from one to the next. What became gold everybody may know.
    """
    gold = Assignment.objects.filter(version=OuterRef("version"), status=Assignment.Status.GOLD)
    of_story = Assignment.objects.filter(~Exists(gold), version__article=version.article_id)
    if version.assignments.filter(status=Assignment.Status.GOLD).exists():
        return False
    return of_story.filter(Q(editor=user_id) | Q(reviews__reviewer=user_id)).exists()


def _resume(opened: Gesture, assignment: Assignment) -> Assignment:
    locked = Assignment.objects.select_for_update(of=("self",)).select_related("version").get(pk=assignment.pk)
    if locked.left:
        require_text(locked.version)
        before = state_of(locked)
        locked.left = ""
        locked.revision += 1
        locked.save(update_fields=["left", "revision", "updated_at"])
        record_status(opened, locked, Change.Action.RESUME, before=before)
    return locked


def require_text(version: ArticleVersion) -> None:
    """Raise ``Invalid`` if a story was removed. Asked last: a removal keeps the row of the version locked."""
    if ArticleVersion.objects.filter(pk=version.pk, text="").exists():
        raise Invalid(_("This story was removed for good: nobody works on it any more."), code="removed")


def state_of(assignment: Assignment) -> Record:
    """Return what history keeps of an assignment, its quotes and what was looked at aside."""
    read = {"read_up_to": assignment.read_up_to} if assignment.read_up_to else {}
    left = {"left": str(assignment.left)} if assignment.left else {}
    return {"status": assignment.status, "revision": assignment.revision, **read, **left}


def record_status(
    opened: Gesture, assignment: Assignment, action: Change.Action, *, before: Record | None, reason: str = ""
) -> None:
    """Add the history row of a change of status, or of an assignment that was given back."""
    after = state_of(assignment) | ({"reason": reason} if reason else {})
    opened.record(
        action, Change.Subject.ASSIGNMENT, str(assignment.pk), before=before, after=after, assignment=assignment
    )


def submit_assignment(
    *,
    actor: User,
    assignment: Assignment,
    revision: int,
    read_up_to: int | None = None,
    confirmed: bool = True,
    gesture: str | None = None,
) -> Assignment:
    """Say that every quote in scope is marked: in the whole story, or in what was read of it.

    ``read_up_to`` is the end of the last block that was read, in code points; ``confirmed`` says that whatever is
    missing is meant to be. Raises ``Invalid`` if no block ends there or the story was removed, ``Conflict`` if the
    assignment changed since it was seen, ``Incomplete`` if something is missing.
    """
    require_text(assignment.version)
    ends = [block["end"] for block in block_records(assignment.version)]
    if read_up_to is not None and read_up_to not in ends:
        message = _("No paragraph of the story ends at %(place)s.") % {"place": read_up_to}
        raise Invalid(message, field="read_up_to", code="offsets")
    return _move(
        actor=actor,
        assignment=assignment,
        revision=revision,
        status=Assignment.Status.SUBMITTED,
        allowed=Assignment.OPEN,
        action=Change.Action.SUBMIT,
        gesture=gesture,
        # Who read the last paragraph has read the whole story.
        read_up_to=None if ends and read_up_to == ends[-1] else read_up_to,
        check=None if confirmed else partial(_require_answers, read_up_to=read_up_to),
    )


def _require_answers(assignment: Assignment, read_up_to: int | None) -> None:
    if missing := list(missing_answers(assignment, read_up_to)):
        message = _("Something is missing. Answer it, or send confirmed: true to submit the story as it is.")
        raise Incomplete(message, missing=missing)


def reopen_assignment(*, actor: User, assignment: Assignment, revision: int, gesture: str | None = None) -> Assignment:
    """Take a submission back, as long as nobody approved it. A review of it ends; what was corrected can be read."""
    return _move(
        actor=actor,
        assignment=assignment,
        revision=revision,
        status=Assignment.Status.IN_PROGRESS,
        allowed=(Assignment.Status.SUBMITTED,),
        action=Change.Action.REOPEN,
        gesture=gesture,
        then=_end_review,
    )


def _end_review(opened: Gesture, assignment: Assignment) -> None:
    review = assignment.open_review
    if review is None:
        return
    if review.copy:
        settle_draft(opened, review.copy, Assignment.Status.CORRECTED)
    review.finish(Review.Outcome.LEFT)
    review.save(update_fields=["outcome", "finished_at"])


def settle_draft(opened: Gesture, draft: Assignment, status: Assignment.Status) -> None:
    """End a draft: it becomes gold, or a corrected copy that nobody changes any more."""
    before = state_of(draft)
    draft.status = status
    draft.revision += 1
    draft.save(update_fields=["status", "revision", "updated_at"])
    record_status(opened, draft, Change.Action.SETTLE, before=before)


def standing_in_words(assignment: Assignment) -> str:
    """Return how an assignment stands, for people."""
    return assignment.get_left_display() or assignment.get_status_display()


def _move(
    *,
    actor: User,
    assignment: Assignment,
    revision: int,
    status: Assignment.Status,
    allowed: tuple[Assignment.Status, ...],
    action: Change.Action,
    gesture: str | None,
    read_up_to: int | None = None,
    check: Callable[[Assignment], None] | None = None,
    then: Callable[[Gesture, Assignment], None] | None = None,
) -> Assignment:
    asked = (action.value, assignment.pk, revision, read_up_to)
    try:
        with recorded(project=assignment.project, actor=actor, gesture=gesture, asked=asked) as opened:
            locked = (
                Assignment.objects.select_for_update(of=("self",))
                .select_related("annotator", "version")
                .get(pk=assignment.pk)
            )
            if locked.annotator is None or locked.annotator.user_id != actor.pk:
                raise NotAllowed(_("Only its annotator submits an assignment or takes it back."))
            if locked.revision != revision:
                raise Conflict(_("This assignment was changed since you saw it. Look at it again first."))
            if locked.left or locked.status not in allowed:
                raise Locked(_("This assignment is %(status)s.") % {"status": standing_in_words(locked)})
            if check:
                check(locked)
            before, locked.status = {"status": locked.status}, status
            locked.revision += 1
            locked.read_up_to = read_up_to
            locked.save(update_fields=["status", "revision", "read_up_to", "updated_at"])
            record_status(opened, locked, action, before=before)
            if then:
                then(opened, locked)
    except Replayed:
        pass
    assignment.refresh_from_db()
    return assignment
