"""Fleiss' kappa, against his own example and two others that are widely known."""

import pytest
from hypothesis import given

from annotations.agreement.figures import NOTHING_RATED, ONE_CATEGORY
from annotations.agreement.fleiss_kappa import fleiss_kappa
from annotations.agreement.tallies import counted
from tests.agreement.strategies import unit_tallies

# Fleiss (1971), table 1: 30 patients, each diagnosed by six psychiatrists, in five categories.
PATIENTS = """
444444 222555 233335 555555 222444 113333 333355 113334 114444 555555
144444 124444 222333 144444 224445 333335 111455 111112 224444 133555
555555 244444 224555 114444 144445 222224 111155 224444 133333 555555
"""

# Krippendorff (2004), p. 230: four observers, twelve units, seven ratings missing.
SYMBOLS = "BBB LLPL PPPP PPPP LLLL BLPC CCCC BBLB LLLL FFF BB P"

# The example of the encyclopaedias: 14 raters, 10 subjects, 5 categories.
FOURTEEN_RATERS = [
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
]


def test_the_example_of_fleiss():
    assert fleiss_kappa(counted(map(tuple, PATIENTS.split()))).value == pytest.approx(0.430, abs=0.0005)


def test_fourteen_raters():
    units = (tuple("".join(c * n for c, n in zip("12345", row, strict=True))) for row in FOURTEEN_RATERS)
    assert fleiss_kappa(counted(units)).value == pytest.approx(0.210, abs=0.0005)


def test_numbers_of_ratings_that_differ():
    # As Gwet's package irrCAC computes it: P = .81818, P_e = .23872.
    assert fleiss_kappa(counted(map(tuple, SYMBOLS.split()))).value == pytest.approx(0.76117, abs=0.000005)


def test_what_is_undefined_says_why():
    assert fleiss_kappa({}).reason == NOTHING_RATED
    assert fleiss_kappa({("x",): 3, (): 2}).reason == NOTHING_RATED
    assert fleiss_kappa({("x", "x"): 3, ("x",): 1}).reason == ONE_CATEGORY


@given(unit_tallies)
def test_the_order_of_units_and_the_names_of_categories_do_not_matter(tally):
    turned = dict(reversed([(tuple(f"n{category}" for category in unit), count) for unit, count in tally.items()]))
    assert fleiss_kappa(tally) == fleiss_kappa(turned)


@given(unit_tallies)
def test_kappa_is_1_only_where_all_agree(tally):
    figure = fleiss_kappa(tally)
    if figure.value is not None:
        assert figure.value <= 1
        assert (figure.value == 1) == all(len(set(unit)) < 2 for unit in tally)
