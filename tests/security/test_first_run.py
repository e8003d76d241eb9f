"""The first start of a desk: nobody has a password, nothing is open, and the key is its owner's alone."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a first start leaves on the disk, as ``make run`` prepares it, without any setting."""
    folder = tmp_path_factory.mktemp("first-run") / "var"
    keep = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}}
    done = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        env=keep | {"NEWSNOTES_VAR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "/sign-in/" in done.stdout
    return folder


def rows(var: Path, sql: str) -> list[tuple[object, ...]]:
    """Look into the new database."""
    connection = sqlite3.connect(var / "newsnotes.sqlite3")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_the_key_is_fresh_and_its_owners_alone(var: Path) -> None:
    key = var / "secret_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_text(encoding="ascii").strip()) >= 50


def test_nobody_has_a_password(var: Path) -> None:
    users = rows(var, "SELECT username, password, is_superuser, is_staff FROM annotations_user")
    assert len(users) == 1
    assert all(str(password).startswith("!") for _, password, _, _ in users)
    assert not any(superuser or staff for _, _, superuser, staff in users)


def test_the_only_way_in_is_one_link_that_expires(var: Path) -> None:
    assert rows(var, "SELECT count(*) FROM annotations_signinlink WHERE used_at IS NULL") == [(1,)]
    assert rows(var, "SELECT count(*) FROM annotations_apitoken") == [(0,)]
    assert rows(var, "SELECT count(*) FROM annotations_invitation") == [(0,)]


def test_there_is_no_admin_site(var: Path) -> None:
    assert rows(var, "SELECT count(*) FROM sqlite_master WHERE name LIKE 'django_admin%'") == [(0,)]
