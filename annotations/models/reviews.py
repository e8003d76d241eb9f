"""Reviews: somebody reads what an annotator submitted, quote by quote."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotations.models.assignments import Assignment
from annotations.models.projects import Project
from annotations.models.quotes import Quote


class Review(models.Model):
    """One reading of a submitted assignment by one reviewer, until it is returned or approved.

    ``revision`` is that of the assignment at its end: what was read. The reviewer corrects in ``copy``; what the
    annotator made stays as it is.
    """

    class Outcome(models.TextChoices):
        RETURNED = "returned", _("returned")
        APPROVED = "approved", _("approved")
        # The annotator took the story back while it was read.
        LEFT = "left", _("left")

    project = models.ForeignKey(Project, models.PROTECT, related_name="reviews")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey("annotations.User", models.PROTECT, related_name="reviews")
    copy = models.OneToOneField(Assignment, models.PROTECT, null=True, blank=True, related_name="review")
    revision = models.PositiveIntegerField()
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    note = models.TextField(_("message to the annotator"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["assignment"], condition=Q(outcome=""), name="review_one_open"),
            models.CheckConstraint(
                condition=Q(outcome="", finished_at__isnull=True)
                | Q(outcome__in=["returned", "approved", "left"], finished_at__isnull=False),
                name="review_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"review of {self.assignment}"

    def finish(self, outcome: Review.Outcome) -> None:
        """Say how it ended."""
        self.outcome, self.finished_at = outcome, timezone.now()


class Verdict(models.Model):
    """That a reviewer found a quote right as it stood at ``revision``, or, not ``approved``, took that back."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="verdicts")
    quote = models.ForeignKey(Quote, models.PROTECT, related_name="verdicts")
    revision = models.PositiveIntegerField()
    approved = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["review", "quote"], name="verdict_once")]

    def __str__(self) -> str:
        return f"{self.quote}: {self.approved}"
