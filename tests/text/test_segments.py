"""Overlapping spans to flat pieces."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.text.blocks import blocks
from annotations.text.segments import Segment, block_spans, segments
from annotations.text.spans import Span
from tests.text.strategies import canonical_texts, keyed_spans, steps


@given(st.integers(0, 20), st.integers(1, 30), keyed_spans())
def test_pieces_tile_the_range_and_know_what_covers_them(start, length, spans):
    end = start + length
    pieces = segments(start, end, spans)
    assert pieces[0].start == start
    assert pieces[-1].end == end
    assert all(one.end == other.start for one, other in pairwise(pieces))
    for piece in pieces:
        assert piece.start < piece.end
        covering = [key for first, last, key in spans if first <= piece.start and piece.end <= last]
        crossing = [key for first, last, key in spans if first < piece.end and piece.start < last]
        assert set(piece.keys) == set(covering) == set(crossing)
        assert len(piece.keys) == len(set(piece.keys))


@given(canonical_texts, keyed_spans())
def test_pieces_join_back_to_the_text(text, spans):
    assert "".join(text[piece.start : piece.end] for piece in segments(0, len(text), spans)) == text


@given(keyed_spans())
def test_outer_spans_come_first(spans):
    ranks = {}
    for first, last, key in sorted(spans, key=lambda span: (span[0], -span[1])):
        ranks.setdefault(key, []).append((first, -last))
    for piece in segments(0, 40, spans):
        keys = [min(r for r in ranks[key] if r[0] <= piece.start and piece.end <= -r[1]) for key in piece.keys]
        assert keys == sorted(keys)


@given(keyed_spans())
def test_the_order_in_which_spans_are_given_does_not_matter_for_the_cuts(spans):
    cuts = [(piece.start, piece.end, set(piece.keys)) for piece in segments(0, 40, spans)]
    assert cuts == [(piece.start, piece.end, set(piece.keys)) for piece in segments(0, 40, reversed(spans))]


def test_nested_crossing_and_identical_spans():
    spans = [(0, 30, "whole"), (12, 19, "never"), (5, 19, "told"), (0, 30, "other annotator")]
    assert segments(0, 35, spans) == [
        Segment(0, 5, ("whole", "other annotator")),
        Segment(5, 12, ("whole", "other annotator", "told")),
        Segment(12, 19, ("whole", "other annotator", "told", "never")),
        Segment(19, 30, ("whole", "other annotator")),
        Segment(30, 35, ()),
    ]


def test_spans_that_touch_share_no_piece():
    assert segments(0, 4, [(0, 2, "a"), (2, 4, "b")]) == [Segment(0, 2, ("a",)), Segment(2, 4, ("b",))]


def test_an_empty_range_has_no_pieces():
    assert segments(3, 3, [(0, 9, "a")]) == []


@given(canonical_texts, keyed_spans())
def test_blocks_get_the_pieces_of_each_alone(text, spans):
    story = blocks(text)
    shares = block_spans(story, spans)
    assert [segments(block.start, block.end, share) for block, share in zip(story, shares, strict=True)] == [
        segments(block.start, block.end, spans) for block in story
    ]


@pytest.mark.parametrize("reach", [1, 15])
def test_many_spans_over_many_blocks_take_linear_work(reach):
    def cut_all(story, spans):
        for block, share in zip(story, block_spans(story, spans), strict=True):
            segments(block.start, block.end, share)

    def cut(count: int) -> int:
        story = [Span(10 * i, 10 * i + 9) for i in range(count)]
        spans = [(7 * i, 7 * i + reach, i) for i in range(10 * count // 7)]
        return steps(cut_all, story, spans)

    assert cut(160) < 2.3 * cut(80)
