"""Activity by person, for managers."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from annotations.access import Act, get_membership
from annotations.forms.filters import ActivityFilters
from annotations.http import SignedInRequest
from annotations.reports.activity import COLUMNS, Activity, Column, Span, Step, activity
from annotations.services.errors import Invalid
from annotations.views.bars import HEIGHT, WIDTH, Bar, bars
from annotations.views.pages import filter_form, project_context


@dataclass(frozen=True)
class Figure:
    """A number, and the rows of history that it counts."""

    column: Column
    count: int
    url: str


@dataclass(frozen=True)
class Row:
    """One step of one person, and all rows of history of it."""

    step: Step
    figures: list[Figure]
    url: str


@dataclass(frozen=True)
class Shown:
    """One person: in all, step by step, and as bars of the quotes that they made."""

    activity: Activity
    total: Row
    rows: list[Row]
    bars: list[Bar]
    made: int


@require_safe
def activity_page(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show who did how much. Each number leads to the rows of history that it counts."""
    membership = get_membership(request.user, slug, Act.MANAGE)
    form = filter_form(request, ActivityFilters(request.GET))
    given = form.cleaned_data
    try:
        span = Span.of(given["since"], given["until"], given["by"] or "week")
    except Invalid as invalid:
        raise BadRequest(f"{form.fields[invalid.field].label}: {invalid.message}") from invalid
    found = activity(membership, span)
    top = max((step.counts["made"] for one in found for step in one.steps), default=0)
    history = reverse("project-history", args=[slug])
    context = {
        "form": form,
        "span": span,
        "columns": COLUMNS,
        "people": [_shown(one, history, top) for one in found],
        "chart": {"width": WIDTH, "height": HEIGHT, "top": top},
    }
    return TemplateResponse(request, "changes/activity.html", project_context(membership, "progress", **context))


def _shown(one: Activity, history: str, top: int) -> Shown:
    total, *rows = (_row(step, one, history) for step in (one.total, *one.steps))
    made = [step.counts["made"] for step in one.steps]
    return Shown(one, total, rows, bars(made, top), sum(made))


def _row(step: Step, one: Activity, history: str) -> Row:
    asked = {"person": one.user.username, "since": step.since.isoformat(), "until": step.until.isoformat()}
    url = f"{history}?{urlencode(asked)}"
    figures = [
        Figure(column, step.counts[column.key], f"{url}&kind={column.kind.value}&action={column.action.value}")
        for column in COLUMNS
    ]
    return Row(step, figures, url)
