"""How much the annotators of a project agree: the stories that several have finished, read for the metrics."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from django.db.models import Count

from annotations.agreement.metrics import METRICS, Metric, label_metrics
from annotations.agreement.records import story_of
from annotations.agreement.stories import Story
from annotations.exports.dataset import assignment_records
from annotations.models import Assignment, LabelSet, Project
from annotations.text.words import words

# What somebody still works on says nothing about agreement yet.
FINISHED = (Assignment.Status.SUBMITTED, Assignment.Status.APPROVED)


def stories_in_common(project: Project, *, using: str) -> Iterator[Story]:
    """Yield each version of a story that two annotators or more have finished, in the order of the desk.

    It is read from the connection ``using``. Who asks may see all of it: this is not checked here.
    """
    finished = Assignment.objects.using(using).filter(project=project, status__in=FINISHED)
    # The inner query is left to the one around it, which names the connection.
    several = finished.order_by().values("version").annotate(number=Count("pk")).filter(number__gt=1).using(None)
    records = assignment_records(finished.filter(version__in=several.values("version")), project.pk)
    for _, group in groupby(records, key=lambda record: record["article"]["sha256"]):
        found = list(group)
        yield story_of(found, words(found[0]["article"]["text"]))


def metrics_of(project: Project) -> dict[str, Metric]:
    """Return every metric by its key, with those of the project's own label sets."""
    return METRICS | label_metrics(LabelSet.objects.filter(project=project).values_list("key", flat=True))
