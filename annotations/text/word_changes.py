"""Which words of a text came and which went, between two versions of it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

SAME, GONE, NEW = "same", "gone", "new"
# Pairs of words that are held against each other at most: what is longer is compared by lines, or not at all.
MOST_PAIRS = 250_000
_WORDS = re.compile(r"\s+|(?:\w+|[^\w\s])[^\S\n]*")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


class Piece(NamedTuple):
    """A stretch of text that is the ``same`` in both versions, ``gone`` from the older, or ``new``."""

    kind: str
    text: str


def word_changes(before: str, after: str) -> list[Piece]:
    """Return the pieces of which both texts are made, in order: all but the new ones give ``before``."""
    for units in (_WORDS, _LINES):
        old, new = units.findall(before), units.findall(after)
        if len(old) * len(new) <= MOST_PAIRS:
            return _merged(old, new)
    return _pieces((GONE, before), (NEW, after))


def _merged(old: list[str], new: list[str]) -> list[Piece]:
    found: list[Piece] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            found += _pieces((SAME, "".join(old[old_start:old_end])))
        else:
            found += _pieces((GONE, "".join(old[old_start:old_end])), (NEW, "".join(new[new_start:new_end])))
    return found


def _pieces(*pieces: tuple[str, str]) -> list[Piece]:
    return [Piece(kind, text) for kind, text in pieces if text]
