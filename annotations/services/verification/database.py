"""Is the database itself on guard, and are all references those of rows that exist?"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connections
from django.db.models import F, Q

from annotations import triggers
from annotations.models import Removal
from annotations.services.verification.breach import Breach
from annotations.services.verification.scope import Scope


def triggers_are_there(scope: Scope) -> Iterator[Breach]:
    """The triggers that keep our promises are there and switched on."""
    for name in triggers.missing(connections[scope.using]):
        yield Breach("trigger", name, "is missing; manage.py migrate puts it on")


def references_hold(scope: Scope) -> Iterator[Breach]:
    """No row refers to a row that is not there. PostgreSQL never lets that happen; SQLite can be told to."""
    connection = connections[scope.using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        for table, row, parent, _number in cursor.fetchall():
            yield Breach(table, str(row), f"refers to a row of {parent} that is not there")


def removals_are_finished(scope: Scope) -> Iterator[Breach]:
    """None stands half done, since while one does the database lets history be changed; each is of its project."""
    removals = scope.rows(Removal).order_by("pk")
    for pk in removals.filter(finished_at=None).values_list("pk", flat=True):
        yield Breach("removal", str(pk), "was begun and never finished")
    astray = Q(article__isnull=False) & ~Q(article__project=F("project"))
    astray |= Q(speaker__isnull=False) & ~Q(speaker__project=F("project"))
    for pk in removals.filter(astray).values_list("pk", flat=True):
        yield Breach("removal", str(pk), "what it removed is of another project")


def integrity(using: str) -> Iterator[Breach]:
    """SQLite finds its file whole. It reads all of it, so this is only done when asked for."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        for (message,) in cursor.fetchall():
            if message != "ok":
                yield Breach("database", connection.alias, message)
