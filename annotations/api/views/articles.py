"""Articles and their text."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.api import records
from annotations.api.components import ARTICLE_SUMMARY, page_of
from annotations.api.operations import IF_NONE_MATCH, Operation
from annotations.api.parameters import PAGING, day, fields, number, text
from annotations.api.shapes import MAX_REVISION, reference
from annotations.api.views.base import ApiView
from annotations.forms.filters import with_words
from annotations.models import Article, ArticleVersion, fold

PARAMETERS = (
    text("outlet", "Of this outlet.", lookup="outlet"),
    text("language", "In this language.", lookup="language"),
    day("published_from", "Published on this day or later.", lookup="published__gte"),
    day("published_to", "Published on this day or earlier.", lookup="published__lte"),
    text("search", "With all these words in a version of its text, in any order."),
    fields(ARTICLE_SUMMARY),
    *PAGING,
)


class ArticleList(ApiView):
    """The articles of a project."""

    @Operation(
        name="listArticles",
        summary="List articles",
        tag="articles",
        description="Each with its newest version, without the text.",
        parameters=PARAMETERS,
        answers={200: page_of("ArticleInList")},
        problems=[404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with one page."""
        every = Article.objects.filter(project=self.membership.project)
        rows = self.filtered(every, PARAMETERS)
        if self.query["search"]:
            words = with_words("search_text", fold(self.query["search"]).split())
            rows = rows.filter(Exists(ArticleVersion.objects.filter(words, article=OuterRef("pk"))))
        return self.page(rows, records.article_summaries, every=every)


class ArticleDetail(ApiView):
    """One article."""

    @Operation(
        name="getArticle",
        summary="Read an article",
        tag="articles",
        description="One version with its text, the newest unless you ask for another.",
        parameters=[number("version", "The number of the version.", most=MAX_REVISION)],
        headers=[IF_NONE_MATCH],
        answers={200: reference("Article"), 304: None},
        problems=[404],
    )
    def get(self, request: Request, slug: str, key: str) -> Response:
        """Answer with the article."""
        article = access.get_article(self.membership, key)
        return self.one(records.article_detail(access.get_version(article, self.query["version"])))
