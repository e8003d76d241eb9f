"""Which finished work is compared: a question about agreement, the readings that it is about, and reading them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from math import comb
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from annotations.agreement.alignment import Alignment, around
from annotations.agreement.metrics import AGAINST_GOLD, METRICS, Metric, label_metrics
from annotations.agreement.records import GOLD, story_of
from annotations.agreement.stories import Story
from annotations.exports.dataset import assignment_records
from annotations.exports.filters import ALL, chosen
from annotations.models import Annotator, Assignment, Change, LabelSet, Project
from annotations.services.assignments import SUBMISSION
from annotations.text.words import words

# What a request can compare in a few seconds; each two readings of a story are a pair.
MOST_PAIRS = 500
# What changes the answers and belongs to no assignment.
SHARED = Q(action__in=[Change.Action.MERGE, Change.Action.UNMERGE, Change.Action.REMOVE]) | Q(
    subject_kind=Change.Subject.LABEL_SET
)
REGISTRY = (Change.Subject.SPEAKER, Change.Subject.CLAIM, Change.Subject.LABEL_SET, Change.Subject.ARTICLE)


@dataclass(frozen=True)
class Question:
    """Who is compared with whom, in which stories.

    People among themselves: all, one with everybody else, or two. Or each annotator, suggesters too, with the gold: all
    or one. A story counts on the day on which the last of those compared submitted it.
    """

    against_gold: bool = False
    annotator: str = ""
    other: str = ""
    submitted_from: date | None = None
    submitted_to: date | None = None
    outlet: str = ""

    @property
    def center(self) -> str | None:
        """The one annotator with whom each other one is compared; None where all are with each other."""
        if self.against_gold:
            return GOLD
        return self.annotator if self.annotator and not self.other else None

    @property
    def is_ordered(self) -> bool:
        """Whether it makes a difference which of two annotators comes first."""
        return self.against_gold or bool(self.annotator)

    @property
    def compared(self) -> set[str] | None:
        """Whose work counts; None is everybody's."""
        named = {name for name in (self.annotator, self.other) if name}
        if self.against_gold:
            return {GOLD, *named} if named else None
        return named if self.other else None


class Reading(NamedTuple):
    """The finished work of one annotator on one version of a story, or its gold."""

    pk: int
    version: int
    revision: int
    annotator: str
    article: str
    number: int
    submitted: datetime


@dataclass(frozen=True)
class Selection:
    """The readings that a question is about, story by story, those submitted last first; and how many had no room."""

    project: Project
    question: Question
    stories: tuple[tuple[Reading, ...], ...]
    left_out: int

    @property
    def annotators(self) -> list[str]:
        """Who is compared, by pseudonym; the gold is none."""
        return sorted({one.annotator for story in self.stories for one in story} - {GOLD})

    @property
    def assignments(self) -> list[int]:
        """The numbers of all assignments in it."""
        return [one.pk for story in self.stories for one in story]

    def mark(self) -> str:
        """Return what is the same as long as every answer is: each assignment at its revision, and what all share."""
        changes = Change.objects.filter(SHARED, project=self.project, subject_kind__in=REGISTRY)
        shared = changes.order_by().aggregate(last=Max("pk"))["last"]
        told = repr((self.project.pk, self.question, self.stories, shared))
        return hashlib.sha256(told.encode()).hexdigest()


def select(
    assignments: QuerySet[Assignment], project: Project, question: Question, *, most_pairs: int | None = None
) -> Selection:
    """Return the readings of a question among ``assignments``, which are those that whoever asks may see."""
    stories: dict[int, list[Reading]] = defaultdict(list)
    for reading in _readings(assignments, project, question):
        stories[reading.version].append(reading)
    found = sorted(
        (tuple(story) for story in stories.values() if _is_asked(question, story)), key=_newest, reverse=True
    )
    room = _room(found, question, most_pairs)
    return Selection(project, question, tuple(found[:room]), len(found) - room)


