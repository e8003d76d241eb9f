"""Reviews: what was handed in, what is said of it, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.access import Act
from annotations.api import gestures, records, review_records
from annotations.api.components import page_of
from annotations.api.etags import seen_revision
from annotations.api.operations import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, Operation, answer_header
from annotations.api.parameters import PAGING, fields, one_of, text
from annotations.api.review_shapes import HANDED_IN, REVIEW_IN_QUEUE
from annotations.api.shapes import reference
from annotations.api.views.assignments import assignment_path, current_state, step_record
from annotations.api.views.base import ApiView
from annotations.models import Assignment, Change
from annotations.services.corrections import adopt_correction
from annotations.services.errors import Conflict
from annotations.services.review_states import with_review_facts
from annotations.services.reviews import (
    approve_assignment,
    judge_quote,
    return_assignment,
    start_correction,
    withdraw_approval,
)

PARAMETERS = (
    one_of("status", HANDED_IN, "In this status; submitted: what waits.", lookup="status"),
    text("annotator", "Of this annotator, by the name that exports use.", lookup="annotator__pseudonym"),
    text("article", "Of this article.", lookup="version__article__key"),
    text("reviewer", "Being read by this person.", lookup="read_by"),
    fields(REVIEW_IN_QUEUE),
    *PAGING,
)
LOCATION = answer_header("Location", "The address of the copy.", 200, 201)
ETAG = answer_header("ETag", "What a later write says it has seen.", 200, 201)

_act = partial(
    Operation,
    tag="reviews",
    headers=[IF_MATCH, IDEMPOTENCY_KEY],
    problems=[403, 404, 409, 422, 428],
)
_end = partial(_act, answer_headers=[ETAG], answers={200: reference("Assignment")})


class ReviewList(ApiView):
    """What others handed in."""

    @Operation(
        name="listReviews",
        summary="List what was handed in",
        tag="reviews",
        description="Others' assignments that wait for a review or were returned or approved, in the order in which"
        " they were made. Not those of stories that you annotate yourself, before there is gold.",
        parameters=PARAMETERS,
        answers={200: page_of("ReviewInList")},
        problems=[403, 404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with one page."""
        access.require(self.membership, Act.REVIEW)
        rows = with_review_facts(access.reviewable_assignments(self.membership)).without_text()
        return self.page(
            self.filtered(rows.select_related("version__article", "annotator"), PARAMETERS),
            lambda found: [review_records.in_queue(one) for one in found],
            every=Assignment.objects.filter(project=self.membership.project),
            key="pk",
        )


