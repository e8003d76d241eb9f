"""Spans: what they refuse, and how they relate."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.text.spans import Span, covers, merge, trim
from tests.text.strategies import ranges

spans = (
    st.tuples(st.integers(0, 40), st.integers(0, 40))
    .filter(lambda pair: pair[0] < pair[1])
    .map(lambda pair: Span(*pair))
)


@pytest.mark.parametrize(
    ("start", "end"),
    [(-1, 3), (3, 3), (5, 3), (0, 1.0), ("0", "1"), (True, 2), (0, True), (0, float("nan")), (None, 2), (0, None)],
)
def test_a_span_that_is_none_is_refused(start, end):
    with pytest.raises(ValueError, match="A span needs"):
        Span(start, end)


@pytest.mark.parametrize("end", [7, 2**31, 2**63])
def test_a_span_beyond_the_text_has_no_slice(end):
    with pytest.raises(ValueError, match="beyond the text, which has 6 characters"):
        Span(0, end).slice("abcdef")


def test_offsets_are_code_points_not_utf16_units():
    assert "💩This is an annotation.".find("annotation") == 12
    assert Span(12, 22).slice("💩This is an annotation.") == "annotation"
    # Four code points make the firefighter one picture.
    story = "👨🏻‍🚒 firemen drive firetrucks"
    assert Span(19, 29).slice(story) == "firetrucks"


@given(spans, spans)
def test_relations_agree_with_the_characters(one, other):
    here, there = set(range(one.start, one.end)), set(range(other.start, other.end))
    assert one.overlaps(other) == bool(here & there) == other.overlaps(one)
    assert one.contains(other) == (there <= here)
    assert one.touches(other) == other.touches(one) == (one.end == other.start or other.end == one.start)
    assert one.length == len(here)
    assert one.shift(3) == Span(one.start + 3, one.end + 3)


@given(st.lists(spans, max_size=8))
def test_merged_spans_are_ordered_apart_and_hold_the_same(some):
    merged = merge(some)
    assert {i for span in merged for i in range(span.start, span.end)} == {
        i for span in some for i in range(span.start, span.end)
    }
    assert all(one.end < other.start for one, other in pairwise(merged))
    assert merge(merged) == merged


@given(st.lists(spans, max_size=6), st.lists(spans, max_size=6))
def test_covers_means_each_inside_one(outer, inner):
    assert covers(outer, inner) == all(any(one.contains(span) for one in outer) for span in inner)


@given(ranges())
def test_trimming_takes_only_white_space(given_range):
    text, start, end = given_range
    trimmed = trim(text, Span(start, end))
    assert (trimmed.slice(text) if trimmed else "") == text[start:end].strip()
    assert trimmed is None or Span(start, end).contains(trimmed)


def test_spans_are_ordered_by_start_then_end():
    assert sorted([Span(2, 3), Span(0, 9), Span(0, 2)]) == [Span(0, 2), Span(0, 9), Span(2, 3)]
