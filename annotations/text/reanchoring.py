"""Where the words of one version of a text stand in a later one: surely, probably, or no more."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from annotations.text.anchoring import agreement, context, find
from annotations.text.differences import GONE, NEW, changes

# Words are the same words only if at least half of what stood around them does.
_SAME_SURROUNDINGS = 0.5
# A proposal that agrees less is no help.
_FLOOR = 0.3
# What stands in their place is looked at first; if it agrees so well, nothing is sought elsewhere.
_GOOD_ENOUGH = 0.6
# Changed words are sought elsewhere if the text has one of their runs of so many characters, each so far from the last.
_RUN = 16
_STEP = 4
# What stands in the place of words so long must be somewhat like them; for “said”, “told” may stand there.
_LEAST_LIKE = 0.4
# Words that were exchanged for others are never as like as words that are the same.
_CHANGED_WEIGHT = 0.95
# Passages longer than this are not compared letter by letter.
_LONGEST = 4000


class Kind(StrEnum):
    """What became of words: they stand unchanged, something like them stands somewhere, or they are gone."""

    STANDS = "stands"
    MOVED = "moved"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand in the later version, in code points, and how sure that is, from 0 to 1.

    The score is the share of the words, with the 32 characters before and after them, that stands there: 1 means that
    all of it does. What is gone has the empty range and 0.
    """

    kind: Kind
    start: int = 0
    end: int = 0
    score: float = 0.0


NOWHERE = Place(Kind.GONE)


class _Segment(NamedTuple):
    """A stretch of the older text and what stands in its place in the later one."""

    start: int
    end: int
    new_start: int
    new_end: int
    is_same: bool


@lru_cache(maxsize=16)
def reanchoring(old: str, new: str) -> Reanchoring:
    """Return what finds words of ``old`` in ``new``; kept for the stories that are being worked on."""
    return Reanchoring(old, new)


