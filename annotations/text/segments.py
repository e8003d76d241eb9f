"""Overlapping spans to flat pieces: cut at every boundary, so that the pieces join back to the text exactly."""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

Key = TypeVar("Key", bound=Hashable)
KeyedSpan = tuple[int, int, Key]


class Range(Protocol):
    """Whatever has a start and an end: a block, a span, a row."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Segment(Generic[Key]):
    """A piece of text and the keys of the spans that cover all of it, outer spans first."""

    start: int
    end: int
    keys: tuple[Key, ...]


def segments(start: int, end: int, spans: Iterable[KeyedSpan[Key]]) -> list[Segment[Key]]:
    """Cut [start, end) at every boundary of the spans; spans may reach beyond it."""
    return list(_sweep(start, end, _outer_first(spans)))


def block_spans(blocks: Sequence[Range], spans: Iterable[KeyedSpan[Key]]) -> list[list[KeyedSpan[Key]]]:
    """Return for each of the ordered, disjoint blocks the spans that reach into it, to be cut when they are needed."""
    ends = [block.end for block in blocks]
    shares: list[list[KeyedSpan[Key]]] = [[] for _ in blocks]
    for span in _outer_first(spans):
        for index in range(bisect_right(ends, span[0]), len(blocks)):
            if blocks[index].start >= span[1]:
                break
            shares[index].append(span)
    return shares


def _outer_first(spans: Iterable[KeyedSpan[Key]]) -> list[KeyedSpan[Key]]:
    # The sort is stable: spans of the same range keep the order in which they were given.
    return sorted(spans, key=lambda span: (span[0], -span[1]))


def _sweep(start: int, end: int, spans: list[KeyedSpan[Key]]) -> Iterator[Segment[Key]]:
    inside = [span for span in spans if max(span[0], start) < min(span[1], end)]
    ending: dict[int, list[int]] = {}
    for number, span in enumerate(inside):
        ending.setdefault(span[1], []).append(number)
    cuts = sorted({max(span[0], start) for span in inside} | {span[1] for span in inside if span[1] < end} | {start})
    # Spans begin in the order of their numbers, so a dict keeps the open ones outer first without sorting again.
    open_now: dict[int, Key] = {}
    following = 0
    for place, cut in enumerate(cuts):
        for number in ending.get(cut, ()):
            del open_now[number]
        while following < len(inside) and inside[following][0] <= cut:
            open_now[following] = inside[following][2]
            following += 1
        piece_end = cuts[place + 1] if place + 1 < len(cuts) else end
        if cut < piece_end:
            yield Segment(cut, piece_end, tuple(dict.fromkeys(open_now.values())))
