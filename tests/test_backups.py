"""Backups of real desks, by real commands: there and back, damaged, killed in the middle, and while people save."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from itertools import count, product
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import models

from annotations.services.backup_files import FORMAT, HEAD, SEAL_LENGTH, Manifest, Writer, check_file, sections
from annotations.services.backups import restore
from annotations.services.errors import Invalid
from annotations.services.whole_desk import line_of, moving_models, reader_of
from tests.killing import ROOT, free_port, killed, own_database, rows, run, started
from tests.killing import Writer as Editor
from tests.postgres import postgres

KINDS = ("sqlite", "postgresql")
# Enough that a command can be killed in the middle of them.
STORIES = 12
PEOPLE = 20
LINES = 600
Environment = dict[str, str]
NewDesk = Callable[..., Environment]
MADE_QUOTES = "SELECT gesture, subject_key FROM annotations_change WHERE action = 'create' AND subject_kind = 'quote'"


@pytest.fixture(scope="module")
def new_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewDesk]:
    """Give the environments of desks with new databases of either kind, empty, or like one that is there."""
    with ExitStack() as stack:
        server = stack.enter_context(postgres())
        numbers = count()

        def new(kind: str, like: str = "") -> Environment:
            folder = tmp_path_factory.mktemp("desk")
            address = server if kind == "postgresql" else ""
            return stack.enter_context(own_database(folder, address, f"backup_{next(numbers)}", like))

        yield new


@pytest.fixture(scope="module", params=KINDS)
def fresh(request: pytest.FixtureRequest, new_desk: NewDesk) -> Callable[[], Environment]:
    """Give desks on which nothing happened but ``migrate``, which takes a while and is done once."""
    kind = request.param
    migrated = new_desk(kind)
    run(migrated, "manage.py", "migrate", "-v0")
    return lambda: new_desk(kind, migrated["DATABASE_URL"])


@pytest.fixture(scope="module")
def desk(new_desk: NewDesk) -> Environment:
    """A desk on SQLite that has everything once."""
    environment = new_desk("sqlite")
    found = json.loads(run(environment, "-m", "tests.backup_desk", str(STORIES)))
    # Nothing makes these rows in this world; what has rows is what the tests below speak of.
    assert {table for table, has_rows in found.items() if not has_rows} <= EMPTY
    return environment


EMPTY = {
    "account_emailaddress",
    "account_emailconfirmation",
    "annotations_removal",
    "annotations_user_groups",
    "annotations_verdict",
    "auth_group",
    "mfa_authenticator",
}


@pytest.fixture(scope="module")
def backup(desk: Environment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    path = tmp_path_factory.mktemp("backups") / "desk.backup.gz"
    run(desk, "manage.py", "backup", str(path))
    return path


def refused(environment: Environment, *arguments: str) -> str:
    """Run a command that must fail, and return why."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def killed_at(environment: Environment, said: str, *arguments: str) -> None:
    """Start a command, and kill it when it says something."""
    command = subprocess.Popen(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )
    assert command.stderr is not None
    for line in command.stderr:
        if line.startswith(said):
            command.kill()
            break
    command.stderr.close()
    assert command.wait(timeout=60) == -9


def exported(environment: Environment) -> list[str]:
    """Return the datasets of both projects."""
    export = ("manage.py", "export_dataset", "--annotations", "all", "--project")
    return [run(environment, *export, project) for project in ("desk", "sample")]


