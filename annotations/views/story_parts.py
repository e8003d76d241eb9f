"""What a shown story is made of: blocks and pieces of text with marks on them, cards, members of the cast."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote as percent_encode

from django.db.models import TextChoices
from django.utils.translation import get_language

from annotations.exports.records import Record
from annotations.keyboard import CAST_KEYS
from annotations.models import Quote, Speaker, Stance
from annotations.models import Span as SpanRow
from annotations.text.segments import Segment, segments
from annotations.text.spans import Span

# The style sheet has this many speaker colours; then they begin again.
COLOURS = 20
ANCHOR = "q-"
# Of spans that cover the very same words the content goes outside.
MARK_ROLES = (SpanRow.Role.CONTENT, SpanRow.Role.SOURCE, SpanRow.Role.CUE, SpanRow.Role.ADDRESSEE)


@lru_cache(maxsize=4096)
def ref_of(key: str) -> str:
    """Return the key of a quote as it can stand in an attribute that lists several: without white space."""
    return percent_encode(key, safe="")


def anchor_of(key: str) -> str:
    """Return the id of the card of a quote; a `#` and this is a stable link to it."""
    return f"{ANCHOR}{ref_of(key)}"


def face_of(role: str, number: str) -> str:
    """Return the id of what is said of marks of this role and of the speaker of this number."""
    return f"{role[:2]}{number}"


# Typed, because a choice equals its value, and two kinds of choices may share one.
@lru_cache(maxsize=None, typed=True)
def _name(choice: TextChoices, language: str | None) -> str:
    return str(choice.label)


def name_of(choice: TextChoices) -> str:
    """Return the name of a choice in the language of the page. A dense story asks for the same few a thousand times."""
    return _name(choice, get_language())


@dataclass(frozen=True, slots=True)
class CastMember:
    """A speaker of this story, numbered by first appearance. `colour` is a class of the style sheet."""

    number: int
    key: str
    label: str
    kind: str
    named: bool
    description: str
    quotes: int

    @property
    def colour(self) -> str:
        return f"s{(self.number - 1) % COLOURS + 1}"

    @property
    def kind_display(self) -> str:
        return name_of(Speaker.Kind(self.kind))

    @property
    def action(self) -> str:
        """What a key does to choose this speaker: by number, or by searching where there are no more numbers."""
        return f"cast-{self.number}" if self.number <= len(CAST_KEYS) else "speaker"


@dataclass(frozen=True, slots=True)
class Mark:
    """What one highlighted range says: its role, its quotes, its colour, and how far below the words its line runs."""

    role: str
    refs: str
    colour: str
    number: str
    level: int

    @property
    def face(self) -> str:
        """The id of what is said of it to those who do not see it: short, for a dense story has it a thousand times."""
        return face_of(self.role, self.number)

    @property
    def anchors(self) -> str:
        """The ids of the cards of its quotes."""
        return " ".join(f"{ANCHOR}{ref}" for ref in self.refs.split())


class MarkedPiece(NamedTuple):
    """A mark on one piece of text: whether the marked range begins and ends with this piece."""

    mark: Mark
    first: bool
    last: bool


class Piece(NamedTuple):
    """A stretch of text with the marks that cover all of it, outer ones first."""

    text: str
    marks: tuple[MarkedPiece, ...]


@dataclass(frozen=True, slots=True)
class ClaimOfQuote:
    """A claim to which a quote is linked, and how it stands to it."""

    key: str
    text: str
    stance: str

    @property
    def stance_display(self) -> str:
        return name_of(Stance(self.stance))


@dataclass(slots=True)
class Card:
    """One quote with all its parts, in words. `spans` maps each role to its records (start, end, exact)."""

    key: str
    pk: int
    number: int
    revision: int
    type: str
    type_overridden: bool
    resolution: str
    no_source: str
    speaker: CastMember | None
    parent: str | None
    parent_overridden: bool
    spans: dict[str, list[Record]]
    labels: dict[str, str]
    label_names: list[tuple[str, str]]
    claims: list[ClaimOfQuote]
    note: str = ""
    # The version of the guidelines under which it was made; None where nobody knows.
    guidelines: int | None = None
    depth: int = 0
    # The correction notices that touch it.
    corrections: list[str] = field(default_factory=list)

    @property
    def ref(self) -> str:
        """The key as it can stand in an attribute that lists several: without white space."""
        return ref_of(self.key)

    @property
    def anchor(self) -> str:
        """The id of the card on a page; `#` and this is a stable link to the quote."""
        return anchor_of(self.key)

    @property
    def colour(self) -> str:
        return self.speaker.colour if self.speaker else "s0"

    @property
    def badge(self) -> str:
        return str(self.speaker.number) if self.speaker else "–"

    @property
    def start(self) -> int:
        return int(self.spans["content"][0]["start"]) if self.spans["content"] else 0

    @property
    def said(self) -> str:
        """The words that were said, with an ellipsis where the reporter cut in."""
        return " … ".join(span["exact"] for span in self.spans["content"])

    @property
    def other_words(self) -> list[tuple[str, str]]:
        """The words of the roles other than content that the quote has, by the name of the role."""
        return [
            (name_of(role).capitalize(), " … ".join(span["exact"] for span in self.spans[role]))
            for role in MARK_ROLES[1:]
            if self.spans[role]
        ]

    @property
    def parent_anchor(self) -> str:
        return anchor_of(self.parent or "")

    @property
    def type_display(self) -> str:
        return name_of(Quote.Type(self.type))

    @property
    def resolution_display(self) -> str:
        if not self.resolution:
            return ""
        name = name_of(Quote.Resolution(self.resolution))
        return f"{name} ({name_of(Quote.NoSource(self.no_source))})" if self.no_source else name


class BlockMark(NamedTuple):
    """A mark on the range that it covers, which may reach beyond the block."""

    start: int
    end: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class StoryBlock:
    """One block with the white space before it, its words, the marks on them, and the quotes that begin in it.

    ``looked_at`` are the stretches in it that were looked at. A block is a gap if nobody has said what is in it: no
    words of it are in a quote, and some of them were not looked at.
    """

    index: int
    kind: str
    start: int
    end: int
    gap: str
    words: str
    marks: list[BlockMark]
    cards: list[Card]
    looked_at: tuple[Span, ...] = ()
    is_looked_at: bool = False
    is_gap: bool = False

    @property
    def text(self) -> str:
        """The words of the block."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def pieces(self) -> list[Piece]:
        """The words cut at every edge of a mark. Only a block that is shown is cut."""
        spans = [(start, end, number) for number, (start, end, _) in enumerate(self.marks)]
        return [self._piece(segment) for segment in segments(self.start, self.end, spans)]

    def _piece(self, segment: Segment[int]) -> Piece:
        covering = [self.marks[number] for number in segment.keys]
        return Piece(
            self.words[segment.start - self.start : segment.end - self.start],
            tuple(MarkedPiece(mark, start == segment.start, end == segment.end) for start, end, mark in covering),
        )
