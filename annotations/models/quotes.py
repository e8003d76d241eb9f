"""Quotes: one attribution in one article, as one object with all its parts."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from annotations.models.assignments import Assignment
from annotations.models.claims import Claim, Stance
from annotations.models.deliveries import Delivered, PublishedManager, delivery_index
from annotations.models.fields import Key, is_fresh, new_key
from annotations.models.guidelines import GuidelinesVersion
from annotations.models.projects import Label, LabelSet, Project
from annotations.models.speakers import Speaker


def new_quote_key() -> str:
    """Return a fresh id for a quote."""
    return new_key("q")


def is_quote_key(key: str) -> bool:
    """Whether a quote can be given this id by the page that makes it."""
    return is_fresh(key, "q")


class QuoteQuerySet(models.QuerySet["Quote"]):
    def live(self) -> QuoteQuerySet:
        """Quotes that are not deleted."""
        return self.filter(is_deleted=False)


class Quote(Delivered):
    """One attribution. Its spans, labels and claim links are rows that only ever change with it."""

    class Type(models.TextChoices):
        DIRECT = "direct", _("direct")
        INDIRECT = "indirect", _("indirect")
        MIXED = "mixed", _("mixed")
        REPORTED = "reported", _("reported")
        FREE_INDIRECT = "free_indirect", _("free indirect")

    DERIVED_TYPES = (Type.DIRECT, Type.INDIRECT, Type.MIXED)

    class Resolution(models.TextChoices):
        EXPLICIT = "explicit", _("explicit")
        ANAPHORIC = "anaphoric", _("anaphoric")
        IMPLICIT = "implicit", _("implicit")
        NONE = "none", _("no source")

    class NoSource(models.TextChoices):
        PASSIVE = "passive", _("passive")
        ORPHAN = "orphan", _("orphan")
        DOCUMENT = "document", _("document")

    project = models.ForeignKey(Project, models.PROTECT, related_name="quotes")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="quotes")
    key = Key(default=new_quote_key)
    speaker = models.ForeignKey(Speaker, models.PROTECT, null=True, blank=True, related_name="quotes")
    # Empty means "not answered yet", which is not the same as "none".
    resolution = models.CharField(max_length=20, choices=Resolution, blank=True)
    no_source = models.CharField(max_length=20, choices=NoSource, blank=True)
    type = models.CharField(max_length=20, choices=Type, default=Type.INDIRECT)
    type_overridden = models.BooleanField(default=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    parent_overridden = models.BooleanField(default=False)
    note = models.TextField(_("note"), blank=True, default="")
    # Those in force when it was made; null where nobody knows. No part of its state: undo leaves it.
    guidelines = models.ForeignKey(GuidelinesVersion, models.PROTECT, null=True, blank=True, related_name="quotes")
    # What the file that brought it calls them, where this project has no such version: an export says the same again.
    guidelines_named = models.CharField(max_length=30, blank=True, default="")
    # How sure a suggester was, from 0 to 1; null for what people make. No part of its state: it never changes.
    score = models.FloatField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    is_deleted = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PublishedManager.from_queryset(QuoteQuerySet)()
    every = QuoteQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [delivery_index("quote_delivery")]
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="quote_key_once"),
            models.CheckConstraint(
                condition=Q(resolution__in=["", "explicit", "anaphoric", "implicit", "none"]), name="quote_resolution"
            ),
            models.CheckConstraint(
                condition=Q(resolution="none", no_source__in=["passive", "orphan", "document"])
                | (~Q(resolution="none") & Q(no_source="")),
                name="quote_no_source_has_reason",
                violation_error_message=_("“No source” needs one reason; any other resolution has none."),
            ),
            models.CheckConstraint(
                condition=~Q(resolution="none") | Q(speaker__isnull=True), name="quote_no_source_no_speaker"
            ),
            models.CheckConstraint(
                condition=~Q(resolution="implicit") | Q(speaker__isnull=False), name="quote_implicit_has_speaker"
            ),
            models.CheckConstraint(
                condition=Q(type__in=["direct", "indirect", "mixed"])
                | Q(type__in=["reported", "free_indirect"], type_overridden=True),
                name="quote_type",
            ),
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="quote_not_its_own_parent"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="quote_revision"),
            models.CheckConstraint(condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=1), name="quote_score"),
        ]

    def __str__(self) -> str:
        return self.key


class Span(models.Model):
    """A range of the article's text with a role in a quote. Never edited: replaced."""

    class Role(models.TextChoices):
        CONTENT = "content", _("content")
        SOURCE = "source", _("source")
        CUE = "cue", _("cue")
        ADDRESSEE = "addressee", _("addressee")

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="spans")
    role = models.CharField(max_length=20, choices=Role)
    start = models.PositiveIntegerField(help_text=_("Code points, 0-based."))
    end = models.PositiveIntegerField(help_text=_("Code points, exclusive."))
    exact = models.TextField(help_text=_("The words themselves."))

    class Meta:
        ordering = ["start", "end", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["quote", "role", "start", "end"], name="span_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="span_not_empty"),
            models.CheckConstraint(condition=Exact(Length("exact"), F("end") - F("start")), name="span_length"),
            models.CheckConstraint(condition=Q(role__in=["content", "source", "cue", "addressee"]), name="span_role"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.start}..{self.end}"


class QuoteLabel(models.Model):
    """One answer to one label set for one quote."""

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="quote_labels")
    label_set = models.ForeignKey(LabelSet, models.PROTECT, related_name="+")
    label = models.ForeignKey(Label, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["quote", "label_set"], name="quote_label_once")]

    def __str__(self) -> str:
        return f"{self.label_set}: {self.label}"


class ClaimLink(models.Model):
    """How a quote stands to a claim."""

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="claim_links")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="links")
    stance = models.CharField(max_length=20, choices=Stance, default=Stance.ASSERTS)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["quote", "claim"], name="claim_link_once"),
            models.CheckConstraint(
                condition=Q(stance__in=["asserts", "denies", "doubts", "withholds"]), name="claim_link_stance"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stance}: {self.claim}"


class QuoteAncestor(models.Model):
    """From which quote another one was made: the one that a reviewer corrected, those that an adjudicator merged."""

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="ancestors")
    ancestor = models.ForeignKey(Quote, models.PROTECT, related_name="descendants")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["quote", "ancestor"], name="ancestor_once"),
            models.CheckConstraint(condition=~Q(quote=F("ancestor")), name="quote_not_its_own_ancestor"),
        ]

    def __str__(self) -> str:
        return f"{self.quote} from {self.ancestor}"
