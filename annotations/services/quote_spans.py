"""Marking words for a quote that exists, and taking a mark away: one span at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from annotations.exports.records import ROLES, Record
from annotations.models import Quote, User
from annotations.services.errors import Invalid
from annotations.services.quote_parts import QuoteParts
from annotations.services.quote_states import seen_state
from annotations.services.quotes import change_quote


def add_span(
    *, actor: User, quote: Quote, revision: int, role: str, span: Mapping[str, Any], gesture: str | None = None
) -> Quote:
    """Give a quote one more span of a role. It takes the place of those of the role that it overlaps.

    Marking again is how edges are mended: a wider or narrower selection replaces the old one.
    """
    kept = [
        other
        for other in _spans(seen_state(quote, revision), role)
        if other["end"] <= span["start"] or span["end"] <= other["start"]
    ]
    return change_quote(
        actor=actor, quote=quote, revision=revision, parts=_parts(role, [*kept, dict(span)]), gesture=gesture
    )


def remove_span(
    *, actor: User, quote: Quote, revision: int, role: str, start: int, end: int, gesture: str | None = None
) -> Quote:
    """Take one span of a role away. Raises ``Invalid`` if the quote has no such span."""
    spans = _spans(seen_state(quote, revision), role)
    kept = [span for span in spans if (span["start"], span["end"]) != (start, end)]
    if len(kept) == len(spans):
        raise Invalid(f"This quote has no {role} at {start}..{end}.", field=role, code="unknown_span")
    return change_quote(actor=actor, quote=quote, revision=revision, parts=_parts(role, kept), gesture=gesture)


def _spans(state: Record, role: str) -> list[Record]:
    if role not in ROLES:
        raise Invalid(f"“{role}” is no role: {', '.join(ROLES)}.", field="role")
    spans: list[Record] = state[role]
    return spans


def _parts(role: str, spans: list[Record]) -> QuoteParts:
    return cast("QuoteParts", {role: spans})
