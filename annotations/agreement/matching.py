"""Which quotes of two annotators are the same attribution.

Overlap is the intersection over union of the sets of code points (or words) that two contents hold: P. Jaccard (1912),
"The distribution of the flora in the alpine zone", New Phytologist 11, 37-50. Quotes are paired one to one so that the
total overlap is the greatest there is. Where totals are equal, the pairs decide whose sources, cues and addressees
share more; then those that keep the order of the text. The result does not depend on who is called first.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from annotations.agreement.optimal_pairs import optimal_pairs
from annotations.agreement.spans import shared, size
from annotations.agreement.stories import ROLES, Assignment, Quote

ANY = Fraction(0)
HALF = Fraction(1, 2)
EXACT = Fraction(1)
# Overlaps are compared exactly up to this denominator: parts of some dozens of quotes that all overlap go beyond.
_FINEST = 2**512


@dataclass(frozen=True, slots=True)
class Match:
    """Two quotes that are taken as one attribution, and the overlap of their contents, above 0 and at most 1."""

    one: Quote
    other: Quote
    overlap: Fraction


Edges = dict[tuple[int, int], Fraction]


def overlap(one: Quote, other: Quote) -> Fraction:
    """Return intersection over union of the two contents, from 0 to 1."""
    common = shared(one.content, other.content)
    return Fraction(common, size(one.content) + size(other.content) - common)


def match(one: Sequence[Quote], other: Sequence[Quote], least: Fraction = ANY) -> tuple[Match, ...]:
    """Return the best pairs of quotes with at least so much overlap (and some), in the order of the text."""
    ours, theirs = sorted(one, key=place), sorted(other, key=place)
    swapped = [place(quote) for quote in theirs] < [place(quote) for quote in ours]
    if swapped:
        ours, theirs = theirs, ours
    edges = _edges(ours, theirs, least)
    pairs = sorted(pair for part in _components(edges) for pair in _best(ours, theirs, part))
    matches = (Match(ours[row], theirs[column], edges[row, column]) for row, column in pairs)
    found = [Match(pair.other, pair.one, pair.overlap) if swapped else pair for pair in matches]
    return tuple(sorted(found, key=lambda pair: place(pair.one)))


def comparable(one: Assignment, other: Assignment) -> tuple[list[Quote], list[Quote]]:
    """Return the quotes of both, without those that stand by more than half in what the other did not read."""
    return _read(one.quotes, other), _read(other.quotes, one)


def _read(quotes: Sequence[Quote], by: Assignment) -> list[Quote]:
    return [quote for quote in quotes if 2 * shared(quote.content, by.unread) <= size(quote.content)]


def place(quote: Quote) -> tuple[object, ...]:
    """Return what orders quotes: content, then the other spans, then the key."""
    return quote.content, quote.source, quote.cue, quote.addressee, quote.key


def _edges(ours: Sequence[Quote], theirs: Sequence[Quote], least: Fraction) -> Edges:
    """Return by indexes the overlap of those that overlap enough; both are in the order of their starts."""
    found = {}
    for row, quote in enumerate(ours):
        start, end = quote.content[0][0], quote.content[-1][1]
        for column, candidate in enumerate(theirs):
            if candidate.content[0][0] >= end:
                break
            if candidate.content[-1][1] > start:
                common = overlap(quote, candidate)
                if common and common >= least:
                    found[row, column] = common
    return found


def _components(edges: Edges) -> list[Edges]:
    """Cut the pairs into parts that share no quote, each of which can be solved alone."""
    at_row, at_column = defaultdict(list), defaultdict(list)
    for pair in edges:
        at_row[pair[0]].append(pair)
        at_column[pair[1]].append(pair)
    parts, left = [], dict(edges)
    while left:
        part, reached = {}, [next(iter(left))]
        while reached:
            pair = reached.pop()
            if pair in left:
                part[pair] = left.pop(pair)
                reached += at_row.pop(pair[0], []) + at_column.pop(pair[1], [])
        parts.append(part)
    return parts


def _best(ours: Sequence[Quote], theirs: Sequence[Quote], edges: Edges) -> list[tuple[int, int]]:
    """Return the best pairs of one part: overlap decides, then the other spans, then the order."""
    if len(edges) == 1:
        return list(edges)
    rows, columns = (sorted({pair[side] for pair in edges}) for side in (0, 1))
    scale = min(lcm(*{common.denominator for common in edges.values()}), _FINEST)
    weights = [[0] * len(columns) for _row in rows]
    row_rank, column_rank = ({index: rank for rank, index in enumerate(side)} for side in (rows, columns))
    farthest = max(len(rows), len(columns)) ** 2
    around = {(r, c): sum(_shared(ours[r], theirs[c], role) for role in ROLES[1:]) for r, c in edges}
    # A unit of what decides first outweighs everything that decides later.
    second = farthest * len(edges) + 1
    first = second * (sum(around.values()) + 1)
    for (row, column), common in edges.items():
        apart = (row_rank[row] - column_rank[column]) ** 2
        weight = int(common * scale) * first + around[row, column] * second + farthest - apart
        weights[row_rank[row]][column_rank[column]] = weight
    return [(rows[row], columns[column]) for row, column in optimal_pairs(weights)]


def _shared(one: Quote, other: Quote, role: str) -> int:
    return shared(getattr(one, role), getattr(other, role))
