"""Moving a whole desk to another database: every row as it is, and proof that nothing is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.management import call_command
from django.db import connections, transaction

from annotations.services import bulk, whole_desk
from annotations.services.errors import Invalid
from annotations.services.whole_desk import Model, Part, Tally

SOURCE, TARGET = "copy_source", "copy_target"
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


def copy_database(*, source: str, target: str, tell: Callable[[str], None]) -> list[Part]:
    """Copy the desk at one address into the empty database at another, and compare all rows.

    Raises ``Invalid`` if the target is not empty, the source is not up to date, or a row differs afterwards.
    """
    if source == target:
        raise Invalid("These are the same database.", code="same")
    with _connected(SOURCE, source), _connected(TARGET, target):
        whole_desk.check_up_to_date(SOURCE)
        whole_desk.check_empty(TARGET)
        tell("Preparing the target")
        call_command("migrate", database=TARGET, verbosity=0, interactive=False)
        sent: list[Part] = []
        with transaction.atomic(using=SOURCE), transaction.atomic(using=TARGET):
            arrived = whole_desk.fill(using=TARGET, rows=lambda model: _passing(model, sent), tell=tell)
            if wrong := [one.table for one, other in zip(sent, arrived, strict=True) if one != other]:
                raise Invalid(f"These tables differ after copying: {', '.join(wrong)}.", code="differs")
        return arrived


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


def _passing(model: Model, sent: list[Part]) -> Iterator[bulk.Row]:
    passing = Tally(model._meta.db_table)
    yield from passing.passing(whole_desk.rows_of(model, SOURCE))
    sent.append(passing.part())
