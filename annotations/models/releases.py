"""Releases: frozen, numbered datasets with all their files. The database refuses to change what is published."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.articles import ArticleVersion
from annotations.models.changes import Removal
from annotations.models.guidelines import GuidelinesVersion
from annotations.models.projects import Project
from annotations.models.tasks import Task


class ReleaseQuerySet(models.QuerySet["Release"]):
    def published(self) -> ReleaseQuerySet:
        """Those that have a number: the others are being made, and nobody sees them."""
        return self.filter(number__isnull=False)

    def standing(self) -> ReleaseQuerySet:
        """Those that are published and not withdrawn."""
        return self.published().filter(withdrawn_by__isnull=True)


class Release(models.Model):
    """One dataset. It has no number while it is made; what has a number is never changed.

    A removal withdraws a release that holds what is removed: its files go, its number and their checksums stay.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="releases")
    task = models.OneToOneField(Task, models.PROTECT, related_name="release")
    actor = models.ForeignKey("annotations.User", models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    asked = models.JSONField(help_text=_("What was asked for: title, filters, splits and their seed."))
    summary = models.JSONField(default=dict, help_text=_("What it holds: counts, shares, agreement."))
    as_of_change = models.PositiveBigIntegerField(default=0)
    guidelines = models.ForeignKey(GuidelinesVersion, models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True, help_text=_("Of the list of the checksums of all its files."))
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Removal, models.PROTECT, null=True, blank=True, related_name="releases")

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="release_number_once"),
            models.CheckConstraint(
                condition=Q(number__isnull=True, published_at__isnull=True, withdrawn_by__isnull=True)
                | (Q(number__gte=1, published_at__isnull=False) & ~Q(sha256="")),
                name="release_published_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.number or self.task}"


class ReleaseStory(models.Model):
    """A story in a release: which version of it, and in which split."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="stories")
    version = models.ForeignKey(ArticleVersion, models.PROTECT, related_name="+")
    split = models.CharField(max_length=10)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["release", "version"], name="release_story_once")]

    def __str__(self) -> str:
        return f"{self.release}: {self.version}"


class ReleaseFile(models.Model):
    """One file of a release. Its bytes are in its pieces."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="files")
    name = models.CharField(max_length=100)
    bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["release", "name"], name="release_file_once")]

    def __str__(self) -> str:
        return self.name


class ReleasePiece(models.Model):
    """Some bytes of a file of a release, compressed. Those of a release that is withdrawn are empty."""

    file = models.ForeignKey(ReleaseFile, models.PROTECT, related_name="pieces")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        ordering = ["file_id", "number"]
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="release_piece_once")]

    def __str__(self) -> str:
        return f"{self.file}: {self.number}"
