"""What a dataset would hold: its counts, and the beginning of its first records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet

from annotations.exports.dataset import articles as count_articles
from annotations.exports.dataset import assignment_records, in_file_order
from annotations.exports.filters import Asked
from annotations.models import Assignment, Quote

FIRST = 3
# Of a record that is shown, not exported: characters of a text, and rows of a list.
MOST_CHARACTERS = 120
MOST_ROWS = 2
MOST_LICENCES = 5


@dataclass(frozen=True)
class Counts:
    """How much a dataset holds; of each status that occurs, its assignments and quotes."""

    assignments: int
    articles: int
    quotes: int
    statuses: dict[str, tuple[int, int]]


def counts(assignments: QuerySet[Assignment]) -> Counts:
    """Count what these assignments hold."""
    rows = assignments.order_by()
    by_status = dict(rows.values_list("status").annotate(Count("pk")))
    live = Quote.objects.live().filter(assignment__in=rows.values("pk")).order_by()
    quotes = dict(live.values_list("assignment__status").annotate(Count("pk")))
    return Counts(
        assignments=sum(by_status.values()),
        articles=count_articles(rows),
        quotes=sum(quotes.values()),
        statuses={one: (by_status[one], quotes.get(one, 0)) for one in Assignment.Status.values if one in by_status},
    )


@dataclass(frozen=True)
class Restricted:
    """Stories that are asked for and may not leave the desk as they are, and why."""

    embargoed: int
    until: datetime | None
    without_text: int
    licences: list[str]


def restricted(assignments: QuerySet[Assignment], project_id: int, asked: Asked) -> Restricted:
    """Return what of these assignments is held back, or without its text; or would be, if it were not included."""
    embargoed = asked.embargoed(assignments, project_id).order_by()
    without = asked.select(assignments, project_id).filter(version__article__text_exportable=False).order_by()
    licences = without.exclude(version__article__licence="").values_list("version__article__licence", flat=True)
    return Restricted(
        embargoed=count_articles(embargoed),
        until=embargoed.aggregate(first=Min("version__article__embargoed_until"))["first"],
        without_text=count_articles(without),
        licences=list(licences.distinct().order_by("version__article__licence")[:MOST_LICENCES]),
    )


def first_records(assignments: QuerySet[Assignment], project_id: int, *, leave_out: bool) -> Iterator[str]:
    """Yield the first records of a dataset as indented JSON, long texts and lists cut short."""
    first = list(in_file_order(assignments).values_list("pk", flat=True)[:FIRST])
    rows = Assignment.objects.using(assignments.db).filter(pk__in=first)
    for record in assignment_records(rows, project_id, leave_out=leave_out):
        yield json.dumps(shortened(record), ensure_ascii=False, indent=2)


def shortened(value: Any) -> Any:
    """Return a part of a record as it is shown: what was cut is marked with an ellipsis."""
    if isinstance(value, dict):
        return {key: shortened(part) for key, part in value.items()}
    if isinstance(value, list):
        more = len(value) - MOST_ROWS
        return [*map(shortened, value[:MOST_ROWS]), *([f"… {more} more"] if more > 0 else [])]
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        return value[:MOST_CHARACTERS] + "…"
    return value
