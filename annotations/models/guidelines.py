"""The guidelines of a project, version by version, and the quotes that show what a clause means."""

from __future__ import annotations

import hashlib

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.clauses import Clause, clauses_in
from annotations.models.fields import KEY_MAX_LENGTH
from annotations.models.projects import Project


class GuidelinesVersion(models.Model):
    """The guidelines as they stood once. A row never changes; the newest is in force."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="guidelines_versions")
    number = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("guidelines"), blank=True, help_text=_("In Markdown."))
    # Null for the program itself.
    author = models.ForeignKey("annotations.User", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="guidelines_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="guidelines_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.number}"

    @property
    def reference(self) -> str:
        """Return what files call it: its number, and the beginning of the hash of its text.

        Another desk has a version of that number, too, but not with this text.
        """
        return reference_of(self.number, self.text)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses in order."""
        return clauses_in(self.text)


def reference_of(number: int, text: str) -> str:
    """Return what files call a version of this number and text."""
    return f"{number}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


class GuidelinesExample(models.Model):
    """A real quote that shows how a clause is meant, or how it is not. One that is taken off is hidden."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="guidelines_examples")
    # Clauses have no rows: a version may bring one back that an earlier one had.
    clause = models.CharField(_("clause"), max_length=KEY_MAX_LENGTH)
    quote = models.ForeignKey("annotations.Quote", models.PROTECT, related_name="examples")
    is_good = models.BooleanField(_("shows how it is done"), default=True)
    note = models.TextField(_("note"), blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["quote", "clause"], name="guidelines_example_once")]

    def __str__(self) -> str:
        return f"{self.clause}: {self.quote}"
