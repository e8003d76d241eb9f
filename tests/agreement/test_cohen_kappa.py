"""Cohen's kappa, against his own example."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.agreement.cohen_kappa import cohen_kappa
from annotations.agreement.figures import NOTHING_RATED, ONE_CATEGORY

tables = st.dictionaries(
    st.tuples(st.just("a"), st.just("b"), st.sampled_from("xyz"), st.sampled_from("xyz")), st.integers(1, 9)
)


def table(rows, one="a", other="b"):
    """Return the tally of a table of counts: rows are the categories of the one, columns those of the other."""
    return {
        (one, other, str(row), str(column)): count
        for row, counts in enumerate(rows)
        for column, count in enumerate(counts)
        if count
    }


def test_the_example_of_cohen():
    # Cohen (1960), p. 45: 200 subjects, p_o = .70, p_e = .41, kappa = .492.
    assert cohen_kappa(table([[88, 14, 18], [10, 40, 10], [2, 6, 12]])).value == pytest.approx(0.492, abs=0.0005)


@pytest.mark.parametrize(
    ("rows", "kappa"),
    [
        # Krippendorff (2004), p. 246: the same agreement with equal and with unlike margins.
        ([[12, 9, 9], [9, 14, 9], [9, 9, 20]], 0.186),
        ([[12, 18, 18], [0, 14, 18], [0, 0, 20]], 0.258),
        # Chance alone gives half of four.
        ([[1, 1], [1, 1]], 0.0),
        ([[0, 1], [1, 0]], -1.0),
    ],
)
def test_known_tables(rows, kappa):
    assert cohen_kappa(table(rows)).value == pytest.approx(kappa, abs=0.0005)


def test_more_than_two_annotators_are_the_mean_of_their_pairs():
    # Kappas of 1, 0 and -1; and a pair whose kappa is undefined is no part of the mean.
    tally = (
        table([[1, 0], [0, 1]], "a", "b")
        | table([[1, 1], [1, 1]], "a", "c")
        | table([[0, 1], [1, 0]], "b", "c")
        | table([[5]], "a", "d")
    )
    assert cohen_kappa(tally).value == pytest.approx(0.0)


def test_what_is_undefined_says_why():
    assert cohen_kappa({}).reason == NOTHING_RATED
    assert cohen_kappa(table([[7]])).reason == ONE_CATEGORY


@given(tables)
def test_the_sides_may_change_places_and_the_categories_their_names(tally):
    turned = {(one, other, second, first): count for (one, other, first, second), count in tally.items()}
    renamed = {(one, other, f"n{first}", f"n{second}"): count for (one, other, first, second), count in tally.items()}
    assert cohen_kappa(tally) == cohen_kappa(turned) == cohen_kappa(renamed)


@given(tables)
def test_kappa_is_1_only_where_all_agree(tally):
    figure = cohen_kappa(tally)
    same = all(first == second for _one, _other, first, second in tally)
    if figure.value is None:
        assert same
    else:
        assert figure.value <= 1
        assert (figure.value == 1) == same
