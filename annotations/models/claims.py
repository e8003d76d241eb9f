"""Claims: what was said, as sentences that stand on their own."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from annotations.models.articles import Article
from annotations.models.deliveries import Delivered, delivery_index
from annotations.models.fields import Key
from annotations.models.projects import Project
from annotations.models.registry import PublishedRegistry, RegistryQuerySet


class Stance(models.TextChoices):
    """How a quote stands to a claim."""

    ASSERTS = "asserts", _("asserts")
    DENIES = "denies", _("denies")
    DOUBTS = "doubts", _("doubts")
    WITHHOLDS = "withholds", _("withholds")


class Claim(Delivered):
    """One sentence that can be read without the story; quotes of many stories link to it."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="claims")
    key = Key()
    text = models.CharField(_("claim"), max_length=1000)
    text_folded = models.CharField(max_length=2000, editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    introduced_in = models.ForeignKey(Article, models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey("annotations.User", models.PROTECT, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    WORDS = "text"
    QUOTES = "links__quote"

    objects = PublishedRegistry["Claim"]()
    every = RegistryQuerySet["Claim"].as_manager()

    class Meta:
        ordering = ["text_folded", "pk"]
        indexes = [delivery_index("claim_delivery")]
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="claim_key_once"),
            models.UniqueConstraint(
                fields=["project", "text_folded"], condition=Q(merged_into__isnull=True), name="claim_once"
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="claim_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return self.text
