"""Links that let somebody in: an invitation to a project, a one-time sign-in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models.projects import Project, Role


class Invitation(models.Model):
    """A manager's invitation to a project; only the hash of its link is kept."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="invitations")
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.ANNOTATOR)
    note = models.CharField(_("for whom"), max_length=200, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey("annotations.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey("annotations.User", models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.role} of {self.project}"


class SignInLink(models.Model):
    """A link that signs one person in once; only its hash is kept."""

    user = models.ForeignKey("annotations.User", models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"sign-in link of {self.user}"
