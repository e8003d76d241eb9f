"""History of many objects at once, as an import writes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from annotations.exports.records import Record
from annotations.models import Change
from annotations.services import bulk
from annotations.services.changes import Gesture

COLUMNS = (
    "project",
    "actor",
    "gesture",
    "sequence",
    "fingerprint",
    "action",
    "subject_kind",
    "subject_key",
    "article",
    "assignment",
    "after",
    "reverses",
    "created_at",
    "delivery",
)


@dataclass(frozen=True, slots=True)
class NewChange:
    """The history row of an object that an import made."""

    action: Change.Action
    kind: Change.Subject
    key: str
    after: Record
    article_pk: int | None = None
    assignment_pk: int | None = None


def insert(opened: Gesture, changes: Iterable[NewChange]) -> None:
    """Write these rows as part of a gesture."""
    now, project, actor = timezone.now(), opened.project.pk, opened.actor.pk if opened.actor else None
    delivery = opened.delivery.pk if opened.delivery else None
    changes = list(changes)
    start = opened.next_sequence
    opened.inserted += len(changes)
    bulk.insert(
        Change,
        COLUMNS,
        (
            (
                project,
                actor,
                opened.key,
                sequence,
                opened.fingerprint,
                change.action.value,
                change.kind.value,
                change.key,
                change.article_pk,
                change.assignment_pk,
                change.after,
                "",
                now,
                delivery,
            )
            for sequence, change in enumerate(changes, start)
        ),
    )
