"""A line of figures from 0 to 1 over time, as an SVG has it. Where there is no figure, the line is interrupted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH = 640
HEIGHT = 200
LINES = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Dot:
    """A figure, where it stands."""

    x: str
    y: str


@dataclass(frozen=True)
class LineChart:
    """The parts of the line, each of two dots or more, all dots, and the height of each grid line with its number."""

    lines: list[str]
    dots: list[Dot]
    grid: list[tuple[str, str]]
    width: int = WIDTH
    height: int = HEIGHT


def line_chart(figures: Sequence[tuple[date, float | None]]) -> LineChart | None:
    """Return the chart of figures in the order of their days; None where no day has one. Below 0 is drawn at 0."""
    if not any(value is not None for _day, value in figures):
        return None
    first, last = figures[0][0], figures[-1][0]
    span = max((last - first).days, 1)
    runs: list[list[Dot]] = [[]]
    for day, value in figures:
        if value is None:
            runs.append([])
            continue
        x = (day - first).days / span * WIDTH if first != last else WIDTH / 2
        runs[-1].append(Dot(f"{x:.1f}", _height(value)))
    lines = [" ".join(f"{dot.x},{dot.y}" for dot in run) for run in runs if len(run) > 1]
    grid = [(_height(value), f"{value:.2f}") for value in LINES]
    return LineChart(lines, [dot for run in runs for dot in run], grid)


def _height(value: float) -> str:
    return f"{HEIGHT - min(max(value, 0.0), 1.0) * HEIGHT:.1f}"
