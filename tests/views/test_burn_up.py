"""The burn-up chart: its figures add up, and its line stays inside."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from annotations.views.burn_up import HEIGHT, WIDTH, burn_up

DAY = date(2026, 5, 1)


def points(line: str) -> list[tuple[float, float]]:
    """Return the points of a line."""
    found = [pair.split(",") for pair in line.split()]
    return [(float(x), float(y)) for x, y in found]


def test_figures_are_added_up_from_day_to_day() -> None:
    chart = burn_up({DAY + timedelta(2): 3, DAY: 1, DAY + timedelta(4): -1}, total=8)
    assert chart is not None
    assert [count for _day, count in chart.days] == [1, 4, 3]
    assert chart.now == 3
    assert points(chart.done) == [(0, 175), (320, 100), (640, 125)]
    assert chart.total_y == "0.0"


def test_one_day_is_a_line_too() -> None:
    chart = burn_up({DAY: 2}, total=4)
    assert chart is not None
    assert points(chart.done) == [(0, 200), (640, 100)]


def test_days_on_which_nothing_was_done_since_are_told() -> None:
    for changes, line in (
        ({DAY: 2}, [(0, 200), (0, 100), (640, 100)]),
        ({DAY: 2, DAY + timedelta(1): 1}, [(0, 100), (64, 50), (640, 50)]),
    ):
        chart = burn_up(changes, total=4, today=DAY + timedelta(10))
        assert chart is not None
        assert points(chart.done) == line
        assert (chart.first, chart.last, len(chart.days)) == (DAY, DAY + timedelta(10), len(changes))


def test_nothing_done_is_no_chart() -> None:
    assert burn_up({}, total=5) is None


@given(st.dictionaries(st.integers(0, 400), st.integers(0, 50), min_size=1), st.integers(0, 1000))
def test_every_point_lies_inside(given: dict[int, int], total: int) -> None:
    chart = burn_up({DAY + timedelta(days): count for days, count in given.items()}, total)
    assert chart is not None
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points(chart.done))
    assert 0 <= float(chart.total_y) <= HEIGHT
