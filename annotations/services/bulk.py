"""Many rows at once, written without a model instance for each: an import has a hundred rows to a story.

The constraints and triggers of the database hold here as everywhere. Only ``services`` may write this way, and each
caller writes the history of what it inserts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

Row = tuple[Any, ...]
# A statement has limited time, and the triggers look at every row.
COPIED = 2000
# Every SQLite takes so many in one statement.
PARAMETERS = 999


def allocate(model: type[models.Model], count: int) -> list[int]:
    """Return ``count`` fresh primary keys. Call it inside the transaction that uses them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [pk for (pk,) in cursor.fetchall()]
        # The transaction holds SQLite's one write lock, so nobody else can take these numbers.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    last = found[0] if found else 0
    return list(range(last + 1, last + count + 1))


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[Row], using: str = DEFAULT_DB_ALIAS) -> None:
    """Insert ``rows`` with the values of the fields ``names``, all of them or none."""
    connection = connections[using]
    rows = list(rows)
    if not rows:
        return
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    prepare = [_preparer(field, connection) for field in fields]
    convert = [(place, way) for place, way in enumerate(prepare) if way]
    values = [_prepared(row, convert) for row in rows] if convert else rows
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for chunk in chunked(values, COPIED):
                # Django knows nothing of COPY: whoever catches its errors must meet them by its names.
                with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in chunk:
                        copy.write_row(row)
        else:
            # SQLite keeps a journal of each statement that a trigger may abort, at a price that grows with what the
            # transaction has written: so few statements of many rows.
            marks = f"({', '.join(['%s'] * len(fields))})"
            for chunk in chunked(values, PARAMETERS // len(fields)):
                statement = f"INSERT INTO {table} ({columns}) VALUES {', '.join([marks] * len(chunk))}"  # noqa: S608
                cursor.execute(statement, list(chain.from_iterable(chunk)))


def insert_new(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model as ``bulk_create`` does, without a statement that names each of their values.

    The rows do not learn their primary keys, unless they have them already.
    """
    if rows:
        model = type(rows[0])
        fields = [one for one in model._meta.concrete_fields if not one.primary_key or rows[0].pk is not None]
        insert(model, [one.name for one in fields], [tuple(one.pre_save(row, True) for one in fields) for row in rows])


def _prepared(row: Row, convert: Sequence[tuple[int, Callable[[Any], Any]]]) -> Row:
    values = list(row)
    for place, way in convert:
        values[place] = way(values[place])
    return tuple(values)


def _preparer(field: Any, connection: BaseDatabaseWrapper) -> Callable[[Any], Any] | None:
    """Return how a value of this field reaches the database, or None where it goes as it is."""
    if isinstance(field, models.JSONField):
        return _as_json
    # The rows of a batch share their few dates.
    if isinstance(field, models.DateTimeField):
        return lru_cache(connection.ops.adapt_datetimefield_value)
    if isinstance(field, models.DateField):
        return lru_cache(connection.ops.adapt_datefield_value)
    if isinstance(getattr(field, "target_field", field), models.UUIDField):
        return lambda value: field.get_db_prep_value(value, connection)
    return None


def _as_json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, separators=(",", ":"))


def chunked(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Yield the rows in lists of at most ``size``, taking no more than one list from them at a time."""
    source = iter(rows)
    while chunk := list(islice(source, size)):
        yield chunk
