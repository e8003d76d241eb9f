"""Precision and recall of quotes, with the gold as what is right.

Precision = matched / marked by the annotator, recall = matched / marked in the gold; a pair of quotes is matched as for
F1 on content (`content_f1.py`), by an overlap of at least a half in words. C. J. van Rijsbergen (1979), "Information
Retrieval", 2nd ed., chapter 7. A story without gold, and annotators among themselves, count nothing.
"""

from annotations.agreement.alignment import Alignment
from annotations.agreement.figures import Figure, ratio
from annotations.agreement.matching import HALF, comparable, match
from annotations.agreement.records import GOLD
from annotations.agreement.tallies import Tally

NOTHING_MARKED = "The annotator marked nothing that the gold could hold."
NOTHING_IN_GOLD = "The gold holds nothing that the annotator could mark."
MATCHED, IN_GOLD, BY_ANNOTATOR = ("matched",), ("in gold",), ("by annotator",)


def found(alignment: Alignment) -> Tally:
    """Return the tally of quotes of each annotator and of the gold, and of those that both have."""
    matched = in_gold = by_annotator = 0
    assignments = {one.annotator: one for one in alignment.in_words.assignments}
    if (gold := assignments.pop(GOLD, None)) is None:
        return {}
    for one in assignments.values():
        ours, right = comparable(one, gold)
        matched += len(match(ours, right, HALF))
        by_annotator += len(ours)
        in_gold += len(right)
    return {MATCHED: matched, IN_GOLD: in_gold, BY_ANNOTATOR: by_annotator}


def precision(tally: Tally) -> Figure:
    """Return which share of what the annotators marked is in the gold."""
    return ratio(tally.get(MATCHED, 0), tally.get(BY_ANNOTATOR, 0), NOTHING_MARKED)


def recall(tally: Tally) -> Figure:
    """Return which share of the gold the annotators marked."""
    return ratio(tally.get(MATCHED, 0), tally.get(IN_GOLD, 0), NOTHING_IN_GOLD)