def verified(environment: Environment) -> set[str]:
    """Return what ``verify`` finds. The rows of this desk were not all made by services, so it finds something."""
    done = subprocess.run(
        [sys.executable, "manage.py", "verify"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    found = set(done.stdout.splitlines())
    assert found
    assert not [line for line in found if line.startswith(("trigger", "annotations_", "database"))]
    return found


@pytest.mark.slow
def test_there_and_back_again(desk: Environment, backup: Path, new_desk: NewDesk, tmp_path: Path) -> None:
    there, again = new_desk("postgresql"), new_desk("sqlite")
    run(there, "manage.py", "restore", str(backup))
    run(there, "manage.py", "backup", str(tmp_path / "there"))
    run(again, "manage.py", "restore", str(tmp_path / "there"))
    run(again, "manage.py", "backup", str(tmp_path / "again"))
    assert backup.read_bytes() == (tmp_path / "there").read_bytes() == (tmp_path / "again").read_bytes()
    before, found = exported(desk), verified(desk)
    assert all(before)
    for environment in (there, again):
        assert exported(environment) == before
        assert verified(environment) == found
        # New rows get numbers that no row has, and a desk that has rows is never restored over.
        run(environment, "manage.py", "create_project", "city")
        assert "not empty: " in refused(environment, "restore", str(backup))
    assert rows(again, "SELECT count(*) FROM annotations_project WHERE slug = 'city'") == [(1,)]
    assert backup.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_a_backup_takes_the_place_of_nothing(desk: Environment, backup: Path, tmp_path: Path) -> None:
    before = backup.read_bytes()
    assert "never overwritten" in refused(desk, "backup", str(backup))
    assert backup.read_bytes() == before
    assert "No such file" in refused(desk, "backup", str(tmp_path / "nowhere" / "x"))
    run(desk, "manage.py", "backup", str(tmp_path))
    (named,) = tmp_path.iterdir()
    assert named.read_bytes() == before
    assert "is whole: " in run(desk, "manage.py", "backup", "--check", str(named))


def test_a_bit_that_flips_is_found(backup: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    chance = random.Random(request.config.getoption("randomly_seed"))  # noqa: S311
    whole = backup.read_bytes()
    # Every bit of the beginning, which is looked at first, one of each byte of the end, and a hundred anywhere.
    for place, bit in product(range(len(HEAD)), range(8)):
        assert reason(tmp_path, flipped(whole[:20_000], place, bit)) in {"no_backup", "other_format"}, (place, bit)
    for place in [*range(len(whole) - SEAL_LENGTH, len(whole)), *chance.choices(range(len(HEAD), len(whole)), k=100)]:
        assert reason(tmp_path, flipped(whole, place, chance.randrange(8))) in {"damaged", "cut_off"}, place


def flipped(content: bytes, place: int, bit: int) -> bytes:
    """Return the content with one bit changed."""
    damaged = bytearray(content)
    damaged[place] ^= 1 << bit
    return bytes(damaged)


def test_what_was_cut_off_or_added_is_found(backup: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    chance = random.Random(request.config.getoption("randomly_seed"))  # noqa: S311
    whole = backup.read_bytes()
    lengths = [0, 1, len(HEAD), len(whole) - SEAL_LENGTH, len(whole) - 1, *chance.choices(range(len(whole)), k=20)]
    for length in lengths:
        assert reason(tmp_path, whole[:length]) in {"cut_off", "damaged", "no_backup"}, length
    assert reason(tmp_path, whole + b"\n") == "cut_off"
    assert reason(tmp_path, whole + whole) == "damaged"
    others = (b"{}\n", b"[1]\n", b"7\n", b'{"format": 7}\n', b"a story\n")
    for other in (b"a story", b"\x1f\x8b", *map(gzip.compress, others)):
        assert reason(tmp_path, other) == "no_backup"


def reason(folder: Path, content: bytes) -> str:
    """Return why such a file is not restored. This test has no database: nothing may have asked for it."""
    path = folder / "damaged"
    path.write_bytes(content)
    with pytest.raises(Invalid) as refusal:
        restore(path=path, tell=lambda _: None)
    assert str(path) in refusal.value.message
    return refusal.value.code


def rewritten(backup: Path, path: Path, **changes: Any) -> Path:
    """Write a backup anew, whole, with another manifest."""
    manifest = check_file(backup)
    with path.open("wb") as file:
        writer = Writer(file)
        for header, lines in sections(backup):
            if "table" in header:
                writer.table(header["table"], header["columns"])
                for line in lines:
                    writer.row(line)
        writer.finish(Manifest(**vars(manifest) | changes))
    return path


def test_another_version_is_refused(backup: Path, tmp_path: Path) -> None:
    ours = check_file(backup).migrations
    assert rewritten(backup, tmp_path / "same").read_bytes() == backup.read_bytes()
    newer = rewritten(backup, tmp_path / "newer", migrations=ours | {"annotations": "9999_later"})
    assert reason(tmp_path, newer.read_bytes()) == "newer"
    older = rewritten(backup, tmp_path / "older", migrations=ours | {"annotations": "0001_initial"})
    assert reason(tmp_path, older.read_bytes()) == "older"
    without = {app: name for app, name in ours.items() if app != "mfa"}
    assert reason(tmp_path, rewritten(backup, tmp_path / "without", migrations=without).read_bytes()) == "older"
    lying = rewritten(backup, tmp_path / "lying", parts=check_file(backup).parts[:-1])
    assert reason(tmp_path, lying.read_bytes()) == "damaged"
    later = HEAD.replace(FORMAT.encode(), FORMAT.replace("/1", "/2").encode())
    assert reason(tmp_path, later + backup.read_bytes()[len(HEAD) :]) in {"other_format", "no_backup"}


@pytest.mark.slow
def test_killed_in_the_middle(fresh: Callable[[], Environment], backup: Path, tmp_path: Path) -> None:
    environment = fresh()
    killed_at(environment, "Writing annotations_change", "restore", str(backup))
    # Nothing is there, which is why it can be done again.
    run(environment, "manage.py", "restore", str(backup))

    path = tmp_path / "x" / "desk.backup.gz"
    path.parent.mkdir()
    killed_at(environment, "annotations_apitoken", "backup", str(path))
    assert not path.exists()
    run(environment, "manage.py", "backup", str(path))
    assert path.read_bytes() == backup.read_bytes()


@pytest.mark.slow
def test_the_drill(
    fresh: Callable[[], Environment], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """People save, a backup is made, everything is killed; the backup is restored elsewhere, and nothing is missing."""
    desk, elsewhere, path, port = fresh(), fresh(), tmp_path / "backup", free_port()
    made = json.loads(run(desk, "-m", "tests.kill_desk", str(PEOPLE), str(LINES)))
    editors = [Editor(number, PEOPLE, port, **one) for number, one in enumerate(made)]
    server, stop = started(desk, port), Event()
    threads = [Thread(target=editor.work, args=[stop]) for editor in editors]
    try:
        for thread in threads:
            thread.start()
        wait_until(lambda: len(saved(editors)) >= PEOPLE)
        before = saved(editors)
        run(desk, "manage.py", "backup", str(path))
        during = len(saved(editors)) - len(before)
        wait_until(lambda: len(saved(editors)) > len(before) + during)
    finally:
        killed(server)
        stop.set()
        for thread in threads:
            thread.join(timeout=30)

    run(elsewhere, "manage.py", "restore", str(path))
    run(elsewhere, "manage.py", "verify")
    assert [editor.refused for editor in editors if editor.refused] == []
    assert during, "nobody could save while the backup was made"
    history = dict(rows(elsewhere, MADE_QUOTES))
    assert before.items() <= history.items()
    assert history.items() <= dict(rows(desk, MADE_QUOTES)).items()
    assert {key for (key,) in rows(elsewhere, "SELECT key FROM annotations_quote")} == set(history.values())
    record_property("editors", PEOPLE)
    record_property("saved before the backup, and found in it", len(before))
    record_property("saved while it was made", during)


def saved(editors: list[Editor]) -> dict[str, str]:
    """Return what the editors were told is saved, by the key of the gesture."""
    return {key: quote for editor in editors for key, quote in dict(editor.saved).items()}


def wait_until(happened: Callable[[], bool]) -> None:
    """Return when something has happened."""
    deadline = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_row_of_every_kind_of_column_comes_back_from_its_line() -> None:
    values = {
        models.BinaryField: b"caf\xe9\x00",
        models.BooleanField: True,
        models.CharField: "“Café” \U0001f6a2 \u2028",
        models.DateField: date(2026, 11, 28),
        models.DateTimeField: datetime(2026, 11, 28, 9, 30, 0, 7, UTC),
        models.JSONField: {"b": [1, None, "é"], "a": 0.5},
        models.TextField: "a\nb",
        models.UUIDField: UUID(int=7),
    }
    for model in moving_models():
        fields = [getattr(field, "target_field", field) for field in model._meta.concrete_fields]
        row = tuple(next((values[kind] for kind in type(field).mro() if kind in values), 7) for field in fields)
        line = line_of(row)
        assert line.count(b"\n") == 1
        assert reader_of(model)(line) == row
        assert reader_of(model)(line_of((None,) * len(fields))) == (None,) * len(fields)


def test_a_column_that_no_line_can_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="timedelta"):
        line_of((timedelta(days=1),))
