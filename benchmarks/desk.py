"""A desk of its own for a benchmark: a new database, gone afterwards.

SQLite in a temporary folder, or PostgreSQL where DATABASE_URL says so:
``python -m tests.postgres -- python -m benchmarks.data``.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def desk() -> Iterator[Path]:
    """Set Django up on an empty, migrated database and give a folder for files."""
    folder = Path(tempfile.mkdtemp(prefix="newsnotes-bench-"))
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "newsnotes.settings",
        "NEWSNOTES_VAR": str(folder / "var"),
        "LOG_LEVEL": "ERROR",
    }
    import django

    django.setup()
    from django.core.management import call_command

    try:
        call_command("migrate", verbosity=0)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def project(slug: str = "bench") -> tuple[Any, Any]:
    """Make a project with the usual label sets, and its manager."""
    from django.core.management import call_command

    from annotations.models import Project, User

    manager = User.objects.create_user(f"manager-{slug}")
    call_command("create_project", slug, name=f"Benchmark {slug}", manager=manager.username, verbosity=0)
    return Project.objects.get(slug=slug), manager


def seconds(act: Callable[[], Any]) -> float:
    """Return how long a call takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def spread(values: list[float]) -> str:
    """Return the median and the 95th percentile, in milliseconds."""
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"median {statistics.median(ordered) * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms"


def say(what: str, figure: str) -> None:
    """Write one line of the result."""
    sys.stdout.write(f"{what:58} {figure}\n")
    sys.stdout.flush()


def machine() -> str:
    """Return what the figures were measured on."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        version = cursor.fetchone()[0]
    return f"Python {platform.python_version()}, {connection.vendor} {version}, {os.cpu_count()} cores"
