"""Every row of a desk, in an order and a form that are the same whatever database they come from."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management.color import no_style
from django.db import connections, models
from django.db.migrations.executor import MigrationExecutor

from annotations import triggers
from annotations.services import bulk
from annotations.services.errors import Invalid

ROWS = 500
# A file or a story may have megabytes, and all rows of a chunk are in memory together.
LARGE_ROWS = 20
# Django makes these anew in every database.
MADE_BY_MIGRATE = frozenset({"contenttypes.ContentType", "auth.Permission"})
# Whoever was signed in signs in again; workers are at work on one database, and make tickets of the tasks that wait.
LEFT_BEHIND = frozenset({"sessions.Session", "annotations.TaskWorker", "django_tasks_db.DBTaskResult"})
# They name permissions by numbers that differ between databases. newsnotes has no use for them.
MUST_BE_EMPTY = frozenset({"annotations.User_user_permissions", "auth.Group_permissions"})
# JSON has no such values: a line holds them as text, and the field knows how to read them.
AS_TEXT = (models.DateField, models.BinaryField, models.UUIDField)

Model = type[models.Model]


@dataclass(frozen=True)
class Part:
    """How many rows a table has, and the checksum of their lines."""

    table: str
    rows: int
    sha256: str


def moving_models() -> list[Model]:
    """Return every model whose rows belong to the desk and not to its database, in the order of the tables' names."""
    left = MADE_BY_MIGRATE | LEFT_BEHIND | MUST_BE_EMPTY
    found = apps.get_models(include_auto_created=True)
    moving = [model for model in found if model._meta.managed and model._meta.label not in left]
    return sorted(moving, key=lambda model: model._meta.db_table)


def columns(model: Model) -> list[str]:
    """Return the columns of a table, in the order in which a row has them."""
    return [str(field.column) for field in model._meta.concrete_fields]


def rows_of(model: Model, using: str) -> Iterator[bulk.Row]:
    """Yield the rows of a table in the order of their keys, with all columns."""
    names = [field.attname for field in model._meta.concrete_fields]
    rows = model._base_manager.using(using).order_by("pk").values_list(*names)
    yield from rows.iterator(chunk_size=_chunk_size(model))


def _chunk_size(model: Model) -> int:
    """Return how many rows of a table are read or written at a time."""
    large = any(isinstance(field, models.BinaryField) for field in model._meta.concrete_fields)
    return LARGE_ROWS if large else ROWS


class Tally:
    """Counts rows and sums up their lines while they pass by."""

    def __init__(self, table: str) -> None:
        self.table = table
        self.rows = 0
        self._hash = hashlib.sha256()

    def passing(self, rows: Iterable[bulk.Row]) -> Iterator[bulk.Row]:
        """Yield the rows."""
        for row in rows:
            self.add(line_of(row))
            yield row

    def add(self, line: bytes) -> None:
        """Count one line."""
        self.rows += 1
        self._hash.update(line)

    def part(self) -> Part:
        """Return what passed by."""
        return Part(self.table, self.rows, self._hash.hexdigest())


def tally(model: Model, using: str) -> Part:
    """Return what a table holds."""
    found = Tally(model._meta.db_table)
    for row in rows_of(model, using):
        found.add(line_of(row))
    return found.part()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"A column of type {type(value).__name__} is not known here.")


# PostgreSQL keeps objects in an order of its own.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_plain).encode


def line_of(row: bulk.Row) -> bytes:
    """Return a row as one line of JSON."""
    return f"{_encode(row)}\n".encode()


def reader_of(model: Model) -> Callable[[bytes], bulk.Row]:
    """Return the function that makes a row of a line again."""
    special = [
        (place, field.to_python)
        for place, field in enumerate(model._meta.concrete_fields)
        # A reference is of the type of the key that it names.
        if isinstance(getattr(field, "target_field", field), AS_TEXT)
    ]

    def read(line: bytes) -> bulk.Row:
        row = json.loads(line)
        for place, to_python in special:
            row[place] = to_python(row[place])
        return tuple(row)

    return read


def check_up_to_date(using: str) -> None:
    """Refuse a desk that the next ``migrate`` would change, or that has rows which cannot move."""
    executor = MigrationExecutor(connections[using])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Invalid("The database is not up to date: run manage.py migrate on it first.", code="behind")
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label in MUST_BE_EMPTY and model._base_manager.using(using).exists():
            raise Invalid(f"{model._meta.db_table} has rows, which cannot be copied.", code="permissions")


def check_empty(using: str) -> None:
    """Refuse a database that holds any row which ``migrate`` did not make. It may have no tables at all."""
    connection = connections[using]
    theirs = {model._meta.db_table for model in apps.get_models() if model._meta.label in MADE_BY_MIGRATE}
    theirs |= {"django_migrations", "cache"}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - theirs):
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # noqa: S608
            if cursor.fetchone():
                raise Invalid(f"The target is not empty: {table} has rows.", code="not_empty")


def fill(*, using: str, rows: Callable[[Model], Iterable[bulk.Row]], tell: Callable[[str], None]) -> list[Part]:
    """Write the rows of every table to an empty database, and return what it then holds.

    Call it inside a transaction, which keeps everybody else from writing: all of it is there afterwards, or nothing.
    """
    moving = moving_models()
    _lock(moving, using)
    check_empty(using)
    triggers.take_off(connections[using])
    for model in moving:
        tell(f"Writing {model._meta.db_table}")
        _insert(model, rows(model), using)
    _reset_sequences(using)
    triggers.put_on(connections[using])
    tell("Comparing")
    return [tally(model, using) for model in moving]


def _insert(model: Model, rows: Iterable[bulk.Row], using: str) -> None:
    names = [field.name for field in model._meta.concrete_fields]
    for chunk in bulk.chunked(rows, _chunk_size(model)):
        bulk.insert(model, names, chunk, using=using)


def _lock(moving: Sequence[Model], using: str) -> None:
    # SQLite lets one write at a time anyway.
    connection = connections[using]
    if connection.vendor == "postgresql":
        tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in moving)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")


def _reset_sequences(using: str) -> None:
    connection = connections[using]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), moving_models()):
            cursor.execute(statement)
