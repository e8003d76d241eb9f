"""Intervals over stories: repeatable, around the value, or with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.agreement.bootstrap import bootstrap_interval
from annotations.agreement.f1 import MARKED, MATCHED, f1
from annotations.agreement.figures import Figure
from annotations.agreement.tallies import pooled

counts = st.tuples(st.integers(0, 5), st.integers(0, 5)).map(lambda n: {MATCHED: n[0], MARKED: 2 * (n[0] + n[1])})


def test_an_interval_worked_out_by_hand():
    # Two stories with F1 0 and 1: a resample has 0, 1/2 or 1 with the chances 1/4, 1/2 and 1/4.
    stories = [{MATCHED: 0, MARKED: 2}, {MATCHED: 1, MARKED: 2}]
    narrow = bootstrap_interval(stories, f1, confidence=0.4, seed=1)
    assert (narrow.low, narrow.high) == (0.5, 0.5)
    wide = bootstrap_interval(stories, f1, confidence=0.95, seed=1)
    assert (wide.low, wide.high) == (0.0, 1.0)


def test_a_percentile_lies_between_its_neighbours():
    figures = iter([0.5, 0.0, 1.0, 2.0, 3.0, 4.0])
    interval = bootstrap_interval([{MATCHED: 1}] * 2, lambda _tally: Figure(next(figures)), resamples=5, confidence=0.9)
    # Of 0, 1, 2, 3, 4 the 5th percentile is 0.2 and the 95th is 3.8.
    assert (interval.low, interval.high) == (pytest.approx(0.2), pytest.approx(3.8))


@given(st.lists(counts, max_size=6), st.integers(0, 3))
def test_the_same_seed_gives_the_same_interval(tallies, seed):
    first, second = (bootstrap_interval(tallies, f1, resamples=40, seed=seed) for _ in range(2))
    assert first == second
    if first.low is not None:
        assert 0 <= first.low <= first.high <= 1


def test_stories_that_are_all_alike_leave_no_doubt():
    interval = bootstrap_interval([{MATCHED: 3, MARKED: 8}] * 5, f1, resamples=50)
    assert interval.low == interval.high == f1(pooled([{MATCHED: 3, MARKED: 8}])).value


def test_what_is_undefined_says_why():
    story = {MATCHED: 1, MARKED: 2}
    assert "at least two stories" in bootstrap_interval([story, {}, {MARKED: 0}], f1).reason
    assert bootstrap_interval([{}], f1).reason == f1({}).reason
    figures = iter([Figure(0.5), *[Figure(reason="no")] * 3, Figure(0.5)])
    assert "half of the resamples" in bootstrap_interval([story] * 2, lambda _: next(figures), resamples=4).reason


@pytest.mark.parametrize("asked", [{"resamples": 0}, {"confidence": 0}, {"confidence": 1}])
def test_what_makes_no_interval_is_refused(asked):
    with pytest.raises(ValueError, match="A bootstrap needs"):
        bootstrap_interval([], f1, **asked)
