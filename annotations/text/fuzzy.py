"""Where a text holds something like a passage: the places are found by short runs of characters, then aligned."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import Match as Block
from difflib import SequenceMatcher
from itertools import accumulate
from typing import NamedTuple

_SHORTEST = 6
# Aligning takes time with the square of the length; a passage longer than this is no quote.
_LONGEST = 4000
_GRAM = 4
_PLACES_OF_GRAM = 4
_CANDIDATES = 6
_MARGIN = 16
# A passage this short is compared character by character, a longer one word by word.
_CHARACTERWISE = 200
_TOKEN = re.compile(r"[^\W\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+ ?|[\s\S]")


class Likeness(NamedTuple):
    """A range of the text and how much of it and the passage is the same, from 0 to 1."""

    start: int
    end: int
    ratio: float


def similar(text: str, passage: str, floor: float) -> list[Likeness]:
    """Return the places that are at least so much like the passage, best first; none of them overlap."""
    if not _SHORTEST <= len(passage) <= _LONGEST:
        return []
    found = sorted(
        (likeness for window in _windows(text, passage) if (likeness := _align(text, passage, *window)).ratio >= floor),
        key=lambda likeness: (-likeness.ratio, likeness.start),
    )
    apart: list[Likeness] = []
    for likeness in found:
        if all(likeness.end <= other.start or other.end <= likeness.start for other in apart):
            apart.append(likeness)
    return apart


def _windows(text: str, passage: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches that share most short runs of characters with the passage, at the same distances."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place in range(len(passage) - _GRAM + 1):
        if len(places[passage[place : place + _GRAM]]) < _PLACES_OF_GRAM:
            places[passage[place : place + _GRAM]].append(place)
    width = max(len(passage) // 2, _MARGIN)
    votes: Counter[int] = Counter()
    for offset in range(len(text) - _GRAM + 1):
        for place in places.get(text[offset : offset + _GRAM], ()):
            votes[(offset - place) // width] += 1
    both = Counter({bucket: votes[bucket] + votes[bucket + 1] for bucket in list(votes)})
    for bucket, _ in sorted(both.items(), key=lambda item: (-item[1], item[0]))[:_CANDIDATES]:
        yield max(bucket * width - _MARGIN, 0), min((bucket + 2) * width + len(passage) + _MARGIN, len(text))


def _align(text: str, passage: str, start: int, end: int) -> Likeness:
    """Find the part of the window that is most like the passage."""
    wanted: Sequence[str] = passage
    there: Sequence[str] = text[start:end]
    if len(passage) > _CHARACTERWISE:
        wanted, there = _TOKEN.findall(passage), _TOKEN.findall(text, start, end)
    # Frequent words begin no match in a long passage, but go on with one: that keeps monotonous texts quick.
    matcher = SequenceMatcher(None, wanted, there, autojunk=len(passage) > _CHARACTERWISE)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if not blocks:
        return Likeness(start, end, 0.0)
    offsets = list(accumulate(map(len, there), initial=start))
    blocks, ratio = _without_strays(blocks, offsets, len(passage))
    first, last = blocks[0], blocks[-1]
    # Words exchanged at an edge are part of the passage as the text now has it.
    begin = max(first.b - first.a, 0)
    finish = min(last.b + len(wanted) - last.a, len(there))
    return Likeness(offsets[begin], offsets[finish], ratio)


def _without_strays(blocks: list[Block], offsets: list[int], wanted: int) -> tuple[list[Block], float]:
    """Leave out words far off that match by chance, at either end, where that makes the rest more alike."""

    def ratio(part: list[Block]) -> float:
        same = sum(offsets[block.b + block.size] - offsets[block.b] for block in part)
        return 2 * same / (wanted + offsets[part[-1].b + part[-1].size] - offsets[part[0].b])

    while len(blocks) > 1:
        shorter = max(blocks[1:], blocks[:-1], key=ratio)
        if ratio(shorter) <= ratio(blocks):
            break
        blocks = shorter
    return blocks, ratio(blocks)
