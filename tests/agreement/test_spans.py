"""Sets of places, against sets."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.agreement.spans import merged, shared, size
from annotations.agreement.word_spans import touched
from tests.agreement.strategies import WORDS, ranges, spans


def places(given_spans):
    return {place for start, end in given_spans for place in range(start, end)}


@given(st.lists(ranges, max_size=5))
def test_merging_keeps_the_places_in_order_and_apart(some):
    found = merged(some)
    assert places(found) == places(some)
    assert all(one[1] < other[0] for one, other in pairwise(found))
    assert merged(found) == found


@given(spans, spans)
def test_what_is_shared_is_the_intersection(one, other):
    assert shared(one, other) == shared(other, one) == len(places(one) & places(other))
    assert size(one) == len(places(one))


@pytest.mark.parametrize("span", [(3, 3), (4, 3), (-1, 2)])
def test_a_range_that_is_none_is_refused(span):
    with pytest.raises(ValueError, match="0 <= start < end"):
        merged([span])


@given(spans)
def test_a_word_is_touched_if_a_character_of_it_is(some):
    expected = {index for index, word in enumerate(WORDS) if shared((word,), some)}
    assert places(touched(WORDS, some)) == expected
