"""Confidence intervals by resampling stories.

Stories, not quotes, are drawn with replacement, since quotes of one story are not independent. The interval is the
percentile interval: B. Efron and R. J. Tibshirani (1993), "An Introduction to the Bootstrap", chapter 13. A percentile
between two resamples is interpolated linearly (R. J. Hyndman and Y. Fan, 1996, type 7).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

from annotations.agreement.figures import Figure, Interval
from annotations.agreement.tallies import Tally, pooled, weighted

RESAMPLES = 1000
CONFIDENCE = 0.95


def bootstrap_interval(
    tallies: Sequence[Tally],
    value: Callable[[Tally], Figure],
    *,
    resamples: int = RESAMPLES,
    confidence: float = CONFIDENCE,
    seed: int = 0,
) -> Interval:
    """Return the interval in which so much of the resampled values lies; the same seed gives the same interval.

    Only stories that were counted in are drawn. Resamples for which the value is undefined are left out. Undefined
    where the value itself is, with fewer than two stories, and where more than half of the resamples have no value.
    Raises ValueError for fewer than one resample and for a confidence that is not between 0 and 1.
    """
    if resamples < 1 or not 0 < confidence < 1:
        raise ValueError(f"A bootstrap needs resamples and a confidence below 1, not {resamples} and {confidence}.")
    whole = value(pooled(tallies))
    if whole.value is None:
        return Interval(reason=whole.reason)
    stories = [tally for tally in tallies if any(tally.values())]
    if len(stories) < 2:
        return Interval(reason="An interval needs at least two stories with something to compare.")
    random = Random(seed)  # noqa: S311  (drawn to be repeated, not to be secret)
    drawn = (Counter(random.choices(range(len(stories)), k=len(stories))) for _ in range(resamples))
    figures = (value(weighted((stories[index], times) for index, times in draw.items())) for draw in drawn)
    values = sorted(figure.value for figure in figures if figure.value is not None)
    if 2 * len(values) < resamples:
        return Interval(reason="More than half of the resamples have no value.")
    outside = (1 - confidence) / 2
    return Interval(_percentile(values, outside), _percentile(values, 1 - outside))


def _percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which so much of the ordered values lies."""
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])
