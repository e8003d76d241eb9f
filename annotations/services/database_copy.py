"""Moving a whole desk to another database: every row as it is, and proof that nothing is missing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dj_database_url
from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connections, models, transaction
from django.db.migrations.executor import MigrationExecutor

from annotations import triggers
from annotations.services import bulk
from annotations.services.errors import Invalid

SOURCE, TARGET = "copy_source", "copy_target"
ROWS = 500
# Django makes these anew in every database.
MADE_BY_MIGRATE = frozenset({"contenttypes.ContentType", "auth.Permission"})
# Whoever was signed in signs in again.
LEFT_BEHIND = frozenset({"sessions.Session"})
# They name permissions by numbers that differ between databases. newsnotes has no use for them.
MUST_BE_EMPTY = frozenset({"annotations.User_user_permissions", "auth.Group_permissions"})
SQLITE = "django.db.backends.sqlite3"
OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    SQLITE: {
        SOURCE: {
            "transaction_mode": "DEFERRED",
            "timeout": 20,
            "init_command": "PRAGMA query_only=ON; PRAGMA temp_store=MEMORY;",
        },
        TARGET: {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;",
        },
    },
    "django.db.backends.postgresql": {
        SOURCE: {"options": "-c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read"},
        TARGET: {},
    },
}


@dataclass(frozen=True)
class Copied:
    """How many rows of a table were copied, and the checksum that both databases have of them."""

    table: str
    rows: int
    sha256: str


def copy_database(*, source: str, target: str, tell: Callable[[str], None]) -> list[Copied]:
    """Copy the desk at one address into the empty database at another, and compare all rows.

    Raises ``Invalid`` if the target is not empty, the source is not up to date, or a row differs afterwards.
    """
    if source == target:
        raise Invalid("These are the same database.", code="same")
    with _connected(SOURCE, source), _connected(TARGET, target):
        _check_source()
        tell("Preparing the target")
        call_command("migrate", database=TARGET, verbosity=0, interactive=False)
        _check_empty()
        with transaction.atomic(using=SOURCE), transaction.atomic(using=TARGET):
            triggers.take_off(connections[TARGET])
            sent = [_copy(model, tell) for model in copied_models()]
            _reset_sequences()
            triggers.put_on(connections[TARGET])
        tell("Comparing")
        with transaction.atomic(using=TARGET):
            arrived = [_summed(model, rows_of(model, TARGET)) for model in copied_models()]
        if wrong := [one.table for one, other in zip(sent, arrived, strict=True) if one != other]:
            raise Invalid(f"These tables differ after copying: {', '.join(wrong)}.", code="differs")
        return arrived


def copied_models() -> list[type[models.Model]]:
    """Return every model whose rows move."""
    left = MADE_BY_MIGRATE | LEFT_BEHIND | MUST_BE_EMPTY
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.managed and model._meta.label not in left]


@contextmanager
def _connected(alias: str, url: str) -> Iterator[None]:
    config = _config(url)
    if alias == SOURCE and config["ENGINE"] == SQLITE and not Path(config["NAME"]).is_file():
        # SQLite would make an empty one.
        raise Invalid(f"There is no file {config['NAME']} to copy from.", code="no_source")
    if alias == TARGET and config["ENGINE"] == SQLITE:
        # Made before SQLite does, which would let everybody read it.
        Path(config["NAME"]).touch(mode=0o600)
    options = config.get("OPTIONS", {}) | OPTIONS[config["ENGINE"]][alias]
    defaults = {key: value for key, value in connections["default"].settings_dict.items() if key not in config}
    connections.databases[alias] = defaults | config | {"OPTIONS": options, "CONN_MAX_AGE": 0, "ATOMIC_REQUESTS": False}
    try:
        yield
    finally:
        connections[alias].close()
        del connections[alias], connections.databases[alias]


def _config(url: str) -> dict[str, Any]:
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError:
        config = {"ENGINE": ""}
    if config["ENGINE"] not in OPTIONS:
        message = "A database address looks like sqlite:////path/file or postgres://user:password@host:5432/name."
        raise Invalid(message, code="bad_url")
    return config


def _check_source() -> None:
    executor = MigrationExecutor(connections[SOURCE])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Invalid("The source is not up to date: run manage.py migrate on it first.", code="behind")
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label in MUST_BE_EMPTY and model._base_manager.using(SOURCE).exists():
            raise Invalid(f"{model._meta.db_table} has rows, which cannot be copied.", code="permissions")


def _check_empty() -> None:
    for model in copied_models():
        if model._base_manager.using(TARGET).exists():
            raise Invalid(f"The target is not empty: {model._meta.db_table} has rows.", code="not_empty")


def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def rows_of(model: type[models.Model], using: str) -> Iterator[bulk.Row]:
    """Yield the rows of a table in the order of their keys, with all columns."""
    rows = model._base_manager.using(using).order_by("pk").values_list(*_columns(model))
    yield from rows.iterator(chunk_size=ROWS)


def _copy(model: type[models.Model], tell: Callable[[str], None]) -> Copied:
    names = [field.name for field in model._meta.concrete_fields]
    checksum = _Checksum(model._meta.db_table)
    for chunk in bulk.chunked(checksum.passing(rows_of(model, SOURCE)), ROWS):
        bulk.insert(model, names, chunk, using=TARGET)
    copied = checksum.copied()
    tell(f"{copied.table}: {copied.rows:,} rows")
    return copied


def _summed(model: type[models.Model], rows: Iterable[bulk.Row]) -> Copied:
    checksum = _Checksum(model._meta.db_table)
    for _ in checksum.passing(rows):
        pass
    return checksum.copied()


class _Checksum:
    """Sums up rows while they pass by, in a form that is the same whatever database they come from."""

    def __init__(self, table: str) -> None:
        self.table = table
        self.rows = 0
        self._hash = hashlib.sha256()

    def passing(self, rows: Iterable[bulk.Row]) -> Iterator[bulk.Row]:
        """Yield the rows."""
        for row in rows:
            self.rows += 1
            self._hash.update(json.dumps(row, default=_plain, sort_keys=True).encode())
            yield row

    def copied(self) -> Copied:
        """Return what passed by."""
        return Copied(self.table, self.rows, self._hash.hexdigest())


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    raise TypeError(f"A column of type {type(value).__name__} is not known here.")


def _reset_sequences() -> None:
    connection = connections[TARGET]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), copied_models()):
            cursor.execute(statement)
