"""The line over time: its points stay inside, and where there is no figure it stops."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from annotations.agreement.alignment import Alignment
from annotations.agreement.metrics import AGAINST_GOLD, METRICS, label_metrics, measure
from annotations.agreement.stories import Assignment, Quote, Story
from annotations.views.agreement_words import REASONS
from annotations.views.line_chart import HEIGHT, WIDTH, line_chart

DAY = date(2026, 5, 1)


def test_a_line_is_interrupted_where_there_is_no_figure() -> None:
    values = [0.5, 1.0, None, -0.2, None]
    chart = line_chart([(DAY + timedelta(days), value) for days, value in enumerate(values)])
    assert chart is not None
    assert chart.lines == ["0.0,100.0 160.0,0.0"]
    assert [(dot.x, dot.y) for dot in chart.dots] == [("0.0", "100.0"), ("160.0", "0.0"), ("480.0", "200.0")]


def test_no_figure_is_no_chart_and_one_stands_in_the_middle() -> None:
    assert line_chart([]) is None
    assert line_chart([(DAY, None)]) is None
    chart = line_chart([(DAY, 0.25)])
    assert chart is not None
    assert (chart.lines, [(dot.x, dot.y) for dot in chart.dots]) == ([], [("320.0", "150.0")])


@given(st.dictionaries(st.integers(0, 900), st.none() | st.floats(-1, 1), min_size=1))
def test_every_dot_lies_inside(given: dict[int, float | None]) -> None:
    chart = line_chart([(DAY + timedelta(days), given[days]) for days in sorted(given)])
    dots = chart.dots if chart else []
    assert len(dots) == sum(value is not None for value in given.values())
    assert all(0 <= float(dot.x) <= WIDTH and 0 <= float(dot.y) <= HEIGHT for dot in dots)


def test_the_page_has_every_reason_in_its_own_words() -> None:
    same = Quote("a", ((0, 4),), speaker="x", type="direct", resolution="explicit", labels={"act": "statement"})
    stories = [
        Story("s", 9, tuple(Assignment(name, quotes) for name, quotes in given), ((0, 4),))
        for given in (
            [],
            [("", ())],
            [("", (same,)), ("one", ())],
            [("", ()), ("one", (same,))],
            [("", (same,)), ("one", (same,))],
        )
    ]
    for metric in (METRICS | AGAINST_GOLD | label_metrics(["act"])).values():
        for story in stories:
            found = measure([Alignment(story)], metric, resamples=2)
            assert {found.figure.reason, found.interval.reason} <= {"", *REASONS}
