"""Cohen's kappa: agreement of two annotators on categories, corrected for what chance would give.

kappa = (p_o - p_e) / (1 - p_e), with p_o the share of units that both gave the same category, and p_e = sum over
categories of (share of the one) × (share of the other). J. Cohen (1960), "A coefficient of agreement for nominal
scales", Educational and Psychological Measurement 20, 37-46.

More than two annotators: the mean of the kappas of all pairs. R. J. Light (1971), "Measures of response agreement for
qualitative data", Psychological Bulletin 76, 365-377.
"""

from collections import Counter
from math import fsum

from annotations.agreement.figures import NOTHING_RATED, ONE_CATEGORY, Figure
from annotations.agreement.tallies import Tally


def cohen_kappa(tally: Tally) -> Figure:
    """Return kappa, at most 1, from a paired tally (`ratings.py`); the mean over the pairs for which it is defined.

    Undefined where no unit was rated by two, and where each pair gave all units one and the same category.
    """
    tables: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
    for (one, other, first, second), count in tally.items():
        tables.setdefault((one, other), Counter())[first, second] += int(count)
    kappas = [kappa for table in tables.values() if (kappa := _kappa(table)) is not None]
    if kappas:
        return Figure(fsum(kappas) / len(kappas))
    return Figure(reason=ONE_CATEGORY if tables else NOTHING_RATED)


def _kappa(table: Counter[tuple[str, str]]) -> float | None:
    """Return kappa of one pair, in whole numbers up to the last division; None where chance alone gives 1."""
    units = table.total()
    ours: Counter[str] = Counter()
    theirs: Counter[str] = Counter()
    for (first, second), count in table.items():
        ours[first] += count
        theirs[second] += count
    same = sum(count for (first, second), count in table.items() if first == second)
    chance = sum(count * theirs[category] for category, count in ours.items())
    return (units * same - chance) / (units**2 - chance) if units**2 > chance else None
