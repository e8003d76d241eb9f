"""What workers do with tasks: take the next one, keep it, end it, and take up what a worker has lost.

A worker holds a task by its name and the number of the attempt. Who was silent for longer than the lease holds it no
more, however alive: all writes here ask for both, and all moments are those of the clock of the database.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, DateTimeField, ExpressionWrapper, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from annotations.exports.records import Record
from annotations.models import Task, TaskEvent, TaskWorker
from annotations.services.tasks import change, issue_ticket, record_event

MOST_ATTEMPTS = 3
BEATS_A_LEASE = 4
# Longer than any task runs.
TICKETS_KEPT = timedelta(days=7)

Action, State = TaskEvent.Action, Task.State


class TaskCancelled(Exception):
    """Somebody cancelled the task: its worker stops, and clears away what it had begun."""


class LeaseLost(Exception):
    """The task is another worker's by now: this one stops, and touches nothing more of it."""


def moment(after: timedelta) -> ExpressionWrapper[Any]:
    """Return the moment that comes so much later than now, by the clock of the database."""
    return ExpressionWrapper(Now() + after, output_field=DateTimeField())


def lease_end() -> ExpressionWrapper[Any]:
    """Return until when a lease lasts that is taken or renewed now."""
    return moment(timedelta(seconds=settings.TASK_LEASE_SECONDS))


def claim_next(worker: str) -> Task | None:
    """Take the task whose turn it is, or None.

    Whoever has the fewest tasks running comes first; then who has waited longest since one of theirs was taken up;
    then the task that was asked for first. So nobody waits for all of what another person asked for.
    """
    with transaction.atomic():
        waiting = Task.objects.filter(state=State.QUEUED).annotate(running=_running(), served=_served())
        in_turn = waiting.order_by("running", F("served").asc(nulls_first=True), "pk")
        task = in_turn.select_for_update(of=("self",), skip_locked=True).select_related("project", "asked_by").first()
        if task is None:
            return None
        taken = {"state": State.RUNNING, "worker": worker, "lease_until": lease_end(), "started_at": Now()}
        change(task, **taken, attempts=task.attempts + 1)
        record_event(task, Action.STARTED)
    return task


def _of_same_person(**wanted: Any) -> QuerySet[Task, Any]:
    return Task.objects.filter(asked_by=OuterRef("asked_by"), **wanted).order_by().values("asked_by")


def _running() -> Coalesce:
    return Coalesce(Subquery(_of_same_person(state=State.RUNNING).annotate(n=Count("pk")).values("n")), 0)


def _served() -> Subquery:
    return Subquery(_of_same_person().annotate(last=Max("started_at")).values("last"))


def hold(task: Task, **values: Any) -> None:
    """Renew the lease and write how far the task is. Raises ``TaskCancelled``, ``LeaseLost``.

    In a transaction it also keeps everybody from cancelling or taking the task before the end of it.
    """
    if not _held(task).update(lease_until=lease_end(), **values):
        _told_why(task)


def _held(task: Task) -> QuerySet[Task]:
    return Task.objects.filter(pk=task.pk, state=State.RUNNING, worker=task.worker, attempts=task.attempts)


def _told_why(task: Task) -> None:
    now = Task.objects.only("state", "worker", "attempts").get(pk=task.pk)
    is_ours = (now.worker, now.attempts) == (task.worker, task.attempts)
    raise TaskCancelled if is_ours and now.state == State.CANCELLED else LeaseLost


def finish_task(task: Task, result: Record) -> None:
    """End a task well. Raises ``TaskCancelled``, ``LeaseLost``."""
    _end(task, Action.DONE, state=State.DONE, result=result, message="", is_cleared=True)


def fail_task(task: Task, reason: str) -> None:
    """End a task with a reason that a person can read. Raises ``TaskCancelled``, ``LeaseLost``."""
    _end(task, Action.FAILED, state=State.FAILED, reason=reason)


def _end(task: Task, action: TaskEvent.Action, **values: Any) -> None:
    with transaction.atomic():
        hold(task)
        change(task, lease_until=None, finished_at=Now(), **values)
        record_event(task, action)


def hand_back(task: Task, *, counts: bool) -> None:
    """Let a task wait again that its worker cannot go on with; whether it counts as one of its attempts.

    After the last attempt it has failed. Raises ``TaskCancelled``, ``LeaseLost``.
    """
    with transaction.atomic():
        hold(task)
        if counts:
            _wait_again(task, _failed_too_often())
        else:
            record_event(task, Action.HANDED_BACK)
            change(task, state=State.QUEUED, worker="", lease_until=None, attempts=task.attempts - 1)
            issue_ticket()


