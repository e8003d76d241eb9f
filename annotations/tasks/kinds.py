"""What a kind of task is, and what it is given to work with.

A kind is one function that runs from its beginning or from its last checkpoint, in steps that can be repeated safely:
a worker may be killed at any moment, and the next one runs the function again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from threading import Event
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.access import Act, blind_articles, get_membership
from annotations.exports.records import Record
from annotations.models import Membership, Project, Task, User
from annotations.services.errors import Invalid
from annotations.services.task_files import new_file
from annotations.services.task_leases import LeaseLost, TaskCancelled, finish_task, hold

# How often progress is written at most, in seconds: a kind may tell of each row.
PACE = 0.5
MESSAGE_LENGTH = 200


class WorkerStops(Exception):
    """The worker was asked to end: it hands its task back."""


class Run:
    """One attempt at a task. It raises where the attempt must end; a kind lets that through."""

    def __init__(self, task: Task, stopping: Event) -> None:
        self.task = task
        self.is_finished = False
        self._stopping = stopping
        self._told = 0.0

    @property
    def project(self) -> Project:
        """The project that the task is of."""
        return self.task.project

    @property
    def actor(self) -> User:
        """Who asked for it."""
        return self.task.asked_by

    @property
    def arguments(self) -> Record:
        """What was asked for."""
        arguments: Record = self.task.arguments
        return arguments

    @property
    def checkpoint(self) -> Record:
        """What the last step that was written left for those after it; empty at the beginning."""
        checkpoint: Record = self.task.checkpoint
        return checkpoint

    def membership(self, act: Act | None = None) -> Membership:
        """Return the membership of whoever asked, as it is now. Raises ``Http404``, ``PermissionDenied``."""
        return get_membership(self.actor, self.project.slug, act)

    def advance(self, done: int, total: int | None = None, message: str = "") -> None:
        """Tell how far it is, and renew the lease. Costs next to nothing when called often.

        Raises ``TaskCancelled``, ``LeaseLost`` or ``WorkerStops``.
        """
        self._stop_if_asked()
        if time.monotonic() >= self._told + PACE or done == total:
            self._write(done, total, message)

    @contextmanager
    def step(
        self, done: int, total: int | None = None, message: str = "", *, checkpoint: Record | None = None
    ) -> Iterator[None]:
        """Write rows together with how far they bring the task: both are there afterwards, or neither.

        One short transaction, since whoever cancels waits for its end. Raises what ``advance`` raises, and nothing of
        the step is written then.
        """
        self._stop_if_asked()
        with transaction.atomic():
            hold(self.task)
            yield
            if not self.is_finished:
                self._write(done, total, message, **({} if checkpoint is None else {"checkpoint": checkpoint}))
        if checkpoint is not None:
            self.task.checkpoint = checkpoint

    def finish(self, result: Record) -> None:
        """End the task in the transaction of its last step, so that it is done exactly if that step is written."""
        finish_task(self.task, result)
        self.is_finished = True

    def new_file(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open a file for people to fetch, which has its name once it is whole. Name it in the result's ``files``."""
        return new_file(self.task, name)

    def _stop_if_asked(self) -> None:
        if self._stopping.is_set():
            raise WorkerStops

    def _write(self, done: int, total: int | None, message: str, **values: Any) -> None:
        hold(self.task, done=done, total=total, message=message[:MESSAGE_LENGTH], **values)
        self._told = time.monotonic()


def nothing_to_clear(task: Task) -> None:
    """Leave nothing behind besides files, which are cleared for all kinds."""


def from_others(membership: Membership, task: Task) -> str:
    """Show a result to nobody but whoever asked: it is made of what only they may see."""
    return "" if task.asked_by_id == membership.user_id else _("Only whoever asked for it sees the result.")


def from_the_blind(membership: Membership, task: Task) -> str:
    """Show a result, which may tell of everybody's quotes, to who may see everybody's quotes of every story."""
    if not blind_articles(membership).exists():
        return ""
    return _("You annotate stories that have no gold yet: who sees everything, or the command, sees the result.")


def no_arguments(membership: Membership, arguments: Record) -> Record:
    """Take no arguments. Raises ``Invalid``."""
    if arguments:
        raise Invalid(_("This kind of task takes no arguments."), field="arguments")
    return {}


@dataclass(frozen=True)
class Kind:
    """A kind of task.

    ``run`` does it and returns the result, JSON that holds no words of a story. ``clean`` checks what was asked for and
    returns it as it is kept, or raises ``Invalid``. ``clear`` takes away what a cancelled task had begun; it may be
    called again. ``act`` is what whoever asks must be allowed to do; None is every member. ``withheld``
    says why a member who sees the task does not see its result and its files, or nothing.
    """

    run: Callable[[Run], Record]
    act: Act | None
    clean: Callable[[Membership, Record], Record] = no_arguments
    clear: Callable[[Task], None] = nothing_to_clear
    withheld: Callable[[Membership, Task], str] = from_others


__all__ = ["Kind", "LeaseLost", "Run", "TaskCancelled", "WorkerStops"]
