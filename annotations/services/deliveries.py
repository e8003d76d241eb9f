"""Deliveries: what an import in the background brings is written unseen, and published or cleared away as a whole."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import transaction
from django.db.models.functions import Now

from annotations.models import (
    Annotator,
    Article,
    ArticleVersion,
    Assignment,
    Change,
    Claim,
    ClaimLink,
    Delivery,
    Quote,
    QuoteLabel,
    Span,
    Speaker,
    Task,
    User,
)
from annotations.services.changes import recorded

# Each before those that it points to.
ORDER: tuple[type[Any], ...] = (Quote, Change, Assignment, Speaker, Claim, ArticleVersion, Article, Annotator)
# Cleared away in one transaction: few enough that whoever saves meanwhile hardly waits.
CLEARED = 200
NAMED_BY_SOURCE = ("explicit", "anaphoric")

Row = TypeVar("Row", Speaker, Claim)


def delivery_of(task: Task) -> Delivery:
    """Return the delivery of a task, made now if it has none."""
    return Delivery.objects.get_or_create(task=task, defaults={"project": task.project})[0]


def underway_beside(task: Task) -> Task | None:
    """Return another task of the project that has begun a delivery and not published it."""
    open_ones = Delivery.objects.filter(project=task.project_id, published_at=None).exclude(task=task)
    first = open_ones.select_related("task__project").first()
    return first.task if first else None


def publish(*, actor: User, delivery: Delivery) -> None:
    """Let everybody see all of a delivery at once, as a change of its own: what is seen differs before and after it."""
    with recorded(project=delivery.project, actor=actor, gesture=None, asked=("publish", delivery.pk)) as opened:
        if Change.every.filter(delivery=delivery).exists():
            after = {"task": delivery.task.key}
            opened.record(Change.Action.IMPORT, Change.Subject.PROJECT, delivery.project.slug, after=after)
        Delivery.objects.filter(pk=delivery.pk).update(published_at=Now())


def bring_out(row: Row, *, actor: User | None, article: Article | None) -> Row:
    """Take a speaker or a claim out of a delivery, as if ``actor`` made it now. Whoever calls it writes its history.

    What the delivery says of its making goes: the row stays whatever becomes of the delivery.
    """
    kind = Change.Subject.SPEAKER if isinstance(row, Speaker) else Change.Subject.CLAIM
    made = Change.every.filter(delivery=row.delivery_id, subject_kind=kind, subject_key=row.key)
    made._raw_delete(made.db)
    row.delivery, row.introduced_in, row.created_by = None, article, actor
    row.save(update_fields=["delivery", "introduced_in", "created_by"])
    return row


def clear(task: Task) -> None:
    """Take away all that a task has brought, if it is not published. Nobody has seen it; it leaves no history."""
    delivery = Delivery.objects.filter(task=task, published_at=None).first()
    if delivery is None:
        return
    for model in ORDER:
        while _clear_some(model, delivery):
            pass
    delivery.delete()


def _clear_some(model: type[Any], delivery: Delivery) -> int:
    with transaction.atomic():
        # The last one first: a quote stands after the one that it is inside of.
        pks = list(model.every.filter(delivery=delivery).order_by("-pk").values_list("pk", flat=True)[:CLEARED])
        if model is Quote:
            # The database lets a quote lose its source words only once it does not rely on them.
            Quote.every.filter(pk__in=pks, resolution__in=NAMED_BY_SOURCE).update(resolution="")
            for part in (Span, QuoteLabel, ClaimLink):
                _delete(part.objects.filter(quote__in=pks))
        _delete(model.every.filter(pk__in=pks))
    return len(pks)


def _delete(rows: Any) -> None:
    # Django would read each row, and look for what points to it: there is nothing else.
    rows._raw_delete(rows.db)
