"""A burn-up chart: how much is done from day to day, below the line of all that there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

WIDTH = 640
HEIGHT = 200


@dataclass(frozen=True)
class BurnUp:
    """The figures of each day, and the line through them as an SVG has it: ``x,y`` pairs from the upper left."""

    days: list[tuple[date, int]]
    total: int
    done: str
    total_y: str
    first: date
    last: date
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def now(self) -> int:
        """How much is done today."""
        return self.days[-1][1]


def burn_up(changes: Mapping[date, int], total: int, today: date | None = None) -> BurnUp | None:
    """Return the chart of what was done more (or less) on each day, up to today; None before anything was done."""
    if not changes:
        return None
    ordered = sorted(changes)
    first, last = ordered[0], max(ordered[-1], today or ordered[-1])
    days = list(zip(ordered, accumulate(changes[day] for day in ordered), strict=True))
    top = max(total, *(count for _day, count in days), 1)
    span = (last - first).days
    points = [(0.0, float(HEIGHT))] if len(days) == 1 else []
    points += [((day - first).days / span * WIDTH if span else WIDTH, _y(count, top)) for day, count in days]
    if last > ordered[-1]:
        # Nothing was done since: that is told too.
        points.append((WIDTH, points[-1][1]))
    return BurnUp(days, total, " ".join(f"{x:.1f},{y:.1f}" for x, y in points), f"{_y(total, top):.1f}", first, last)


def _y(count: int, top: int) -> float:
    return round(HEIGHT - count / top * HEIGHT, 1)
