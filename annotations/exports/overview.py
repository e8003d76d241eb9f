"""What a dataset would hold: its counts, and the beginning of its first records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from annotations.exports.dataset import assignment_records, in_file_order
from annotations.models import Assignment, Quote

FIRST = 3
# Of a record that is shown, not exported: characters of a text, and rows of a list.
MOST_CHARACTERS = 120
MOST_ROWS = 2


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
        articles=rows.values("version__article").distinct().count(),
        quotes=sum(quotes.values()),
        statuses={one: (by_status[one], quotes.get(one, 0)) for one in Assignment.Status.values if one in by_status},
    )


def first_records(assignments: QuerySet[Assignment], project_id: int) -> Iterator[str]:
    """Yield the first records of a dataset as indented JSON, long texts and lists cut short."""
    first = list(in_file_order(assignments).values_list("pk", flat=True)[:FIRST])
    for record in assignment_records(Assignment.objects.using(assignments.db).filter(pk__in=first), project_id):
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
