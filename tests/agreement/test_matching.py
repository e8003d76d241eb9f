"""Which quotes are the same attribution: the best there is, and the same whoever comes first."""

from fractions import Fraction
from itertools import combinations, permutations

import pytest
from hypothesis import given

from annotations.agreement.matching import ANY, EXACT, HALF, comparable, match, overlap
from annotations.agreement.stories import Assignment, Quote
from tests.agreement.strategies import quotes, stories


def keys(matches):
    return [(pair.one.key, pair.other.key) for pair in matches]


def best_total(one, other, least):
    """Try every one-to-one pairing of those that overlap enough."""
    short, long = sorted((one, other), key=len)
    totals = [Fraction(0)]
    for count in range(1, len(short) + 1):
        for some in combinations(short, count):
            for partners in permutations(long, count):
                overlaps = [overlap(a, b) for a, b in zip(some, partners, strict=True)]
                if all(common and common >= least for common in overlaps):
                    totals.append(sum(overlaps, Fraction(0)))
    return max(totals)


@pytest.mark.parametrize("least", [ANY, HALF, EXACT])
@given(one=quotes(most=4), other=quotes(most=4))
def test_no_other_matching_has_more_overlap(least, one, other):
    found = match(one, other, least)
    assert sum((pair.overlap for pair in found), Fraction(0)) == best_total(one, other, least)
    assert len({pair.one.key for pair in found}) == len({pair.other.key for pair in found}) == len(found)
    assert all(pair.overlap == overlap(pair.one, pair.other) >= least and pair.overlap > 0 for pair in found)


@given(one=quotes(), other=quotes())
def test_the_matches_are_the_same_from_both_sides(one, other):
    assert sorted(keys(match(one, other))) == sorted((a, b) for b, a in keys(match(other, one)))


@given(one=quotes(), other=quotes())
def test_the_order_in_which_quotes_are_given_does_not_matter(one, other):
    assert keys(match(one, other)) == keys(match(one[::-1], other[::-1]))


@given(one=quotes())
def test_each_quote_of_the_same_work_is_matched_with_itself_or_its_equal(one):
    found = match(one, one, EXACT)
    assert len(found) == len(one)
    assert all(pair.one == pair.other for pair in found)


def test_overlap_counts_all_fragments_together():
    # 0-10 and 20-25 against 5-10 and 20-30: 10 common, 15 and 15 in all.
    assert overlap(Quote("q", ((0, 10), (20, 25))), Quote("r", ((5, 10), (20, 30)))) == Fraction(10, 20)


def test_a_nested_quote_does_not_take_the_outer_one():
    outer, inner = Quote("outer", ((0, 100),)), Quote("inner", ((40, 90),))
    assert keys(match([outer, inner], [Quote("a", ((45, 90),)), Quote("b", ((0, 95),))])) == [
        ("outer", "b"),
        ("inner", "a"),
    ]


def test_contents_that_are_equal_are_told_apart_by_their_sources():
    said = ((20, 40),)
    ours = [Quote("mayor", said, source=((0, 5),)), Quote("council", said, source=((8, 15),))]
    theirs = [Quote("x", said, source=((8, 15),)), Quote("y", said, source=((0, 5),))]
    assert sorted(keys(match(ours, theirs))) == [("council", "x"), ("mayor", "y")]


def test_what_the_other_did_not_read_is_not_compared():
    first, half, last = Quote("first", ((0, 10),)), Quote("half", ((15, 25),)), Quote("last", ((16, 30),))
    whole, part = Assignment("a", (first, half, last)), Assignment("b", (first,), unread=((20, 40),))
    one, other = comparable(whole, part)
    assert [quote.key for quote in one] == ["first", "half"]
    assert [quote.key for quote in other] == ["first"]


@given(stories(annotators=2))
def test_what_is_compared_turns_round_with_the_sides(story):
    one, other = story.assignments
    assert comparable(one, other) == comparable(other, one)[::-1]
