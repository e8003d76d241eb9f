"""The command line from outside: what people can mend is said in a sentence, and nothing ends in a trace."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from newsnotes.console import explained

ROOT = Path(__file__).parents[2]
NOWHERE = "postgres://desk:secret@127.0.0.1:1/desk?connect_timeout=2"


def manage(*arguments: str, var: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, on a desk of its own."""
    environment = {"PATH": os.environ["PATH"], "NEWSNOTES_VAR": str(var), "LOG_LEVEL": "ERROR"} | variables
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty desk."""
    var = tmp_path_factory.mktemp("var")
    assert manage("migrate", "-v0", var=var).returncode == 0
    assert manage("create_project", "city", var=var).returncode == 0
    return var


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export_dataset", "--project", "city", "--output", "/nonexistent/x"), "/nonexistent/x"),
        (("export_dataset", "--project", "city", "--output", "{var}"), "{var}: Is a directory."),
        (("copy_database", "--from", "foo://x", "--to", "sqlite:///{var}/new"), "looks like sqlite:"),
        (("copy_database", "--from", "postgres://a:secret@h:port/x", "--to", "sqlite:///{var}/new"), "looks like"),
        (("copy_database", "--from", NOWHERE, "--to", "sqlite:///{var}/new"), "The database does not answer: "),
        (("copy_database", "--from", "sqlite:///{var}/mistyped", "--to", NOWHERE), "There is no file {var}/mistyped"),
    ],
)
def test_a_command_that_cannot_work_says_why(desk: Path, arguments: tuple[str, ...], said: str) -> None:
    done = manage(*(one.replace("{var}", str(desk)) for one in arguments), var=desk)
    assert done.returncode == 1
    assert said.replace("{var}", str(desk)) in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr
    assert not (desk / "mistyped").exists()


@pytest.mark.parametrize(("url", "said"), [("foo://x", "must look like"), (NOWHERE, "does not answer")])
@pytest.mark.parametrize("command", ["verify", "prepare"])
def test_a_database_that_is_not_there_is_told(tmp_path: Path, command: str, url: str, said: str) -> None:
    done = manage(command, var=tmp_path, DATABASE_URL=url)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_a_reader_that_goes_away_ends_it_quietly(desk: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "NEWSNOTES_VAR": str(desk), "LOG_LEVEL": "ERROR"}
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "manage.py", "verify"],
            cwd=ROOT,
            env=environment,
            stdout=closed,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_trace_is_there_for_who_asks(desk: Path) -> None:
    done = manage("export_dataset", "--project", "city", "--output", str(desk), "--traceback", var=desk)
    assert "Traceback" in done.stderr


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("no such table: x\nLINE 1"), "The database does not answer: no such table: x. "),
        (ImproperlyConfigured("PORT must be a number."), "PORT must be a number."),
        (OSError(28, "No space left on device"), "No space left on device."),
        (OSError("odd"), "odd"),
    ],
)
def test_each_kind_is_explained(error: Exception, said: str) -> None:
    assert explained(error).startswith(said)
