"""Agreement over a whole project: every story that two have finished, with the intervals that the command prints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from annotations.access import Act, visible_assignments
from annotations.agreement.alignment import Alignment
from annotations.agreement.bootstrap import RESAMPLES
from annotations.agreement.metrics import Measured, count_all, measure_counted
from annotations.exports.dataset import snapshot
from annotations.exports.records import Record
from annotations.forms.agreement import AgreementFilters
from annotations.models import Membership, Task
from annotations.services.agreement import Question, Selection, compared, metrics_of, read, select
from annotations.services.errors import Invalid
from annotations.services.tasks import asked_for
from annotations.tasks.kinds import Kind, Run

QUESTION = ("against", "annotator", "other", "outlet", "submitted_from", "submitted_to")
# Stories in memory at a time.
BATCH = 20


def clean(membership: Membership, arguments: Record) -> Record:
    """Return the question as the page on agreement asks it, without what is not asked. Raises ``Invalid``."""
    for name, value in arguments.items():
        if name not in QUESTION or not isinstance(value, str):
            told = {"known": ", ".join(QUESTION)}
            message = _("Statistics take these arguments, each of them text: %(known)s.") % told
            raise Invalid(message, field=f"{name:.60}")
    form = _form(membership, arguments)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Invalid(str(errors[0]), field=field)
    return {name: value for name, value in arguments.items() if value}


def _form(membership: Membership, arguments: Record) -> AgreementFilters:
    seen = visible_assignments(membership)
    annotators: Any = membership.project.annotators.values_list("pseudonym", flat=True)
    return AgreementFilters(
        arguments, project=membership.project, assignments=seen, names={name: name for name in annotators}
    )


def last_measured(membership: Membership, arguments: Record) -> Task | None:
    """Return the last task of the member that has answered this question."""
    asked = asked_for(membership.project, Task.Kind.STATISTICS, arguments)
    done = Task.objects.filter(asked_by=membership.user_id, fingerprint=asked, state=Task.State.DONE)
    return done.exclude(result=None).first()


def run(run: Run) -> Record:
    """Measure everything anew, of what whoever asked may see now; nothing is written before the end."""
    membership = run.membership(Act.COMPARE)
    form = _form(membership, run.arguments)
    if not form.is_valid():
        raise Invalid(_("Somebody or something that was asked about is not there any more. Ask anew."))
    question = form.question()
    metrics = metrics_of(run.project, against_gold=question.against_gold)
    with snapshot() as using:
        selection = select(visible_assignments(membership).using(using), run.project, question)
        steps = len(selection.stories) + len(metrics)
        counted = count_all(_groups(run, selection, using, steps), metrics)
    figures: list[Record] = []
    for key, metric in metrics.items():
        run.advance(len(selection.stories) + len(figures), steps, metric.name)
        figures.append(_figure(key, metric.about, measure_counted(counted, metric)))
    run.advance(steps, steps)
    return {
        "stories": len(selection.stories),
        "annotators": selection.annotators,
        "resamples": RESAMPLES,
        "figures": figures,
    }


def _groups(run: Run, selection: Selection, using: str, steps: int) -> Iterator[tuple[Alignment, ...]]:
    question: Question = selection.question
    for first in range(0, len(selection.stories), BATCH):
        run.advance(first, steps, _("reading stories"))
        batch = replace(selection, stories=selection.stories[first : first + BATCH])
        for story in read(batch, using=using):
            yield compared(question, story)


def _figure(key: str, about: str, measured: Measured) -> Record:
    figure, interval = measured.figure, measured.interval
    return {
        "metric": key,
        "part": about,
        "value": figure.value,
        "reason": figure.reason or None,
        "low": interval.low,
        "high": interval.high,
        "no_interval": interval.reason or None,
    }


KIND = Kind(run=run, act=Act.COMPARE, clean=clean)
