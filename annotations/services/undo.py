"""Undo and redo: new gestures that restore what stood before, or after, an earlier one."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.exports.dataset import quote_states
from annotations.exports.records import ROLES, Record, span_record
from annotations.models import Assignment, Change, Quote, User
from annotations.services.changes import Gesture, Replayed, gesture_rows, undo_stack
from annotations.services.errors import Conflict
from annotations.services.quotes import editing, write_lists, write_states

NOTHING = {
    Change.Action.UNDO: gettext_lazy("There is nothing to undo."),
    Change.Action.REDO: gettext_lazy("There is nothing to redo."),
}

# What a gesture changes of an assignment itself, and what is said if that was changed since.
CHANGED_SINCE = {
    "looked_at": gettext_lazy("What was looked at was changed since, so it stays as it is."),
    "left_out": gettext_lazy("What was left out was changed since, so it stays as it is."),
}


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
                raise Conflict(_("This assignment was changed since you saw it. Look at it again, then undo or redo."))
            undoable, redoable = undo_stack(locked, actor)
            steps = undoable if action == Change.Action.UNDO else redoable
            if not steps:
                raise Conflict(str(NOTHING[action]))
            _restore(opened, locked, actor, steps[-1], action)
    except Replayed:
        assignment.refresh_from_db()
    return assignment


def _restore(opened: Gesture, assignment: Assignment, actor: User, gesture: str, action: Change.Action) -> None:
    rows = list(gesture_rows(assignment, actor).filter(gesture=gesture).order_by("sequence"))
    lists = [row for row in rows if row.subject_kind == Change.Subject.ASSIGNMENT]
    for seen, target in (_seen_and_target(row, action) for row in lists):
        name = next(name for name in CHANGED_SINCE if name in target)
        if getattr(assignment, name) != seen.get(name):
            raise Conflict(str(CHANGED_SINCE[name]))
        write_lists(opened, assignment, {name: target[name]}, action, reverses=gesture)
    pairs = restored(assignment, [row for row in rows if row not in lists], action)
    if pairs:
        write_states(opened, assignment, pairs, action, reverses=gesture)


def _seen_and_target(row: Change, action: Change.Action) -> tuple[Record, Record]:
    """Return the state in which a row left its object, or found it, and the one to restore."""
    after: Record = row.after or {}
    # A quote that did not exist before its gesture is the same quote, deleted.
    before: Record = row.before or {**after, "deleted": True}
    return (after, before) if action == Change.Action.UNDO else (before, after)


def restored(assignment: Assignment, rows: list[Change], action: Change.Action) -> list[tuple[Record | None, Record]]:
    """Return the present state of each quote of a gesture with the one that undo or redo gives it.

    Raises ``Conflict`` if one of them was changed since.
    """
    keys = [row.subject_key for row in rows]
    states = quote_states(Quote.objects.filter(assignment=assignment, key__in=keys)).values()
    current = {state["id"]: state for state in states}
    pairs: list[tuple[Record | None, Record]] = []
    for row in rows:
        seen, target = _seen_and_target(row, action)
        now = current[row.subject_key]
        if _in_offsets(now) != _in_offsets(seen):
            raise Conflict(_("A quote of that gesture was changed since, so it stays as it is."), current=now)
        pairs.append((now, {**target, **_spans(target, assignment.version.text)}))
    return pairs


def _in_offsets(state: Record) -> Record:
    """Return a state without its revision and its words: history may have had to give words up, but never offsets."""
    offsets = {role: [(span["start"], span["end"]) for span in state.get(role, ())] for role in ROLES}
    return {**state, **offsets, "revision": 0}


def _spans(state: Record, text: str) -> Record:
    return {
        role: [span_record(span["start"], span["end"], text[span["start"] : span["end"]]) for span in state[role]]
        for role in ROLES
    }
