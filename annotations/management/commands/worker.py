"""Run background tasks, one after the other, until a signal says stop. Start as many of these as shall run at a time.

The task at hand is handed back when the worker is asked to end. A worker that is killed loses its task to another one.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from threading import Event, Thread
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from annotations.services.task_leases import BEATS_A_LEASE, leave
from annotations.tasks.running import look_after_tasks, me, stopping

logger = logging.getLogger("newsnotes.tasks")


class TicketWorker(Worker):
    """Draws tickets. Asked to end, it lets the task at hand end at its next step."""

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """Stop at the next step; asked again, at once."""
        stopping.set()
        super().shutdown(signum, frame)


class Command(BaseCommand):
    """Be a worker."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take when to end."""
        parser.add_argument("--batch", action="store_true", help="end when no task waits")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work, and say meanwhile that this worker is alive."""
        me.name = f"{socket.gethostname()[:30]}-{os.getpid()}-{get_random_string(8)}"
        worker = TicketWorker(
            queue_names=["default"],
            interval=1,
            batch=options["batch"],
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=me.name,
            excluded_queue_names=[],
        )
        worker.configure_signals()
        _pulse()
        ended = Event()
        beside = Thread(target=_beat, args=(ended,), daemon=True)
        beside.start()
        try:
            worker.run()
        finally:
            ended.set()
            beside.join(timeout=5)


def _beat(ended: Event) -> None:
    while not ended.wait(settings.TASK_LEASE_SECONDS / BEATS_A_LEASE):
        _pulse()
    _tried(lambda: leave(me.name))


def _pulse() -> None:
    _tried(look_after_tasks)


def _tried(act: Callable[[], None]) -> None:
    """Do something that the next beat does again, whatever becomes of it now."""
    try:
        act()
    except (InterfaceError, OperationalError) as error:
        logger.warning("the database does not answer: %s", type(error).__name__)
    except Exception:
        logger.exception("looking after tasks failed")
    finally:
        connections.close_all()
