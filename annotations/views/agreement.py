"""How much annotators agree: figures, pairs, answers, time, and the quotes behind every number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotations.agreement.comparisons import LABEL, RESOLUTION, SPEAKER, TYPE, Answer
from annotations.agreement.metrics import Measured
from annotations.agreement.records import GOLD
from annotations.forms.agreement import UNANSWERED, AgreementFilters, MetricFilters, QuoteFilters, TimeFilters
from annotations.http import SignedInRequest
from annotations.services.agreement import Question
from annotations.services.agreement_results import ALL, RESAMPLES, PairFigure
from annotations.views.agreement_pages import Asked, Cell, asked_for
from annotations.views.agreement_rows import Names, shown
from annotations.views.agreement_words import answer_names
from annotations.views.line_chart import line_chart
from annotations.views.pages import page_number, page_of

# What each annotator is measured by against the gold, beside the answers to each question.
OF_EACH = (
    "content-precision",
    "content-recall",
    "content-iou-f1",
    "content-exact-f1",
    "source-exact-f1",
    "cue-exact-f1",
)
HEAT = 5


@require_safe
def overview(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show every figure with its interval; against the gold, one line for each annotator."""
    asked = asked_for(request, slug, AgreementFilters)
    context = _of_each(asked) if asked.question.against_gold and not asked.question.annotator else _figures(asked)
    return asked.page("agreement", **context, resamples=RESAMPLES)


def _figures(asked: Asked) -> dict[str, Any]:
    counts = Counter(part for row in asked.agreement.rows for part in row.comparison.compared)
    rows = []
    for key, one in asked.agreement.figures().items():
        part = asked.agreement.metrics[key].about
        link = asked.url("agreement-quotes", part=part, show=ALL)
        rows.append((asked.metrics[key], _measured(asked, asked.question, part, one), counts[part], link))
    return {"rows": rows}


def _measured(asked: Asked, question: Question, part: str, one: Measured) -> Cell:
    return Cell(one.figure, asked.url("agreement-quotes", question, part=part), one.interval)


def _of_each(asked: Asked) -> dict[str, Any]:
    answers = [f"{part}-accuracy" for part in (SPEAKER, TYPE, RESOLUTION, *_labels(asked))]
    metrics = {key: asked.agreement.metrics[key].about for key in (*OF_EACH, *answers)}
    rows = []
    for name, figures in asked.agreement.figures_of_each().items():
        alone = replace(asked.question, annotator=name)
        cells = [(asked.metrics[key], _measured(asked, alone, part, figures[key])) for key, part in metrics.items()]
        rows.append((asked.annotators[name], asked.url("agreement", alone), cells))
    return {"each": rows, "columns": [asked.metrics[key] for key in metrics]}


def _labels(asked: Asked) -> list[str]:
    return [part for part in asked.parts if part.startswith(LABEL)]


