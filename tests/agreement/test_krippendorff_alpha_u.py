"""Krippendorff's alpha for unitizing, against his own examples and against the meaning of what is expected."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.agreement.alignment import Alignment
from annotations.agreement.krippendorff_alpha_u import (
    EXPECTED,
    OBSERVED,
    Continuum,
    alpha_u,
    content_units,
    disagreement,
)
from annotations.agreement.stories import Assignment, Quote, Story
from annotations.agreement.tallies import pooled
from tests.agreement.strategies import stories

# Krippendorff (2004), "Content Analysis", p. 254: places 150 to 450 of a continuum, two observers, categories c and k.
CATEGORY_C = Continuum(300, (((75, 145), (220, 250)), ((70, 150), (205, 225), (250, 270))))
CATEGORY_K = Continuum(300, (((30, 90), (150, 200)), ((30, 90), (150, 200))))

# Krippendorff (1995), p. 57: four pairs of observers, each on a continuum of 24 places.
EXAMPLES_1995 = {
    "A": (((2, 10), (14, 20)), ((4, 8), (15, 17))),
    "B": (((0, 18),), ((0, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 9), (9, 10))),
    "C": (((2, 8), (10, 12), (14, 18), (20, 22)), ((0, 2), (4, 8), (10, 14), (16, 18), (20, 22))),
    "D": (
        ((0, 2), (2, 10), (10, 14), (14, 20), (20, 24)),
        ((0, 4), (4, 8), (8, 15), (15, 17), (17, 24)),
    ),
}


def stretched(units, by):
    """Return the units on a continuum of 24 places, each cut into so many."""
    return Continuum(24 * by, tuple(tuple((start * by, end * by) for start, end in one) for one in units))


def share(continuum, part):
    return disagreement(continuum)[part] / continuum.length**2


@pytest.mark.parametrize(
    ("continuum", "observed", "expected", "alpha"),
    [(CATEGORY_C, 0.0144, 0.0532, 0.7286), (CATEGORY_K, 0.0, 0.0490, 1.0)],
)
def test_the_example_of_2004(continuum, observed, expected, alpha):
    assert share(continuum, OBSERVED) == pytest.approx(observed, abs=0.00005)
    assert share(continuum, EXPECTED) == pytest.approx(expected, abs=0.00005)
    assert alpha_u(disagreement(continuum)).value == pytest.approx(alpha, abs=0.00005)


def test_the_example_of_2004_over_both_categories():
    # The book divides .0144 by .0532 + .0490, which it had rounded, and gives .8591; unrounded it is .8587.
    tally = pooled(map(disagreement, (CATEGORY_C, CATEGORY_K)))
    assert alpha_u(tally).value == pytest.approx(0.8587, abs=0.00005)
    assert alpha_u(tally).value == pytest.approx(0.8591, abs=0.0005)


@pytest.mark.parametrize(("name", "observed"), [("A", 0.03125), ("B", 2.26736), ("C", 0.02778), ("D", 0.38715)])
@pytest.mark.parametrize("by", [1, 5, 50_000])
def test_what_was_observed_in_the_examples_of_1995(name, observed, by):
    assert share(stretched(EXAMPLES_1995[name], by), OBSERVED) == pytest.approx(observed, abs=0.00001)


@pytest.mark.parametrize(("name", "expected", "alpha"), [("A", 0.06990, 0.553), ("D", 0.41445, 0.066)])
def test_the_examples_of_1995_in_small_places(name, expected, alpha):
    # In 1995 the formula had an error of one place, which is nothing where places are small. What 1995 gives as
    # expected in B and C differs from the corrected formula by .0016 and .0041 there too, and is not tested.
    continuum = stretched(EXAMPLES_1995[name], 50_000)
    assert share(continuum, EXPECTED) == pytest.approx(expected, abs=0.00001)
    assert alpha_u(disagreement(continuum)).value == pytest.approx(alpha, abs=0.0005)


@st.composite
def continua(draw):
    """Units of two or three annotators on twelve places; any two edges in a row hold a unit or a gap."""
    found = []
    for _annotator in range(draw(st.integers(2, 3))):
        edges = sorted(draw(st.sets(st.integers(0, 12), max_size=7)))
        kept = draw(st.lists(st.booleans(), min_size=len(edges), max_size=len(edges)))
        pieces = zip(edges, edges[1:], kept, strict=False)
        found.append(tuple((start, end) for start, end, is_unit in pieces if is_unit))
    return Continuum(12, tuple(found))


def gaps(units):
    free = "".join("." if not any(start <= place < end for start, end in units) else "#" for place in range(12))
    return [len(gap) for gap in free.split("#") if gap]


def every_meeting(continuum):
    """Return the differences of all units with all others and all gaps, in every position in which they meet."""
    lengths = [end - start for units in continuum.units for start, end in units]
    total = 0
    for one, other in combinations(lengths, 2):
        total += sum(shift**2 + (shift + one - other) ** 2 for shift in range(1 - one, other))
    for gap in (gap for units in continuum.units for gap in gaps(units)):
        total += sum(unit**2 for unit in lengths for _position in range(gap - unit + 1))
    return total


@given(continua())
def test_what_is_expected_is_every_meeting(continuum):
    places = 12 * len(continuum.units)
    lengths = [end - start for units in continuum.units for start, end in units]
    ways = places * (places - 1) - sum(unit * (unit - 1) for unit in lengths)
    assert disagreement(continuum)[EXPECTED] == pytest.approx(2 * 12 * every_meeting(continuum) / ways)


@given(continua())
def test_who_comes_first_and_from_which_end_does_not_matter(continuum):
    mirrored = tuple(tuple((12 - end, 12 - start) for start, end in units[::-1]) for units in continuum.units)
    assert disagreement(continuum) == disagreement(Continuum(12, continuum.units[::-1]))
    assert disagreement(continuum) == pytest.approx(disagreement(Continuum(12, mirrored)))


@given(continua())
def test_alpha_is_1_where_all_mark_the_same(continuum):
    same = Continuum(12, (continuum.units[0],) * 3)
    figure = alpha_u(disagreement(same))
    assert figure.value == 1 if figure.value is not None else all(end - start < 2 for start, end in continuum.units[0])


@pytest.mark.parametrize("units", [((0, 5), (4, 6)), ((4, 6), (0, 2)), ((10, 13),), ((3, 3),)])
def test_units_that_are_none_are_refused(units):
    with pytest.raises(ValueError, match="in order, apart and within 12"):
        Continuum(12, (units, ()))


def test_what_is_undefined_says_why():
    assert alpha_u({}).reason
    assert alpha_u(disagreement(Continuum(12, ((), ())))).reason
    assert disagreement(Continuum(12, (((0, 3),),))) == disagreement(Continuum(0, ((), ()))) == {}


def story(*contents, unread=()):
    assignments = tuple(
        Assignment(name, tuple(Quote(f"q{n}", content) for n, content in enumerate(one)), unread if name == "b" else ())
        for name, one in zip("ab", contents, strict=True)
    )
    return Alignment(Story("s", 60, assignments))


def test_nested_and_overlapping_fragments_are_one_unit_and_touching_ones_are_two():
    nested = story([((0, 20),), ((5, 9),), ((15, 30),), ((30, 40),)], [((0, 30),), ((30, 40),)])
    assert content_units(nested)[OBSERVED] == 0
    assert content_units(story([((0, 20),), ((20, 40),)], [((0, 40),)]))[OBSERVED] > 0


def test_what_one_did_not_read_counts_for_nobody():
    cut = story([((5, 15),), ((30, 50),)], [((5, 15),)], unread=((40, 60),))
    # 20 places are left out: 30-50 becomes 30-40, of length 10, which the other has not.
    assert content_units(cut)[OBSERVED] == 10**2
    assert content_units(cut) == disagreement(Continuum(40, (((5, 15), (30, 40)), ((5, 15),))))


@given(stories())
def test_any_story_can_be_counted(given_story):
    assert alpha_u(content_units(Alignment(given_story))) is not None
