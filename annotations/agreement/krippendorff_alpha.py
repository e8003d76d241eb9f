"""Krippendorff's alpha for nominal data: any number of annotators, units that some of them did not rate allowed.

alpha = 1 - D_o / D_e, with the disagreement observed D_o = (1/n) sum over units u, over ordered pairs of different
categories c, k of n_uc n_uk / (m_u - 1), and the one expected D_e = (1 / (n (n - 1))) sum over such pairs of n_c n_k.
m_u is how many ratings a unit has, n_uc how many of them are c, n_c the same over all units, and n all ratings; a unit
with one rating cannot be paired and does not count. K. Krippendorff (2004), "Content Analysis: An Introduction to Its
Methodology", 2nd ed., chapter 11; K. Krippendorff (2011), "Computing Krippendorff's alpha-reliability".
"""

from collections import Counter
from math import fsum

from annotations.agreement.figures import NOTHING_RATED, ONE_CATEGORY, Figure
from annotations.agreement.tallies import Tally


def krippendorff_alpha(tally: Tally) -> Figure:
    """Return alpha, at most 1, from a tally of units (`ratings.py`).

    Undefined where no unit was rated by two, and where all ratings of such units are of one category.
    """
    units = {unit: int(count) for unit, count in tally.items() if len(unit) > 1}
    if not units:
        return Figure(reason=NOTHING_RATED)
    totals: Counter[str] = Counter()
    for unit, count in units.items():
        for category, ratings in Counter(unit).items():
            totals[category] += ratings * count
    ratings = totals.total()
    expected = ratings**2 - sum(count**2 for count in totals.values())
    if not expected:
        return Figure(reason=ONE_CATEGORY)
    observed = fsum(count * _different(unit) / (len(unit) - 1) for unit, count in units.items())
    return Figure(1 - (ratings - 1) * observed / expected)


def _different(unit: tuple[str, ...]) -> int:
    """Return how many ordered pairs of ratings of one unit differ."""
    return len(unit) ** 2 - sum(ratings**2 for ratings in Counter(unit).values())
