"""Articles and their text: reading them, taking them in, and correcting what is known of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import UnreadablePostError
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.access import Act
from annotations.api import gestures, records
from annotations.api.bodies_of_lines import buffered
from annotations.api.components import ARTICLE_SUMMARY, page_of
from annotations.api.etags import seen_revision
from annotations.api.operations import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    LINES,
    TABLE,
    Operation,
    answer_header,
)
from annotations.api.parameters import PAGING, day, fields, flag, number, text
from annotations.api.problems import Problem
from annotations.api.shapes import MAX_REVISION, reference
from annotations.api.task_records import task_records
from annotations.api.views.base import ApiView
from annotations.forms.filters import with_words
from annotations.models import Article, ArticleVersion, Change, fold
from annotations.services import import_reports, imports, uploads
from annotations.services.article_changes import change_article
from annotations.services.article_lines import items_of_lines
from annotations.services.articles import import_article
from annotations.services.errors import Conflict, Invalid
from annotations.services.shelf import Outcome
from annotations.tasks.starting import start_import

PARAMETERS = (
    text("outlet", "Of this outlet.", lookup="outlet"),
    text("language", "In this language.", lookup="language"),
    day("published_from", "Published on this day or later.", lookup="published__gte"),
    day("published_to", "Published on this day or earlier.", lookup="published__lte"),
    text("search", "With all these words in a version of its text, in any order."),
    fields(ARTICLE_SUMMARY),
    *PAGING,
)
# Bodies that are files, and how a task calls their format.
FILES = {LINES: "jsonl", TABLE: "csv"}
# Of the lines of which nothing was written, so many are told of.
MOST_TOLD = 1000
LOCATION = answer_header(
    "Location", "The address of the article, in the version that was made; or of the task.", 200, 201
)
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
        " that is here is refused (409, `changed`), unless you want it as a new version.\n\nMany at once come as JSON"
        " lines (`application/x-ndjson`, with a Content-Length of at most 200 MB): articles as here, without `update`,"
        " or records of `newsnotes/1`. They are written in short transactions as they are read, and the answer reports"
        " on the lines of which nothing was written. Sent again, the lines that were written are `same`.\n\n"
        "With `background`, JSON lines or a table (`text/csv`, whose columns are named as here) are written by a task:"
        " 201, with its address. Nobody sees any of it before all of it is there, the report of the task has a line for"
        " each line, and cancelling it leaves nothing.",
        parameters=[
            flag("update", "For JSON lines: let another text of a story that is here become a new version."),
            flag("background", "For JSON lines, and always for a table: let a task write them."),
        ],
        body="NewArticle",
        lines=True,
        headers=[IDEMPOTENCY_KEY],
        answer_headers=[LOCATION, ETAG],
        answers={
            200: {"anyOf": [reference("Article"), reference("ImportReport")]},
            201: {"anyOf": [reference("Article"), reference("Task")]},
        },
        problems=[403, 404, 409, 422],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Take the article in, once."""
        access.require(self.membership, Act.IMPORT)
        if self._kind(request) in FILES:
            return self._start_import(request) if self.query["background"] else Response(self._import(request))
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

    def _body(self, request: Request, operation: Operation) -> dict[str, Any]:
        if (kind := self._kind(request)) in FILES:
            if request.META.get("CONTENT_LENGTH") in {None, "", "0"}:
                raise Problem(400, _("JSON lines need a body, and its Content-Length."), code="body")
            if kind == TABLE and not self.query["background"]:
                message = _("background: A table is imported by a task. Send it with background=true.")
                raise Problem(400, message, code="parameter")
            return {}
        if self.query.get("update") is not None:
            raise Problem(400, _("update: It goes with JSON lines. One article says it in its body."), code="parameter")
        if self.query.get("background") is not None:
            raise Problem(400, _("background: It goes with JSON lines and with tables."), code="parameter")
        return super()._body(request, operation)

    def _kind(self, request: Request) -> str:
        return (request.content_type or "").partition(";")[0].strip().lower()

    def _start_import(self, request: Request) -> Response:
        """Take the file in, and answer with the task that imports it."""
        try:
            task = start_import(
                membership=self.membership,
                pieces=uploads.pieces_of(request.stream),
                file_format=FILES[self._kind(request)],
                update=bool(self.query["update"]),
                gesture=self.gesture(),
            )
        except UnreadablePostError as error:
            raise Problem(
                400, _("The body broke off. Nothing is imported: send it again."), code="broken_off"
            ) from error
        (record,) = task_records(self.membership, [task])
        address = reverse("api-task", args=[self.membership.project.slug, task.key])
        return self.written(record, status=201, location=address)

    def _import(self, request: Request) -> dict[str, Any]:
        """Write the lines as they come, a batch at a time, and return the report on them."""
        totals: Counter[str] = Counter()
        told: list[dict[str, Any]] = []
        try:
            for batch in imports.batches(items_of_lines(buffered(request.stream))):
                update = bool(self.query["update"])
                rows = imports.run(actor=self.user, project=self.membership.project, items=batch, update=update)
                totals.update(imports.counts(rows))
                unwritten = [row for row in rows if not row.is_written and row.outcome != Outcome.SAME]
                totals["told"] += len(unwritten)
                told += [import_reports.told(row) for row in unwritten[: MOST_TOLD - len(told)]]
        except UnreadablePostError as error:
            message = _("The body broke off. What came before is written: send all of it again.")
            raise Problem(400, message, code="broken_off") from error
        counts = {outcome.value: totals[outcome.value] for outcome in Outcome}
        return {**counts, "told": told, "told_left_out": totals["told"] - len(told)}


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
