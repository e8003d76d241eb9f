"""Marking words for a quote that exists, moving a mark, and taking it away: one span at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.utils.translation import gettext as _

from annotations.exports.records import ROLES, Record
from annotations.models import Assignment, Change, Quote, Span, User
from annotations.services.changes import Replayed
from annotations.services.errors import Invalid
from annotations.services.quote_parts import QuoteParts, apply_parts
from annotations.services.quote_states import NAMES, seen_state, state_of
from annotations.services.quotes import change_quote, current_state, editing, save_states


def add_span(
    *, actor: User, quote: Quote, revision: int, role: str, span: Mapping[str, Any], gesture: str | None = None
) -> Quote:
    """Give a quote one more span of a role. It takes the place of those of the role that it overlaps.

    Marking again is how edges are mended: a wider or narrower selection replaces the old one.
    """
    spans = _beside(_spans(seen_state(quote, revision), role), span)
    return change_quote(actor=actor, quote=quote, revision=revision, parts=_parts({role: spans}), gesture=gesture)


def remove_span(
    *, actor: User, quote: Quote, revision: int, role: str, start: int, end: int, gesture: str | None = None
) -> Quote:
    """Take one span of a role away. Raises ``Invalid`` if the quote has no such span."""
    kept = _others(seen_state(quote, revision), role, start, end)
    return change_quote(actor=actor, quote=quote, revision=revision, parts=_parts({role: kept}), gesture=gesture)


def move_span(
    *,
    actor: User,
    quote: Quote,
    revision: int,
    role: str,
    start: int,
    end: int,
    to: Mapping[str, Any],
    to_role: str,
    to_quote: Quote | None = None,
    gesture: str | None = None,
) -> Quote:
    """Give a span other edges (``to``), another role, or to another quote of the assignment: all in one gesture.

    Where it arrives, it takes the place of those of the role that it overlaps. Raises ``Invalid`` if the quote has no
    such span, or would be left without content.
    """
    target = to_quote or quote
    asked = ("move", quote.pk, revision, role, start, end, to["start"], to["end"], to_role, target.pk)
    try:
        with editing(assignment=quote.assignment, actor=actor, gesture=gesture, asked=asked) as (opened, locked):
            before = current_state(quote, revision)
            kept = _others(before, role, start, end)
            if role == Span.Role.CONTENT and not kept and (target != quote or to_role != role):
                raise _only_content()
            left = {**before, role: kept}
            if target == quote:
                moves = [(before, {role: kept, to_role: _beside(_spans(left, to_role), to)})]
            else:
                there = _standing(target, locked)
                moves = [(before, {role: kept}), (there, {to_role: _beside(_spans(there, to_role), to)})]
            pairs: list[tuple[Record | None, Record]] = [
                (old, apply_parts(assignment=locked, before=old, parts=_parts(spans), opened=opened, actor=actor))
                for old, spans in moves
            ]
            save_states(opened, locked, pairs, Change.Action.CHANGE)
    except Replayed:
        pass
    return Quote.objects.get(pk=quote.pk)


def _only_content() -> Invalid:
    message = _(
        "These are the only words that this quote says. Mark other words as its content first, or delete the quote."
    )
    return Invalid(message, field="content", code="only_content")


def _standing(quote: Quote, assignment: Assignment) -> Record:
    state = state_of(quote)
    if quote.assignment_id != assignment.pk or state["deleted"]:
        raise Invalid(_("The quote that the words should go to is no longer there."), field="to_quote")
    return state


def _others(state: Record, role: str, start: int, end: int) -> list[Record]:
    """Return the spans of a role without one of them."""
    spans = _spans(state, role)
    kept = [span for span in spans if (span["start"], span["end"]) != (start, end)]
    if len(kept) == len(spans):
        told = {"role": NAMES[role], "start": start, "end": end}
        raise Invalid(_("This quote has no %(role)s at %(start)s..%(end)s.") % told, field=role, code="unknown_span")
    return kept


def _beside(spans: list[Record], new: Mapping[str, Any]) -> list[Record]:
    """Return the spans that a new one leaves as they are, and the new one."""
    kept = [span for span in spans if span["end"] <= new["start"] or new["end"] <= span["start"]]
    return [*kept, dict(new)]


def _spans(state: Record, role: str) -> list[Record]:
    if role not in ROLES:
        raise Invalid(_("“%(role)s” is no role: %(known)s.") % {"role": role, "known": ", ".join(ROLES)}, field="role")
    spans: list[Record] = state[role]
    return spans


def _parts(spans: Mapping[str, list[Record]]) -> QuoteParts:
    return cast("QuoteParts", dict(spans))
