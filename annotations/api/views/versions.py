"""Versions of an article: adding one, what changed, and carrying quotes over."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.access import Act
from annotations.api import gestures, records
from annotations.api.etags import seen_revision
from annotations.api.operations import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, Operation, answer_header
from annotations.api.parameters import number
from annotations.api.shapes import MAX_REVISION, reference
from annotations.api.version_shapes import COUNTS
from annotations.api.views.assignments import current_state
from annotations.api.views.base import ApiView
from annotations.exports.records import ROLES, Record, span_record
from annotations.models import Assignment, Change
from annotations.services.articles import add_version
from annotations.services.carrying import CarryOver, Earlier, carry_over, carry_over_of
from annotations.services.errors import Conflict
from annotations.services.proposals import accept_quote, leave_out
from annotations.services.shelf import Outcome
from annotations.services.versions import carry_over_for_all
from annotations.text.differences import changes

LOCATION = answer_header("Location", "The address of what was made.", 200, 201)
ETAG = answer_header("ETag", "What a later write says it has seen.", 200, 201)


class Versions(ApiView):
    """The versions of an article; the article lists them."""

    @Operation(
        name="addVersion",
        summary="Add a version",
        tag="articles",
        description="A corrected text of the article. The text of a version that is here already answers 200 with it.",
        body="NewVersion",
        headers=[IDEMPOTENCY_KEY],
        answer_headers=[LOCATION, ETAG],
        answers={200: reference("Article"), 201: reference("Article")},
        problems=[403, 404, 409, 422],
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Add the version, once."""
        access.require(self.membership, Act.IMPORT)
        article = access.get_article(self.membership, key)
        added = add_version(actor=self.user, article=article, gesture=self.gesture(), **self.body)
        assert added.version is not None  # noqa: S101  # what was asked to be a version is one
        version = access.get_version(article, added.version.number)
        return self.written(
            records.article_detail(version),
            status=200 if added.outcome == Outcome.SAME else 201,
            location=f"{reverse('api-article', args=[slug, key])}?version={version.number}",
        )


class Differences(ApiView):
    """What changed from one version to another."""

    @Operation(
        name="compareVersions",
        summary="Compare two versions",
        tag="articles",
        description="The newest and the one before it, unless you ask for others.",
        parameters=[
            number("from", "The older version.", most=MAX_REVISION),
            number("to", "The newer version.", most=MAX_REVISION),
        ],
        headers=[IF_NONE_MATCH],
        answers={200: reference("Differences"), 304: None},
        problems=[404],
    )
    def get(self, request: Request, slug: str, key: str) -> Response:
        """Answer with the pieces."""
        article = access.get_article(self.membership, key)
        newer = access.get_version(article, self.query["to"])
        older = access.get_version(article, self.query["from"] or max(newer.number - 1, 1))
        pieces = [{"kind": piece.kind, "text": piece.text} for piece in changes(older.text, newer.text)]
        return self.one({"article": key, "from": older.number, "to": newer.number, "pieces": pieces})


