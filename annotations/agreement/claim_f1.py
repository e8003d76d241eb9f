"""F1 on links to claims, given that two annotators have the same quote.

Over matched quotes: a link counts as matched where both link the quote to the same claim, with the same stance if
stances count; the formula is that of `f1.py`.
"""

from annotations.agreement.alignment import Alignment
from annotations.agreement.f1 import MARKED, MATCHED
from annotations.agreement.tallies import Tally


def links(alignment: Alignment) -> Tally:
    """Return the tally of claims with their stances."""
    return _tally(alignment, stances=True)


def claims(alignment: Alignment) -> Tally:
    """Return the tally of claims, whatever their stances."""
    return _tally(alignment, stances=False)


def _tally(alignment: Alignment, *, stances: bool) -> Tally:
    matched = marked = 0
    for match in (match for pair in alignment.pairs for match in pair.matches):
        one, other = ({link if stances else link[0] for link in quote.links} for quote in (match.one, match.other))
        matched += len(one & other)
        marked += len(one) + len(other)
    return {MATCHED: matched, MARKED: marked}