def finished(assignments: QuerySet[Assignment], *, against_gold: bool) -> QuerySet[Assignment]:
    """Return the work that can be compared: of people, or of all annotators and the gold. No removed story has any."""
    done = Q(annotator__isnull=False, status__in=Assignment.FINISHED)
    if against_gold:
        done |= Q(status=Assignment.Status.GOLD, annotator__isnull=True)
    else:
        done &= Q(annotator__kind=Annotator.Kind.PERSON)
    return chosen(assignments, ALL).filter(done)


def _readings(assignments: QuerySet[Assignment], project: Project, question: Question) -> Iterator[Reading]:
    rows = finished(assignments.filter(project=project), against_gold=question.against_gold)
    if question.outlet:
        rows = rows.filter(version__article__outlet=question.outlet)
    if (compared := question.compared) is not None:
        gold = Q(annotator__isnull=True) if GOLD in compared else Q()
        rows = rows.filter(gold | Q(annotator__pseudonym__in=compared))
    # Of what concerns assignments there is little; the changes of one assignment are mostly of its quotes.
    changes = Change.objects.using(rows.db).filter(SUBMISSION, project=project, subject_kind=Change.Subject.ASSIGNMENT)
    submitted = dict(changes.order_by().values_list("assignment").annotate(last=Max("created_at")))
    columns = ("annotator__pseudonym", "version__article__key", "version__number", "created_at")
    for pk, version, revision, name, article, number, made in rows.order_by("pk").values_list(
        "pk", "version_id", "revision", *columns
    ):
        moment = submitted.get(pk, made)
        yield Reading(pk, version, revision, GOLD if name is None else name, article, number, moment)


def _is_asked(question: Question, story: list[Reading]) -> bool:
    names = {one.annotator for one in story}
    if len(names) < 2 or (question.center is not None and question.center not in names):
        return False
    day = submitted_on(story)
    return not (
        (question.submitted_from and day < question.submitted_from)
        or (question.submitted_to and day > question.submitted_to)
    )


def submitted_on(story: Iterable[Reading]) -> date:
    """Return the day on which the last of these readings was submitted. The gold is not submitted."""
    return timezone.localdate(max(one.submitted for one in story if one.annotator != GOLD))


def _newest(story: tuple[Reading, ...]) -> tuple[datetime, int]:
    return max(one.submitted for one in story if one.annotator != GOLD), story[0].version


def _room(stories: list[tuple[Reading, ...]], question: Question, most_pairs: int | None) -> int:
    """Return how many stories fit: at least one."""
    pairs = 0
    for place, story in enumerate(stories):
        pairs += comb(len(story), 2) if question.center is None else len(story) - 1
        if most_pairs is not None and pairs > most_pairs and place:
            return place
    return len(stories)


def read(selection: Selection, *, using: str) -> list[Story]:
    """Return the stories of a selection in its order, read from the connection ``using``.

    Whoever asks may see all of it: this is not checked here.
    """
    rows = Assignment.objects.using(using).filter(pk__in=selection.assignments)
    records = assignment_records(rows, selection.project.pk)
    found = {}
    for key, group in groupby(records, key=lambda record: (record["article"]["id"], record["article"]["version"])):
        readings = list(group)
        found[key] = story_of(readings, words(readings[0]["article"]["text"]))
    return [found[story[0].article, story[0].number] for story in selection.stories]


def compared(question: Question, story: Story) -> tuple[Alignment, ...]:
    """Return the annotators of a story that are compared with each other, as one alignment or as one for each two."""
    return (Alignment(story),) if question.center is None else around(story, question.center)


def label_sets_of(project: Project, using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Return the keys of the project's label sets, in their order."""
    return list(LabelSet.objects.using(using).filter(project=project).values_list("key", flat=True))


def metrics_of(project: Project, *, against_gold: bool = False, using: str = DEFAULT_DB_ALIAS) -> dict[str, Metric]:
    """Return every metric by its key, with those of the project's own label sets."""
    return (AGAINST_GOLD if against_gold else {}) | METRICS | label_metrics(label_sets_of(project, using))
