"""The promises that the database itself keeps, as triggers for SQLite and PostgreSQL.

This is the only place that makes them. They come off before ``migrate`` and go on after it, because SQLite
rebuilds a table to alter it and drops the table's triggers without a word. ``missing`` tells ``verify`` and the
system check when one is not there.

What they refuse stands in ``promises``, in SQL that both databases read alike; only the wrapping differs.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from annotations.promises import NEVER_REPLACED, PROMISES, Promise


def _sqlite(promise: Promise) -> Iterator[str]:
    # SQLite before 3.39 does not know IS DISTINCT FROM; IS NOT means the same there.
    condition = promise.condition.replace("IS DISTINCT FROM", "IS NOT")
    yield (
        f"CREATE TRIGGER {promise.name} {promise.occasion} FOR EACH ROW"
        f" WHEN {condition} BEGIN SELECT RAISE(ABORT, '{promise.name}: {promise.message}'); END"
    )


def _postgresql(promise: Promise) -> Iterator[str]:
    result = "OLD" if promise.event == "DELETE" else "NEW"
    # What is looked up has a key. A plan that was made while the table was small, and kept, would read all of it.
    yield f"""CREATE OR REPLACE FUNCTION {promise.name}() RETURNS trigger LANGUAGE plpgsql
        SET enable_seqscan = off AS $$ BEGIN
        IF {promise.condition} THEN
            RAISE EXCEPTION '{promise.name}: {promise.message}' USING ERRCODE = 'integrity_constraint_violation';
        END IF; RETURN {result}; END $$"""
    yield f"CREATE TRIGGER {promise.name} {promise.occasion} FOR EACH ROW EXECUTE FUNCTION {promise.name}()"
    if promise.name.endswith("_no_delete"):
        # A row trigger does not see TRUNCATE.
        yield (
            f"CREATE TRIGGER {promise.name}_all BEFORE TRUNCATE ON {promise.table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {promise.name}()"
        )


def names(vendor: str) -> set[str]:
    """Return the names of all triggers that a database of this kind must have."""
    everywhere = {promise.name for promise in _promises(vendor)}
    if vendor != "postgresql":
        return everywhere
    return everywhere | {f"{name}_all" for name in everywhere if name.endswith("_no_delete")}


def _promises(vendor: str) -> tuple[Promise, ...]:
    # PostgreSQL knows no REPLACE.
    return PROMISES if vendor == "postgresql" else (*PROMISES, *NEVER_REPLACED)


def present(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of our triggers that the database has and that are switched on."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " WHERE NOT t.tgisinternal AND t.tgenabled = 'O'"
                " AND c.relnamespace = current_schema()::regnamespace"
            )
        return {name for (name,) in cursor.fetchall()} & names(connection.vendor)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the triggers that should be there and are not."""
    return sorted(names(connection.vendor) - present(connection))


def take_off(connection: BaseDatabaseWrapper) -> None:
    """Drop all our triggers, so that a migration may rebuild tables."""
    with connection.cursor() as cursor:
        tables = {promise.name: promise.table for promise in PROMISES}
        for name in sorted(present(connection)):
            table = tables[name.removesuffix("_all")] if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if table else ""))


def put_on(connection: BaseDatabaseWrapper) -> None:
    """Create all our triggers anew; doing it twice changes nothing."""
    take_off(connection)
    wrap = _sqlite if connection.vendor == "sqlite" else _postgresql
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        # A database that is migrated back to nothing has no tables to watch.
        for promise in (promise for promise in _promises(connection.vendor) if promise.table in tables):
            for statement in wrap(promise):
                cursor.execute(statement)
