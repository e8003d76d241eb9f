"""Handing out: the next story for somebody, giving one back, handing one over. No story goes beyond its readers."""

from __future__ import annotations

from django.db import IntegrityError
from django.utils.translation import gettext as _

from annotations.models import Annotator, ArticleVersion, Assignment, Change, Membership, Project, Queue, Role, User
from annotations.services.assignments import (
    annotator_of,
    assign,
    record_status,
    standing_in_words,
    state_of,
)
from annotations.services.changes import Gesture, Replayed, recorded
from annotations.services.errors import Conflict, Invalid, Locked, NotAllowed
from annotations.services.members import require_manager
from annotations.services.queues import (
    abandoned,
    history_of,
    lock_queue,
    next_version,
    require_taker,
    waiting_in_order,
)

REASON_LENGTH = 300
Left = Assignment.Left


def next_story(*, actor: User, project: Project, gesture: str | None = None) -> Assignment | None:
    """Give the actor the story that comes next, or None if none is left for them.

    Whoever has one that they have not begun gets that: pressing twice takes one. Raises ``Invalid`` if the project
    has no queue, ``NotAllowed`` if the actor gets no stories.
    """
    annotator = annotator_of(project=project, user=actor)
    unlocked = Queue.objects.filter(project=project).first()
    likely = waiting_in_order(unlocked, annotator) if unlocked else []
    try:
        with recorded(project=project, actor=actor, gesture=gesture, asked=("next", project.pk)) as opened:
            queue = lock_queue(project)
            if queue is None:
                raise Invalid(_("Nothing is handed out here: choose a story."), code="no_queue")
            require_taker(queue, annotator)
            if _bring_back(queue, annotator) or unlocked is None or history_of(unlocked) != history_of(queue):
                likely = []
            own = Assignment.objects.at_work().filter(annotator=annotator, status=Assignment.Status.ASSIGNED)
            if waiting := own.exclude(version__text="").order_by("pk").first():
                return waiting
            version = next_version(queue, annotator, likely)
            return assign(opened, version, annotator) if version else None
    except Replayed as replayed:
        return _assigned_by(replayed)


def _bring_back(queue: Queue, annotator: Annotator) -> bool:
    """Free the places of abandoned stories; whether there were any."""
    found = abandoned(queue, annotator)
    # What the program does when somebody asks is not theirs.
    for assignment in found:
        asked = ("abandoned", assignment.pk, assignment.revision)
        with recorded(project=queue.project, actor=None, gesture=None, asked=asked) as opened:
            _leave(opened, assignment, Left.ABANDONED)
    return bool(found)


def _assigned_by(replayed: Replayed) -> Assignment | None:
    row = next((row for row in replayed.changes if row.action == Change.Action.ASSIGN), None)
    return row.assignment if row else None


def skip_story(
    *, actor: User, assignment: Assignment, reason: str, revision: int, gesture: str | None = None
) -> Assignment:
    """Give one's own story back, with a reason: somebody else reads it. What was done in it stays.

    Raises ``Invalid`` for no reason or one that is too long, ``Conflict``, ``Locked``, ``NotAllowed``.
    """
    reason = _clean_reason(reason)
    asked = ("skip", assignment.pk, revision, reason)
    try:
        with recorded(project=assignment.project, actor=actor, gesture=gesture, asked=asked) as opened:
            locked = _lock(assignment, revision)
            if locked.annotator is None or locked.annotator.user_id != actor.pk:
                raise NotAllowed(_("Only its annotator gives a story back."))
            _leave(opened, locked, Left.SKIPPED, reason)
    except Replayed:
        pass
    assignment.refresh_from_db()
    return assignment


def hand_over(
    *,
    actor: User,
    assignment: Assignment,
    to: Membership,
    reason: str,
    revision: int,
    gesture: str | None = None,
) -> Assignment:
    """Take a story from its annotator and give it to another member, who begins anew. Returns the first one.

    Raises ``Invalid`` for a person who has had the story or cannot annotate, ``Conflict``, ``Locked``, ``NotAllowed``.
    """
    reason = _clean_reason(reason)
    asked = ("hand over", assignment.pk, to.pk, revision, reason)
    try:
        with recorded(project=assignment.project, actor=actor, gesture=gesture, asked=asked) as opened:
            # Members before the queue, as whoever sets it does.
            require_manager(actor=actor, project=assignment.project)
            _require_annotating(to)
            locked = _lock(assignment, revision)
            if locked.annotator is not None and locked.annotator.user_id == actor.pk:
                # Who has it too would be told to somebody who may not know.
                raise NotAllowed(_("Give your own story back instead."))
            annotator = annotator_of(project=assignment.project, user=to.user)
            if Assignment.objects.filter(version=locked.version, annotator=annotator).exists():
                raise _had_already(to)
            _leave(opened, locked, Left.HANDED_OVER, reason)
            assign(opened, locked.version, annotator)
    except IntegrityError as error:
        # They took it themselves at that moment.
        raise _had_already(to) from error
    except Replayed:
        pass
    assignment.refresh_from_db()
    return assignment


def _require_annotating(to: Membership) -> None:
    active = Membership.objects.filter(pk=to.pk, is_active=True, user__is_active=True).exclude(role=Role.VIEWER)
    if not active.exists():
        raise Invalid(_("%(name)s does not annotate in this project.") % {"name": to.user}, field="to")


def _had_already(to: Membership) -> Invalid:
    return Invalid(_("%(name)s has or had this story already.") % {"name": to.user}, field="to")


def _lock(assignment: Assignment, revision: int) -> Assignment:
    """Return an assignment that somebody is at work on, locked: the queue first, as for the next story."""
    lock_queue(assignment.project)
    # A removal locks the version before its assignments too.
    ArticleVersion.objects.select_for_update(no_key=True).only("pk").get(pk=assignment.version_id)
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("annotator", "version", "project")
    locked = rows.get(pk=assignment.pk)
    if locked.revision != revision:
        raise Conflict(_("This assignment was changed since you saw it. Look at it again first."))
    if not locked.is_open:
        raise Locked(_("This assignment is %(status)s.") % {"status": standing_in_words(locked)})
    return locked


def _leave(opened: Gesture, assignment: Assignment, left: Assignment.Left, reason: str = "") -> None:
    before = state_of(assignment)
    assignment.left = left
    assignment.revision += 1
    assignment.save(update_fields=["left", "revision", "updated_at"])
    record_status(opened, assignment, Change.Action.LEAVE, before=before, reason=reason)


def _clean_reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid(_("Say why, in a few words."), field="reason")
    if len(reason) > REASON_LENGTH:
        message = _("A reason has at most %(most)s characters.") % {"most": REASON_LENGTH}
        raise Invalid(message, field="reason")
    return reason
