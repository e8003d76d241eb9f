"""Articles and the versions of their text."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from annotations.models.deliveries import Delivered, PublishedManager, delivery_index
from annotations.models.fields import Key
from annotations.models.projects import Project

MAX_STORY_BYTES = 5_000_000


class Article(Delivered):
    """One published story. What it said stands in its versions."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="articles")
    key = Key()
    outlet = models.CharField(_("outlet"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=1000, blank=True)
    byline = models.CharField(_("byline"), max_length=300, blank=True)
    published = models.DateField(_("published"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=35, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    text_exportable = models.BooleanField(_("text may be exported"), default=True)
    embargoed_until = models.DateTimeField(_("embargoed until"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PublishedManager["Article"]()
    every = models.Manager["Article"]()

    class Meta:
        ordering = ["pk"]
        indexes = [delivery_index("article_delivery")]
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="article_key_once"),
            models.UniqueConstraint(fields=["project", "url"], condition=~Q(url=""), name="article_url_once"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_embargoed(self) -> bool:
        """Whether its day has not come yet."""
        return self.embargoed_until is not None and self.embargoed_until > timezone.now()


class ArticleVersionQuerySet(models.QuerySet["ArticleVersion"]):
    def newest(self) -> ArticleVersionQuerySet:
        """Those that no later version of their article takes the place of."""
        later = ArticleVersion.objects.filter(article=OuterRef("article"), number__gt=OuterRef("number"))
        return self.filter(~Exists(later))


class ArticleVersion(Delivered):
    """The text of an article as it stood at one time. The database refuses to change it."""

    # The columns that hold a whole story, which a list never needs.
    LONG = ("text", "original", "search_text", "blocks")

    article = models.ForeignKey(Article, models.PROTECT, related_name="versions")
    # Repeated from the article so that the database itself can refuse the same text twice in a project.
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    headline = models.CharField(_("headline"), max_length=500, blank=True)
    text = models.TextField()
    length = models.PositiveIntegerField(help_text=_("Code points in the text."))
    sha256 = models.CharField(max_length=64, help_text=_("Of the text in UTF-8, in hex."))
    original = models.BinaryField(help_text=_("The bytes as they came."))
    original_sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=40, default="utf-8")
    # [kind, start, end] of each block, where an import brought some; otherwise they are found in the text.
    blocks = models.JSONField(null=True, blank=True)
    # The folded text, in which a search looks. Never used for offsets.
    search_text = models.TextField(editable=False, blank=True, db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PublishedManager.from_queryset(ArticleVersionQuerySet)()
    every = ArticleVersionQuerySet.as_manager()

    class Meta:
        ordering = ["article_id", "number"]
        indexes = [delivery_index("version_delivery")]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["project", "sha256"], name="version_text_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_number_from_one"),
        ]

    def __str__(self) -> str:
        return self.headline or f"{self.article} (version {self.number})"

    @cached_property
    def newest_number(self) -> int:
        """The number of the version of its article that is current. Whoever reads it with the row sets it."""
        newest: int = ArticleVersion.objects.filter(article=self.article_id).aggregate(number=Max("number"))["number"]
        return newest
