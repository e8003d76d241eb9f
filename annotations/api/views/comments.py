"""Comments on assignments and quotes, and the inbox that tells of them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.access import Act
from annotations.api import gestures, review_records
from annotations.api.components import page_of
from annotations.api.operations import IDEMPOTENCY_KEY, IF_NONE_MATCH, Operation, answer_header
from annotations.api.parameters import PAGING, fields, flag, text
from annotations.api.review_shapes import COMMENT, NOTICE
from annotations.api.shapes import reference
from annotations.api.views.base import ApiView
from annotations.models import ArticleVersion, Change, Comment, Notice
from annotations.services.comments import mark_read, resolve_thread, write_comment
from annotations.services.errors import Invalid

PARAMETERS = (
    text("quote", "Of this quote.", lookup="quote__key"),
    text("thread", "Replies to this comment.", lookup="thread__key"),
    flag("resolved", "Only threads that are resolved, or only those that are not."),
    fields(COMMENT),
    *PAGING,
)
NOTICE_PARAMETERS = (
    flag("read", "Only what you have read, or only what you have not."),
    text("project", "Of this project, by its short name.", lookup="project__slug"),
    fields(NOTICE),
    *PAGING,
)
LOCATION = answer_header("Location", "The address of the comment.", 201)


def with_places(rows: QuerySet[Comment]) -> QuerySet[Comment]:
    """Select what the record of a comment needs."""
    return rows.select_related("author", "resolved_by", "quote", "thread")


class CommentList(ApiView):
    """What is said of an assignment."""

    @Operation(
        name="listComments",
        summary="List the comments on an assignment",
        tag="comments",
        description="On the story and on its quotes, threads and replies, for who reviews and for the annotator.",
        parameters=PARAMETERS,
        answers={200: page_of("CommentInList")},
        problems=[404],
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Answer with one page."""
        every = Comment.objects.filter(assignment=access.annotated_assignment(self.membership, pk))
        rows = self.filtered(with_places(every), PARAMETERS)
        if self.query["resolved"] is not None:
            rows = rows.filter(thread=None, resolved_at__isnull=not self.query["resolved"])
        return self.page(rows, lambda found: [review_records.comment_record(one) for one in found], every=every)

    @Operation(
        name="createComment",
        summary="Comment on an assignment",
        tag="comments",
        description="On the whole story, on one of its quotes, or in reply. Whoever it names (@name) is told, and so"
        " are the annotator and who wrote in the thread. A reply opens a thread that was resolved.",
        body="NewComment",
        headers=[IDEMPOTENCY_KEY],
        answer_headers=[LOCATION],
        answers={201: reference("Comment")},
        problems=[403, 404, 422],
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Write it, once."""
        access.require(self.membership, Act.ANNOTATE)
        assignment = access.annotated_assignment(self.membership, pk)
        written = write_comment(
            actor=self.user,
            assignment=assignment,
            text=self.body["text"],
            quote=self._named("quote", assignment.quotes.all()),
            thread=self._named("thread", assignment.comments.select_related("thread__quote", "quote")),
            gesture=self.gesture(),
        )
        # As it was when it was written: a retry answers the same.
        return self.written(
            review_records.comment_record(written, {"resolved": False}),
            status=201,
            location=reverse("api-comment", args=[slug, written.key]),
        )

    def _named(self, part: str, rows: QuerySet[Any]) -> Any:
        if part not in self.body:
            return None
        found = rows.filter(key=self.body[part]).first()
        if found is None:
            message = _("This assignment has no “%(key)s”.") % {"key": self.body[part]}
            raise Invalid(message, field=part, code=f"unknown_{part}")
        return found


class CommentDetail(ApiView):
    """One comment."""

    @Operation(
        name="getComment",
        summary="Read a comment",
        tag="comments",
        headers=[IF_NONE_MATCH],
        answers={200: reference("Comment"), 304: None},
        problems=[404],
    )
    def get(self, request: Request, slug: str, key: str) -> Response:
        """Answer with the comment."""
        return self.one(review_records.comment_record(access.get_comment(self.membership, key)))

    @Operation(
        name="changeComment",
        summary="Resolve a thread",
        tag="comments",
        description="Says of the comment that began a thread that nothing is left to say, or that something is.",
        body="CommentChanges",
        headers=[IDEMPOTENCY_KEY],
        answers={200: reference("Comment")},
        problems=[403, 404, 422],
    )
    def patch(self, request: Request, slug: str, key: str) -> Response:
        """Resolve it, once."""
        access.require(self.membership, Act.ANNOTATE)
        comment = access.get_comment(self.membership, key)
        if comment.thread is not None:
            message = _("This is a reply. Resolve the comment that began the thread: “%(key)s”.")
            raise Invalid(message % {"key": comment.thread.key}, field="resolved", code="reply")
        gesture, resolved = self.gesture(), self.body["resolved"]
        thread = resolve_thread(actor=self.user, comment=comment, resolved=resolved, gesture=gesture)
        state = gestures.state_after(self.user, gesture, Change.Subject.COMMENT, key)
        by = self.user.username if resolved else None
        return self.written(review_records.comment_record(thread, state, by))


class Inbox(ApiView):
    """What waits for the owner of the token."""

    @Operation(
        name="listNotices",
        summary="Read your inbox",
        tag="inbox",
        description="Of all your projects: who named you, answered you, and what came of your stories.",
        parameters=NOTICE_PARAMETERS,
        answers={200: page_of("NoticeInList")},
    )
    def get(self, request: Request) -> Response:
        """Answer with one page."""
        rows = access.visible_notices(self.user).select_related(
            "actor", "project", "comment", "assignment__version__article"
        )
        rows = self.filtered(
            rows.defer(*(f"assignment__version__{column}" for column in ArticleVersion.LONG)), NOTICE_PARAMETERS
        )
        if self.query["read"] is not None:
            rows = rows.filter(read_at__isnull=not self.query["read"])
        return self.page(
            rows,
            lambda found: [review_records.notice_record(one) for one in found],
            every=Notice.objects.filter(user=self.user),
            key="pk",
        )


class ReadNotices(ApiView):
    """Mark notices as read."""

    @Operation(
        name="readNotices",
        summary="Mark notices as read",
        tag="inbox",
        description="Those that you name, or all. What is not in your inbox is passed over.",
        body="ReadNotices",
        answers={204: None},
        problems=[403],
    )
    def post(self, request: Request) -> Response:
        """Mark them."""
        seen = access.visible_notices(self.user).filter(read_at=None)
        if "notices" in self.body:
            seen = seen.filter(pk__in=self.body["notices"])
        mark_read(user=self.user, notices=seen.values_list("pk", flat=True))
        return Response(status=204)
