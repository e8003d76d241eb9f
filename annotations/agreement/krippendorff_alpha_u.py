"""Krippendorff's alpha for unitizing (alpha_U): where on a continuum the units of several annotators begin and end.

alpha_U = 1 - D_o / D_e, for m annotators and a continuum of length L, in whole places:

D_o = 2 / (m (m - 1) L²) × sum over pairs of annotators of the differences between their units. Two units that share a
place differ by (begin - begin')² + (end - end')²; a unit that shares no place with any unit of the other differs by
its own length squared; two gaps differ by 0.

D_e = (2 / L) × sum over all units, of length l, of [ (N - 1) (2 l³ - 3 l² + l) / 3 + l² × sum over all gaps of
length g >= l of (g - l + 1) ] / ( m L (m L - 1) - sum over all units of l (l - 1) ), with N the number of units. It is
what D_o comes to if the same units and gaps could meet in every possible way.

K. Krippendorff (1995), "On the reliability of unitizing continuous data", Sociological Methodology 25, 47-76, with D_e
as corrected in K. Krippendorff (2004), "Content Analysis: An Introduction to Its Methodology", 2nd ed., chapter 11.
Krippendorff pools categories of units as 1 - sum of D_o / sum of D_e, each category a continuum of the same length.
Here stories are pooled the same way, each with its own length, so with the sums of L² D_o and L² D_e: both are squared
places per pair of annotators. A unit is never expected in another story than its own.

The units are the fragments of contents, in code points. The formula has no overlap within one annotator: fragments
that share places, as in nested quotes, are one unit. It knows no fragments of one quote either: each is a unit. What
an annotator did not read is taken out of the continuum for all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, pairwise

from annotations.agreement.alignment import Alignment
from annotations.agreement.figures import Figure
from annotations.agreement.spans import Range, Spans, merged, shared, size
from annotations.agreement.stories import Assignment
from annotations.agreement.tallies import Tally

OBSERVED, EXPECTED = ("observed",), ("expected",)


@dataclass(frozen=True, slots=True)
class Continuum:
    """A length, and for each annotator the units of one category in order; they may touch, but not overlap.

    Raises ValueError for units out of order, that overlap, or that end beyond the length.
    """

    length: int
    units: tuple[tuple[Range, ...], ...]

    def __post_init__(self) -> None:
        for units in self.units:
            edges = [0, *(edge for unit in units for edge in unit), self.length]
            if any(one > other for one, other in pairwise(edges)) or any(start == end for start, end in units):
                raise ValueError(f"Units must be in order, apart and within {self.length}: {units}")


def alpha_u(tally: Tally) -> Figure:
    """Return alpha_U, at most 1, from the summed `disagreement` of stories; undefined where nothing was marked."""
    expected = tally.get(EXPECTED, 0)
    if not expected:
        return Figure(reason="No unit was marked in a text that two annotators read.")
    return Figure(1 - tally.get(OBSERVED, 0) / expected)


def content_units(alignment: Alignment) -> Tally:
    """Return the disagreement on the contents of one story."""
    story = alignment.story
    unread = merged(span for one in story.assignments for span in one.unread)
    units = tuple(_units(one, unread) for one in story.assignments)
    return disagreement(Continuum(story.length - size(unread), units))


def disagreement(continuum: Continuum) -> Tally:
    """Return L² D_o and L² D_e, in squared places; of fewer than two annotators, nothing."""
    annotators, length = len(continuum.units), continuum.length
    if annotators < 2 or not length:
        return {}
    differences = sum(_differences(one, other) for one, other in combinations(continuum.units, 2))
    lengths = [end - start for units in continuum.units for start, end in units]
    places = annotators * length
    meetings = places * (places - 1) - sum(unit * (unit - 1) for unit in lengths)
    return {
        OBSERVED: 2 * differences / (annotators * (annotators - 1)),
        EXPECTED: 2 * length * _expected(lengths, _gaps(continuum)) / meetings,
    }


def _expected(units: list[int], gaps: list[int]) -> int:
    """Return the sum over all units in D_e. The first term is whole: l (l - 1) (2 l - 1) is a multiple of 6."""
    total = 0
    for unit in units:
        total += (len(units) - 1) * (unit * (unit - 1) * (2 * unit - 1) // 3)
        total += unit**2 * sum(gap - unit + 1 for gap in gaps if gap >= unit)
    return total


def _gaps(continuum: Continuum) -> list[int]:
    """Return the lengths of all stretches without a unit, annotator by annotator."""
    found = []
    for units in continuum.units:
        ends, starts = [0, *(end for _start, end in units)], [*(start for start, _end in units), continuum.length]
        found += [start - end for end, start in zip(ends, starts, strict=True) if start > end]
    return found


def _differences(one: tuple[Range, ...], other: tuple[Range, ...]) -> int:
    """Return the sum of differences between the units of two annotators."""
    total = 0
    for ours, theirs in ((one, other), (other, one)):
        for unit in ours:
            met = [(start, end) for start, end in theirs if start < unit[1] and unit[0] < end]
            if not met:
                total += (unit[1] - unit[0]) ** 2
            elif ours is one:
                total += sum((unit[0] - start) ** 2 + (unit[1] - end) ** 2 for start, end in met)
    return total


def _units(assignment: Assignment, unread: Spans) -> tuple[Range, ...]:
    """Return the units of one annotator on the continuum that is left without what was not read."""
    ranges = _joined(span for quote in assignment.quotes for span in quote.content)
    left = ((_left_before(start, unread), _left_before(end, unread)) for start, end in ranges)
    return tuple((start, end) for start, end in left if start < end)


def _joined(ranges: Iterable[Range]) -> list[Range]:
    """Return the ranges in order, those that share a place as one; those that only touch stay two."""
    found: list[Range] = []
    for start, end in sorted(ranges):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _left_before(place: int, unread: Spans) -> int:
    return place - (shared(((0, place),), unread) if place else 0)
