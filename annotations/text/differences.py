"""Which words differ between two wordings of one thing, to be marked where both are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby, takewhile
from operator import itemgetter
from typing import NamedTuple

TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
# Longer wordings are compared line by line first: the time to compare grows with the square of the length.
MOST_TOKENS = 2_000
# So many characters of what is the same are enough around what differs.
AROUND = 80


Span = tuple[bool, list[str], list[str]]
SAME, GONE, NEW = "same", "gone", "new"


class Piece(NamedTuple):
    """A stretch of a wording, and whether it differs from the other one."""

    text: str
    differs: bool


class Change(NamedTuple):
    """A stretch of text that is the ``same`` in both wordings, ``gone`` from the older one, or ``new``."""

    kind: str
    text: str


def marked(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Return both wordings in pieces, whole words each; what is the same in both comes in the same order."""
    spans = list(_spans(before, after))
    return _pieces([(differs, tokens) for differs, tokens, _ in spans]), _pieces(
        [(differs, tokens) for differs, _, tokens in spans]
    )


def changes(before: str, after: str) -> list[Change]:
    """Return the pieces of which both wordings are made, in order: all but the new ones give ``before``."""
    found: list[Change] = []
    for differs, group in groupby(_spans(before, after), key=itemgetter(0)):
        spans = list(group)
        old = "".join(token for _, tokens, _ in spans for token in tokens)
        new = "".join(token for _, _, tokens in spans for token in tokens)
        pieces = [Change(GONE, old), Change(NEW, new)] if differs else [Change(SAME, old)]
        found += [piece for piece in pieces if piece.text]
    return found


def _spans(before: str, after: str) -> Iterator[Span]:
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    inner = old[start : len(old) - end], new[start : len(new) - end]
    spans = [
        (False, old[:start], new[:start]),
        *_compared(*inner),
        (False, old[len(old) - end :], new[len(new) - end :]),
    ]
    return _without_lone_spaces([span for span in spans if span[1] or span[2]])


def _alike(old: list[str], new: list[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _compared(old: list[str], new: list[str]) -> Iterator[Span]:
    if max(len(old), len(new)) <= MOST_TOKENS:
        yield from _matched(old, new)
        return
    for differs, old_lines, new_lines in _matched(_lines(old), _lines(new)):
        words = TOKEN.findall("".join(old_lines)), TOKEN.findall("".join(new_lines))
        if differs and max(map(len, words)) <= MOST_TOKENS:
            yield from _matched(*words)
        else:
            yield differs, *words


def _matched(old: list[str], new: list[str]) -> Iterator[Span]:
    if max(len(old), len(new)) > MOST_TOKENS:
        yield True, old, new
        return
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        yield tag != "equal", old[start:end], new[new_start:new_end]


def _lines(tokens: list[str]) -> list[str]:
    return "".join(tokens).splitlines(keepends=True)


def _without_lone_spaces(spans: list[Span]) -> Iterator[Span]:
    """Let a space between two words that differ be a part of the difference: it reads as one."""
    for place, (differs, old, new) in enumerate(spans):
        between = 0 < place < len(spans) - 1 and spans[place - 1][0] and spans[place + 1][0]
        yield differs or (between and not "".join(old).strip()), old, new


def _pieces(spans: list[tuple[bool, list[str]]]) -> list[Piece]:
    found: list[Piece] = []
    for differs, tokens in spans:
        text = "".join(tokens)
        if found and found[-1].differs == differs:
            found[-1] = Piece(found[-1].text + text, differs)
        elif text:
            found.append(Piece(text, differs))
    return found


def excerpt(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces with long stretches that are the same cut to what stands around the differences."""
    last = len(pieces) - 1
    return [
        piece if piece.differs else Piece(_cut(piece.text, first=place == 0, last=place == last), differs=False)
        for place, piece in enumerate(pieces)
    ]


def _cut(text: str, *, first: bool, last: bool) -> str:
    if len(text) <= 4 * AROUND or (first and last):
        return text
    head = "" if first else text[:AROUND].rpartition(" ")[0] + " "
    tail = "" if last else " " + text[-AROUND:].partition(" ")[2]
    return f"{head}…{tail}"
