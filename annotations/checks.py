"""System checks: is the database one that keeps what it is given?"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Warning
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from annotations import triggers

MENDED_SQLITE = (3, 51, 3)
WITHDRAWN_SQLITE = (3, 52, 0)
NETWORK_FILESYSTEMS = frozenset(
    {"9p", "afs", "ceph", "cifs", "davfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"}
    | {f"fuse.{name}" for name in ("davfs2", "glusterfs", "rclone", "s3fs", "sshfs")}
)
FULL = 2
MOUNTS = Path("/proc/self/mounts")


def check_sqlite(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Check the library, the settings and the place of a SQLite database."""
    if "default" not in (databases or ()) or connections["default"].vendor != "sqlite":
        return []
    connection = connections["default"]
    return [
        *library_faults(sqlite3.sqlite_version_info),
        *setting_faults(connection),
        *place_faults(Path(connection.settings_dict["NAME"])),
    ]


def check_triggers(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn where the database does not hold all our promises; before the first migrate there are none."""
    connection = connections["default"]
    if "default" not in (databases or ()) or "annotations_span" not in connection.introspection.table_names():
        return []
    if not (missing := triggers.missing(connection)):
        return []
    return [
        Warning(
            f"These triggers are missing in the database: {', '.join(missing)}.",
            hint="manage.py migrate puts them on.",
            id="newsnotes.W002",
        )
    ]


def library_faults(version: tuple[int, ...]) -> list[CheckMessage]:
    """Warn of a SQLite library that can damage a database in WAL mode."""
    if version >= MENDED_SQLITE and version != WITHDRAWN_SQLITE:
        return []
    number = ".".join(map(str, version))
    return [
        Warning(
            f"SQLite {number} has the rare WAL-reset fault.",
            hint="Make backups. A Python with SQLite 3.51.3 or newer does not have it (docs/operating.md).",
            id="newsnotes.W001",
        )
    ]


def setting_faults(connection: BaseDatabaseWrapper) -> list[CheckMessage]:
    """Refuse settings under which an acknowledged save could be lost, or writers would fail at once."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        journal = cursor.fetchone()[0]
        cursor.execute("PRAGMA synchronous")
        synchronous = cursor.fetchone()[0]
    mode = connection.settings_dict["OPTIONS"].get("transaction_mode")
    if (journal, mode) == ("wal", "IMMEDIATE") and synchronous >= FULL:
        return []
    return [
        Error(
            f"SQLite runs with journal_mode={journal}, synchronous={synchronous}, transaction_mode={mode}.",
            hint="It must be wal, 2 (FULL) and IMMEDIATE: see newsnotes/databases.py.",
            id="newsnotes.E001",
        )
    ]


def place_faults(path: Path) -> list[CheckMessage]:
    """Refuse a network filesystem: its locks do not hold, and WAL needs memory that all can see."""
    mounts = MOUNTS.read_text(encoding="utf-8") if MOUNTS.exists() else ""
    kind = filesystem_of(path, mounts)
    if kind not in NETWORK_FILESYSTEMS:
        return []
    return [
        Error(
            f"The SQLite database {path} lies on a network filesystem ({kind}).",
            hint="Put it on a local disk (NEWSNOTES_VAR), or use PostgreSQL (DATABASE_URL).",
            id="newsnotes.E002",
        )
    ]


def filesystem_of(path: Path, mounts: str) -> str:
    """Return the kind of filesystem that a path lies on, as /proc/mounts names it, or nothing."""
    place = path.resolve()
    best, kind = -1, ""
    for line in mounts.splitlines():
        _device, folder, filesystem, *_ = line.split(" ")
        # The kernel writes a space in a folder's name as \040.
        mount = Path(folder.replace("\\040", " "))
        # A later line with the same folder lies on top of the earlier one.
        if place.is_relative_to(mount) and len(mount.parts) >= best:
            best, kind = len(mount.parts), filesystem
    return kind
