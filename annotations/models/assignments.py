"""Assignments: one annotator's work on one version of an article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from annotations.models.articles import ArticleVersion
from annotations.models.deliveries import Delivered, PublishedManager, delivery_index
from annotations.models.projects import Annotator, Project

if TYPE_CHECKING:
    from annotations.models.reviews import Review


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Assignments as the rules on who sees what ask for them."""

    def at_work(self) -> AssignmentQuerySet:
        """Those that their annotator may still change."""
        return self.filter(status__in=Assignment.OPEN, left="")

    def holding(self) -> AssignmentQuerySet:
        """Those that take one of the places of their story: a person's, and not given back."""
        return self.filter(annotator__kind=Annotator.Kind.PERSON, left="")

    def without_text(self) -> AssignmentQuerySet:
        """Leave the columns that hold a whole story unread."""
        return self.defer(*(f"version__{column}" for column in ArticleVersion.LONG))

    def blinding(self, project_id: int, user_id: int) -> AssignmentQuerySet:
        """Those that a user holds on versions without gold: of these articles they see nobody else's work."""
        # By their annotator, of which each project has its own: what a user holds is little beside the whole project.
        return self.blinding_anybody(project_id).filter(annotator__user_id=user_id)

    def blinding_anybody(self, project_id: int) -> AssignmentQuerySet:
        """Those that people hold on versions without gold: their holders see nobody else's work on these articles."""
        gold = Assignment.objects.filter(version=OuterRef("version"), status=Assignment.Status.GOLD)
        return self.filter(~Exists(gold), annotator__project_id=project_id, annotator__user__isnull=False).order_by()

    def beside_others(self, project_id: int, user_id: int) -> AssignmentQuerySet:
        """Other people's work on articles to which a user is blind."""
        articles = self.blinding(project_id, user_id).values("version__article")
        people = self.filter(version__article__in=articles, annotator__kind=Annotator.Kind.PERSON)
        return people.exclude(annotator__user_id=user_id)


class Assignment(Delivered):
    """One annotator's quotes of one version of an article, or the gold of that version, or what becomes gold.

    Gold and drafts of it have no annotator, and a version has at most one gold.
    """

    class Status(models.TextChoices):
        ASSIGNED = "assigned", _("assigned")
        IN_PROGRESS = "in_progress", _("in progress")
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("returned")
        APPROVED = "approved", _("approved")
        GOLD = "gold", _("gold")
        DRAFT = "draft", _("in the making")
        CORRECTED = "corrected", _("corrected copy")

    class Left(models.TextChoices):
        SKIPPED = "skipped", _("skipped")
        ABANDONED = "abandoned", _("abandoned")
        HANDED_OVER = "handed_over", _("handed over")

    OPEN = (Status.ASSIGNED, Status.IN_PROGRESS, Status.RETURNED)
    FINISHED = (Status.SUBMITTED, Status.APPROVED)
    # What a reviewer reads, and what came of it.
    HANDED_IN = (Status.SUBMITTED, Status.RETURNED, Status.APPROVED)
    # What a reviewer makes of an annotator's work and an adjudicator of several: nobody's own, and not gold yet.
    COPIES = (Status.DRAFT, Status.CORRECTED)
    NOBODYS = (Status.GOLD, *COPIES)

    project = models.ForeignKey(Project, models.PROTECT, related_name="assignments")
    version = models.ForeignKey(ArticleVersion, models.PROTECT, related_name="assignments")
    annotator = models.ForeignKey(Annotator, models.PROTECT, null=True, blank=True, related_name="assignments")
    # Who makes a draft, or made the gold that it became.
    editor = models.ForeignKey("annotations.User", models.PROTECT, null=True, blank=True, related_name="drafts")
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.ASSIGNED)
    # Why it went back to the queue before it was submitted; empty while its annotator keeps it.
    left = models.CharField(_("given back"), max_length=20, choices=Left, blank=True)
    revision = models.PositiveIntegerField(default=1)
    # The keys as an imported file listed them: an export gives its speakers and claims in that order again.
    speaker_order = models.JSONField(default=list, blank=True)
    claim_order = models.JSONField(default=list, blank=True)
    # [start, end] of each stretch that was looked at and holds no quote, in order and apart.
    looked_at = models.JSONField(default=list, blank=True)
    # The ids of the annotator's quotes of earlier versions that they do not carry over, in the order of deciding so.
    left_out = models.JSONField(default=list, blank=True)
    read_up_to = models.PositiveIntegerField(
        _("read up to"), null=True, blank=True, help_text=_("Code points, of a story that was submitted partly read.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PublishedManager.from_queryset(AssignmentQuerySet)()
    every = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [delivery_index("assignment_delivery")]
        constraints = [
            models.UniqueConstraint(fields=["version", "annotator"], name="assignment_once"),
            models.UniqueConstraint(fields=["version"], condition=Q(status="gold"), name="assignment_one_gold"),
            models.CheckConstraint(
                condition=Q(status__in=["gold", "draft", "corrected"], annotator__isnull=True)
                | Q(
                    status__in=["assigned", "in_progress", "submitted", "returned", "approved"], annotator__isnull=False
                ),
                name="assignment_status_fits_annotator",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["draft", "corrected"]) | Q(editor__isnull=False),
                name="assignment_draft_has_editor",
            ),
            models.CheckConstraint(
                condition=Q(left="")
                | Q(
                    left__in=["skipped", "abandoned", "handed_over"], status__in=["assigned", "in_progress", "returned"]
                ),
                name="assignment_left",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.annotator or 'gold'}"

    @property
    def standing(self) -> str:
        """Its status, or why it was given back."""
        return self.left or self.status

    @property
    def is_open(self) -> bool:
        """Whether its annotator, or the editor of a draft, may still change it."""
        return (self.status in self.OPEN and not self.left) or self.status == self.Status.DRAFT

    @property
    def is_draft(self) -> bool:
        """Whether it is somebody's draft of gold."""
        return self.status == self.Status.DRAFT

    @property
    def open_review(self) -> Review | None:
        """The review of it that somebody has begun, with its copy, if there is one."""
        return self.reviews.filter(outcome="").select_related("reviewer", "copy").first()

    def is_of(self, user_id: int) -> bool:
        """Whether this user makes its quotes: its annotator, or the editor of a draft."""
        if self.annotator_id is None:
            return self.is_draft and self.editor_id == user_id
        return self.annotator is not None and self.annotator.user_id == user_id
