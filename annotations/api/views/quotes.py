"""Quotes: reading them, and making, changing and deleting one's own."""

from __future__ import annotations

from itertools import islice
from typing import Any, cast

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.access import Act
from annotations.api import gestures, records
from annotations.api.components import QUOTE, page_of
from annotations.api.etags import seen_revision
from annotations.api.operations import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, Operation, answer_header
from annotations.api.parameters import PAGING, fields, number, one_of, text
from annotations.api.shapes import reference
from annotations.api.views.assignments import current_state
from annotations.api.views.base import ApiView
from annotations.exports.dataset import redirects
from annotations.exports.records import ROLES
from annotations.models import ArticleVersion, Assignment, Change, Claim, ClaimLink, Membership, Quote, Speaker
from annotations.services import quotes as services
from annotations.services.claims import NewClaim
from annotations.services.errors import Conflict, Invalid
from annotations.services.quote_parts import QuoteParts
from annotations.services.quote_states import state_of
from annotations.services.restoring import restore_quote
from annotations.services.speakers import NewSpeaker
from annotations.text.graphemes import is_boundary

UNANSWERED = "unanswered"
PARAMETERS = (
    text("article", "Of this article.", lookup="assignment__version__article__key"),
    number("assignment", "Of this assignment.", lookup="assignment_id"),
    one_of("status", Assignment.Status.values, "Of assignments in this status; gold for the gold."),
    text("speaker", "Attributed to this speaker, or to one that was merged into it."),
    text("claim", "With a link to this claim, or to one that was merged into it."),
    one_of("type", Quote.Type.values, "Of this type.", lookup="type"),
    one_of("resolution", (*Quote.Resolution.values, UNANSWERED), "With this resolution, or none given yet."),
    text("parent", "Standing in this quote.", lookup="parent__key"),
    fields(QUOTE),
    *PAGING,
)
LOCATION = answer_header("Location", "The address of the quote.", 201)
ETAG = answer_header("ETag", "What a later write says it has seen.", 200, 201)
SPAN_WARNING = answer_header(
    "X-Span-Warning",
    "Where a span begins or ends inside what a reader takes for one character, such as a letter and its accent.",
    200,
    201,
)
MOST_WARNINGS = 20


def with_places(rows: QuerySet[Quote]) -> QuerySet[Quote]:
    """Select what the record of a quote needs besides its state; never the text of its story."""
    heavy = [f"assignment__version__{column}" for column in ArticleVersion.LONG]
    return rows.select_related("assignment__version__article").defer(*heavy)


