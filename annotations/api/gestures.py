"""What a write made, as history keeps it: a retry reads the same rows and gives the same answer."""

from __future__ import annotations

from annotations.exports.records import Record
from annotations.models import Change, User


def rows_of(actor: User, gesture: str, kind: Change.Subject) -> list[Change]:
    """Return the history rows of a gesture about objects of one kind, in the order in which they were written."""
    return list(Change.objects.filter(actor=actor, gesture=gesture, subject_kind=kind).order_by("sequence"))


def state_after(actor: User, gesture: str, kind: Change.Subject, key: str) -> Record | None:
    """Return the state in which a gesture left an object; None if it changed nothing of it."""
    after: Record | None = next(
        (row.after for row in rows_of(actor, gesture, kind) if row.subject_key == key and row.after), None
    )
    return after