@require_safe
def pairs(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show one figure of each two annotators; each leads to all figures of the two."""
    asked = asked_for(request, slug, MetricFilters)
    metric = asked.form.cleaned_data["metric"]
    cells: dict[tuple[str, str], tuple[Cell, int, int]] = {}
    for pair, shade in shaded(asked.agreement.pairs(metric)):
        two = replace(asked.question, annotator=pair.one, other=pair.other)
        cell = Cell(pair.figure, asked.url("agreement", two)), pair.stories, shade
        cells |= {(pair.one, pair.other): cell, (pair.other, pair.one): cell}
    everybody = sorted({name for two in cells for name in two}, key=lambda name: asked.annotators[name].casefold())
    found = {name: asked.annotators[name] for name in everybody}
    columns = [GOLD] if asked.question.against_gold else list(found)
    table = [
        (name, [(found[column], cells.get((row, column))) for column in columns])
        for row, name in found.items()
        if row != GOLD
    ]
    context = {"columns": [found.get(column, "") for column in columns], "table": table if cells else []}
    return asked.page("agreement-pairs", **context, metric_name=asked.metrics[metric])


def shaded(pairs: list[PairFigure]) -> Iterator[tuple[PairFigure, int]]:
    """Yield each pair with how much it is shaded: from 1, the lowest figure, to ``HEAT``; 0 has no figure."""
    values = [pair.figure.value for pair in pairs if pair.figure.value is not None]
    for pair in pairs:
        value = pair.figure.value
        if value is None:
            yield pair, 0
        else:
            span = max(values) - min(values)
            yield pair, 1 + round((HEAT - 1) * (value - min(values)) / span) if span else HEAT


@require_safe
def answers(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show what one annotator answered where another answered something else, question by question."""
    asked = asked_for(request, slug, AgreementFilters)
    tables = []
    for part, names in answer_names(asked.membership.project).items():
        counted = asked.agreement.confusion(part)
        used = [key for key in names if any(_word(one) == key for pair in counted for one in pair)]
        if used:
            tables.append((part, asked.parts[part], [names[key] for key in used], _table(asked, part, names, used)))
    ours, theirs = _sides(asked)
    return asked.page("agreement-answers", tables=tables, ours=ours, theirs=theirs)


def _table(asked: Asked, part: str, names: dict[str, str], used: list[str]) -> list[Any]:
    """Return the rows of a table. Where nobody comes first, two answers stand once, above the diagonal."""
    counted, ordered = asked.agreement.confusion(part), asked.question.is_ordered
    cells: dict[tuple[str, str], int] = Counter()
    for (first, second), count in counted.items():
        place = (_word(first), _word(second))
        cells[place if ordered else tuple(sorted(place, key=used.index))] += count  # type: ignore[index]
    return [
        (names[row], [(names[column], _answered(asked, part, row, column, cells)) for column in used]) for row in used
    ]


def _answered(
    asked: Asked, part: str, row: str, column: str, cells: dict[tuple[str, str], int]
) -> tuple[int, str, bool]:
    link = asked.url("agreement-quotes", part=part, show=ALL, first=row, second=column)
    return cells.get((row, column), 0), link, row == column


def _word(answer: Answer) -> str:
    return UNANSWERED if answer is None else answer


def _sides(asked: Asked) -> tuple[str, str]:
    """Return whose answers stand in the rows of a table and whose in the columns."""
    question, names = asked.question, asked.annotators
    ours = names[question.annotator] if question.annotator else _("annotator")
    if question.against_gold:
        return ours, names[GOLD]
    return ours, names[question.other] if question.other else _("another annotator")


@require_safe
def over_time(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show one figure from month to month, or from week to week."""
    asked = asked_for(request, slug, TimeFilters)
    metric, unit = asked.form.cleaned_data["metric"], asked.form.cleaned_data["unit"]
    found = asked.agreement.periods(metric, unit)
    part = asked.agreement.metrics[metric].about
    rows = []
    for period in found:
        then = replace(asked.question, submitted_from=period.first, submitted_to=period.last)
        cell = Cell(period.figure, asked.url("agreement-quotes", then, part=part))
        rows.append((period, cell, asked.url("agreement-quotes", then, part=part, show=ALL)))
    chart = line_chart([(period.first, period.figure.value) for period in found])
    return asked.page("agreement-time", rows=rows, chart=chart, metric_name=asked.metrics[metric], unit=unit)


@require_safe
def quotes(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show the quotes behind a number, those of two annotators beside each other, and what differs in them."""
    asked = asked_for(request, slug, QuoteFilters)
    behind = asked.form.behind()
    page = page_of(asked.agreement.behind(behind), page_number(request))
    known = answer_names(asked.membership.project)
    names = Names(asked.parts, known, asked.annotators)
    context: dict[str, Any] = {"page": page, "rows": shown(asked.agreement, list(page.object_list), names, behind.part)}
    if behind.answers and behind.part in known:
        told = (known[behind.part].get(_word(answer), _word(answer)) for answer in behind.answers)
        context |= {"answers": tuple(told), "part_name": asked.parts[behind.part]}
        context["any_answer_url"] = asked.url("agreement-quotes", part=behind.part, show=behind.show)
    return asked.page("agreement-quotes", **context)
