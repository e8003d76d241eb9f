"""Queues: in which order a project's stories are read, by how many people."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.projects import Project

MOST_READERS = 6


class Queue(models.Model):
    """How a project hands out its stories. A project without one lets everybody choose."""

    class Order(models.TextChoices):
        IMPORTED = "imported", _("as they were imported")
        OLDEST = "oldest", _("oldest first")
        NEWEST = "newest", _("newest first")
        OUTLET = "outlet", _("by outlet")
        RANDOM = "random", _("at random")

    project = models.OneToOneField(Project, models.PROTECT, related_name="queue")
    overlap = models.PositiveSmallIntegerField(_("readers of each story"), default=1)
    sampled_percent = models.PositiveSmallIntegerField(_("share of stories with more readers"), default=0)
    sampled_overlap = models.PositiveSmallIntegerField(_("readers of a story in that share"), default=2)
    order = models.CharField(_("order"), max_length=20, choices=Order, default=Order.IMPORTED)
    seed = models.PositiveIntegerField(_("seed"), default=1)
    # Null: a story is kept for ever.
    days = models.PositiveSmallIntegerField(_("days until an abandoned story returns"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(overlap__range=(1, MOST_READERS), sampled_overlap__range=(1, MOST_READERS))
                & Q(sampled_percent__lte=100, order__in=["imported", "oldest", "newest", "outlet", "random"]),
                name="queue_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"queue of {self.project}"
