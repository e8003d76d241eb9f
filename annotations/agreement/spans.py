"""Sets of places of a text, kept as ranges: 0-based, half-open, in order, apart. The unit is the caller's."""

from collections.abc import Iterable, Sequence

Range = tuple[int, int]
Spans = tuple[Range, ...]


def merged(ranges: Iterable[Sequence[int]]) -> Spans:
    """Return the fewest ranges that hold the same places, in order; those that touch or overlap become one.

    Raises ValueError for a range that is empty, reversed or negative.
    """
    found: list[Range] = []
    for start, end in sorted(map(tuple, ranges)):
        if not 0 <= start < end:
            raise ValueError(f"A span needs 0 <= start < end, not {start} and {end}.")
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def size(spans: Spans) -> int:
    """Return how many places the spans hold."""
    return sum(end - start for start, end in spans)


def shared(one: Spans, other: Spans) -> int:
    """Return how many places are in both."""
    found = here = there = 0
    while here < len(one) and there < len(other):
        found += max(0, min(one[here][1], other[there][1]) - max(one[here][0], other[there][0]))
        if one[here][1] <= other[there][1]:
            here += 1
        else:
            there += 1
    return found


def without(one: Range, other: Spans) -> Spans:
    """Return the places of a range that the spans do not hold."""
    found, (reached, last) = [], one
    for start, end in other:
        if start < last and reached < end:
            if reached < start:
                found.append((reached, start))
            reached = min(end, last)
    return (*found, (reached, last)) if reached < last else tuple(found)
