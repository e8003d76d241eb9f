"""What a question about agreement is answered with: figures, pairs, periods, and the quotes behind each of them.

Each answer is worked out once and kept until a change makes it another. What is kept holds numbers, ids and answers to
closed questions; never words of a story, nor whom a quote is attributed to: a removal has nothing to look for here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple, TypeVar

from django.core.cache import cache

from annotations.agreement.alignment import Alignment, each_two
from annotations.agreement.comparisons import Answer, Comparison, comparisons
from annotations.agreement.figures import Figure
from annotations.agreement.metrics import Measured, Metric, measure_all, tally_of
from annotations.agreement.records import GOLD
from annotations.agreement.tallies import Tally, pooled
from annotations.exports.dataset import snapshot
from annotations.services.agreement import (
    Reading,
    Selection,
    compared,
    label_sets_of,
    metrics_of,
    read,
    submitted_on,
)

RESAMPLES = 200
KEPT_SECONDS = 24 * 60 * 60
MONTH, WEEK = "month", "week"
DIFFERS, SAME, ALL = "differs", "same", "all"

Result = TypeVar("Result")


class PairFigure(NamedTuple):
    """A figure of two annotators; the gold comes second."""

    one: str
    other: str
    stories: int
    figure: Figure


class Period(NamedTuple):
    """A figure of the stories that were submitted from the first day to the last."""

    first: date
    last: date
    stories: int
    figure: Figure


class Row(NamedTuple):
    """A comparison, and the place of its story in the selection."""

    story: int
    comparison: Comparison


@dataclass(frozen=True)
class Behind:
    """Which quotes to show: those that differ in a part, or are the same in it, or were answered so."""

    part: str = ""
    show: str = DIFFERS
    answers: tuple[Answer, Answer] | None = None

    def holds(self, found: Comparison, *, is_ordered: bool) -> bool:
        """Say whether a comparison is one of them."""
        if self.answers is not None:
            given = found.answers.get(self.part)
            return given is not None and (given == self.answers or (not is_ordered and given[::-1] == self.answers))
        if self.part:
            return self.part in found.compared and self.show in {ALL, _word(self.part in found.differing)}
        return self.show in {ALL, _word(bool(found.differing))}


def _word(differs: bool) -> str:
    return DIFFERS if differs else SAME


class Agreement:
    """The answers to one question."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.question = selection.question

    @cached_property
    def mark(self) -> str:
        """What answers are kept under."""
        return self.selection.mark()

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """Every metric that fits the question."""
        return metrics_of(self.selection.project, against_gold=self.question.against_gold)

    @cached_property
    def groups(self) -> list[tuple[Alignment, ...]]:
        """The annotators that are compared, story by story."""
        with snapshot() as using:
            return [compared(self.question, story) for story in read(self.selection, using=using)]

    def figures(self) -> dict[str, Measured]:
        """Return every metric with its interval over stories."""
        return self._kept("figures", lambda: _measured(self.groups, self.metrics))

    def figures_of_each(self) -> dict[str, dict[str, Measured]]:
        """Return the same for each annotator alone against the gold."""
        return self._kept("each", lambda: {name: self._figures_of(name) for name in self.selection.annotators})

    def _figures_of(self, name: str) -> dict[str, Measured]:
        own = [tuple(one for one in group if _holds(one, name)) for group in self.groups]
        return _measured([group for group in own if group], self.metrics)

    def pairs(self, metric: str) -> list[PairFigure]:
        """Return the figure of each two annotators who are compared."""
        return self._kept(f"pairs {metric}", lambda: self._pairs(self.metrics[metric]))

    def _pairs(self, metric: Metric) -> list[PairFigure]:
        tallies: dict[tuple[str, str], list[Tally]] = defaultdict(list)
        for group in self.groups:
            for two in group if self.question.center is not None else each_two(group[0].story):
                one, other = (assignment.annotator for assignment in two.story.assignments)
                tallies[self._in_order(one, other)].append(metric.tally(two))
        return [
            PairFigure(one, other, len(found), metric.value(pooled(found)))
            for (one, other), found in sorted(tallies.items())
        ]

    def periods(self, metric: str, unit: str) -> list[Period]:
        """Return the figure of each month or week in which stories were submitted, the oldest first."""
        return self._kept(f"{unit} {metric}", lambda: self._periods(self.metrics[metric], unit))

    def _periods(self, metric: Metric, unit: str) -> list[Period]:
        tallies: dict[tuple[date, date], list[Tally]] = defaultdict(list)
        for story, group in zip(self.selection.stories, self.groups, strict=True):
            tallies[around_day(submitted_on(story), unit)].append(tally_of(group, metric))
        return [
            Period(first, last, len(found), metric.value(pooled(found)))
            for (first, last), found in sorted(tallies.items())
        ]

    @cached_property
    def rows(self) -> list[Row]:
        """Return all quotes that are compared, story by story, the first annotator's in the order of the question."""
        return self._kept("rows", self._rows)

    def _rows(self) -> list[Row]:
        label_sets = label_sets_of(self.selection.project)
        return [
            Row(place, found.turned() if self._in_order(found.one, found.other)[0] != found.one else found)
            for place, group in enumerate(self.groups)
            for alignment in group
            for found in comparisons(alignment, label_sets)
        ]

    def behind(self, asked: Behind) -> list[Row]:
        """Return the quotes behind a number."""
        ordered = self.question.is_ordered
        return [row for row in self.rows if asked.holds(row.comparison, is_ordered=ordered)]

    def confusion(self, part: str) -> Counter[tuple[Answer, Answer]]:
        """Return how often two annotators answered a closed question so and so; None is no answer.

        Where nobody comes first, the two answers stand in the order of their keys.
        """
        found = (row.comparison.answers[part] for row in self.rows if part in row.comparison.answers)
        if self.question.is_ordered:
            return Counter(found)
        return Counter((one, other) if (one or "") <= (other or "") else (other, one) for one, other in found)

    def readings(self, row: Row) -> tuple[Reading, Reading]:
        """Return whose work the quotes of a row are from."""
        by_name = {one.annotator: one for one in self.selection.stories[row.story]}
        return by_name[row.comparison.one], by_name[row.comparison.other]

    def _in_order(self, one: str, other: str) -> tuple[str, str]:
        """Return two annotators with the one that is asked about first, and the gold second."""
        return (other, one) if one == GOLD or other == self.question.annotator else (one, other)

    def _kept(self, name: str, compute: Callable[[], Result]) -> Result:
        key = f"agreement:{self.mark}:{name.replace(' ', ':')}"
        kept: Result | None = cache.get(key)
        if kept is None:
            kept = compute()
            cache.set(key, kept, KEPT_SECONDS)
        return kept


def _measured(groups: Sequence[Sequence[Alignment]], metrics: Mapping[str, Metric]) -> dict[str, Measured]:
    return measure_all(groups, metrics, resamples=RESAMPLES)


def _holds(alignment: Alignment, name: str) -> bool:
    return any(one.annotator == name for one in alignment.story.assignments)


def around_day(day: date, unit: str) -> tuple[date, date]:
    """Return the first and the last day of the month, or of the week from Monday, that a day is in."""
    if unit == WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return day.replace(day=1), following - timedelta(days=1)
