"""F1 between annotators.

F1 = 2 × matched / (marked by one + marked by the other), the harmonic mean of precision and recall, whichever of the
two is taken as the reference: C. J. van Rijsbergen (1979), "Information Retrieval", 2nd ed., chapter 7. It equals kappa
in the limit where what nobody marked cannot be counted: G. Hripcsak and A. S. Rothschild (2005), "Agreement, the
F-measure, and reliability in information retrieval", JAMIA 12, 296-298.

Counts of more than two annotators are summed over all pairs before dividing (micro average). Taking the pairs in both
orders doubles every count and changes nothing.
"""

from annotations.agreement.figures import Figure, ratio
from annotations.agreement.tallies import Tally

MATCHED, MARKED = ("matched",), ("marked",)


def f1(tally: Tally) -> Figure:
    """Return F1, from 0 to 1; undefined where neither marked anything that could be matched."""
    return ratio(2 * tally.get(MATCHED, 0), tally.get(MARKED, 0), "Nothing to match was marked by either annotator.")
