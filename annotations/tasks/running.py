"""How a worker runs the next task: once to its end, or to where another attempt goes on."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils import translation
from django_tasks import task

from annotations.models import Task
from annotations.services.errors import ServiceError
from annotations.services.task_files import remove_files, remove_old_files
from annotations.services.task_leases import (
    LeaseLost,
    TaskCancelled,
    beat,
    claim_next,
    claim_uncleared,
    fail_task,
    finish_task,
    hand_back,
    mark_cleared,
    take_up_lost_tasks,
    tidy,
)
from annotations.tasks import KINDS
from annotations.tasks.kinds import Kind, Run, WorkerStops

logger = logging.getLogger("newsnotes.tasks")

# Set when the process is asked to end.
stopping = Event()


@dataclass
class Worker:
    """A process that runs tasks, and the number of the one that it is at."""

    name: str = ""
    task: int | None = None


me = Worker()


@task()
def work() -> None:
    """Clear away what was cancelled, or run the task whose turn it is. A worker does this for each ticket it draws."""
    # What is kept is kept in the language of the source.
    with translation.override(None):
        if stopping.is_set():
            return
        if (cancelled := claim_uncleared(me.name)) is not None:
            with _at(cancelled):
                clear(cancelled, KINDS)
        elif (found := claim_next(me.name)) is not None:
            run_task(found, KINDS)


@contextmanager
def _at(found: Task) -> Iterator[None]:
    """Renew the lease of a task from beside for as long as this process is at it, and no longer."""
    me.task = found.pk
    try:
        yield
    finally:
        me.task = None


def run_task(found: Task, kinds: Mapping[str, Kind]) -> None:
    """Run one attempt at a task that this worker has taken."""
    run = Run(found, stopping)
    with _at(found):
        try:
            _attempt(run, kinds)
        except TaskCancelled:
            clear(found, kinds)
        except LeaseLost:
            logger.warning("task %s: another worker has taken it up", found.key)


def _attempt(run: Run, kinds: Mapping[str, Kind]) -> None:
    found = run.task
    try:
        result = kinds[found.kind].run(run)
        if not run.is_finished:
            finish_task(found, result)
    except (TaskCancelled, LeaseLost):
        raise
    except WorkerStops:
        hand_back(found, counts=False)
    except ServiceError as error:
        fail_task(found, error.message)
    except (Http404, PermissionDenied) as refused:
        fail_task(found, str(refused))
    except (InterfaceError, OperationalError):
        # Without its database the worker cannot even write this down: the lease will tell.
        logger.exception("task %s: the database does not answer", found.key)
        raise
    except Exception:
        logger.exception("task %s: attempt %s failed", found.key, found.attempts)
        hand_back(found, counts=True)


def clear(found: Task, kinds: Mapping[str, Kind]) -> None:
    """Take away what a task had begun that nobody goes on with."""
    if found.kind in kinds:
        kinds[found.kind].clear(found)
    remove_files(found)
    mark_cleared(found)


def look_after_tasks() -> None:
    """Say that this worker is alive, take up what others have lost, and forget what is old."""
    beat(me.name, me.task)
    take_up_lost_tasks()
    remove_old_files()
    tidy()
