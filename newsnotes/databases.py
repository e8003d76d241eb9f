"""The two database connections, `default` and `reader`, on SQLite or PostgreSQL."""

import copy
import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from newsnotes import env

# WAL lets readers work beside the one writer. FULL keeps an acknowledged save through a
# power cut, for about 4 % of speed. IMMEDIATE takes the write lock at the start of a
# transaction: under WAL a reader that turns into a writer fails at once, and the timeout
# does not apply to it. Django itself switches foreign keys on for every connection.
# Without recursive triggers REPLACE would delete rows past the triggers that refuse it.
# Without secure_delete the words of a removed story would stay in the free parts of the
# file until something else is written there; with it they are overwritten at once.
SQLITE_WRITER = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA recursive_triggers=ON;"
        " PRAGMA secure_delete=ON;"
    ),
}
# A long read, such as an export, must not hold the write lock: it runs deferred, on a
# connection that cannot write.
SQLITE_READER = {
    "transaction_mode": "DEFERRED",
    "timeout": 20,
    "init_command": "PRAGMA query_only=ON; PRAGMA temp_store=MEMORY;",
    "uri": True,
}

BAD_URL = "DATABASE_URL must look like sqlite:////path/file or postgres://user:password@host:5432/name."


def databases(url: str, *, statement_timeout: int, export_timeout: int) -> dict[str, dict[str, Any]]:
    """Return Django's DATABASES for a DATABASE_URL; timeouts are in seconds, 0 is none."""
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError:
        # Not told in the parser's words, which hold the password.
        raise ImproperlyConfigured(BAD_URL) from None
    match config["ENGINE"]:
        case "django.db.backends.sqlite3":
            return _sqlite(config)
        case "django.db.backends.postgresql":
            return _postgresql(config, statement_timeout, export_timeout)
    raise ImproperlyConfigured(BAD_URL)


def _sqlite(config: dict[str, Any]) -> dict[str, dict[str, Any]]:
    path = Path(config["NAME"])
    if str(path) == ":memory:":
        raise ImproperlyConfigured("newsnotes needs a SQLite file: it opens it twice.")
    env.private_folder(path.parent, is_ours=False)
    # SQLite would let everybody read it, and gives what it puts beside it the same rights.
    env.private_file(path)
    # Tests use a file too, since only a file has the locks of a running desk. The process
    # number lets several test runs share a machine.
    test_name = Path(tempfile.gettempdir()) / f"newsnotes-test-{os.getpid()}.sqlite3"
    config |= {"ENGINE": "newsnotes.sqlite"}
    writer = config | {"OPTIONS": SQLITE_WRITER, "TEST": {"NAME": str(test_name)}}
    reader = config | {
        "NAME": f"file:{quote(str(path))}?mode=ro",
        "OPTIONS": SQLITE_READER,
        "TEST": {"MIRROR": "default"},
    }
    return {"default": writer, "reader": reader}


def _postgresql(config: dict[str, Any], statement_timeout: int, export_timeout: int) -> dict[str, dict[str, Any]]:
    # Connections are kept by the pool, so Django must not keep them as well.
    config |= {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True, "OPTIONS": config.get("OPTIONS", {})}
    writer, reader = copy.deepcopy(config), copy.deepcopy(config)
    # A page that takes longer than some seconds helps nobody; an export reads all of a desk.
    writer["OPTIONS"] |= {
        "pool": {"min_size": 2, "max_size": 8, "timeout": 10},
        "options": f"-c statement_timeout={statement_timeout * 1000}",
    }
    reader["OPTIONS"] |= {
        "pool": {"min_size": 0, "max_size": 4, "timeout": 10},
        "options": (
            f"-c statement_timeout={export_timeout * 1000}"
            " -c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read"
        ),
    }
    reader["TEST"] = {"MIRROR": "default"}
    return {"default": writer, "reader": reader}
