"""What the system checks say about the database that we run on."""

from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import connection

from annotations import triggers
from annotations.checks import filesystem_of, library_faults, place_faults, setting_faults

MOUNTS = "\n".join(
    [
        "overlay / overlay rw 0 0",
        "/dev/sda1 /srv ext4 rw 0 0",
        "desk:/share /srv/news nfs4 rw 0 0",
        "//desk/share /srv/two\\040words cifs rw 0 0",
    ]
)


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2), (3, 52, 0)])
def test_a_library_with_the_fault_is_named(version: tuple[int, int, int]) -> None:
    (message,) = library_faults(version)
    assert message.id == "newsnotes.W001"
    assert ".".join(map(str, version)) in str(message.msg)
    assert "3.51.3" in str(message.hint)


@pytest.mark.parametrize("version", [(3, 51, 3), (3, 53, 0), (4, 0, 0)])
def test_a_mended_library_is_not(version: tuple[int, int, int]) -> None:
    assert library_faults(version) == []


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/desk.sqlite3", "overlay"),
        ("/srv/desk.sqlite3", "ext4"),
        ("/srv/news/desk.sqlite3", "nfs4"),
        ("/srv/newsroom/desk.sqlite3", "ext4"),
        ("/srv/two words/desk.sqlite3", "cifs"),
    ],
)
def test_the_innermost_mount_counts(path: str, kind: str) -> None:
    assert filesystem_of(Path(path), MOUNTS) == kind


def test_a_place_without_a_list_of_mounts_is_not_judged() -> None:
    assert filesystem_of(Path("/srv"), "") == ""


def test_a_network_filesystem_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"desk:/share {tmp_path} nfs rw 0 0\n")
    monkeypatch.setattr("annotations.checks.MOUNTS", mounts)
    assert [message.id for message in place_faults(tmp_path / "desk.sqlite3")] == ["newsnotes.E002"]


@pytest.mark.django_db
def test_our_own_settings_pass() -> None:
    if connection.vendor == "sqlite":
        assert setting_faults(connection) == []


@pytest.mark.django_db(transaction=True)
def test_a_weaker_setting_is_refused() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=NORMAL")
        assert [message.id for message in setting_faults(connection)] == ["newsnotes.E001"]
        connection.close()


@pytest.mark.django_db
def test_missing_triggers_are_named() -> None:
    assert "newsnotes.W002" not in {message.id for message in run_checks(databases=["default"])}
    triggers.take_off(connection)
    assert "newsnotes.W002" in {message.id for message in run_checks(databases=["default"])}
