"""What people do with tasks: ask for one, cancel it, ask for it again. What workers do is in ``task_leases``."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.exports.records import Record
from annotations.models import Project, Task, TaskEvent, User
from annotations.services.changes import GESTURE_LENGTH, fingerprint, new_gesture
from annotations.services.errors import Conflict, Invalid, KeyReused, Locked

# What a removal leaves of what was asked for.
ERASED = {"erased": True}
# Of one person, in all projects: those that wait and those that run.
MOST_OPEN = 5
MOST_ARGUMENTS = 20_000

Action, State = TaskEvent.Action, Task.State


def start_task(*, actor: User, project: Project, kind: str, arguments: Record, gesture: str | None = None) -> Task:
    """Ask for a task, which waits until a worker takes it up. Asked again with the same key, it is the same task.

    Who may ask for this kind, and whether the arguments are any, is for ``annotations.tasks`` to know. Raises
    ``Invalid`` if too many tasks of the actor wait, ``KeyReused``.
    """
    key, asked = gesture or new_gesture(), asked_for(project, kind, arguments)
    if len(key) > GESTURE_LENGTH or not key.isprintable():
        message = _("An idempotency key has 1 to %(most)s printable characters.") % {"most": GESTURE_LENGTH}
        raise Invalid(message, field="gesture")
    if len(repr(arguments)) > MOST_ARGUMENTS:
        raise Invalid(_("This asks for more at once than a task can keep."), field="arguments", code="too_large")
    with transaction.atomic():
        _lock_queue_of(actor)
        if earlier := Task.objects.filter(asked_by=actor, gesture=key).select_related("project").first():
            if earlier.fingerprint != asked:
                raise KeyReused(_("This idempotency key was used before for a different request. Use a new key."))
            return earlier
        _refuse_one_too_many(actor)
        task = Task.objects.create(
            project=project, asked_by=actor, gesture=key, fingerprint=asked, kind=kind, arguments=arguments
        )
        record_event(task, Action.ASKED, actor=actor)
        issue_ticket()
    return task


def asked_for(project: Project, kind: str, arguments: Record) -> str:
    """Return what is the same of all tasks that were asked the same."""
    return fingerprint("task", project.pk, kind, arguments)


def cancel_task(*, actor: User, task: Task) -> Task:
    """End a task before its end. A worker that is at it stops at its next step, and clears away what it had begun.

    A task that is cancelled already stays so. Raises ``Locked`` if it has ended otherwise.
    """
    with transaction.atomic():
        locked = locked_task(task)
        if locked.state == State.CANCELLED:
            return locked
        if locked.is_ended:
            told = {"state": locked.get_state_display()}
            raise Locked(_("This task is %(state)s: there is nothing left to cancel.") % told)
        change(locked, state=State.CANCELLED, finished_at=Now())
        record_event(locked, Action.CANCELLED, actor=actor)
        # Who is at it clears away what it had begun; else somebody must come for that.
        if locked.lease_until is None:
            issue_ticket()
    return locked


def cancel_tasks_of(*, actor: User, project: Project) -> None:
    """Cancel all tasks of a project that wait or run: what they read may hold what is being removed."""
    for task in Task.objects.filter(project=project, state__in=Task.OPEN).order_by("pk"):
        with suppress(Locked):
            cancel_task(actor=actor, task=task)


def forget_results(project: Project) -> None:
    """Erase what the tasks of a project brought forth and why they failed: it may name what is being removed."""
    tasks = Task.objects.filter(project=project)
    tasks.filter(state=State.FAILED).update(reason=_("Why it failed was erased together with a story or a name."))
    tasks.update(result=None, message="", checkpoint={}, arguments=ERASED)


def retry_task(*, actor: User, task: Task) -> Task:
    """Let a task that failed or was cancelled wait again. One that failed goes on from its last step.

    A task that waits or runs already stays as it is. Raises ``Locked`` if it is done or a removal erased it,
    ``Conflict`` while what it had begun is still being cleared away, ``Invalid`` if too many tasks of whoever asked
    for it wait.
    """
    with transaction.atomic():
        # The same order as of those who ask: the person, then the task.
        _lock_queue_of(task.asked_by)
        locked = locked_task(task)
        if not locked.is_ended:
            return locked
        if locked.state == State.DONE:
            raise Locked(_("This task is done. Ask for a new one if you want it again."))
        if locked.arguments == ERASED:
            raise Locked(_("What was asked for was erased together with a story or a name. Ask for a new task."))
        if locked.lease_until or (locked.state == State.CANCELLED and not locked.is_cleared):
            raise Conflict(_("What this task had begun is still being cleared away. Try again in a minute."))
        _refuse_one_too_many(locked.asked_by)
        fresh: dict[str, Any] = {"attempts": 0, "reason": "", "finished_at": None, "worker": "", "is_cleared": False}
        if locked.is_cleared:
            fresh |= {"done": 0, "total": None, "message": "", "checkpoint": {}}
        change(locked, state=State.QUEUED, **fresh)
        record_event(locked, Action.RETRIED, actor=actor)
        issue_ticket()
    return locked


def locked_task(task: Task) -> Task:
    """Return the task as it stands, locked until the end of the transaction."""
    rows = Task.objects.select_for_update(of=("self",)).select_related("project", "asked_by")
    return rows.get(pk=task.pk)


def change(task: Task, **values: Any) -> None:
    """Write columns of a task that is locked; moments may be those of the database."""
    Task.objects.filter(pk=task.pk).update(**values)
    task.refresh_from_db(fields=list(values))


def record_event(task: Task, action: TaskEvent.Action, *, actor: User | None = None) -> None:
    """Write what happened into the history of a task."""
    TaskEvent.objects.create(task=task, action=action, actor=actor, attempt=task.attempts, created_at=Now())


def issue_ticket() -> None:
    """Let a worker come for the next task. A ticket names none: the queue says whose turn it is.

    What the ticket calls stands above the services, so that a path in the settings names it, as Django likes it.
    """
    import_string(settings.TASK_TICKET).enqueue()


def _lock_queue_of(person: User) -> None:
    User.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)


def _refuse_one_too_many(person: User) -> None:
    if Task.objects.filter(asked_by=person, state__in=Task.OPEN).count() >= MOST_OPEN:
        message = ngettext(
            "%(most)s task of one person can wait or run at a time. Wait until it has ended, or cancel it.",
            "%(most)s tasks of one person can wait or run at a time. Wait until one has ended, or cancel one.",
            MOST_OPEN,
        ) % {"most": MOST_OPEN}
        raise Invalid(message, code="too_many_tasks", limit=MOST_OPEN)
