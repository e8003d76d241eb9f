"""What ``make run`` starts: prepare the desk, then the server and a worker for long tasks, under one parent.

Only the lighter parts of the standard library are imported here, so the parent costs little memory.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

READY_TIMEOUT = 60
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Seconds between two looks at the children, before a dead worker is started again, and for its task to be handed back.
LOOK, PAUSE, PATIENCE = 0.1, 2.0, 10.0


def main(arguments: list[str]) -> int:
    """Serve until a signal says stop, or the server ends, and return its exit status."""
    host, port = os.environ.get("NEWSNOTES_HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if arguments == ["web"]:
        # A container prepares elsewhere and has one parent already: become the server.
        os.execv(sys.executable, server_command(host, port))
    if problem := port_problem(host, port):
        sys.stderr.write(f"{problem}\n")
        return 1
    # Somebody sits in front of this one and reads along.
    os.environ.setdefault("LOG_FORMAT", "text")
    prepared = subprocess.run(
        [sys.executable, "manage.py", "prepare"], check=False, stdout=subprocess.PIPE, encoding="utf-8"
    )
    if prepared.returncode:
        return prepared.returncode
    children = Children(server_command(host, port), worker_command())
    if _answers(children.server, host, port):
        # The link comes last, where it is seen.
        sys.stdout.write(f"\nnewsnotes runs at http://{host}:{port}/ . Ctrl-C stops it.\n{prepared.stdout}\n")
        sys.stdout.flush()
    return children.wait()


class Children:
    """The server and the worker. The worker is started again when it dies; both end when we are asked to."""

    def __init__(self, server: list[str], worker: list[str]) -> None:
        self.is_stopping = False
        self._worker_command = worker
        self.server, self.worker = _child(server), _child(worker)
        for one in STOPS:
            signal.signal(one, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """Let the server finish its requests and the worker its step; wait for them, not for ourselves.

        They hear of it once: a second signal while the server handles the first makes it wait for itself for ever.
        """
        for one in STOPS:
            signal.signal(one, signal.SIG_IGN)
        self.is_stopping = True
        for child in (self.server, self.worker):
            if child.poll() is None:
                child.terminate()

    def wait(self) -> int:
        """Keep a worker running for as long as the server runs; return the exit status of the server."""
        while self.server.poll() is None:
            if self.worker.poll() is not None and not self.is_stopping:
                # What kills it at once would otherwise be started without end.
                time.sleep(PAUSE)
                self.worker = self.worker if self.is_stopping else _child(self._worker_command)
            time.sleep(LOOK)
        self._end_worker()
        return self.server.wait()

    def _end_worker(self) -> None:
        if not self.is_stopping:
            self.worker.terminate()
        try:
            self.worker.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            # In the middle of a long step: its lease will end, and the next worker takes the task up.
            self.worker.kill()
            self.worker.wait()


def _child(command: list[str]) -> subprocess.Popen[bytes]:
    # In a group of its own, where Ctrl-C in a terminal does not reach it besides through us.
    return subprocess.Popen(command, process_group=0)


def worker_command() -> list[str]:
    """Return the command that runs background tasks."""
    return [sys.executable, "manage.py", "worker"]


def server_command(host: str, port: str) -> list[str]:
    """Return the command that serves the site.

    SQLite has one writer at a time, and a process on PostgreSQL at most eight connections: more
    threads would only wait there. What goes beyond the backpressure waits in the listening queue.
    """
    options = {
        "interface": "wsgi",
        "host": host,
        "port": port,
        "http": "1",
        "workers": os.environ.get("NEWSNOTES_WORKERS") or "1",
        "blocking-threads": os.environ.get("NEWSNOTES_THREADS") or "4",
        "backlog": "1024",
        "backpressure": "128",
        "workers-kill-timeout": "15",
        "log-level": "warning",
    }
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    program = [sys.executable, "-m", "granian", "--no-ws", "--respawn-failed-workers"]
    return [*program, *flags, "newsnotes.wsgi:application"]


def port_problem(host: str, port: str) -> str:
    """Return why we cannot listen on a port, or nothing."""
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        return f"PORT must be a number from 1 to 65535, not {port!r}."
    with socket.socket() as probe:
        # As the server does: a port whose last connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except PermissionError:
            return f"Port {port} needs special rights. Choose one above 1023: PORT=8000 make run"
        except OSError:
            return (
                f"Port {port} is in use, perhaps by a newsnotes that still runs."
                f" Stop it, or choose another port: PORT={int(port) % 65535 + 1} make run"
            )
    return ""


def _answers(server: subprocess.Popen[bytes], host: str, port: str) -> bool:
    """Wait until the server answers; return whether it does."""
    deadline = time.monotonic() + READY_TIMEOUT
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with socket.create_connection((host, int(port)), timeout=5) as connection:
                connection.sendall(f"GET /health/ HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n".encode())
                return connection.recv(5) == b"HTTP/"
        except OSError:
            time.sleep(0.05)
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
