"""How often two annotators give the same answer about a quote that both have.

A_o = same / answered by both, the agreement observed, without a correction for chance: R. Artstein and M. Poesio
(2008), "Inter-coder agreement for computational linguistics", Computational Linguistics 34, 555-596, section 2.2.
Against gold it is the accuracy of the annotator. Counts of more than two annotators are summed over all pairs.
"""

from annotations.agreement.figures import NOTHING_RATED, Figure, ratio
from annotations.agreement.tallies import Tally


def accuracy(tally: Tally) -> Figure:
    """Return the share of the same answers, from 0 to 1, from a paired tally (`ratings.py`)."""
    same = sum(count for (_one, _other, first, second), count in tally.items() if first == second)
    return ratio(same, sum(tally.values()), NOTHING_RATED)
