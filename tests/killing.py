"""A desk that serves in processes of its own, people who save at it, and its end by ``kill -9``."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import psycopg

from newsnotes.serve import server_command
from tests.kill_desk import line

ROOT = Path(__file__).parent.parent
HOST = "127.0.0.1"
START_TIMEOUT = 60


@dataclass
class Writer:
    """One person's program: it saves quotes one after the other, and remembers what it was told."""

    number: int
    people: int
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
                self.save(connection, f"writer-{self.number}-{self.asked}", self.asked * self.people + self.number)
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


@contextmanager
def own_database(folder: Path, server: str, name: str, like: str = "") -> Iterator[dict[str, str]]:
    """Give the environment of a desk with a new database: on a PostgreSQL server, or a file if it names none.

    It is empty, or as the database with the address ``like``, to which nobody is connected.
    """
    base = os.environ | {"NEWSNOTES_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "newsnotes.settings"}
    if not server.startswith("postgres"):
        if like:
            shutil.copyfile(like.removeprefix("sqlite:///"), folder / f"{name}.sqlite3")
        yield base | {"DATABASE_URL": f"sqlite:///{folder}/{name}.sqlite3"}
        return
    template = f" TEMPLATE {like.rpartition('/')[2]}" if like else ""
    name = f"{name}_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{template}".encode())
        try:
            yield base | {"DATABASE_URL": urlsplit(server)._replace(path=f"/{name}").geturl()}
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server((HOST, 0)) as free:
        return int(free.getsockname()[1])


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
