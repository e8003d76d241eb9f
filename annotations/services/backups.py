"""A backup of the whole desk: one file, taken while people work, put back into an empty database of either kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.migrations.loader import MigrationLoader

from annotations.exports.dataset import snapshot
from annotations.models import Change
from annotations.services import bulk, whole_desk
from annotations.services.backup_files import Manifest, Writer, check_file, new_file, sections
from annotations.services.errors import Invalid
from annotations.services.whole_desk import Model, Part, Tally

Tell = Callable[[str], None]


def back_up(*, path: Path, tell: Tell) -> tuple[Path, Manifest]:
    """Write one unchanging state of the desk to a file, or to a new file in a folder; return which, and what it holds.

    Nobody has to wait for it. The same state gives the same bytes, from both kinds of database. Raises ``Invalid`` if
    the file is there already or the database is not up to date.
    """
    if path.is_dir():
        path /= f"newsnotes-{datetime.now(UTC):%Y-%m-%d-%H%M%S}.backup.gz"
    with new_file(path) as file, snapshot() as using:
        whole_desk.check_up_to_date(using)
        writer = Writer(file)
        manifest = _write(writer, using, tell)
        writer.finish(manifest)
    return path, manifest


def _write(writer: Writer, using: str, tell: Tell) -> Manifest:
    last = Change.objects.using(using).order_by("-pk").values_list("pk", "created_at").first()
    parts, columns = [], {}
    for model in whole_desk.moving_models():
        passing, names = Tally(model._meta.db_table), whole_desk.columns(model)
        writer.table(passing.table, names)
        for row in whole_desk.rows_of(model, using):
            line = whole_desk.line_of(row)
            passing.add(line)
            writer.row(line)
        tell(f"{passing.table}: {passing.rows:,} rows")
        columns[passing.table] = names
        parts.append(passing.part())
    return Manifest(
        as_of_change=last[0] if last else 0,
        as_of=last[1].astimezone(UTC).isoformat() if last else None,
        migrations=_last_migrations(),
        columns=columns,
        parts=parts,
    )


def check_backup(*, path: Path) -> Manifest:
    """Return what a backup holds, if every byte of it is as it was written. No database is needed for that."""
    return check_file(path)


def restore(*, path: Path, tell: Tell) -> Manifest:
    """Put a backup into the database of this desk, which must be empty. All of it is there afterwards, or nothing.

    Raises ``Invalid`` for a backup that is damaged or of another version, and for a database that holds anything.
    """
    tell("Checking the backup")
    manifest = check_file(path)
    _check_version(path, manifest)
    whole_desk.check_empty(DEFAULT_DB_ALIAS)
    tell("Preparing the database")
    call_command("migrate", verbosity=0, interactive=False)
    tables = ((header, rows) for header, rows in sections(path) if "table" in header)
    with transaction.atomic(durable=True):
        arrived = whole_desk.fill(using=DEFAULT_DB_ALIAS, rows=lambda model: _rows(model, next(tables)[1]), tell=tell)
        _check_arrived(manifest.parts, arrived)
    if connection.vendor == "postgresql":
        # Until it has counted, it takes every table for empty and reads it in the slowest way.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return manifest


def _rows(model: Model, lines: Iterator[bytes]) -> Iterator[bulk.Row]:
    return map(whole_desk.reader_of(model), lines)


def _check_arrived(sent: list[Part], arrived: list[Part]) -> None:
    if wrong := [one.table for one, other in zip(sent, arrived, strict=True) if one != other]:
        message = f"These tables differ from the backup: {', '.join(wrong)}. The database was left empty."
        raise Invalid(message, code="differs")


def _last_migrations() -> dict[str, str]:
    # A database that is up to date ends at the same ones.
    return dict(sorted(MigrationLoader(None).graph.leaf_nodes()))


def _check_version(path: Path, manifest: Manifest) -> None:
    known, ours, theirs = MigrationLoader(None).graph.nodes, _last_migrations(), manifest.migrations
    if newer := [f"{app} {name}" for app, name in theirs.items() if (app, name) not in known]:
        raise Invalid(
            f"{path} was made by a newer newsnotes: this one does not know {', '.join(newer)}. Restore it with the"
            " newsnotes that made it.",
            code="newer",
        )
    older = [f"{app} {theirs.get(app, 'was not there')}" for app, name in ours.items() if theirs.get(app) != name]
    columns = {model._meta.db_table: whole_desk.columns(model) for model in whole_desk.moving_models()}
    if older or manifest.columns != columns:
        raise Invalid(
            f"{path} was made by an older newsnotes ({', '.join(older) or 'with other columns'}). Restore it with the"
            " newsnotes of that time, and then upgrade that desk as docs/operating.md says.",
            code="older",
        )