class ReviewDetail(ApiView):
    """The review of one assignment."""

    @Operation(
        name="getReview",
        summary="Read the review of an assignment",
        tag="reviews",
        description="For who reviews and for its annotator, who reads of a review when it has ended.",
        headers=[IF_NONE_MATCH],
        answer_headers=[answer_header("ETag", "What a later write says it has seen.", 200)],
        answers={200: reference("Review"), 304: None},
        problems=[404],
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Answer with the review."""
        assignment = access.annotated_assignment(self.membership, pk)
        return self.one(review_records.review_record(assignment, self.user.pk))


class ReviewAct(ApiView):
    """What all acts of a reviewer have in common."""

    def act(self, pk: int, service: Callable[..., Any], **asked: Any) -> tuple[Assignment, str, Any]:
        """Do it once; return the assignment, the gesture and what the service returned."""
        assignment = access.reviewed_assignment(self.membership, pk)
        revision, gesture = seen_revision(self.request, self.body), self.gesture()
        try:
            done = service(actor=self.user, assignment=assignment, revision=revision, gesture=gesture, **asked)
        except Conflict as conflict:
            conflict.current = current_state(assignment, self.user.pk)
            raise
        return assignment, gesture, done

    @property
    def asked(self) -> dict[str, Any]:
        """What the end of a review is told besides the revision."""
        return {"note": self.body.get("note", ""), "copy_revision": self.body.get("copy_revision")}

    def end(self, pk: int, service: Callable[..., Any], **asked: Any) -> Response:
        """Do it once, and answer with the assignment as that left it."""
        assignment, gesture, _done = self.act(pk, service, **asked)
        state = gestures.state_after(self.user, gesture, Change.Subject.ASSIGNMENT, str(assignment.pk))
        return self.written(records.assignment_record(assignment, self.user.pk, state))


class Approve(ReviewAct):
    """Approve a story."""

    @_end(
        name="approveAssignment",
        summary="Approve an assignment",
        description="As it was read, with what was corrected in the copy. Where one reader was asked for, it becomes"
        " gold. Nobody approves their own work.",
        body="ReviewEnd",
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Approve, once."""
        return self.end(pk, approve_assignment, **self.asked)


class Return(ReviewAct):
    """Give a story back."""

    @_end(
        name="returnAssignment",
        summary="Return an assignment",
        description="To its annotator, with what to change: in a note, in open comments or in corrections.",
        body="ReviewEnd",
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Return, once."""
        return self.end(pk, return_assignment, **self.asked)


class Withdraw(ReviewAct):
    """Take an approval back."""

    @_end(
        name="withdrawApproval",
        summary="Take an approval back",
        description="To review the story again; gold that came of it is a draft again.",
        body="Seen",
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Take back, once."""
        return self.end(pk, withdraw_approval)


class Correct(ReviewAct):
    """Correct a story in a copy."""

    @_act(
        name="startCorrection",
        summary="Correct a story",
        description="Makes the copy in which you correct it, or answers 200 with the one that there is. Change its"
        " quotes as your own; the review names them beside the annotator's.",
        body="Seen",
        answer_headers=[LOCATION, ETAG],
        answers={200: reference("Assignment"), 201: reference("Assignment")},
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Make the copy, once."""
        assignment, gesture, copy = self.act(pk, start_correction)
        copy.version = assignment.version
        rows = gestures.rows_of(self.user, gesture, Change.Subject.ASSIGNMENT)
        row = next((row for row in rows if row.subject_key == str(copy.pk)), None)
        if row:
            # A retry answers as it was then, whoever corrects there now and whatever became of it.
            copy.status, copy.editor = Assignment.Status.DRAFT, self.user
        return self.written(
            records.assignment_record(copy, self.user.pk, row.after if row else None),
            status=201 if row and row.action == Change.Action.COPY else 200,
            location=assignment_path(self.membership, copy),
        )


class Judge(ApiView):
    """Say what one thinks of a quote."""

    @_act(
        name="judgeQuote",
        summary="Say that a quote is right",
        description="As it stands at the revision that you read, or take that back.",
        body="NewVerdict",
        answers={200: reference("Verdict")},
    )
    def post(self, request: Request, slug: str, pk: int, key: str) -> Response:
        """Judge, once."""
        quote = access.reviewed_quote(self.membership, pk, key)
        approved = self.body.get("approved", True)
        try:
            judge_quote(
                actor=self.user,
                quote=quote,
                revision=seen_revision(self.request, self.body),
                quote_revision=self.body["quote_revision"],
                approved=approved,
                gesture=self.gesture(),
            )
        except Conflict as conflict:
            conflict.current = current_state(quote.assignment, self.user.pk)
            raise
        return Response({"quote": key, "revision": self.body["quote_revision"], "approved": approved})


class Adopt(ApiView):
    """Take a correction into one's own work."""

    @_act(
        name="adoptCorrection",
        summary="Adopt a correction",
        description="Takes one correction of a story that was returned to you into your quotes. Undo takes it back.",
        body="Seen",
        answers={200: reference("Step")},
    )
    def post(self, request: Request, slug: str, pk: int, key: str) -> Response:
        """Adopt it, once."""
        access.require(self.membership, Act.ANNOTATE)
        assignment = access.annotated_assignment(self.membership, pk)
        copy = corrected_copy(assignment, key)
        revision, gesture = seen_revision(self.request, self.body), self.gesture()
        try:
            adopt_correction(
                actor=self.user, assignment=assignment, copy=copy, key=key, revision=revision, gesture=gesture
            )
        except Conflict as conflict:
            conflict.current = current_state(assignment, self.user.pk)
            raise
        return Response(step_record(self.user, gesture, assignment, revision))


def corrected_copy(assignment: Assignment, key: str) -> Assignment:
    """Return the copy of the last review that ended, which has this quote. Raises ``Http404``."""
    review = assignment.reviews.exclude(outcome="").select_related("copy").last()
    if review is None or review.copy is None or not review.copy.quotes.filter(key=key).exists():
        raise Http404(_("There is no such correction."))
    return review.copy
