"""The report of an import as programs read it: a line for each line, with what became of it and why."""

from __future__ import annotations

from django.utils.translation import gettext as _

from annotations.exports.records import Record
from annotations.services.imports import Row
from annotations.services.shelf import Outcome

DEFERRED = "deferred"


def told(row: Row) -> Record:
    """Return what a report says of a line."""
    if row.is_deferred:
        return {"line": row.line, "outcome": DEFERRED}
    kept = row.outcome == Outcome.CHANGED and not row.is_written
    changed = _("It is here with another text. Send it with update=true as a new version of it.") if kept else ""
    return {
        "line": row.line,
        "outcome": row.outcome,
        "id": row.key or None,
        "place": row.place or row.field,
        "reason": row.reason or changed,
    }
