"""What a metric counts in one story. Tallies of stories add up: a figure of many stories is one of their sum."""

from collections import Counter
from collections.abc import Iterable, Mapping

Tally = Mapping[tuple[str, ...], float]
"""Counts by whatever the metric tells apart, in words of its own."""


def pooled(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of the tallies; none at all is an empty tally."""
    return weighted((tally, 1) for tally in tallies)


def weighted(tallies: Iterable[tuple[Tally, int]]) -> Tally:
    """Return the sum of the tallies, each so many times."""
    total: dict[tuple[str, ...], float] = {}
    for tally, times in tallies:
        for key, count in tally.items():
            total[key] = total.get(key, 0) + count * times
    return total


def counted(keys: Iterable[tuple[str, ...]]) -> Tally:
    """Return how often each key comes."""
    return Counter(keys)
