"""Fleiss' kappa: agreement of any number of annotators on categories, corrected for what chance would give.

kappa = (P - P_e) / (1 - P_e). P is the mean over units of the share of pairs of ratings that are the same,
P_i = sum over categories of n_ij (n_ij - 1) / (n_i (n_i - 1)); P_e is the sum of the squared shares p_j of the
categories. J. L. Fleiss (1971), "Measuring nominal scale agreement among many raters", Psychological Bulletin 76,
378-382.

Fleiss has the same number n of ratings for every unit. Where numbers differ: K. L. Gwet (2014), "Handbook of
Inter-Rater Reliability", 4th ed., chapter 2: P is the mean over units with two ratings or more, p_j the mean over all
units of the unit's own share n_ij / n_i. With equal numbers that is Fleiss' formula.
"""

from collections import Counter, defaultdict
from math import fsum

from annotations.agreement.figures import NOTHING_RATED, ONE_CATEGORY, Figure
from annotations.agreement.tallies import Tally


def fleiss_kappa(tally: Tally) -> Figure:
    """Return kappa, at most 1, from a tally of units (`ratings.py`).

    Undefined where no unit was rated by two, and where all ratings are of one category.
    """
    units = {unit: count for unit, count in tally.items() if unit}
    rated_twice = sum(count for unit, count in units.items() if len(unit) > 1)
    if not rated_twice:
        return Figure(reason=NOTHING_RATED)
    if len({category for unit in units for category in unit}) == 1:
        return Figure(reason=ONE_CATEGORY)
    shares: dict[str, list[float]] = defaultdict(list)
    for unit, count in units.items():
        for category, ratings in Counter(unit).items():
            shares[category].append(count * ratings / len(unit))
    chance = fsum((fsum(share) / sum(units.values())) ** 2 for share in shares.values())
    same = fsum(count * _same(unit) for unit, count in units.items() if len(unit) > 1) / rated_twice
    return Figure((same - chance) / (1 - chance))


def _same(unit: tuple[str, ...]) -> float:
    """Return the share of pairs of ratings of one unit that are the same."""
    pairs = len(unit) * (len(unit) - 1)
    return sum(ratings * (ratings - 1) for ratings in Counter(unit).values()) / pairs
