"""``python -m tests.tasks.desk make KIND ...`` makes a desk with tasks; ``... work ARGUMENT ...`` is a worker there.

The kinds are those of the test: they take long enough to be killed in the middle, or kill their worker themselves.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

import django
from django.core.management import call_command

STEPS = 40
PAUSE = 0.03
FILE = "all.txt"


def line(number: int) -> str:
    """Return a line of the file, or a story."""
    return f"Story {number}\n\nThe {number}th of {STEPS}."


def importing(run: Any) -> dict[str, Any]:
    """Import stories, one in each step."""
    from annotations.services.articles import import_article  # noqa: PLC0415

    for number in range(run.checkpoint.get("stories", 0), STEPS):
        with run.step(number + 1, STEPS, checkpoint={"stories": number + 1}):
            import_article(actor=run.actor, project=run.project, text=line(number))
        time.sleep(PAUSE)
    return {"stories": STEPS}


def exporting(run: Any) -> dict[str, Any]:
    """Write a file, line by line."""
    with run.new_file(FILE) as file:
        for number in range(STEPS):
            file.write(line(number).encode())
            file.flush()
            run.advance(number, STEPS)
            time.sleep(PAUSE)
    return {"files": [{"name": FILE}]}


def poisoning(run: Any) -> dict[str, Any]:
    """Kill the worker."""
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def make(kinds: list[str]) -> None:
    """Make everything anew."""
    call_command("migrate", verbosity=0)
    # Models exist only once Django is set up.
    from annotations.models import Role  # noqa: PLC0415
    from annotations.services.members import add_member  # noqa: PLC0415
    from annotations.services.tasks import start_task  # noqa: PLC0415
    from tests.cast import make_project, make_user  # noqa: PLC0415

    project, manager = make_project("desk", "Desk"), make_user("manager")
    add_member(actor=None, project=project, user=manager, role=Role.MANAGER)
    for kind in kinds:
        start_task(actor=manager, project=project, kind=kind, arguments={})


def work(arguments: list[str]) -> None:
    """Be a worker that knows the kinds of the test."""
    from annotations.tasks import KINDS  # noqa: PLC0415
    from annotations.tasks.kinds import Kind  # noqa: PLC0415

    runs = {"import": importing, "export": exporting, "release": poisoning}
    KINDS.update({key: Kind(run=run, act=None) for key, run in runs.items()})
    call_command("worker", *arguments)


if __name__ == "__main__":
    django.setup()
    {"make": make, "work": work}[sys.argv[1]](sys.argv[2:])
