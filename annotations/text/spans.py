"""Ranges of a text, and what can be asked of them."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Self


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """A range of a text: code points, 0-based, half-open, never empty."""

    start: int
    end: int

    def __post_init__(self) -> None:
        # bool is an int to Python, but `true` from a client is no offset.
        if type(self.start) is not int or type(self.end) is not int:
            raise ValueError(f"A span needs whole numbers, not {self.start!r} and {self.end!r}.")
        if not 0 <= self.start < self.end:
            raise ValueError(f"A span needs 0 <= start < end, not {self.start} and {self.end}.")

    @property
    def length(self) -> int:
        """Return how many code points the span holds."""
        return self.end - self.start

    def overlaps(self, other: Self) -> bool:
        """Say whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Self) -> bool:
        """Say whether every character of `other` is in this span."""
        return self.start <= other.start and other.end <= self.end

    def touches(self, other: Self) -> bool:
        """Say whether one begins exactly where the other ends."""
        return self.end == other.start or other.end == self.start

    def slice(self, text: str) -> str:
        """Return the words of the span; a span beyond the text is an error, never a shorter slice."""
        if self.end > len(text):
            raise ValueError(
                f"The span {self.start} to {self.end} ends beyond the text, which has {len(text)} characters."
            )
        return text[self.start : self.end]

    def shift(self, by: int) -> Self:
        """Return the span moved by so many characters."""
        return type(self)(self.start + by, self.end + by)


def merge(spans: Iterable[Span]) -> list[Span]:
    """Return the fewest spans that hold the same characters, in order; spans that touch become one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def joined(text: str, spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order; those with nothing but white space between them become one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and not text[found[-1].end : span.start].strip():
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def without(span: Span, gone: Span) -> list[Span]:
    """Return what is left of a span once ``gone`` is taken out of it: nothing, one piece or two."""
    edges = ((span.start, min(span.end, gone.start)), (max(span.start, gone.end), span.end))
    return [Span(start, end) for start, end in edges if start < end]


def covers(outer: Iterable[Span], inner: Iterable[Span]) -> bool:
    """Say whether every inner span lies inside one of the outer spans."""
    ordered = sorted(outer)
    starts = [span.start for span in ordered]
    furthest = list(accumulate((span.end for span in ordered), max))
    for span in inner:
        before = bisect_right(starts, span.start)
        if before == 0 or furthest[before - 1] < span.end:
            return False
    return True


def trim(text: str, span: Span) -> Span | None:
    """Return the span without white space at its edges, or None if nothing else is in it."""
    words = span.slice(text)
    start = span.start + len(words) - len(words.lstrip())
    end = span.start + len(words.rstrip())
    return Span(start, end) if start < end else None
