"""``kill -9`` of a worker in the middle of a task: another one takes it up where it was, and nothing is half done."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.killing import ROOT, own_database, rows, run
from tests.tasks.desk import FILE, STEPS, line

PATIENCE = 120

pytestmark = [pytest.mark.slow, pytest.mark.data]

Environment = dict[str, str]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Environment]:
    """The environment of a desk with a database of its own, and leases that end after a second."""
    with own_database(tmp_path, os.environ.get("DATABASE_URL", ""), "tasks") as environment:
        yield environment | {"NEWSNOTES_TASK_LEASE": "1", "LOG_LEVEL": "CRITICAL"}


@contextmanager
def worker(desk: Environment, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker, and kill it at the end if it lives still."""
    command = [sys.executable, "-m", "tests.tasks.desk", "work", *arguments]
    with subprocess.Popen(command, cwd=ROOT, env=desk, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def until(met: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def task(desk: Environment, kind: str) -> dict[str, Any]:
    """Look at a task, past the program."""
    columns = ("kind", "state", "attempts", "done", "worker", "reason")
    found = rows(desk, "SELECT kind, state, attempts, done, worker, reason FROM annotations_task")
    (row,) = (row for row in found if row[0] == kind)
    return dict(zip(columns, row, strict=True))


def reached(desk: Environment, kind: str, steps: int) -> bool:
    """Whether a task is so far, and not at its end."""
    found = task(desk, kind)
    assert found["state"] in {"queued", "running"}
    return bool(found["done"] >= steps)


def test_what_a_killed_worker_was_at_is_finished_by_another(
    desk: Environment, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    # pytest prints this seed above its first line.
    chance = random.Random(request.config.getoption("randomly_seed"))  # noqa: S311
    run(desk, "-m", "tests.tasks.desk", "make", "import", "export", "release")
    steps = chance.randrange(2, STEPS // 2)
    with worker(desk):
        until(lambda: reached(desk, "import", steps))
    assert task(desk, "import")["state"] == "running"
    with worker(desk):
        # It takes up what the first one lost, and goes on to the next.
        until(lambda: bool(list(tmp_path.glob("tasks/*/*.tmp"))))
    assert list(tmp_path.glob(f"tasks/*/{FILE}")) == []
    while task(desk, "release")["state"] != "failed":
        with worker(desk, "--batch") as process:
            process.wait(timeout=PATIENCE)

    imported, exported, poisonous = (task(desk, kind) for kind in ("import", "export", "release"))
    assert (imported["state"], imported["attempts"], imported["done"]) == ("done", 2, STEPS)
    titles = sorted(text for (text,) in rows(desk, "SELECT headline FROM annotations_articleversion"))
    assert titles == sorted(line(number).partition("\n")[0] for number in range(STEPS))
    assert rows(desk, "SELECT count(*) FROM annotations_change WHERE action = 'import'") == [(STEPS,)]
    assert (exported["state"], exported["attempts"]) == ("done", 2)
    (written,) = tmp_path.glob("tasks/*/*.txt")
    assert written.read_text() == "".join(map(line, range(STEPS)))
    assert poisonous["attempts"] == 3
    assert "3 times" in poisonous["reason"]
    run(desk, "manage.py", "verify")


def test_a_worker_that_is_asked_to_end_hands_its_task_back_at_once(desk: Environment) -> None:
    run(desk, "-m", "tests.tasks.desk", "make", "import")
    with worker(desk) as process:
        until(lambda: reached(desk, "import", 2))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0
    found = task(desk, "import")
    assert (found["state"], found["attempts"], found["worker"]) == ("queued", 0, "")
    assert rows(desk, "SELECT count(*) FROM annotations_taskworker") == [(0,)]
