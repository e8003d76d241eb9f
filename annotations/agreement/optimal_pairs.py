"""The pairs of rows and columns with the greatest total weight: the assignment problem.

The Hungarian method with potentials and shortest augmenting paths, O(rows² × columns): H. W. Kuhn (1955), "The
Hungarian method for the assignment problem", Naval Research Logistics Quarterly 2, 83-97; R. Jonker and A. Volgenant
(1987), "A shortest augmenting path algorithm for dense and sparse linear assignment problems", Computing 38, 325-340.
Whole numbers of any size keep it exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

Weights = Sequence[Sequence[int]]


def optimal_pairs(weights: Weights) -> list[tuple[int, int]]:
    """Return pairs of row and column, each used once at most, with the greatest sum of weights, in order.

    Weights are whole and not negative; a pair of weight 0 is never returned. The same weights give the same pairs.
    """
    if not weights or not weights[0]:
        return []
    if len(weights) > len(weights[0]):
        return sorted((row, column) for column, row in optimal_pairs(list(zip(*weights, strict=True))))
    solution = _Solution(weights)
    for row in range(len(weights)):
        solution.add(row)
    pairs = ((row, column) for column, row in enumerate(solution.row_of) if row is not None)
    return sorted((row, column) for row, column in pairs if weights[row][column])


class _Solution:
    """The best pairs of the rows added so far, with the prices that prove them best."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.row_price = [0] * len(weights)
        self.column_price = [0] * len(weights[0])
        self.row_of: list[int | None] = [None] * len(weights[0])

    def add(self, row: int) -> None:
        """Give the row a column along the cheapest path of changes to what was paired before."""
        search = _Search()
        step: int | None = row
        while step is not None:
            self._relax(step, search)
            search.rows.append(step)
            open_columns = (column for column in search.slack if column not in search.reached)
            search.last = min(open_columns, key=lambda column: (search.slack[column], column))
            self._lower(search.slack[search.last], search)
            search.reached.add(search.last)
            step = self.row_of[search.last]
        self._flip(row, search)

    def _relax(self, row: int, search: "_Search") -> None:
        """Note where going on from the row is the cheapest way so far to a column."""
        for column, weight in enumerate(self.weights[row]):
            cost = -weight - self.row_price[row] - self.column_price[column]
            if column not in search.reached and cost < search.slack.get(column, cost + 1):
                search.slack[column], search.came_from[column] = cost, search.last

    def _lower(self, by: int, search: "_Search") -> None:
        """Change the prices so that the cheapest way to the next column costs nothing."""
        for row in search.rows:
            self.row_price[row] += by
        for column in search.slack:
            if column in search.reached:
                self.column_price[column] -= by
            else:
                search.slack[column] -= by

    def _flip(self, row: int, search: "_Search") -> None:
        """Move each row on the path to its next column; the new row takes the first."""
        column = search.last
        while column is not None:
            before = search.came_from[column]
            self.row_of[column] = row if before is None else self.row_of[before]
            column = before


@dataclass(slots=True)
class _Search:
    """One search for a free column: what it costs to reach each, and from which column one comes to it."""

    slack: dict[int, int] = field(default_factory=dict)
    came_from: dict[int, int | None] = field(default_factory=dict)
    reached: set[int] = field(default_factory=set)
    rows: list[int] = field(default_factory=list)
    last: int | None = None
