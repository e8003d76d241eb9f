"""Undo and redo: new gestures that restore what stood before, or after, an earlier one."""

from __future__ import annotations

from annotations.exports.dataset import quote_states
from annotations.exports.records import Record
from annotations.models import Assignment, Change, Quote, User
from annotations.services.changes import Replayed, undo_stack
from annotations.services.errors import Conflict
from annotations.services.quotes import editing, write_states


def undo(*, actor: User, assignment: Assignment, revision: int, gesture: str | None = None) -> Assignment:
    """Restore the state before the actor's own last gesture in this assignment.

    ``revision`` is the assignment's as the actor saw it. Raises ``Conflict`` if there is nothing to undo, if
    the assignment moved on since, or if somebody else changed one of the quotes.
    """
    return _step(actor, assignment, revision, Change.Action.UNDO, gesture)


def redo(*, actor: User, assignment: Assignment, revision: int, gesture: str | None = None) -> Assignment:
    """Restore the state after the gesture that was undone last."""
    return _step(actor, assignment, revision, Change.Action.REDO, gesture)


def _step(actor: User, assignment: Assignment, revision: int, action: Change.Action, gesture: str | None) -> Assignment:
    asked = (action.value, assignment.pk, revision)
    try:
        with editing(assignment=assignment, actor=actor, gesture=gesture, asked=asked) as (opened, locked):
            if locked.revision != revision:
                raise Conflict("This assignment was changed since you saw it. Look at it again, then undo or redo.")
            undoable, redoable = undo_stack(locked, actor)
            steps = undoable if action == Change.Action.UNDO else redoable
            if not steps:
                raise Conflict(f"There is nothing to {action.value}.")
            write_states(opened, locked, _pairs(locked, actor, steps[-1], action), action, reverses=steps[-1])
    except Replayed:
        assignment.refresh_from_db()
    return assignment


def _pairs(
    assignment: Assignment, actor: User, gesture: str, action: Change.Action
) -> list[tuple[Record | None, Record]]:
    rows = Change.objects.filter(
        assignment=assignment, actor=actor, gesture=gesture, subject_kind=Change.Subject.QUOTE
    ).order_by("sequence")
    keys = [row.subject_key for row in rows]
    states = quote_states(Quote.objects.filter(assignment=assignment, key__in=keys)).values()
    current = {state["id"]: state for state in states}
    pairs: list[tuple[Record | None, Record]] = []
    for row in rows:
        # A quote that did not exist before its gesture is the same quote, deleted.
        after: Record = row.after or {}
        before: Record = row.before or {**after, "deleted": True}
        seen, target = (after, before) if action == Change.Action.UNDO else (before, after)
        now = current[row.subject_key]
        if {**now, "revision": 0} != {**seen, "revision": 0}:
            raise Conflict("A quote of that gesture was changed since, so it stays as it is.", current=now)
        pairs.append((now, {**target}))
    return pairs
