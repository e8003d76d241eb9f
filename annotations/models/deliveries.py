"""What an import in the background brings: nobody sees it until all of it is there."""

from __future__ import annotations

from functools import cache
from typing import TypeVar

from django.db import models
from django.db.models import F, Q
from django.db.models.sql import Query

Row = TypeVar("Row", bound=models.Model)


class Delivery(models.Model):
    """All that one import brings. Its rows are written little by little, and one small write publishes them."""

    project = models.ForeignKey("annotations.Project", models.PROTECT, related_name="+")
    task = models.OneToOneField("annotations.Task", models.PROTECT, related_name="delivery")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"delivery of {self.task}"


class Delivered(models.Model):
    """A row that an import in the background may bring.

    ``objects``, and each relation that leads to many rows, have only what is published; so whatever does not ask for
    ``every`` row cannot tell that others are there. Only what writes a delivery, or must not meet its rows unawares,
    asks for those.
    """

    delivery = models.ForeignKey(
        Delivery, models.PROTECT, null=True, blank=True, editable=False, db_index=False, related_name="+"
    )

    class Meta:
        abstract = True


class PublishedManager(models.Manager[Row]):
    """The rows that are published: those that no delivery brought, and those of deliveries that are whole."""

    def get_queryset(self) -> models.QuerySet[Row]:
        """Return them."""
        rows = super().get_queryset()
        rows.query = published_query(self.model).chain()
        return rows


@cache
def published_query(model: type[models.Model]) -> Query:
    """Return what asks for the published rows of a model: to put it together anew takes longer than many a query."""
    return models.QuerySet(model).filter(published()).query


class Published(models.Func):
    """Whether no delivery brought a row, or one that is whole. Nearly every query has it: so it is written as SQL."""

    template = (
        "(%(expressions)s IS NULL OR %(expressions)s NOT IN "
        "(SELECT id FROM annotations_delivery WHERE published_at IS NULL))"
    )
    output_field = models.BooleanField()


def published(to: str = "") -> Q:
    """Return the condition that the row to which a relation leads is published."""
    return Q(Published(F(f"{to}delivery")))


def delivery_index(name: str) -> models.Index:
    """Return the index of the rows that deliveries brought; it costs the others nothing."""
    return models.Index(fields=["delivery"], condition=Q(delivery__isnull=False), name=name)
