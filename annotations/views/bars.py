"""A chart of bars: how much there was in each step, as an SVG has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

HEIGHT = 80
WIDTH = 640
# So much of each step is its bar; the rest is air.
FILLED = 0.7
WIDEST = 48.0


class Bar(NamedTuple):
    """One bar: from the upper left, with numbers as an SVG reads them in every language."""

    x: str
    y: str
    width: str
    height: str


def bars(values: Sequence[int], top: int) -> list[Bar]:
    """Return one bar for each value, on the ground; ``top`` is the value that is as high as the chart."""
    step = WIDTH / max(len(values), 1)
    width = min(step * FILLED, WIDEST)
    heights = [value / max(top, 1) * HEIGHT for value in values]
    return [
        Bar(*(f"{number:.1f}" for number in (place * step + (step - width) / 2, HEIGHT - height, width, height)))
        for place, height in enumerate(heights)
    ]
