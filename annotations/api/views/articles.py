"""Articles and their text: reading them, taking them in, and correcting what is known of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.access import Act
from annotations.api import gestures, records
from annotations.api.components import ARTICLE_SUMMARY, page_of
from annotations.api.etags import seen_revision
from annotations.api.operations import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, Operation, answer_header
from annotations.api.parameters import PAGING, day, fields, number, text
from annotations.api.shapes import MAX_REVISION, reference
from annotations.api.views.base import ApiView
from annotations.forms.filters import with_words
from annotations.models import Article, ArticleVersion, Change, fold
from annotations.services.article_changes import change_article
from annotations.services.articles import import_article
from annotations.services.errors import Conflict, Invalid

PARAMETERS = (
    text("outlet", "Of this outlet.", lookup="outlet"),
    text("language", "In this language.", lookup="language"),
    day("published_from", "Published on this day or later.", lookup="published__gte"),
    day("published_to", "Published on this day or earlier.", lookup="published__lte"),
    text("search", "With all these words in a version of its text, in any order."),
    fields(ARTICLE_SUMMARY),
    *PAGING,
)
LOCATION = answer_header("Location", "The address of the article, in the version that was made.", 200, 201)
ETAG = answer_header("ETag", "What a later write says it has seen.", 200, 201)


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

    @Operation(
        name="createArticle",
        summary="Take an article in",
        tag="articles",
        description="Its text never changes afterwards. The very same text again makes nothing and answers 200 with the"
        " article that is here; what else you say of it and differs is corrected. Another text under an id or address"
        " that is here is refused (409, `changed`), unless you want it as a new version.",
        body="NewArticle",
        headers=[IDEMPOTENCY_KEY],
        answer_headers=[LOCATION, ETAG],
        answers={200: reference("Article"), 201: reference("Article")},
        problems=[403, 404, 409, 422],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Take the article in, once."""
        access.require(self.membership, Act.IMPORT)
        gesture, sent = self.gesture(), {**self.body}
        given: dict[str, Any] = {"key": sent.pop("id", None), **sent}
        try:
            found = import_article(actor=self.user, project=self.membership.project, gesture=gesture, **given)
        except Invalid as invalid:
            invalid.field = "id" if invalid.field == "key" else invalid.field
            raise
        if found.version is None:
            current = records.article_summary(access.get_version(found.article))
            message = _("“%(key)s” is here with another text. Send it with update: true as a new version of it.")
            yours = {name: value for name, value in self.body.items() if name != "text"}
            raise Conflict(message % {"key": found.article.key}, code="changed", current=current, yours=yours)
        rows = gestures.rows_of(self.user, gesture, Change.Subject.ARTICLE)
        address = reverse("api-article", args=[slug, found.article.key])
        return self.written(
            records.article_detail(access.get_version(found.article, found.version.number), _known_after(rows)),
            status=201 if any(row.action == Change.Action.IMPORT for row in rows) else 200,
            location=address if found.version.number == 1 else f"{address}?version={found.version.number}",
        )


def _known_after(rows: list[Change]) -> dict[str, Any]:
    """Return what was known of an article when these rows of its history were written."""
    return {name: value for row in rows for name, value in (row.after or {}).items()}


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

    @Operation(
        name="changeArticle",
        summary="Correct what is known of an article",
        tag="articles",
        description="Parts that you do not name stay as they are; null empties one. Its text and its headline never"
        " change: a corrected story is a new version.",
        body="ArticleChanges",
        headers=[IF_MATCH, IDEMPOTENCY_KEY],
        answer_headers=[ETAG],
        answers={200: reference("Article")},
        problems=[403, 404, 409, 422, 428],
    )
    def patch(self, request: Request, slug: str, key: str) -> Response:
        """Correct it, once."""
        access.require(self.membership, Act.EDIT_ARTICLES)
        article = access.get_article(self.membership, key)
        revision, gesture = seen_revision(self.request, self.body), self.gesture()
        given = {name: value for name, value in self.body.items() if name != "revision"}
        try:
            change_article(actor=self.user, article=article, revision=revision, gesture=gesture, **given)
        except Conflict as conflict:
            conflict.current = records.article_summary(access.get_version(article))
            conflict.details["yours"] = self.body
            raise
        state = gestures.state_after(self.user, gesture, Change.Subject.ARTICLE, article.key)
        return self.written(records.article_detail(access.get_version(article), state))
