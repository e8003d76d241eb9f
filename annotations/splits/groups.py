"""Groups: whatever is joined, however indirectly, is of one group."""

from __future__ import annotations

from collections import defaultdict


class Groups:
    """Numbers from 0, each in a group of its own until it is joined to another."""

    def __init__(self, count: int) -> None:
        self._above = list(range(count))

    def join(self, one: int, other: int) -> None:
        """Make the groups of two numbers one. The smallest number of a group stands for it."""
        first, second = sorted((self.first_of(one), self.first_of(other)))
        self._above[second] = first

    def first_of(self, number: int) -> int:
        """Return the smallest number of the group of a number."""
        above = self._above
        while above[number] != number:
            above[number] = above[above[number]]
            number = above[number]
        return number

    def members(self) -> list[list[int]]:
        """Return the groups, each in order, in the order of their smallest numbers."""
        found: dict[int, list[int]] = defaultdict(list)
        for number in range(len(self._above)):
            found[self.first_of(number)].append(number)
        return list(found.values())
