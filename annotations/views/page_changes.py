"""What of the annotation page a gesture changed, so that no more than that is sent.

A page says with each request which revision of the assignment it shows and which quote is open on it. If that is
what stood when the gesture came, and nothing but the gesture was written since, the changed pieces make the page
whole; otherwise all of it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from annotations.models import Assignment
from annotations.views.story import Card, Story, StoryBlock, load_story

# More pieces than this part of the blocks are more work for a browser than all at once.
MOST = 0.5


@dataclass(frozen=True)
class SeenPage:
    """The page as it was when the request was made. ``story`` is None where the request cannot change it."""

    revision: int
    open: str
    story: Story | None


@dataclass(frozen=True)
class Changes:
    """The blocks whose text must be shown anew, and those whose cards must."""

    blocks: list[StoryBlock]
    cards: list[StoryBlock]


def seen_page(request: HttpRequest, assignment: Assignment) -> SeenPage | None:
    """Return the page that made the request, or None if it is no longer what stands."""
    if request.headers.get("X-Page-Revision") != str(assignment.revision):
        return None
    story = load_story(assignment) if request.method == "POST" else None
    return SeenPage(assignment.revision, request.headers.get("X-Page-Quote", ""), story)


def changes_since(seen: SeenPage | None, assignment: Assignment, story: Story, card: Card | None) -> Changes | None:
    """Return what must be shown anew on the page that was seen, or None if that is the whole page."""
    if seen is None or assignment.revision not in {seen.revision, seen.revision + 1}:
        return None
    now_open = card.ref if card else ""
    shown = {seen.open, now_open} - {""}
    turned = shown if seen.open != now_open else set()
    pairs = list(zip((seen.story or story).blocks, story.blocks, strict=True))
    changes = Changes(
        blocks=[new for old, new in pairs if _looks(old) != _looks(new) or _marks(old, turned) or _marks(new, turned)],
        cards=[
            new
            for old, new in pairs
            if _faces(old) != _faces(new) or any(one.ref in shown for one in (*old.cards, *new.cards))
        ],
    )
    too_many = len(changes.blocks) + len(changes.cards) > max(8, MOST * 2 * len(pairs))
    return None if too_many else changes


def _marks(block: StoryBlock, refs: Iterable[str]) -> bool:
    """Whether a mark of one of these quotes stands in a block."""
    wanted = set(refs)
    return bool(wanted) and any(
        not wanted.isdisjoint(marked.mark.refs.split()) for piece in block.pieces for marked in piece.marks
    )


def _looks(block: StoryBlock) -> tuple[Any, ...]:
    """Return what a block shows, whichever quote is open."""
    return (block.pieces, block.looked_at, block.is_gap)


def _faces(block: StoryBlock) -> list[tuple[Any, ...]]:
    """Return what the closed cards of a block show."""
    return [
        (
            card.ref,
            card.revision,
            card.badge,
            card.colour,
            card.speaker.label if card.speaker else card.resolution_display,
            card.type,
            card.claims,
            card.said,
            card.depth,
        )
        for card in block.cards
    ]
