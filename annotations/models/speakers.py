"""Speakers: whom quotes are attributed to."""

from __future__ import annotations

import unicodedata

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from annotations.models.articles import Article
from annotations.models.deliveries import Delivered, delivery_index
from annotations.models.fields import Key
from annotations.models.projects import Project
from annotations.models.registry import PublishedRegistry, RegistryQuerySet

# What keyboards and typesetters write for one another: apostrophes, and hyphens; joiners are not seen at all.
_ALIKE = {"’": "'", "‘": "'", "ʼ": "'", "\u2010": "-", "\u2011": "-", "\u200c": "", "\u200d": ""}


def fold(text: str) -> str:
    """Return ``text`` as it is compared for sameness and searched: letters, apostrophes and hyphens of one form."""
    letters = _folded_letters(text)
    # A table for ``translate`` takes ten times as long over a story.
    for written, meant in _ALIKE.items():
        letters = letters.replace(written, meant)
    return " ".join(letters.split())


def is_folded(folded: str, text: str) -> bool:
    """Say whether a name or claim is compared by its words.

    Apostrophes and hyphens were told apart once. Where two names became one by that, the later one is compared as it
    was, so that both stay what they are until somebody merges them.
    """
    return folded in {fold(text), " ".join(_folded_letters(text).split())}


def _folded_letters(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


class Speaker(Delivered):
    """A person, group, organisation or document that quotes are attributed to."""

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        GROUP = "group", _("group")
        ORGANISATION = "organisation", _("organisation")
        DOCUMENT = "document", _("document")

    project = models.ForeignKey(Project, models.PROTECT, related_name="speakers")
    key = Key()
    label = models.CharField(_("name"), max_length=300)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.PERSON)
    named = models.BooleanField(_("named"), default=True)
    description = models.CharField(_("description"), max_length=500, blank=True)
    aliases = models.JSONField(_("aliases"), default=list, blank=True)
    wikidata = models.CharField(_("Wikidata id"), max_length=30, blank=True)
    # A speaker that is not named ("officials") means something in one article only.
    article = models.ForeignKey(Article, models.PROTECT, null=True, blank=True, related_name="+")
    label_folded = models.CharField(max_length=600, editable=False)
    description_folded = models.CharField(max_length=1000, editable=False, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    introduced_in = models.ForeignKey(Article, models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey("annotations.User", models.PROTECT, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    WORDS = "label"
    QUOTES = "quotes"

    objects = PublishedRegistry["Speaker"]()
    every = RegistryQuerySet["Speaker"].as_manager()

    class Meta:
        # Never by age: which of two alike was made first would tell that somebody else had made it.
        ordering = ["label_folded", "key"]
        indexes = [delivery_index("speaker_delivery")]
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="speaker_key_once"),
            models.UniqueConstraint(
                fields=["project", "label_folded", "kind", "description_folded"],
                condition=Q(merged_into__isnull=True, article__isnull=True),
                name="speaker_once",
            ),
            models.UniqueConstraint(
                fields=["article", "label_folded", "kind", "description_folded"],
                condition=Q(merged_into__isnull=True, article__isnull=False),
                name="speaker_in_article_once",
            ),
            models.CheckConstraint(
                condition=Q(named=True, article__isnull=True) | Q(named=False, article__isnull=False),
                name="speaker_unnamed_in_article",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="speaker_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return self.label