class CarryOverForAll(ApiView):
    """Carrying over for everybody."""

    @Operation(
        name="carryOverForAll",
        summary="Carry everybody's quotes over",
        tag="articles",
        description="Gives the newest version to everybody with quotes in an earlier one, with what stands unchanged."
        " It tells nothing of who that is.",
        answers={204: None},
        problems=[403, 404],
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Carry over; again, it adds only what is new."""
        access.require(self.membership, Act.MANAGE)
        carry_over_for_all(actor=self.user, article=access.get_article(self.membership, key))
        return Response(status=204)


class CarryingOver(ApiView):
    """What becomes of an annotator's quotes of earlier versions."""

    @Operation(
        name="getCarryOver",
        summary="Read what becomes of earlier quotes",
        tag="assignments",
        description="Of the annotator's own quotes of earlier versions: which stand unchanged, are proposed with a"
        " score, need repair, are carried over, are left out.",
        headers=[IF_NONE_MATCH],
        answers={200: reference("CarryOver"), 304: None},
        problems=[404],
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Answer with all of them."""
        assignment = access.get_assignment(self.membership, pk)
        return self.one(carry_over_record(assignment, carry_over_of(assignment)))

    @Operation(
        name="carryOver",
        summary="Carry earlier quotes over",
        tag="assignments",
        description="All that stand unchanged, in one gesture. Again, it adds only what is new.",
        headers=[IDEMPOTENCY_KEY],
        answer_headers=[ETAG],
        answers={200: reference("Assignment")},
        problems=[403, 404, 409, 422],
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Carry over, once."""
        access.require(self.membership, Act.ANNOTATE)
        assignment = access.get_assignment(self.membership, pk)
        try:
            carry_over(actor=self.user, assignment=assignment, gesture=self.gesture())
        except Conflict as conflict:
            conflict.current = current_state(assignment, self.user.pk)
            raise
        return self.written(current_state(assignment, self.user.pk))


class ProposalAct(ApiView):
    """What all acts on one proposed quote have in common: one of an earlier version, or a suggestion."""

    def asked(self, pk: int, key: str) -> tuple[Assignment, dict[str, Any]]:
        """Return the assignment, and what the service is asked for."""
        access.require(self.membership, Act.ANNOTATE)
        assignment = access.get_assignment(self.membership, pk)
        access.require_proposal(assignment, key)
        seen = {"revision": seen_revision(self.request, self.body), "gesture": self.gesture()}
        return assignment, {"actor": self.user, "assignment": assignment, "key": key, **seen}

    def accepted(self, slug: str, pk: int, key: str) -> Response:
        """Make a quote of it, and answer with that."""
        assignment, asked = self.asked(pk, key)
        spans = {role: self.body[role] for role in ROLES if role in self.body}
        quote = accept_quote(spans=spans, **asked)
        state = gestures.state_after(self.user, asked["gesture"], Change.Subject.QUOTE, quote.key)
        assert state is not None  # noqa: S101  # a quote is never made without its history row
        location = reverse("api-quote", args=[slug, quote.key])
        return self.written(records.quote_from_state(state, assignment), status=201, location=location)

    def left_out(self, pk: int, key: str) -> Response:
        """Leave it out, or let it wait again, and answer with the assignment."""
        assignment, asked = self.asked(pk, key)
        leave_out(out=self.body.get("out", True), **asked)
        return self.written(current_state(assignment, self.user.pk))


class Accept(ProposalAct):
    """Carrying one earlier quote over."""

    @Operation(
        name="acceptEarlierQuote",
        summary="Carry one earlier quote over",
        tag="assignments",
        description="Where it is proposed; with the spans that you give for a role instead of those.",
        body="Acceptance",
        headers=[IF_MATCH, IDEMPOTENCY_KEY],
        answer_headers=[LOCATION, ETAG],
        answers={201: reference("Quote")},
        problems=[403, 404, 409, 422, 428],
    )
    def post(self, request: Request, slug: str, pk: int, key: str) -> Response:
        """Carry it over, once."""
        return self.accepted(slug, pk, key)


class LeaveOut(ProposalAct):
    """Leaving one earlier quote out."""

    @Operation(
        name="leaveOutEarlierQuote",
        summary="Leave an earlier quote out",
        tag="assignments",
        description="It is counted, and can wait again.",
        body="LeavingOut",
        headers=[IF_MATCH, IDEMPOTENCY_KEY],
        answer_headers=[ETAG],
        answers={200: reference("Assignment")},
        problems=[403, 404, 409, 422, 428],
    )
    def post(self, request: Request, slug: str, pk: int, key: str) -> Response:
        """Leave it out, once."""
        return self.left_out(pk, key)


def carry_over_record(assignment: Assignment, found: CarryOver) -> Record:
    """Return what becomes of the earlier quotes of an assignment."""
    return {
        "assignment": assignment.pk,
        "counts": {name: len(getattr(found, name)) for name in COUNTS},
        "quotes": [_earlier_record(one, one in found.left_out) for one in found.quotes],
    }


def _earlier_record(one: Earlier, left_out: bool) -> Record:
    return {
        "quote": one.key,
        "version": one.number,
        "revision": one.state["revision"],
        "fate": one.fate.value,
        "score": round(one.score, 4),
        "spans": [
            {
                "role": span.role,
                "before": span.before,
                "kind": span.place.kind.value,
                "place": span_record(span.place.start, span.place.end, span.after) if span.after else None,
                "score": round(span.place.score, 4),
            }
            for span in one.spans
        ],
        "copies": one.copies,
        "left_out": left_out,
    }
