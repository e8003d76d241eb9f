"""What is proposed to an annotator: their own quotes of earlier versions, and what suggesters made of this one.

Each is accepted or left out, until which it waits. Nothing of it is in the annotator's work before they say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from annotations.models import Assignment, Change, Quote, User
from annotations.models.quotes import new_quote_key
from annotations.services.carrying import Earlier, carry_over_of, insert_made_of
from annotations.services.changes import Replayed
from annotations.services.errors import Conflict, Invalid
from annotations.services.quote_parts import QuoteParts, apply_parts
from annotations.services.quotes import editing, stale, write_lists
from annotations.services.suggestions import suggestions_of


def proposal_of(assignment: Assignment, key: str) -> Earlier | None:
    """Return the quote of this id that is proposed to the annotator, whatever they said of it, or None."""
    suggested = suggestions_of(assignment).quotes
    found = next((one for one in suggested if one.key == key), None)
    return found or next((one for one in carry_over_of(assignment).quotes if one.key == key), None)


def accept_quote(
    *,
    actor: User,
    assignment: Assignment,
    key: str,
    revision: int,
    spans: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
    gesture: str | None = None,
) -> Quote:
    """Make a quote of one that is proposed, where it is proposed or with other ``spans`` for the roles that are named.

    ``revision`` is that of the proposed quote as the actor saw it. Roles whose words are gone are left empty, to be
    marked then. Raises ``Conflict`` if the quote changed or was accepted already, ``Invalid`` if nothing is left of
    its content or there is no such quote, ``NotAllowed``, ``Locked``, ``KeyReused``.
    """
    given = {role: list(found) for role, found in (spans or {}).items()}
    asked = ("accept", assignment.pk, key, revision, given)
    proposal_of(assignment, key)
    try:
        with editing(assignment=assignment, actor=actor, gesture=gesture, asked=asked) as (opened, locked):
            one = _seen(locked, key, revision)
            if one.copies:
                raise Conflict(_("This quote was accepted already."))
            parts: QuoteParts = {**one.proposal, **given}  # type: ignore[typeddict-item]
            base = {**one.state, "id": new_quote_key(), "revision": 1}
            state = apply_parts(assignment=locked, before=base, parts=parts, opened=opened, actor=actor)
            insert_made_of(opened, locked, [(one, state)])
            kept = [left for left in locked.left_out if left != key]
            write_lists(opened, locked, {"left_out": kept}, Change.Action.CHANGE)
    except Replayed as replayed:
        made = next(row.subject_key for row in replayed.changes if row.subject_kind == Change.Subject.QUOTE)
        return Quote.objects.get(assignment=assignment, key=made)
    return Quote.objects.get(assignment=assignment, key=state["id"])


def leave_out(
    *,
    actor: User,
    assignment: Assignment,
    key: str,
    revision: int,
    out: bool = True,
    gesture: str | None = None,
) -> Assignment:
    """Say that a proposed quote is left out, or that it is to wait again (``out`` is False).

    ``revision`` is that of the proposed quote as the actor saw it. Raises ``Conflict`` if it changed or was accepted,
    ``Invalid`` if there is no such quote, ``NotAllowed``, ``Locked``, ``KeyReused``.
    """
    asked = ("leave out", assignment.pk, key, revision, out)
    try:
        with editing(assignment=assignment, actor=actor, gesture=gesture, asked=asked) as (opened, locked):
            if _seen(locked, key, revision).copies:
                raise Conflict(_("This quote was accepted already. Delete yours instead."))
            kept = [left for left in locked.left_out if left != key]
            write_lists(opened, locked, {"left_out": [*kept, key] if out else kept}, Change.Action.CHANGE)
    except Replayed:
        assignment.refresh_from_db()
    return assignment


def _seen(assignment: Assignment, key: str, revision: int) -> Earlier:
    one = proposal_of(assignment, key)
    if one is None:
        raise Invalid(_("No such quote is proposed for your story."), field="quote", code="unknown_quote")
    if one.state["revision"] != revision:
        raise stale(one.state)
    return one
