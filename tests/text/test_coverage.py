"""Stretches of a text: joining them, taking from them, and what of the blocks they cover."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from annotations.text.blocks import blocks
from annotations.text.coverage import clipped, is_covered
from annotations.text.spans import Span, joined, without

TEXT = "A head\n\nOne, two. Three.\n\n  Four  \n\nFive"
RANGES = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, len(TEXT))).filter(lambda one: one[0] < one[1])
SPANS = st.lists(RANGES.map(lambda one: Span(*one)), max_size=6)


def held(spans: list[Span]) -> set[int]:
    """Return the places of the characters in the spans."""
    return {place for span in spans for place in range(span.start, span.end)}


@given(SPANS)
def test_joining_adds_white_space_and_nothing_else(spans: list[Span]) -> None:
    found = joined(TEXT, spans)
    assert all(TEXT[place].isspace() for place in held(found) - held(spans))
    assert held(spans) <= held(found)
    assert all(TEXT[one.end : other.start].strip() for one, other in pairwise(found))


@given(RANGES, RANGES)
def test_taking_away_leaves_the_rest(whole: tuple[int, int], gone: tuple[int, int]) -> None:
    assert held(without(Span(*whole), Span(*gone))) == held([Span(*whole)]) - held([Span(*gone)])


@given(SPANS)
def test_each_block_has_its_part_of_each_range(spans: list[Span]) -> None:
    found = clipped(blocks(TEXT), [(span.start, span.end) for span in spans])
    for block in blocks(TEXT):
        inside = held(spans) & set(range(block.start, block.end))
        assert held(found.get(block.index, [])) == inside
        assert (block.index in found) == bool(inside)


@given(SPANS)
def test_a_block_is_covered_if_all_that_is_seen_of_it_is(spans: list[Span]) -> None:
    parts = clipped(blocks(TEXT), [(one.start, one.end) for one in joined(TEXT, spans)])
    for block in blocks(TEXT):
        seen = {place for place in range(block.start, block.end) if not TEXT[place].isspace()}
        assert is_covered(TEXT, block, parts.get(block.index, [])) == (seen <= held(spans))
