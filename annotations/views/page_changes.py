"""What of the annotation page a gesture changed, so that no more than that is sent.

A page says with each request which revision of the assignment it shows and which quote is open on it. If that is
what stood when the gesture came, and nothing but the gesture was written since, then history tells what changed, and
the pieces that show it make the page whole; otherwise all of it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.http import HttpRequest

from annotations.exports.records import ROLES, Record, quote_order
from annotations.models import Assignment, Change, User
from annotations.views.story import Story, block_at, depths
from annotations.views.story_parts import Card, StoryBlock

# More pieces than this part of the blocks are more work for a browser than all at once.
MOST = 0.5

Reach = tuple[int, int]


@dataclass(frozen=True)
class SeenPage:
    """The page that made a request: the revision of the assignment, and the ``ref`` of the quote that is open."""

    revision: int
    open: str


@dataclass(frozen=True)
class Changes:
    """The blocks whose text must be shown anew, and those whose cards must."""

    blocks: list[StoryBlock]
    cards: list[StoryBlock]


@dataclass(frozen=True)
class Written:
    """What a gesture wrote: the states of quotes before (empty if new) and after it, and stretches looked at or not.

    The first quote is the one that the gesture was about.
    """

    quotes: list[tuple[Record, Record]]
    looked_at: list[Reach]
    is_looked_at: bool = False
    action: str = ""


class Outline(NamedTuple):
    """What of a quote shows outside its own card: its place, its marks, its speaker, the quote around it."""

    order: tuple[int, int, str]
    spans: list[tuple[int, int, str]]
    speaker: str | None
    parent: str | None


class Face(NamedTuple):
    """An outline as it shows among the others."""

    outline: Outline
    number: int
    depth: int


NOTHING = Written([], [])


def seen_page(request: HttpRequest, assignment: Assignment) -> SeenPage | None:
    """Return the page that made the request, or None if it is no longer what stands."""
    if request.headers.get("X-Page-Revision") != str(assignment.revision):
        return None
    return SeenPage(assignment.revision, request.headers.get("X-Page-Quote", ""))


def written_by(actor: User, gesture: str | None) -> Written:
    """Return what a gesture wrote, as its history has it."""
    rows = list(Change.objects.filter(actor=actor, gesture=gesture).order_by("sequence")) if gesture else []
    states = [(row.subject_kind, row.before or {}, row.after or {}) for row in rows]
    stretches = [
        [(start, end) for start, end in state["looked_at"]]
        for kind, *both in states
        for state in both
        if kind == Change.Subject.ASSIGNMENT and "looked_at" in state
    ]
    return Written(
        quotes=[(before, after) for kind, before, after in states if kind == Change.Subject.QUOTE],
        looked_at=_turned(stretches),
        is_looked_at=bool(stretches) and _length(stretches[-1]) > _length(stretches[0]),
        action=rows[0].action if rows else "",
    )


def _turned(states: Iterable[Iterable[Reach]]) -> list[Reach]:
    """Return what is in one state and not in the other: stretches may have become one, or been cut."""
    edges = sorted(edge for stretches in states for stretch in stretches for edge in stretch)
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]


def _length(stretches: Iterable[Reach]) -> int:
    return sum(end - start for start, end in stretches)


def changes_since(
    seen: SeenPage | None, assignment: Assignment, story: Story, card: Card | None, written: Written
) -> Changes | None:
    """Return what must be shown anew on the page that was seen, or None if that is the whole page."""
    if seen is None or assignment.revision not in {seen.revision, seen.revision + 1}:
        return None
    after = {one.key: _outline_of(one) for one in story.quotes}
    before = _outlines_before(after, written, story.merged)
    then, now = _faces(before), _faces(after)
    moved = {key for key in then.keys() | now.keys() if then.get(key) != now.get(key)}
    changed = moved | {state["id"] for _, state in written.quotes}
    now_open = card.ref if card else ""
    shown = {one.key for one in story.quotes if one.ref in {seen.open, now_open}}
    stale = [*written.looked_at, *_groups_changed(then, now)]
    if seen.open != now_open:
        stale += [span[:2] for key in shown for span in after[key].spans]
    beside = {
        block_at(story.blocks, outlines[key].order[0])
        for outlines in (before, after)
        for key in outlines.keys() & (changed | shown)
    }
    asked = [*written.looked_at, *_content(written)]
    changes = Changes(
        blocks=[block for block in story.blocks if meets(block, stale)],
        cards=[block for place, block in enumerate(story.blocks) if place in beside or meets(block, asked)],
    )
    too_many = len(changes.blocks) + len(changes.cards) > max(8, MOST * 2 * len(story.blocks))
    return None if too_many else changes


def meets(block: StoryBlock, reaches: Iterable[Reach]) -> bool:
    """Whether some words of a block are among these."""
    return any(start < block.end and block.start < end for start, end in reaches)


def _content(written: Written) -> list[Reach]:
    """Return where content was or is now: in what is quoted nobody needs to look at anything."""
    return [
        (span["start"], span["end"])
        for states in written.quotes
        for state in states
        if state
        for span in state["content"]
    ]


def _outline_of(card: Card) -> Outline:
    return _outline({"id": card.key, **card.spans}, card.speaker.key if card.speaker else None, card.parent)


def _outline(quote: Record, speaker: str | None, parent: str | None) -> Outline:
    spans = [(span["start"], span["end"], role) for role in ROLES for span in quote[role]]
    return Outline(quote_order(quote), spans, speaker, parent)


def _outlines_before(after: Mapping[str, Outline], written: Written, merged: Mapping[str, str]) -> dict[str, Outline]:
    found = dict(after)
    for old, new in written.quotes:
        found.pop(new["id"], None)
        if old and not old["deleted"]:
            found[old["id"]] = _outline(old, merged.get(old["speaker"], old["speaker"]), old["parent"])
    return found


def _faces(outlines: Mapping[str, Outline]) -> dict[str, Face]:
    """Speakers are numbered by first appearance, so a quote may change the face of others."""
    speakers = dict.fromkeys(outline.speaker for outline in sorted(outlines.values()) if outline.speaker)
    numbers = {speaker: number for number, speaker in enumerate(speakers, start=1)}
    nesting = depths({key: outline.parent for key, outline in outlines.items()})
    return {key: Face(one, numbers.get(one.speaker or "", 0), nesting[key]) for key, one in outlines.items()}


def _marks(faces: Mapping[str, Face]) -> set[tuple[int, int, str, str, int]]:
    return {(*span, key, face.number) for key, face in faces.items() for span in face.outline.spans}


def _groups_changed(then: Mapping[str, Face], now: Mapping[str, Face]) -> list[Reach]:
    """Return the reach of each group of overlapping marks in which a mark came, went or took another number.

    Within a group the lines under the words make room for each other.
    """
    before, after = _marks(then), _marks(now)
    changed = before ^ after
    groups: list[tuple[int, int, bool]] = []
    for mark in sorted(before | after) if changed else ():
        start, end, has_changed = *mark[:2], mark in changed
        if groups and start < groups[-1][1]:
            first, last, other = groups.pop()
            groups.append((first, max(last, end), other or has_changed))
        else:
            groups.append((start, end, has_changed))
    return [(start, end) for start, end, has_changed in groups if has_changed]