class QuoteList(ApiView):
    """The quotes of a project that the member may see."""

    @Operation(
        name="listQuotes",
        summary="List quotes",
        tag="quotes",
        description="Those of the gold, your own, and those of others whose work you may see. Those of a copy in which"
        " a reviewer corrects only if you name it as the assignment.",
        parameters=PARAMETERS,
        answers={200: page_of("QuoteInList")},
        problems=[404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with one page."""
        seen = access.visible_quotes(self.membership, with_copies=self.query["assignment"] is not None)
        rows = self.filtered(with_places(seen), PARAMETERS)
        if self.query["status"]:
            rows = rows.filter(assignment__status=self.query["status"])
        if resolution := self.query["resolution"]:
            rows = rows.filter(resolution="" if resolution == UNANSWERED else resolution)
        if self.query["speaker"]:
            rows = rows.filter(speaker__key__in=self._merged(Speaker, self.query["speaker"]))
        if self.query["claim"]:
            links = ClaimLink.objects.filter(claim__key__in=self._merged(Claim, self.query["claim"]))
            rows = rows.filter(Exists(links.filter(quote=OuterRef("pk"))))
        every = Quote.objects.filter(project=self.membership.project)
        project = self.membership.project_id
        return self.page(rows, lambda found: records.quotes(found, project), every=every)

    def _merged(self, model: type[Speaker] | type[Claim], key: str) -> list[str]:
        merged_to = redirects(model, self.membership.project_id)
        return [key, *(other for other, target in merged_to.items() if target == key)]


class AssignmentQuotes(ApiView):
    """The quotes of one assignment."""

    @Operation(
        name="createQuote",
        summary="Make a quote",
        tag="quotes",
        description="In one gesture with all its parts. The type follows from the quotation marks unless you give"
        " one, the parent from the content, the resolution from the source words.",
        body="NewQuote",
        headers=[IDEMPOTENCY_KEY],
        answer_headers=[LOCATION, ETAG, SPAN_WARNING],
        answers={201: reference("Quote")},
        problems=[403, 404, 409, 422],
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Make the quote, once."""
        access.require(self.membership, Act.ANNOTATE)
        assignment = access.get_assignment(self.membership, pk)
        parts, gesture = quote_parts(self.membership, self.body), self.gesture()
        try:
            quote = services.create_quote(actor=self.user, assignment=assignment, parts=parts, gesture=gesture)
        except Conflict as conflict:
            conflict.current = current_state(assignment, self.user.pk)
            raise
        state = gestures.state_after(self.user, gesture, Change.Subject.QUOTE, quote.key)
        assert state is not None  # noqa: S101  # a quote is never made without its history row
        return self.written(
            records.quote_from_state(state, assignment),
            status=201,
            location=reverse("api-quote", args=[self.membership.project.slug, quote.key]),
            warning=span_warning(assignment.version.text, self.body),
        )


class QuoteDetail(ApiView):
    """One quote."""

    @Operation(
        name="getQuote",
        summary="Read a quote",
        tag="quotes",
        headers=[IF_NONE_MATCH],
        answer_headers=[ETAG],
        answers={200: reference("Quote"), 304: None},
        problems=[404],
    )
    def get(self, request: Request, slug: str, key: str) -> Response:
        """Answer with the quote."""
        row = with_places(access.visible_quotes(self.membership, with_copies=True)).filter(key=key).first()
        if row is None:
            raise Http404(_("There is no such quote."))
        return self.one(*records.quotes([row], self.membership.project_id))

    @Operation(
        name="changeQuote",
        summary="Change a quote",
        tag="quotes",
        description="Parts that you do not name stay as they are.",
        body="QuoteChanges",
        headers=[IF_MATCH, IDEMPOTENCY_KEY],
        answer_headers=[ETAG, SPAN_WARNING],
        answers={200: reference("Quote")},
        problems=[403, 404, 409, 422, 428],
    )
    def patch(self, request: Request, slug: str, key: str) -> Response:
        """Change the quote, once."""
        access.require(self.membership, Act.ANNOTATE)
        quote = access.get_quote(self.membership, key)
        revision, gesture = seen_revision(self.request, self.body), self.gesture()
        parts = quote_parts(self.membership, self.body)
        try:
            services.change_quote(actor=self.user, quote=quote, revision=revision, parts=parts, gesture=gesture)
        except Conflict as conflict:
            raise told(conflict, quote, self.body) from conflict
        state = gestures.state_after(self.user, gesture, Change.Subject.QUOTE, quote.key)
        if state is None:
            # The change changed nothing.
            return self.written(*records.quotes([quote], self.membership.project_id))
        warning = span_warning(quote.assignment.version.text, self.body)
        return self.written(records.quote_from_state(state, quote.assignment), warning=warning)

    @Operation(
        name="deleteQuote",
        summary="Delete a quote",
        tag="quotes",
        description="It is hidden, with its history; undo brings it back.",
        headers=[IF_MATCH, IDEMPOTENCY_KEY],
        answers={204: None},
        problems=[403, 404, 409, 422, 428],
    )
    def delete(self, request: Request, slug: str, key: str) -> Response:
        """Hide the quote, once."""
        access.require(self.membership, Act.ANNOTATE)
        quote = access.get_quote(self.membership, key)
        revision, gesture = seen_revision(self.request, {}), self.gesture()
        try:
            services.delete_quote(actor=self.user, quote=quote, revision=revision, gesture=gesture)
        except Conflict as conflict:
            raise told(conflict, quote, self.body) from conflict
        return Response(status=204)


class QuoteRestoration(ApiView):
    """A quote as it was."""

    @Operation(
        name="restoreQuote",
        summary="Bring a quote back",
        tag="quotes",
        description="Makes a quote of your own what it was at an earlier revision, also one that was deleted. It is a"
        " change like any other, and undo takes it back. A state that names a speaker, claim or label which stands no"
        " more is refused.",
        body="Restoration",
        headers=[IF_MATCH, IDEMPOTENCY_KEY],
        answer_headers=[ETAG],
        answers={200: reference("Quote")},
        problems=[403, 404, 409, 422, 428],
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Bring it back, once."""
        access.require(self.membership, Act.ANNOTATE)
        quote = access.get_quote(self.membership, key)
        revision, gesture = seen_revision(self.request, self.body), self.gesture()
        try:
            restore_quote(actor=self.user, quote=quote, to=self.body["to"], revision=revision, gesture=gesture)
        except Conflict as conflict:
            raise told(conflict, quote, self.body) from conflict
        state = gestures.state_after(self.user, gesture, Change.Subject.QUOTE, quote.key)
        if state is None:
            # It stood like that already.
            return self.written(*records.quotes([quote], self.membership.project_id))
        return self.written(records.quote_from_state(state, quote.assignment))


def told(conflict: Conflict, quote: Quote, body: dict[str, Any]) -> Conflict:
    """Add to a conflict both states: the quote as it stands, and what was asked of it."""
    state = conflict.current or state_of(quote)
    gone = {"deleted": True} if state["deleted"] else {}
    conflict.current = {**records.quote_from_state(state, quote.assignment), **gone}
    if body:
        conflict.details["yours"] = body
    return conflict


def span_warning(text: str, body: dict[str, Any]) -> str:
    """Return which edges of the spans that were sent cut a character in two. They are kept: a text may need them."""
    edges = (
        (role, place, span[edge])
        for role in ROLES
        for place, span in enumerate(body.get(role, ()))
        for edge in ("start", "end")
    )
    cuts = (f"{role}[{place}] cuts a character at {edge}" for role, place, edge in edges if not is_boundary(text, edge))
    return "; ".join(islice(cuts, MOST_WARNINGS))


def quote_parts(membership: Membership, body: dict[str, Any]) -> QuoteParts:
    """Return a body as the services take it. Raises ``Invalid`` for a speaker or claim that the member cannot see."""
    parts = {name: value for name, value in body.items() if name != "revision"}
    if isinstance(speaker := parts.get("speaker"), dict):
        aliases = tuple(speaker.get("aliases", ()))
        parts["speaker"] = NewSpeaker(**{**speaker, "aliases": aliases})
    elif speaker is not None and access.offered_speaker(membership, speaker) is None:
        message = _("There is no speaker “%(speaker)s” here.") % {"speaker": speaker}
        raise Invalid(message, field="speaker", code="unknown_speaker")
    if "claims" in parts:
        parts["claims"] = [
            {"claim": _claim(membership, link["claim"]), "stance": link["stance"]} for link in parts["claims"]
        ]
    return cast("QuoteParts", parts)


def _claim(membership: Membership, claim: str | dict[str, str]) -> str | NewClaim:
    if isinstance(claim, dict):
        return NewClaim(**claim)
    if access.offered_claim(membership, claim) is None:
        message = _("There is no claim “%(claim)s” here.") % {"claim": claim}
        raise Invalid(message, field="claims", code="unknown_claim")
    return claim
