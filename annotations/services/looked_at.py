"""Stretches of a story that somebody looked at and that hold no quote: scare quotes, a paragraph of plain facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from annotations.models import Assignment, Change, User
from annotations.services.changes import Replayed
from annotations.services.errors import Conflict
from annotations.services.quote_states import clean_spans
from annotations.services.quotes import editing, write_lists
from annotations.text.spans import Span, joined, trim, without

# As the column holds them: [start, end] in code points.
Stretches = list[list[int]]


def look_at(
    *,
    actor: User,
    assignment: Assignment,
    revision: int,
    span: Mapping[str, Any],
    looked: bool = True,
    gesture: str | None = None,
) -> Assignment:
    """Say that these words were looked at and hold no quote, or that they were not (``looked`` is False).

    Stretches with nothing but white space between them become one. ``revision`` is the assignment's as the actor saw
    it. Raises ``Conflict``, ``Invalid`` for words that are not there, ``NotAllowed``, ``Locked``, ``KeyReused``.
    """
    asked = ("look at", assignment.pk, revision, span["start"], span["end"], looked)
    try:
        with editing(assignment=assignment, actor=actor, gesture=gesture, asked=asked) as (opened, locked):
            if locked.revision != revision:
                raise Conflict(_("This assignment was changed since you saw it. Look at it again, then repeat this."))
            text = locked.version.text
            (words,) = clean_spans(text, "stretch", [span])
            after = _changed(text, locked.looked_at, Span(words["start"], words["end"]), looked)
            write_lists(opened, locked, {"looked_at": after}, Change.Action.CHANGE)
    except Replayed:
        pass
    assignment.refresh_from_db(fields=["revision", "status", "looked_at"])
    return assignment


def _changed(text: str, stretches: Stretches, chosen: Span, looked: bool) -> Stretches:
    present = [Span(*stretch) for stretch in stretches]
    found = [*present, chosen] if looked else [part for one in present for part in without(one, chosen)]
    trimmed = filter(None, (trim(text, one) for one in found))
    return [[one.start, one.end] for one in joined(text, trimmed)]
