"""Adjudications: one set of quotes is made from several annotators' work on one version of an article."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.articles import ArticleVersion
from annotations.models.assignments import Assignment
from annotations.models.projects import Project
from annotations.models.quotes import Quote


class Adjudication(models.Model):
    """The adjudication of one version of an article; ``result`` is a draft until it is gold."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="adjudications")
    version = models.OneToOneField(ArticleVersion, models.PROTECT, related_name="adjudication")
    result = models.OneToOneField(Assignment, models.PROTECT, related_name="adjudication")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"adjudication of {self.version}"


class AdjudicationSource(models.Model):
    """One of the annotators' sets that are compared, as it stood at ``revision``. Position 0 is A, 1 is B, ..."""

    adjudication = models.ForeignKey(Adjudication, models.PROTECT, related_name="sources")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["adjudication", "assignment"], name="adjudication_source_once"),
            models.UniqueConstraint(fields=["adjudication", "position"], name="adjudication_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.adjudication}: {self.position}"


class Decision(models.Model):
    """What becomes of quotes that are taken as one attribution.

    ``key`` is made of the ids and revisions of the quotes, in the order of their sources; ``picks`` says, part by part
    or of the whole, from which source (by its position) it was taken.
    """

    class Outcome(models.TextChoices):
        AGREED = "agreed", _("agreed")
        TAKEN = "taken", _("taken")
        MIXED = "mixed", _("mixed")
        DROPPED = "dropped", _("dropped")
        # The decision was taken back, or its quotes are no longer what is compared.
        OPEN = "open", _("taken back")

    adjudication = models.ForeignKey(Adjudication, models.PROTECT, related_name="decisions")
    key = models.CharField(max_length=64)
    outcome = models.CharField(max_length=20, choices=Outcome)
    picks = models.JSONField(default=dict, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    clause = models.CharField(_("clause of the guidelines"), max_length=200, blank=True)
    quote = models.ForeignKey(Quote, models.PROTECT, null=True, blank=True, related_name="decisions")
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["adjudication", "key"], name="decision_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["dropped", "open"])
                | Q(outcome__in=["agreed", "taken", "mixed"], quote__isnull=False),
                name="decision_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.outcome}"
