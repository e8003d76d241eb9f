"""``make run``: what it says where it cannot start, and that it starts, serves and stops."""

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsnotes.serve import port_problem, server_command

ROOT = Path(__file__).parent.parent
HOST = "127.0.0.1"


@pytest.fixture
def listener() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.create_server((HOST, 0)) as server:
        yield server.getsockname()[1]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


def test_a_free_port_is_no_problem() -> None:
    assert port_problem(HOST, str(free_port())) == ""


def test_a_busy_port_is_named_with_a_way_out(listener: int) -> None:
    problem = port_problem(HOST, str(listener))
    assert f"Port {listener} is in use" in problem
    assert "PORT=" in problem


@pytest.mark.parametrize("port", ["", "abc", "0", "65536", "-1", "٨٠"])
def test_a_port_must_be_a_number(port: str) -> None:
    assert "PORT must be a number" in port_problem(HOST, port)


def test_the_server_listens_where_it_is_told_to() -> None:
    command = server_command(HOST, "8123")
    assert command[command.index("--host") + 1] == HOST
    assert command[command.index("--port") + 1] == "8123"


@pytest.mark.slow
def test_it_starts_serves_and_stops(tmp_path: Path) -> None:
    port = free_port()
    environment = os.environ | {"PORT": str(port), "NEWSNOTES_VAR": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    with subprocess.Popen(
        [sys.executable, "-m", "newsnotes.serve"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as server:
        try:
            assert server.stdout is not None
            printed = []
            while not (printed and "/sign-in/" in printed[-1]):
                printed.append(server.stdout.readline())
                assert printed[-1], "it ended before it was ready"
            # The address, and then the link alone, are all that the standard output gets.
            assert next(line for line in printed if line.strip()).startswith(f"newsnotes runs at http://{HOST}:{port}/")
            assert status(port, printed[-1].strip()) == 200
            assert status(port, "/health/") == 200
            # A worker that dies is started again.
            first = worker_of(server.pid)
            os.kill(first, signal.SIGKILL)
            assert worker_of(server.pid, but=first) != first
        finally:
            # As Ctrl-C in a terminal does it, pressed twice.
            os.killpg(server.pid, signal.SIGINT)
            os.killpg(server.pid, signal.SIGINT)
        assert server.wait(timeout=20) == 0
    assert port_problem(HOST, str(port)) == ""
    with sqlite3.connect(tmp_path / "newsnotes.sqlite3") as desk:
        assert desk.execute("SELECT count(*) FROM annotations_task WHERE state = 'running'").fetchone() == (0,)


def worker_of(parent: int, *, but: int = 0) -> int:
    """Wait for the worker that a process has started, and return its number."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        listed = subprocess.run(
            ["ps", "-o", "pid=,stat=,args=", "--ppid", str(parent)], capture_output=True, text=True, check=False
        )
        found = [line.split() for line in listed.stdout.splitlines() if "manage.py worker" in line]
        alive = [int(pid) for pid, state, *_ in found if not state.startswith("Z") and int(pid) != but]
        if alive:
            return alive[0]
        time.sleep(0.1)
    raise AssertionError("there is no worker")


def status(port: int, link: str) -> int:
    """Return the status of a page."""
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    connection.request("GET", link.removeprefix(f"http://{HOST}:{port}"))
    answer = connection.getresponse().status
    connection.close()
    return answer
