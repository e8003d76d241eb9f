"""Krippendorff's alpha for nominal data, against his own examples and against the library `krippendorff`."""

import krippendorff
import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.agreement.figures import NOTHING_RATED, ONE_CATEGORY
from annotations.agreement.krippendorff_alpha import krippendorff_alpha
from annotations.agreement.tallies import counted
from tests.agreement.strategies import unit_tallies

CATEGORIES = "xyz"
matrices = st.integers(2, 5).flatmap(
    lambda raters: st.lists(
        st.lists(st.sampled_from([None, *CATEGORIES]), min_size=raters, max_size=raters), min_size=1, max_size=12
    )
)


def tally(rows):
    return counted(tuple(sorted(rating for rating in row if rating is not None)) for row in rows)


@pytest.mark.parametrize(
    ("units", "alpha"),
    [
        # Content Analysis (2004), p. 224: two observers, ten units, two categories.
        ("10 11 01 00 00 01 00 01 00 00", 0.095),
        # P. 230: four observers, twelve units, five categories, seven ratings missing.
        ("BBB LLPL PPPP PPPP LLLL BLPC CCCC BBLB LLLL FFF BB P", 0.743),
        # Content Analysis (1980), p. 139: three observers, nine units, four categories.
        ("111 122 222 444 144 222 123 333 222", 0.642),
    ],
)
def test_the_examples_of_krippendorff(units, alpha):
    assert krippendorff_alpha(tally(units.split())).value == pytest.approx(alpha, abs=0.0006)


@given(matrices)
def test_the_library_finds_the_same(rows):
    ours = krippendorff_alpha(tally(rows))
    ratings = [[numpy.nan if rating is None else CATEGORIES.index(rating) for rating in row] for row in rows]
    paired = [row for row in ratings if numpy.count_nonzero(~numpy.isnan(row)) > 1]
    if len({rating for row in paired for rating in row if not numpy.isnan(rating)}) < 2:
        assert ours.reason == (ONE_CATEGORY if paired else NOTHING_RATED)
    else:
        theirs = krippendorff.alpha(numpy.array(ratings).T, level_of_measurement="nominal")
        assert ours.value == pytest.approx(theirs, abs=1e-12)


@given(matrices, st.randoms(use_true_random=False))
def test_who_rated_and_in_which_order_does_not_matter(rows, random):
    turned = [random.sample(row, k=len(row)) for row in random.sample(rows, k=len(rows))]
    assert krippendorff_alpha(tally(rows)) == krippendorff_alpha(tally(turned))


@given(unit_tallies)
def test_alpha_is_1_only_where_all_agree(given_tally):
    figure = krippendorff_alpha(given_tally)
    if figure.value is not None:
        assert figure.value <= 1
        assert (figure.value == 1) == all(len(set(unit)) < 2 for unit in given_tally)
