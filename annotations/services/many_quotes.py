"""Many quotes at once: one gesture, all of them or none, and one undo takes it back."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from annotations.exports.dataset import quote_states
from annotations.exports.records import Record
from annotations.models import Assignment, Change, Quote, User
from annotations.models.quotes import new_quote_key
from annotations.services.changes import Gesture, Replayed
from annotations.services.errors import Conflict, Invalid
from annotations.services.quote_parts import QuoteParts, apply_parts
from annotations.services.quote_states import References, blank_state
from annotations.services.quotes import editing, refuse_deleted, save_states


def create_quotes(
    *, actor: User, assignment: Assignment, many: Sequence[QuoteParts], gesture: str | None = None
) -> list[Quote]:
    """Make many quotes in one gesture.

    Raises ``Invalid`` with the place of the quote that cannot be in its field, ``NotAllowed``, ``Locked``,
    ``KeyReused``.
    """
    asked = ("create many", assignment.pk, [dict(parts) for parts in many])
    try:
        with editing(assignment=assignment, actor=actor, gesture=gesture, asked=asked) as (opened, locked):
            made = new_states(opened, locked, actor, many, field="quotes")
            save_states(opened, locked, [(None, state) for state in made], Change.Action.CREATE)
            keys = [state["id"] for state in made]
    except Replayed as replayed:
        keys = [row.subject_key for row in replayed.changes if row.action == Change.Action.CREATE]
    return list(Quote.objects.filter(assignment=assignment, key__in=keys))


def new_states(
    opened: Gesture, assignment: Assignment, actor: User, many: Sequence[QuoteParts], *, field: str
) -> list[Record]:
    """Return the states of new quotes with these parts. What one names is looked up where it is known which one it is.

    Raises ``Invalid`` with the place of the quote that cannot be: ``field`` is what the list of them is called.
    """
    references, states = References(assignment), []
    for place, parts in enumerate(many):
        blank = blank_state(new_quote_key())
        try:
            state = apply_parts(assignment=assignment, before=blank, parts=parts, opened=opened, actor=actor)
            references.speakers |= {key: row.pk for key, row in opened.speakers.items()}
            references.load([state])
        except Invalid as invalid:
            invalid.field = f"{field}[{place}].{invalid.field}"
            raise
        states.append(state)
    return states


def delete_quotes(
    *, actor: User, assignment: Assignment, keys: Sequence[str], revision: int, gesture: str | None = None
) -> Assignment:
    """Hide many quotes in one gesture; children that stay move up to the next quote around them.

    ``revision`` is the assignment's as the actor saw it, which counts up with every change of a quote. Raises
    ``Conflict`` if it moved on, or with a quote that was deleted; ``Invalid`` for an id that is not there,
    ``NotAllowed``, ``Locked``, ``KeyReused``.
    """
    asked = ("delete many", assignment.pk, list(keys), revision)
    try:
        with editing(assignment=assignment, actor=actor, gesture=gesture, asked=asked) as (opened, locked):
            if locked.revision != revision:
                raise Conflict(_("This assignment was changed since you saw it. Nothing was deleted."))
            gone: list[tuple[Record | None, Record]] = [
                (state, state | {"deleted": True}) for state in _standing(locked, keys)
            ]
            save_states(opened, locked, gone, Change.Action.DELETE)
    except Replayed:
        assignment.refresh_from_db()
    return assignment


def _standing(assignment: Assignment, keys: Sequence[str]) -> list[Record]:
    states = quote_states(Quote.objects.filter(assignment=assignment, key__in=keys))
    found = {state["id"]: state for state in states.values()}
    for place, key in enumerate(keys):
        if key not in found:
            message = _("There is no quote “%(key)s” in this assignment.") % {"key": key}
            raise Invalid(message, field=f"quotes[{place}]", code="unknown_quote")
        refuse_deleted(found[key])
    return list(found.values())
