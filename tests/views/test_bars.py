"""The geometry of a chart of bars."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotations.views.bars import HEIGHT, WIDTH, bars

COUNTS = st.lists(st.integers(0, 5000), max_size=100)


@given(COUNTS)
def test_bars_stand_on_the_ground_beside_each_other_within_the_chart(values: list[int]) -> None:
    top = max(values, default=0)
    found = [tuple(map(float, bar)) for bar in bars(values, top)]
    assert len(found) == len(values)
    right = 0.0
    for (x, y, width, height), value in zip(found, values, strict=True):
        assert abs(y + height - HEIGHT) <= 0.11
        assert abs(height - (value / top * HEIGHT if top else 0)) <= 0.06
        assert right <= x + 0.11
        right = x + width
    assert right <= WIDTH
