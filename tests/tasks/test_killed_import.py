"""``kill -9`` of a worker in the middle of an import: nothing shows, another goes on, and nothing is there twice."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks import corpus
from tests.killing import ROOT, own_database, rows, run
from tests.tasks.test_killed import PATIENCE, Environment, until

STORIES = 150
QUOTES = 6

pytestmark = [pytest.mark.slow, pytest.mark.data]


@contextmanager
def worker(desk: Environment) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker until there is nothing left to do, and kill it at the end if it lives still."""
    command = [sys.executable, "manage.py", "worker", "--batch"]
    with subprocess.Popen(command, cwd=ROOT, env=desk, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def count(desk: Environment, table: str) -> int:
    """Count the rows of a table, past the program."""
    ((found,),) = rows(desk, f"SELECT count(*) FROM annotations_{table}")  # noqa: S608
    return int(found)


def test_a_killed_import_shows_nothing_and_ends_with_everything_once(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    # pytest prints this seed above its first line.
    chance = random.Random(request.config.getoption("randomly_seed"))  # noqa: S311
    file = tmp_path / "stories.jsonl"
    lines = [*corpus.lines(STORIES, quotes=QUOTES)]
    file.write_bytes(b"".join([*lines[:70], b'{"text": "half a\n', *lines[70:]]))
    importing = ("manage.py", "import_articles", str(file), "--project=desk", "--as=manager", "--background")
    exporting = ("manage.py", "export_dataset", "--project=desk", "--annotations=all", "--output=-")
    with own_database(tmp_path, os.environ.get("DATABASE_URL", ""), "imports") as environment:
        desk = environment | {"NEWSNOTES_TASK_LEASE": "1", "LOG_LEVEL": "CRITICAL"}
        run(desk, "-m", "tests.tasks.desk", "make")
        run(desk, *importing)
        for part in (3, 2):
            stories = min(count(desk, "article") + chance.randrange(1, STORIES // part), STORIES - 20)
            with worker(desk):
                until(lambda most=stories: count(desk, "article") >= most)
            assert rows(desk, "SELECT state FROM annotations_task") == [("running",)]
        assert run(desk, *exporting) == ""
        with worker(desk) as process:
            process.wait(timeout=PATIENCE)
        assert rows(desk, "SELECT state, attempts FROM annotations_task") == [("done", 3)]
        exported = run(desk, *exporting)
        assert exported.encode() == b"".join(lines)
        (path,) = tmp_path.glob("tasks/*/report.jsonl")
        report = [json.loads(line) for line in path.read_bytes().splitlines()]
        assert [row["line"] for row in report] == list(range(1, STORIES + 2))
        assert [row["line"] for row in report if row["outcome"] != "new"] == [71]
        changes = count(desk, "change")
        run(desk, *importing)
        with worker(desk) as process:
            process.wait(timeout=PATIENCE)
        assert (count(desk, "article"), count(desk, "quote"), count(desk, "change")) == (
            STORIES,
            STORIES * QUOTES,
            changes,
        )
        run(desk, "manage.py", "verify")
