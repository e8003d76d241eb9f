"""Are projects and their members what history says they are?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from annotations.exports.records import Record
from annotations.models import Change, Membership, Project, Queue
from annotations.services.queues import history_of
from annotations.services.verification.breach import Breach, batches
from annotations.services.verification.scope import Scope

ROWS = 500


def projects_are_as_recorded(scope: Scope) -> Iterator[Breach]:
    """History knows of each project."""
    for pk, slug in scope.rows(Project).order_by("pk").values_list("pk", "slug"):
        changes = scope.rows(Change).filter(project=pk, subject_kind=Change.Subject.PROJECT)
        if not changes.filter(action=Change.Action.CREATE, after__slug=slug).exists():
            yield Breach("project", slug, "history does not know of it")


def queues_are_as_recorded(scope: Scope) -> Iterator[Breach]:
    """Each project hands its stories out as its history says."""
    queues = {row.project_id: row for row in scope.rows(Queue)}
    for pk, slug in scope.rows(Project).order_by("pk").values_list("pk", "slug"):
        changes = scope.rows(Change).filter(project=pk, subject_kind=Change.Subject.PROJECT)
        told = changes.filter(Q(after__has_key="overlap") | Q(before__has_key="overlap")).order_by("pk")
        last = told.values_list("after", flat=True).last()
        if (last or None) != (history_of(queues[pk]) if pk in queues else None):
            yield Breach("queue", slug, "it is not what its history says")


def members_are_as_recorded(scope: Scope) -> Iterator[Breach]:
    """Each membership has the role that history gives it, and is as active."""
    rows: Any = (
        scope.rows(Membership).order_by("pk").values_list("pk", "project_id", "role", "is_active", "takes_stories")
    )
    for batch in batches(rows.iterator(chunk_size=ROWS), ROWS):
        last = _last(scope, [str(pk) for pk, *_ in batch])
        for pk, project, *present in batch:
            told = last.get((project, str(pk)), {})
            if [told.get("role"), told.get("active"), told.get("takes_stories", True)] != present:
                yield Breach("membership", str(pk), "it is not what its history says")


def _last(scope: Scope, keys: list[str]) -> dict[tuple[int, str], Record]:
    changes = scope.rows(Change).filter(subject_kind=Change.Subject.MEMBERSHIP, subject_key__in=keys)
    rows = changes.order_by("pk").values_list("project_id", "subject_key", "after")
    return {(project, key): after or {} for project, key, after in rows}
