"""Comments on a story or a quote, in threads, and the inbox that tells people of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.assignments import Assignment
from annotations.models.fields import Key, new_key
from annotations.models.projects import Project
from annotations.models.quotes import Quote


def new_comment_key() -> str:
    """Return a fresh id for a comment."""
    return new_key("comment")


class Comment(models.Model):
    """What somebody says of an assignment, or of one of its quotes. A reply names the comment that began its thread."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="comments")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="comments")
    quote = models.ForeignKey(Quote, models.PROTECT, null=True, blank=True, related_name="comments")
    thread = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replies")
    key = Key(default=new_comment_key)
    author = models.ForeignKey("annotations.User", models.PROTECT, related_name="comments")
    text = models.TextField(_("comment"))
    # Of the comment that began a thread: that nothing is left to say.
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey("annotations.User", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="comment_key_once"),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False, thread__isnull=True),
                name="comment_thread_resolved",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Notice(models.Model):
    """That something waits for a person: in their inbox until they have read it."""

    class Kind(models.TextChoices):
        MENTION = "mention", _("named you in a comment")
        REPLY = "reply", _("replied to you")
        COMMENT = "comment", _("commented on your story")
        RETURNED = "returned", _("returned your story")
        APPROVED = "approved", _("approved your story")

    user = models.ForeignKey("annotations.User", models.PROTECT, related_name="notices")
    actor = models.ForeignKey("annotations.User", models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="notices")
    comment = models.ForeignKey(Comment, models.PROTECT, null=True, blank=True, related_name="notices")
    kind = models.CharField(max_length=20, choices=Kind)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["user", "read_at"], name="notice_unread")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user}"
