"""The places in a story of words that were typed or pasted instead of selected."""

from __future__ import annotations

from dataclasses import dataclass

from annotations.text.anchoring import Ambiguous, NotFound, anchor, context
from annotations.text.words import snap_to_words

AROUND = 40
OFFERED = 12


@dataclass(frozen=True)
class Place:
    """One place of the words, with what stands around it, so that a person can tell it from the others."""

    start: int
    end: int
    before: str
    exact: str
    after: str

    @property
    def value(self) -> str:
        """The place as a form sends it."""
        return f"{self.start}-{self.end}"


@dataclass(frozen=True)
class Found:
    """Where the words stand: in one place, or several, or nowhere, and then perhaps some that are like them."""

    place: Place | None
    places: list[Place]
    exactly: bool


def find_places(text: str, words: str) -> Found:
    """Look for words in a story."""
    try:
        match = anchor(text, words.strip())
    except Ambiguous as ambiguous:
        found = _whole_words(text, [(match.start, match.end) for match in ambiguous.matches])
        places = [_place(text, *edges) for edges in found[:OFFERED]]
        return Found(places[0] if len(places) == 1 else None, places, True)
    except NotFound as missing:
        return Found(None, [_place(text, match.start, match.end) for match in missing.matches[:OFFERED]], False)
    place = _place(text, match.start, match.end)
    return Found(place, [place], True)


def _whole_words(text: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the places that do not begin or end inside a word, or all if there are none."""
    return [edges for edges in found if snap_to_words(text, *edges) == edges] or found


def _place(text: str, start: int, end: int) -> Place:
    before, after = context(text, start, end, AROUND)
    return Place(start, end, before, text[start:end], after)
