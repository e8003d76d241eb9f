"""Emptying the database after a test with real transactions, fast and past the triggers that refuse it.

Django's own way drops and makes every trigger twice and all permissions anew for each such test.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper


def cleaner(connection: BaseDatabaseWrapper) -> Callable[[], None]:
    """Return a function that brings a database back to what it holds now, freshly migrated."""
    connection.ensure_connection()
    return _copied(connection) if connection.vendor == "sqlite" else _emptied(connection)


def _copied(connection: BaseDatabaseWrapper) -> Callable[[], None]:
    """Keep a copy in memory, and write it back page by page."""
    fresh = sqlite3.connect(":memory:")
    connection.connection.backup(fresh)

    def clean() -> None:
        connection.ensure_connection()
        fresh.backup(connection.connection)

    return clean


def _emptied(connection: BaseDatabaseWrapper) -> Callable[[], None]:
    """Delete the rows of every table that is empty now; to a replica the triggers do not apply."""
    names = map(connection.ops.quote_name, connection.introspection.table_names())
    tables = [name for name in names if not _has_rows(connection, name)]
    deletes = "; ".join(f"DELETE FROM {name}" for name in tables)  # noqa: S608
    sql = f"SET session_replication_role = replica; {deletes}; SET session_replication_role = DEFAULT"

    def clean(tries: int = 10) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
        except OperationalError:
            # A request that a browser made last may still be at it, and each wait for the other: it ends soon.
            if tries == 1:
                raise
            connection.close()
            clean(tries - 1)

    return clean


def _has_rows(connection: BaseDatabaseWrapper, table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")  # noqa: S608
        return bool(cursor.fetchone()[0])
