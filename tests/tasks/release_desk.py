"""``python -m tests.tasks.release_desk make`` makes a desk whose release is asked for; ``... work STEP`` is a worker.

It kills itself when the release comes to that step; without one it works to the end.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django
from django.core.management import call_command

STORIES = 12


def make() -> None:
    """Make everything anew."""
    call_command("migrate", verbosity=0)
    # Models exist only once Django is set up.
    from annotations.models import Role  # noqa: PLC0415
    from annotations.services.members import add_member  # noqa: PLC0415
    from annotations.services.records import import_records  # noqa: PLC0415
    from annotations.services.tasks import start_task  # noqa: PLC0415
    from annotations.tasks.release import clean  # noqa: PLC0415
    from benchmarks import corpus  # noqa: PLC0415
    from tests.cast import make_project, make_user  # noqa: PLC0415

    project, manager = make_project("desk", "Desk"), make_user("manager")
    membership = add_member(actor=None, project=project, user=manager, role=Role.MANAGER)
    import_records(actor=manager, project=project, records=[corpus.record(one, seed=7) for one in range(STORIES)])
    arguments = clean(membership, {"as_of": "2026-11-01", "parquet": True})
    start_task(actor=manager, project=project, kind="release", arguments=arguments)


def work(step: str) -> None:
    """Be a worker."""
    from annotations.tasks import KINDS  # noqa: PLC0415
    from annotations.tasks.kinds import Kind, Run  # noqa: PLC0415

    class Mortal(Run):
        def advance(self, done: int, total: int | None = None, message: str = "") -> None:
            die_at(message)
            super().advance(done, total, message)

        @contextmanager
        def step(self, done: int, total: int | None = None, message: str = "", **more: Any) -> Iterator[None]:
            with super().step(done, total, message, **more):
                yield
                # What the step wrote is not committed yet.
                die_at(message)

    def die_at(message: str) -> None:
        if step and message == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def run(run: Run) -> dict[str, Any]:
        mortal = Mortal(run.task, run._stopping)
        result: dict[str, Any] = whole.run(mortal)
        run.is_finished = mortal.is_finished
        return result

    whole = KINDS["release"]
    KINDS["release"] = Kind(run=run, act=whole.act, clean=whole.clean, clear=whole.clear)
    call_command("worker", "--batch")


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "make":
        make()
    else:
        work("".join(sys.argv[2:]))
