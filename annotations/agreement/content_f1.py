"""F1 on content: how many of the quotes of two annotators are the same, and how many overlap.

A pair of quotes counts where intersection over union of their contents, all fragments together, is at least the
threshold: 1 for "exact", 0.5 for "IoU >= 0.5". One to one, by `matching.py`; the formula is that of `f1.py`. In words,
what stands between words makes no difference; in code points, every character counts.
"""

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations

from annotations.agreement.alignment import Alignment
from annotations.agreement.f1 import MARKED, MATCHED
from annotations.agreement.matching import comparable, match
from annotations.agreement.stories import Story
from annotations.agreement.tallies import Tally


def words(least: Fraction) -> Callable[[Alignment], Tally]:
    """Return the tally of quotes whose words overlap so much."""
    return lambda alignment: _tally(alignment.in_words, least)


def code_points(least: Fraction) -> Callable[[Alignment], Tally]:
    """Return the tally of quotes whose characters overlap so much."""
    return lambda alignment: _tally(alignment.story, least)


def _tally(story: Story, least: Fraction) -> Tally:
    matched = marked = 0
    for pair in combinations(story.assignments, 2):
        one, other = comparable(*pair)
        matched += len(match(one, other, least))
        marked += len(one) + len(other)
    return {MATCHED: matched, MARKED: marked}