class Reanchoring:
    """Two versions of a text."""

    def __init__(self, old: str, new: str) -> None:
        self.old = old
        self.new = new
        self._segments = _segments(old, new)
        self._places: dict[tuple[int, int], Place] = {}

    def place(self, start: int, end: int) -> Place:
        """Return where the words ``old[start:end]`` stand in the later version. They must not be empty."""
        if (start, end) not in self._places:
            self._places[start, end] = self._place(start, end)
        return self._places[start, end]

    def has_same_words(self, spans: Iterable[tuple[int, int]]) -> bool:
        """Whether the later version has the very words of all these ranges, where they are found."""
        places = ((self.old[start:end], self.place(start, end)) for start, end in spans)
        return all(words == self.new[place.start : place.end] for words, place in places)

    def _place(self, start: int, end: int) -> Place:
        words = self.old[start:end]
        prefix, suffix = context(self.old, start, end)
        whole = prefix + words + suffix
        if _stands_once(self.old, whole) and _stands_once(self.new, whole):
            found = self.new.index(whole) + len(prefix)
            return self._sure(start, end, found, 1.0)
        same = self._same_words(start, end, prefix, suffix)
        if same is not None:
            agrees = agreement(self.new, same, same + len(words), prefix, suffix)
            return self._sure(start, end, same, _score(1.0, agrees, len(words), len(prefix) + len(suffix)))
        return self._proposal(start, end, prefix, suffix)

    def _same_words(self, start: int, end: int, prefix: str, suffix: str) -> int | None:
        """Return where the same words stand, if their surroundings bear it out.

        Of the only ones in both versions, half of what stood around them must; of those in a stretch that did not
        change, half on either side: the same words may have stood beside it.
        """
        words, segment = self.old[start:end], self._segment_of(start)
        if _stands_once(self.old, words) and _stands_once(self.new, words):
            found, sides = self.new.index(words), [(prefix, suffix)]
        elif segment.is_same and end <= segment.end:
            found, sides = segment.new_start + start - segment.start, [(prefix, ""), ("", suffix)]
        else:
            return None
        agrees = min(agreement(self.new, found, found + len(words), *side) for side in sides)
        return found if agrees >= _SAME_SURROUNDINGS else None

    def _sure(self, start: int, end: int, found: int, score: float) -> Place:
        """Words that became a part of longer ones are other words: “safe” is not in “safely”."""
        edges = ((start, found), (end, found + end - start))
        cut = any(_is_inside_word(self.new, new) and not _is_inside_word(self.old, old) for old, new in edges)
        return Place(Kind.MOVED if cut else Kind.STANDS, found, found + end - start, score)

    def _proposal(self, start: int, end: int, prefix: str, suffix: str) -> Place:
        words, around = self.old[start:end], len(prefix) + len(suffix)
        best = self._in_its_place(start, end, prefix, suffix)
        if best.score < _GOOD_ENOUGH and self._may_stand_elsewhere(words):
            hint = self._aligned(start, end)[0]
            for match in find(self.new, words, prefix=prefix, suffix=suffix, hint=hint)[:1]:
                score = _score(match.score, match.context, len(words), around)
                best = max(best, Place(Kind.MOVED, match.start, match.end, score), key=lambda place: place.score)
        return best if best.score >= _FLOOR else NOWHERE

    def _may_stand_elsewhere(self, words: str) -> bool:
        """Whether a search can find anything: it takes time, and a story that was written anew has hundreds to find."""
        if len(words) < _RUN:
            return words in self.new
        return any(words[place : place + _RUN] in self.new for place in range(0, len(words) - _RUN + 1, _STEP))

    def _in_its_place(self, start: int, end: int, prefix: str, suffix: str) -> Place:
        """Return what the later version says where the words stood."""
        words, (first, last) = self.old[start:end], self._aligned(start, end)
        first += len(self.new[first:last]) - len(self.new[first:last].lstrip())
        last = first + len(self.new[first:last].rstrip())
        if first >= last or max(len(words), last - first) > _LONGEST:
            return NOWHERE
        like = _likeness(words, self.new[first:last])
        if len(words) >= _RUN and like < _LEAST_LIKE:
            return NOWHERE
        agrees = agreement(self.new, first, last, prefix, suffix)
        score = _score(like, agrees, len(words), len(prefix) + len(suffix))
        return Place(Kind.MOVED, first, last, score)

    def _aligned(self, start: int, end: int) -> tuple[int, int]:
        first, last = (self._segment_of(place) for place in (start, end - 1))
        return (
            first.new_start + (start - first.start if first.is_same else 0),
            last.new_start + end - last.start if last.is_same else last.new_end,
        )

    def _segment_of(self, place: int) -> _Segment:
        return self._segments[bisect_right(self._segments, place, key=lambda one: one.start) - 1]


def _segments(old: str, new: str) -> list[_Segment]:
    """Return the stretches of the older text in order; what is new alone belongs to no stretch."""
    found: list[_Segment] = []
    here = there = 0
    for kind, text in changes(old, new):
        if kind == NEW:
            there += len(text)
            if found and found[-1].end == here and not found[-1].is_same:
                found[-1] = found[-1]._replace(new_end=there)
            continue
        taken = 0 if kind == GONE else len(text)
        found.append(_Segment(here, here + len(text), there, there + taken, kind != GONE))
        here, there = here + len(text), there + taken
    return found


def _likeness(words: str, others: str) -> float:
    if words == others:
        return 1.0
    return _CHANGED_WEIGHT * SequenceMatcher(None, words, others, autojunk=False).ratio()


def _score(like: float, agrees: float, words: int, around: int) -> float:
    return (like * words + agrees * around) / (words + around)


def _stands_once(text: str, words: str) -> bool:
    place = text.find(words)
    return place >= 0 and text.find(words, place + 1) < 0


def _is_inside_word(text: str, place: int) -> bool:
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()