def _wait_again(task: Task, reason: str) -> None:
    record_event(task, Action.LOST)
    if task.attempts < MOST_ATTEMPTS:
        change(task, state=State.QUEUED, worker="", lease_until=None)
        issue_ticket()
    else:
        change(task, state=State.FAILED, reason=reason, lease_until=None, finished_at=Now())
        record_event(task, Action.FAILED)


def _failed_too_often() -> str:
    told = {"most": MOST_ATTEMPTS}
    return _("We made a mistake, %(most)s times. The log of the worker tells more, under the id of this task.") % told


def _lost_too_often() -> str:
    told = {"most": MOST_ATTEMPTS}
    message = _(
        "It was begun %(most)s times, and each time its worker was gone before the end. Perhaps it needs more memory"
        " than there is; the log of the worker may tell."
    )
    return message % told


def take_up_lost_tasks() -> int:
    """Let each task wait again whose lease is over, and return how many those were. After three attempts it has failed.

    Also makes tickets for tasks that wait without one: a worker may have died with it in its hand.
    """
    lost = Task.objects.filter(state=State.RUNNING, lease_until__lt=Now()).order_by("pk")
    taken = 0
    for task in lost:
        with transaction.atomic():
            # Whoever is in the middle of a step holds the row, and renews the lease with it.
            for locked in lost.filter(pk=task.pk).select_for_update(skip_locked=True):
                _wait_again(locked, _lost_too_often())
                taken += 1
    _make_missing_tickets()
    return taken


def _make_missing_tickets() -> None:
    with transaction.atomic():
        needed = Task.objects.filter(state=State.QUEUED).count() + _uncleared().count()
        for _number in range(needed - DBTaskResult.objects.ready().count()):
            issue_ticket()


def claim_uncleared(worker: str) -> Task | None:
    """Take a task of which something is left that nobody goes on with: cancelled, or failed long ago. None is none."""
    with transaction.atomic():
        task = _uncleared().select_for_update(of=("self",), skip_locked=True).select_related("project").first()
        if task is not None:
            change(task, worker=worker, lease_until=lease_end())
    return task


def _uncleared() -> QuerySet[Task]:
    free = Q(lease_until=None) | Q(lease_until__lt=Now())
    gone = Q(state=State.CANCELLED) | Q(state=State.FAILED, finished_at__lt=kept_since())
    return Task.objects.filter(free, gone, is_cleared=False).order_by("pk")


def kept_since() -> ExpressionWrapper[Any]:
    """Return the moment before which a task must have ended for its files to go."""
    return moment(-timedelta(days=settings.TASK_FILES_DAYS))


def mark_cleared(task: Task) -> None:
    """Write that nothing is left of what a task had begun."""
    rows = Task.objects.filter(pk=task.pk, worker=task.worker, state__in=[State.CANCELLED, State.FAILED])
    rows.update(is_cleared=True, lease_until=None)


def beat(worker: str, task: int | None) -> None:
    """Say that a worker is alive, and renew the lease of what it is at."""
    if not TaskWorker.objects.filter(name=worker).update(seen_at=Now()):
        TaskWorker.objects.create(name=worker, started_at=Now(), seen_at=Now())
    if task is not None:
        Task.objects.filter(pk=task, worker=worker, lease_until__isnull=False).update(lease_until=lease_end())


def leave(worker: str) -> None:
    """Take a worker that ends off the list."""
    TaskWorker.objects.filter(name=worker).delete()


def is_worker_there() -> bool:
    """Whether any worker has said in time that it is alive."""
    return TaskWorker.objects.filter(seen_at__gte=moment(-timedelta(seconds=settings.TASK_LEASE_SECONDS))).exists()


def tidy() -> None:
    """Forget workers that have been silent for long, and tickets that nobody needs."""
    TaskWorker.objects.filter(seen_at__lt=moment(-10 * timedelta(seconds=settings.TASK_LEASE_SECONDS))).delete()
    used = DBTaskResult.objects.exclude(pk__in=DBTaskResult.objects.ready().values("pk"))
    used.filter(enqueued_at__lt=moment(-TICKETS_KEPT)).delete()
