"""Which quotes of several annotators are the same attribution.

The quotes of each two annotators are matched; then clusters grow from the pair with the greatest overlap downwards, as
in single-link clustering (P. H. A. Sneath, 1957, "The application of computers to taxonomy", Journal of General
Microbiology 17, 201-226), except that two clusters join only where no annotator would be in both. With two annotators
the clusters are the matched pairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from annotations.agreement.matching import ANY, comparable, match, place
from annotations.agreement.stories import Assignment, Quote


@dataclass(frozen=True, slots=True)
class Cluster:
    """What is taken as one attribution: at most one quote of each annotator, in the order of their names."""

    members: tuple[tuple[str, Quote], ...]


Member = tuple[int, int]
"""An assignment and a quote in it, by their indexes."""


def clusters(assignments: Sequence[Assignment], least: Fraction = ANY) -> tuple[Cluster, ...]:
    """Return all quotes in clusters, a quote that nobody else has as a cluster of one, in the order of the text."""
    ordered = sorted(assignments, key=lambda one: one.annotator)
    groups: dict[Member, tuple[Member, ...]] = {member: (member,) for member in _members(ordered)}
    for one, other in _pairs(ordered, least):
        joined = tuple(sorted({*groups[one], *groups[other]}))
        if len({assignment for assignment, _quote in joined}) == len(joined):
            groups |= dict.fromkeys(joined, joined)
    found = [
        Cluster(tuple((ordered[a].annotator, ordered[a].quotes[q]) for a, q in group))
        for group in dict.fromkeys(groups.values())
    ]
    return tuple(sorted(found, key=_order))


def _members(assignments: Sequence[Assignment]) -> list[Member]:
    return [(index, quote) for index, one in enumerate(assignments) for quote in range(len(one.quotes))]


def _pairs(assignments: Sequence[Assignment], least: Fraction) -> list[tuple[Member, Member]]:
    """Return the matched quotes of each two annotators, the greatest overlap first."""
    found = []
    index = [{quote.key: (a, q) for q, quote in enumerate(one.quotes)} for a, one in enumerate(assignments)]
    for one, other in combinations(range(len(assignments)), 2):
        for pair in match(*comparable(assignments[one], assignments[other]), least):
            where = sorted([place(pair.one), place(pair.other)])
            found.append((-pair.overlap, where, (index[one][pair.one.key], index[other][pair.other.key])))
    return [members for _overlap, _where, members in sorted(found)]


def _order(cluster: Cluster) -> tuple[object, ...]:
    return min(place(quote) for _annotator, quote in cluster.members), cluster.members[0][0]
