"""What a write made, as history keeps it: a retry reads the same rows and gives the same answer."""

from __future__ import annotations

from django.utils.translation import gettext as _

from annotations.exports.records import Record
from annotations.models import Change, User
from annotations.services.errors import KeyReused

TAKEN_UP = (Change.Action.ASSIGN, Change.Action.RESUME)


def rows_of(actor: User, gesture: str, kind: Change.Subject) -> list[Change]:
    """Return the history rows of a gesture about objects of one kind, in the order in which they were written."""
    return list(Change.objects.filter(actor=actor, gesture=gesture, subject_kind=kind).order_by("sequence"))


def state_after(actor: User, gesture: str, kind: Change.Subject, key: str) -> Record | None:
    """Return the state in which a gesture left an object; None if it changed nothing of it."""
    after: Record | None = next(
        (row.after for row in rows_of(actor, gesture, kind) if row.subject_key == key and row.after), None
    )
    return after


def state_taken_up(actor: User, gesture: str, assignment: int) -> Record | None:
    """Return the state in which a gesture left the assignment that it took up; None if it was there already.

    Raises ``KeyReused`` if the key stands for something else: who has a story already opens no gesture.
    """
    rows = rows_of(actor, gesture, Change.Subject.ASSIGNMENT)
    taken_up = [row for row in rows if row.subject_key == str(assignment) and row.action in TAKEN_UP]
    if not taken_up and Change.objects.filter(actor=actor, gesture=gesture).exists():
        raise KeyReused(_("This idempotency key was used before for a different request. Use a new key."))
    return taken_up[0].after if taken_up else None
