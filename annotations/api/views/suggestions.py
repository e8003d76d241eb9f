"""Suggestions: what programs say was said, and what annotators make of it."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.access import Act
from annotations.api import gestures, records
from annotations.api.operations import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, Operation
from annotations.api.shapes import reference
from annotations.api.version_shapes import SUGGESTED_COUNTS
from annotations.api.views.assignments import ETAG, LOCATION, assignment_path
from annotations.api.views.base import ApiView
from annotations.api.views.quotes import quote_parts, with_places
from annotations.api.views.versions import ProposalAct
from annotations.exports.records import Record
from annotations.models import Assignment, Change, Quote
from annotations.services.carrying import CarryOver, Earlier
from annotations.services.errors import Invalid
from annotations.services.suggestions import Suggestion, model_of, push_suggestions, suggestions_of


class ArticleSuggestions(ApiView):
    """What programs suggest for an article."""

    @Operation(
        name="pushSuggestions",
        summary="Push the predictions of a model",
        tag="suggestions",
        description="All that one version of a model suggests for one text, in one request: they become an assignment"
        " of the model, are proposed with their score to whoever annotates the text, and are never gold by themselves."
        " The same again makes nothing and answers 200; something else under the same version of a model is refused"
        " (409, `changed`). Of each model the last version that was pushed is proposed.",
        body="NewSuggestions",
        headers=[IDEMPOTENCY_KEY],
        answer_headers=[LOCATION, ETAG],
        answers={200: reference("Assignment"), 201: reference("Assignment")},
        problems=[403, 404, 409, 422],
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Keep them, once."""
        access.require(self.membership, Act.IMPORT)
        version = access.get_version(access.get_article(self.membership, key), self.body.get("version"))
        suggestions = [self._suggestion(place, one) for place, one in enumerate(self.body["suggestions"])]
        program, gesture = {name: self.body[name] for name in ("model", "model_version")}, self.gesture()
        made = push_suggestions(actor=self.user, version=version, suggestions=suggestions, gesture=gesture, **program)
        is_new = gestures.rows_of(self.user, gesture, Change.Subject.ASSIGNMENT)
        return self.written(
            records.assignment_record(made, self.user.pk),
            status=201 if is_new else 200,
            location=assignment_path(self.membership, made),
        )

    def _suggestion(self, place: int, body: dict[str, Any]) -> Suggestion:
        parts = {name: value for name, value in body.items() if name != "score"}
        try:
            return Suggestion(quote_parts(self.membership, parts), float(body["score"]))
        except Invalid as invalid:
            invalid.field = f"suggestions[{place}].{invalid.field}"
            raise


class SuggestionsOfAssignment(ApiView):
    """What is suggested to an annotator."""

    @Operation(
        name="listSuggestions",
        summary="Read what is suggested",
        tag="suggestions",
        description="To the annotator of an assignment: what waits, and what they accepted or left out. Not what they"
        " have marked by themselves.",
        headers=[IF_NONE_MATCH],
        answers={200: reference("Suggestions"), 304: None},
        problems=[404],
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Answer with all of them."""
        assignment = access.get_assignment(self.membership, pk)
        return self.one(_record(assignment, suggestions_of(assignment)))


class AcceptSuggestion(ProposalAct):
    """Accepting one suggestion."""

    @Operation(
        name="acceptSuggestion",
        summary="Accept a suggestion",
        tag="suggestions",
        description="Makes a quote of yours of it, with the spans that you give for a role instead of those suggested.",
        body="Acceptance",
        headers=[IF_MATCH, IDEMPOTENCY_KEY],
        answer_headers=[LOCATION, ETAG],
        answers={201: reference("Quote")},
        problems=[403, 404, 409, 422, 428],
    )
    def post(self, request: Request, slug: str, pk: int, key: str) -> Response:
        """Accept it, once."""
        return self.accepted(slug, pk, key)


class LeaveOutSuggestion(ProposalAct):
    """Leaving one suggestion out."""

    @Operation(
        name="leaveOutSuggestion",
        summary="Leave a suggestion out",
        tag="suggestions",
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


def _record(assignment: Assignment, found: CarryOver) -> Record:
    """Return what is suggested for an assignment, as it stands."""
    rows = with_places(Quote.objects.filter(pk__in=[one.quote.pk for one in found.quotes]))
    shown = {record["id"]: record for record in records.quotes(rows, assignment.project_id)}
    counts = (len(found.waiting), len(found.carried), len(found.left_out))
    return {
        "assignment": assignment.pk,
        "counts": dict(zip(SUGGESTED_COUNTS, counts, strict=True)),
        "suggestions": [_suggested(one, shown[one.key], one in found.left_out) for one in found.quotes],
    }


def _suggested(one: Earlier, quote: Record, left_out: bool) -> Record:
    model, model_version = model_of(one.suggester)
    return {
        "quote": quote,
        "model": model,
        "model_version": model_version,
        "copies": one.copies,
        "left_out": left_out,
    }
