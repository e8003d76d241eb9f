"""History: what happened, and the one door through which text leaves."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.articles import Article
from annotations.models.assignments import Assignment
from annotations.models.deliveries import Delivered, PublishedManager, delivery_index
from annotations.models.fields import Key
from annotations.models.projects import Project
from annotations.models.speakers import Speaker


class Change(Delivered):
    """One row of history: who did what to which object, with its state before and after.

    The rows of one gesture share ``gesture``, which is the idempotency key of the request that made them.
    """

    class Action(models.TextChoices):
        CREATE = "create", _("made")
        CHANGE = "change", _("changed")
        DELETE = "delete", _("deleted")
        UNDO = "undo", _("undid")
        REDO = "redo", _("redid")
        RESTORE = "restore", _("brought back")
        IMPORT = "import", _("imported")
        ASSIGN = "assign", _("assigned")
        SUBMIT = "submit", _("submitted")
        REOPEN = "reopen", _("reopened")
        LEAVE = "leave", _("gave back")
        RESUME = "resume", _("took up again")
        COPY = "copy", _("copied")
        RETURN = "return", _("returned")
        APPROVE = "approve", _("approved")
        DECIDE = "decide", _("decided")
        SETTLE = "settle", _("made gold")
        MERGE = "merge", _("merged")
        UNMERGE = "unmerge", _("took a merge back")
        REMOVE = "remove", _("removed")
        PUBLISH = "publish", _("published")
        WITHDRAW = "withdraw", _("withdrew")

    class Subject(models.TextChoices):
        PROJECT = "project", _("project")
        MEMBERSHIP = "membership", _("membership")
        ARTICLE = "article", _("article")
        ASSIGNMENT = "assignment", _("assignment")
        QUOTE = "quote", _("quote")
        SPEAKER = "speaker", _("speaker")
        CLAIM = "claim", _("claim")
        LABEL_SET = "label_set", _("label set")
        VERDICT = "verdict", _("verdict")
        COMMENT = "comment", _("comment")
        DECISION = "decision", _("decision")
        EXAMPLE = "example", _("example")
        RELEASE = "release", _("release")

    project = models.ForeignKey(Project, models.PROTECT, related_name="changes")
    # Null for the program itself, which loads the sample project.
    actor = models.ForeignKey("annotations.User", models.PROTECT, null=True, blank=True, related_name="changes")
    gesture = models.CharField(max_length=64)
    sequence = models.PositiveSmallIntegerField(default=0)
    fingerprint = models.CharField(max_length=64, blank=True, help_text=_("Of what the gesture asked for."))
    action = models.CharField(max_length=20, choices=Action)
    subject_kind = models.CharField(max_length=20, choices=Subject)
    subject_key = Key()
    article = models.ForeignKey(Article, models.PROTECT, null=True, blank=True, related_name="changes")
    assignment = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="changes")
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reverses = models.CharField(max_length=64, blank=True, help_text=_("The gesture that an undo or redo is about."))
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PublishedManager["Change"]()
    every = models.Manager["Change"]()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["project", "subject_kind", "subject_key"], name="change_subject"),
            delivery_index("change_delivery"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["actor", "gesture", "sequence"], name="change_gesture_once"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_kind} {self.subject_key}"


class Removal(models.Model):
    """Text that left for good: one article's, or a person's name. The tombstone stays.

    While ``finished_at`` is empty the database lets the erasure through; setting it shuts the door.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="removals")
    article = models.ForeignKey(Article, models.PROTECT, null=True, blank=True, related_name="removals")
    speaker = models.ForeignKey(Speaker, models.PROTECT, null=True, blank=True, related_name="removals")
    actor = models.ForeignKey("annotations.User", models.PROTECT, related_name="removals")
    reason = models.TextField(_("reason"))
    hashes = models.JSONField(
        default=list, help_text=_("SHA-256 of each text that was erased, and of an id that told it.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(article__isnull=False, speaker__isnull=True)
                | Q(article__isnull=True, speaker__isnull=False),
                name="removal_of_one_thing",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="removal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"removal of {self.article or self.speaker}"
