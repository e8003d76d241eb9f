"""Stretches of a story that somebody looked at and that hold no quote: scare quotes, a paragraph of plain facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from annotations.models import Assignment, Change, User
from annotations.services.changes import Gesture, Replayed
from annotations.services.errors import Conflict
from annotations.services.quote_states import clean_spans
from annotations.services.quotes import editing
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
            write_looked_at(opened, locked, after, Change.Action.CHANGE)
    except Replayed:
        pass
    assignment.refresh_from_db(fields=["revision", "status", "looked_at"])
    return assignment


def _changed(text: str, stretches: Stretches, chosen: Span, looked: bool) -> Stretches:
    present = [Span(*stretch) for stretch in stretches]
    found = [*present, chosen] if looked else [part for one in present for part in without(one, chosen)]
    trimmed = filter(None, (trim(text, one) for one in found))
    return [[one.start, one.end] for one in joined(text, trimmed)]


def write_looked_at(
    opened: Gesture, assignment: Assignment, after: Stretches, action: Change.Action, reverses: str = ""
) -> None:
    """Write the stretches of a locked assignment with their history row, if they change."""
    before = assignment.looked_at
    if after == before:
        return
    Assignment.objects.filter(pk=assignment.pk).update(looked_at=after)
    assignment.looked_at = after
    opened.record(
        action,
        Change.Subject.ASSIGNMENT,
        str(assignment.pk),
        before={"looked_at": before, "revision": assignment.revision},
        after={"looked_at": after, "revision": assignment.revision + 1},
        assignment=assignment,
        reverses=reverses,
    )
