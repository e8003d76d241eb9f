"""Many quotes at once: making and deleting them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.access import Act
from annotations.api import gestures, records
from annotations.api.operations import IDEMPOTENCY_KEY, IF_MATCH, Operation, answer_header
from annotations.api.shapes import reference
from annotations.api.views.assignments import Step, current_state
from annotations.api.views.base import ApiView
from annotations.api.views.quotes import ETAG, MOST_WARNINGS, SPAN_WARNING, quote_parts, span_warning
from annotations.models import Change
from annotations.services.errors import Conflict, Invalid
from annotations.services.many_quotes import create_quotes, delete_quotes
from annotations.services.quote_parts import QuoteParts


class ManyQuotes(ApiView):
    """Many quotes of one assignment at once."""

    @Operation(
        name="createQuotes",
        summary="Make many quotes",
        tag="quotes",
        description="In one gesture: all of them or none, and one undo takes them back. `errors` names the place of one"
        " that cannot be, as `quotes[3].content`. Location is the list of the quotes of the assignment.",
        body="NewQuotes",
        headers=[IDEMPOTENCY_KEY],
        answer_headers=[answer_header("Location", "The address of the list.", 201), ETAG, SPAN_WARNING],
        answers={201: reference("MadeQuotes")},
        problems=[403, 404, 409, 422],
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Make the quotes, once."""
        access.require(self.membership, Act.ANNOTATE)
        assignment = access.get_assignment(self.membership, pk)
        many, gesture = [self._parts(place, one) for place, one in enumerate(self.body["quotes"])], self.gesture()
        try:
            create_quotes(actor=self.user, assignment=assignment, many=many, gesture=gesture)
        except Conflict as conflict:
            conflict.current = current_state(assignment, self.user.pk)
            raise
        rows = gestures.rows_of(self.user, gesture, Change.Subject.QUOTE)
        states = [row.after for row in rows if row.action == Change.Action.CREATE and row.after]
        made = records.quotes_from_states(states, assignment)
        text = assignment.version.text
        warnings = (span_warning(text, one) for one in self.body["quotes"])
        told = [f"quotes[{place}]: {warning}" for place, warning in enumerate(warnings) if warning]
        return self.written(
            {"assignment": assignment.pk, "quotes": made},
            status=201,
            location=f"{reverse('api-quotes', args=[slug])}?assignment={assignment.pk}",
            warning=" | ".join(told[:MOST_WARNINGS]),
        )

    def _parts(self, place: int, body: dict[str, Any]) -> QuoteParts:
        try:
            return quote_parts(self.membership, body)
        except Invalid as invalid:
            invalid.field = f"quotes[{place}].{invalid.field}"
            raise


class DeletedQuotes(Step):
    """Quotes of one assignment that go at once."""

    step = staticmethod(delete_quotes)

    @Operation(
        name="deleteQuotes",
        summary="Delete many quotes",
        tag="quotes",
        description="In one gesture: all of them or none, hidden with their history, and one undo brings them back. The"
        " revision is that of the assignment, which counts up with every change of a quote.",
        body="GoneQuotes",
        headers=[IF_MATCH, IDEMPOTENCY_KEY],
        answers={200: reference("Step")},
        problems=[403, 404, 409, 422, 428],
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Hide them, once."""
        return self.take(pk, keys=list(dict.fromkeys(self.body["quotes"])))
