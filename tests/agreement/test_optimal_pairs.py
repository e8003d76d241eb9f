"""The assignment problem, against every possible assignment."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from annotations.agreement.optimal_pairs import optimal_pairs

tables = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 9), min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
    )
)


def best_total(table):
    """Try every way to give each row of the smaller side a column of its own."""
    if len(table) > len(table[0]):
        table = list(zip(*table, strict=True))
    columns = range(len(table[0]))
    return max(sum(row[c] for row, c in zip(table, ways, strict=True)) for ways in permutations(columns, len(table)))


@given(tables)
def test_no_other_pairs_have_a_greater_total(table):
    pairs = optimal_pairs(table)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert sum(table[row][column] for row, column in pairs) == best_total(table)
    assert all(table[row][column] for row, column in pairs)


@given(tables)
def test_the_greatest_total_is_the_same_on_its_side(table):
    turned = list(zip(*table, strict=True))
    totals = [sum(t[row][column] for row, column in optimal_pairs(t)) for t in (table, turned)]
    assert totals[0] == totals[1]


def test_a_step_back_is_taken():
    # The best of the first row has to be given up: 9 + 0 + 0 is less than 8 + 7 + 6.
    assert optimal_pairs([[9, 8, 0], [7, 0, 0], [0, 5, 6]]) == [(0, 1), (1, 0), (2, 2)]


def test_weights_may_be_of_any_size():
    big = 10**40
    assert optimal_pairs([[big, big + 1], [big, big + 2]]) == [(0, 0), (1, 1)]


def test_nothing_has_no_pairs():
    assert optimal_pairs([]) == optimal_pairs([[]]) == optimal_pairs([[0]]) == []
