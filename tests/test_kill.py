"""``kill -9`` of a working server: what it said was saved is saved, once, and nothing is half written."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

import psycopg
import pytest

from newsnotes.serve import server_command
from tests.kill_desk import line

ROOT = Path(__file__).parent.parent
HOST = "127.0.0.1"
ROUNDS = 25
PEOPLE = 4
LINES = 6_000
START_TIMEOUT = 60

pytestmark = [pytest.mark.slow, pytest.mark.data]


@dataclass
class Writer:
    """One person's program: it saves quotes one after the other, and remembers what it was told."""

    number: int
    port: int
    token: str
    assignment: int
    saved: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    asked: int = 0

    def work(self, stop: Event) -> None:
        """Save until the server is gone."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=20)
        try:
            while not stop.is_set():
                self.asked += 1
                self.save(connection, f"writer-{self.number}-{self.asked}", self.asked * PEOPLE + self.number)
        except (OSError, http.client.HTTPException):
            stop.set()
        finally:
            connection.close()

    def save(self, connection: http.client.HTTPConnection, key: str, place: int) -> None:
        """Ask for one quote. Until there is an answer, nobody knows whether it was saved."""
        self.unknown[key] = place
        words = f"“Pier {place} is safe,”"
        start = len("\n\n".join(map(line, range(place)))) + 2
        span = {"start": start, "end": start + len(words), "exact": words}
        connection.request(
            "POST",
            f"/api/v1/projects/desk/assignments/{self.assignment}/quotes",
            json.dumps({"content": [span], "speaker": {"label": "Ada Holt"}}),
            {
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "Idempotency-Key": key,
            },
        )
        answer = connection.getresponse()
        body = answer.read()
        del self.unknown[key]
        if answer.status == 201:
            quote = json.loads(body)["id"]
            assert self.saved.setdefault(key, quote) == quote
        else:
            self.refused.append(f"{answer.status} {body.decode()}")

    def ask_again(self) -> None:
        """Send everything again of which nobody knows whether it was saved."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=20)
        for key, place in dict(self.unknown).items():
            self.save(connection, key, place)
        connection.close()


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A database of its own: a file, or a database beside that of the other tests."""
    asked = os.environ.get("DATABASE_URL", "")
    base = os.environ | {"NEWSNOTES_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "newsnotes.settings"}
    if not asked.startswith("postgres"):
        yield base | {"DATABASE_URL": f"sqlite:///{tmp_path}/kill.sqlite3"}
        return
    name = f"kill_{os.getpid()}"
    with psycopg.connect(asked, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield base | {"DATABASE_URL": urlsplit(asked)._replace(path=f"/{name}").geturl()}
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def run(environment: dict[str, str], *arguments: str) -> str:
    """Run a program of ours to its end, and return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def started(environment: dict[str, str], port: int) -> subprocess.Popen[bytes]:
    """Start the server as ``make run`` does, in a process group of its own, and wait until it answers."""
    server = subprocess.Popen(
        server_command(HOST, str(port)),
        cwd=ROOT,
        env=environment | {"PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", "/health/")
            if connection.getresponse().status == 200:
                return server
        except OSError:
            time.sleep(0.02)
        finally:
            connection.close()
    killed(server)
    raise AssertionError("the server did not start")


def killed(server: subprocess.Popen[bytes]) -> None:
    """End the server and all its workers at once, wherever they are."""
    os.killpg(server.pid, signal.SIGKILL)
    server.wait(timeout=20)


def rows(environment: dict[str, str], sql: str) -> list[tuple[str, ...]]:
    """Look into the database, past the program."""
    url = environment["DATABASE_URL"]
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()
    with psycopg.connect(url) as server:
        return server.execute(sql.encode()).fetchall()


def test_nothing_that_was_acknowledged_is_lost(environment: dict[str, str], request: pytest.FixtureRequest) -> None:
    # pytest prints this seed above its first line.
    chance = random.Random(request.config.getoption("randomly_seed"))  # noqa: S311
    with socket.create_server((HOST, 0)) as free:
        port = int(free.getsockname()[1])
    made = json.loads(run(environment, "-m", "tests.kill_desk", str(PEOPLE), str(LINES)))
    writers = [Writer(number, port, **one) for number, one in enumerate(made)]
    cut_off = 0
    for _round in range(ROUNDS):
        server = started(environment, port)
        stop = Event()
        threads = [Thread(target=writer.work, args=[stop]) for writer in writers]
        try:
            for writer in writers:
                writer.ask_again()
            for thread in threads:
                thread.start()
            time.sleep(chance.uniform(0.05, 0.5))
        finally:
            killed(server)
            stop.set()
            for thread in threads:
                if thread.ident:
                    thread.join(timeout=30)
        cut_off += sum(len(writer.unknown) for writer in writers)
    server = started(environment, port)
    try:
        for writer in writers:
            writer.ask_again()
    finally:
        killed(server)

    assert [writer.refused for writer in writers if writer.refused] == []
    saved = {key: quote for writer in writers for key, quote in writer.saved.items()}
    assert cut_off, "no kill met a save"
    assert len(saved) > ROUNDS
    made_quotes = (
        "SELECT gesture, subject_key FROM annotations_change WHERE action = 'create' AND subject_kind = 'quote'"
    )
    history = rows(environment, made_quotes)
    assert [key for key, times in Counter(key for key, _ in history).items() if times > 1] == []
    assert dict(history) == saved
    assert sorted(quote for (quote,) in rows(environment, "SELECT key FROM annotations_quote")) == sorted(
        saved.values()
    )
    run(environment, "manage.py", "verify")
