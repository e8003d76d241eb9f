"""``kill -9`` of a worker while it makes a release: nothing of it is seen, and the next one makes the same bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.killing import ROOT, own_database, rows, run

PATIENCE = 120
FILES = "SELECT name, bytes, sha256 FROM annotations_releasefile ORDER BY id"
STATE = "SELECT state, attempts FROM annotations_task"

pytestmark = [pytest.mark.slow, pytest.mark.data]

Environment = dict[str, str]


def work(desk: Environment, *step: str) -> int:
    """Let a worker work until it dies or nothing waits, and return how it ended."""
    command = [sys.executable, "-m", "tests.tasks.release_desk", "work", *step]
    return subprocess.run(
        command, cwd=ROOT, env=desk, stderr=subprocess.DEVNULL, timeout=PATIENCE, check=False
    ).returncode


def work_until_it_dies(desk: Environment, step: str) -> None:
    """Let workers work until one has died at a step: the first may find that the lease of one before is not over."""
    deadline = time.monotonic() + PATIENCE
    while work(desk, step) != -signal.SIGKILL:
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(1)


def test_a_release_whose_workers_were_killed_is_the_same_to_the_byte(tmp_path: Path) -> None:
    server = os.environ.get("DATABASE_URL", "")
    more = {"NEWSNOTES_TASK_LEASE": "1", "LOG_LEVEL": "CRITICAL"}
    with own_database(tmp_path, server, "release") as made:
        desk = made | more
        run(desk, "-m", "tests.tasks.release_desk", "make")
        with own_database(tmp_path, server, "undisturbed", like=desk["DATABASE_URL"]) as twin:
            assert work(twin | more) == 0
            wanted = rows(twin, FILES)
        assert len(wanted) > 10

        work_until_it_dies(desk, "reading stories")
        assert rows(desk, FILES) == []
        work_until_it_dies(desk, "README.md")
        assert len(rows(desk, FILES)) == len(wanted) - 3
        assert rows(desk, "SELECT count(*) FROM annotations_release WHERE number IS NOT NULL") == [(0,)]
        while rows(desk, STATE) != [("done", 3)]:
            time.sleep(1)
            work(desk)
        assert rows(desk, FILES) == wanted
        assert rows(desk, "SELECT number FROM annotations_release") == [(1,)]
        run(desk, "manage.py", "verify")
    assert list((tmp_path / "tasks").iterdir()) == []
