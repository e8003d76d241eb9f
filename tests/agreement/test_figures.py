"""A value or a reason, never both and never NaN."""

import math

import pytest

from annotations.agreement.figures import Figure, Interval, ratio


@pytest.mark.parametrize(("value", "reason"), [(None, ""), (0.5, "why"), (math.nan, ""), (math.inf, "")])
def test_what_is_no_figure_is_refused(value, reason):
    with pytest.raises(ValueError, match="a number or a reason"):
        Figure(value, reason)


@pytest.mark.parametrize("given_interval", [(None, None, ""), (0.1, None, ""), (0.1, 0.2, "why"), (None, 0.2, "why")])
def test_what_is_no_interval_is_refused(given_interval):
    with pytest.raises(ValueError, match="two numbers or a reason"):
        Interval(*given_interval)


def test_a_part_of_nothing_has_a_reason():
    assert ratio(1, 4, "none") == Figure(0.25)
    assert ratio(0, 0, "none") == Figure(reason="none")
