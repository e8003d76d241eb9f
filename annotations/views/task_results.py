"""What a task brought forth, as its page shows it: one template for each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from annotations.access import visible_assignments
from annotations.exports.records import Record
from annotations.models import Membership, Task
from annotations.services.task_files import file_of
from annotations.views.agreement_words import annotator_names, metric_names, part_names

Context = dict[str, Any]


def result_of(membership: Membership, task: Task, result: Record) -> Context:
    """Return the context in which the page shows a result: its template and all that it needs."""
    files = [{**one, "is_there": file_of(task, one["name"]) is not None} for one in result.get("files", [])]
    template, more = RESULTS.get(task.kind, ("", _nothing_more))
    return {"result": result, "result_template": template, "files": files, **more(membership, task, result)}


def _nothing_more(membership: Membership, task: Task, result: Record) -> Context:
    return {}


def _statistics(membership: Membership, task: Task, result: Record) -> Context:
    names = metric_names(part_names(membership.project))
    people = annotator_names(visible_assignments(membership))
    figures = [
        {
            **one,
            # A label set of then may have another key by now.
            "name": names.get(one["metric"], one["metric"]),
            "reason": _(one["reason"]) if one["reason"] else "",
            "no_interval": _(one["no_interval"]) if one["no_interval"] else "",
        }
        for one in result["figures"]
    ]
    return {"figures": figures, "people": [people.get(name, name) for name in result["annotators"]]}


RESULTS: dict[str, tuple[str, Callable[[Membership, Task, Record], Context]]] = {
    Task.Kind.EXPORT: ("tasks/_export.html", _nothing_more),
    Task.Kind.IMPORT: ("tasks/_import.html", _nothing_more),
    Task.Kind.VERIFY: ("tasks/_verify.html", _nothing_more),
    Task.Kind.RELEASE: ("tasks/_release.html", _nothing_more),
    Task.Kind.STATISTICS: ("tasks/_statistics.html", _statistics),
}
