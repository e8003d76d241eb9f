"""What somebody is about to import: kept between the preview and the confirmation, and seen by nobody else."""

from __future__ import annotations

from django.db import models

from annotations.models.fields import new_key
from annotations.models.projects import Project


def new_staging_key() -> str:
    """Return a fresh key for the address of a preview."""
    return new_key("import")


class StagedImport(models.Model):
    """Files or a pasted text that wait for a yes. After it, only the report stays, for a while."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    user = models.ForeignKey("annotations.User", models.PROTECT, related_name="+")
    key = models.CharField(max_length=100, unique=True, default=new_staging_key)
    options = models.JSONField(default=dict)
    report = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.key


class StagedFile(models.Model):
    """One file of a staged import. A pasted text is a file without a name."""

    staged = models.ForeignKey(StagedImport, models.PROTECT, related_name="files")
    name = models.CharField(max_length=300, blank=True)
    data = models.BinaryField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
