"""A desk moves from SQLite to PostgreSQL and back, and nothing is missing. Real databases, real commands."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from tests.postgres import postgres

DATABASE = "copy_of_a_desk"


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    with postgres() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
            connection.execute(f"CREATE DATABASE {DATABASE}")
        yield f"{url.rpartition('/')[0]}/{DATABASE}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def manage(url: str, *arguments: str, code: int = 0) -> bytes:
    """Run a command on the desk at an address; return what it wrote."""
    done = subprocess.run(
        [sys.executable, settings.BASE_DIR / "manage.py", *arguments],
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        check=False,
    )
    assert done.returncode == code, done.stderr.decode()
    return done.stdout + (done.stderr if code else b"")


@pytest.mark.slow
def test_there_and_back(postgresql: str, tmp_path: Path) -> None:
    desk, back = f"sqlite:///{tmp_path / 'desk.sqlite3'}", f"sqlite:///{tmp_path / 'back.sqlite3'}"
    manage(desk, "migrate", "-v0")
    manage(desk, "load_sample")
    (tmp_path / "cafe.txt").write_bytes("Café.\r\n".encode("latin-1"))
    manage(desk, "import_articles", "--project", "sample", "--charset", "latin-1", str(tmp_path / "cafe.txt"))
    export = ("export_dataset", "--project", "sample", "--annotations", "all")
    before = manage(desk, *export)

    there = manage(desk, "copy_database", "--from", desk, "--to", postgresql)
    assert b"Both databases hold the same" in there
    assert manage(postgresql, *export) == before
    assert b"All promises hold." in manage(postgresql, "verify")

    # The checksums of every table are the same on the way back.
    assert manage(desk, "copy_database", "--from", postgresql, "--to", back) == there
    assert manage(back, *export) == before
    assert b"All promises hold." in manage(back, "verify", "--integrity")

    # New rows get numbers of their own, and neither desk can be copied over.
    for url in (postgresql, back):
        (tmp_path / "new.txt").write_text("A new story.")
        manage(url, "import_articles", "--project", "sample", str(tmp_path / "new.txt"))
        assert b"not empty" in manage(desk, "copy_database", "--from", desk, "--to", url, code=1)
    assert b"same database" in manage(desk, "copy_database", "--from", desk, "--to", desk, code=1)
    assert b"looks like" in manage(desk, "copy_database", "--from", desk, "--to", "mysql://x/y", code=1)
