"""Adjudications: beginning one, reading what differs, deciding, taking back, making gold."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.access import Act
from annotations.api import adjudication_records as records
from annotations.api import gestures
from annotations.api.components import ADJUDICATION, page_of
from annotations.api.etags import seen_revision
from annotations.api.operations import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, Operation, answer_header
from annotations.api.parameters import PAGING, fields, one_of, text
from annotations.api.shapes import reference
from annotations.api.views.base import ApiView
from annotations.exports.records import Record
from annotations.models import Adjudication, Assignment, Change
from annotations.services import adjudications as services
from annotations.services.adjudication_sources import compared
from annotations.services.decisions import Choice, decide, undo_decision
from annotations.services.errors import Conflict, Invalid

PARAMETERS = (
    text("article", "Of this article.", lookup="version__article__key"),
    one_of(
        "status",
        [Assignment.Status.DRAFT.value, Assignment.Status.GOLD.value],
        "Whose result is in this status.",
        lookup="result__status",
    ),
    fields(ADJUDICATION),
    *PAGING,
)
LOCATION = answer_header("Location", "The address of what was made.", 201)
ETAG = answer_header("ETag", "What a later write says it has seen.", 200, 201)
_change = partial(
    Operation,
    tag="adjudications",
    headers=[IF_MATCH, IDEMPOTENCY_KEY],
    answer_headers=[ETAG],
    answers={200: reference("AdjudicationSummary")},
    problems=[403, 404, 409, 422, 428],
)


class AdjudicationList(ApiView):
    """The adjudications of a project that the member may see."""

    @Operation(
        name="listAdjudications",
        summary="List adjudications",
        tag="adjudications",
        description="Of stories that you do not annotate yourself, unless there is gold.",
        parameters=PARAMETERS,
        answers={200: page_of("AdjudicationInList")},
        problems=[403, 404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with one page."""
        access.require(self.membership, Act.REVIEW)
        visible = access.visible_adjudications(self.membership).select_related("version__article", "result")
        return self.page(
            self.filtered(visible.defer("version__text", "version__original", "version__search_text"), PARAMETERS),
            lambda found: [records.summary(one, self.user.pk) for one in found],
            every=Adjudication.objects.filter(project=self.membership.project),
            key="pk",
        )

    @Operation(
        name="startAdjudication",
        summary="Adjudicate a story",
        tag="adjudications",
        description="Compares what two to six people submitted, and merges by itself what all agree on.",
        body="NewAdjudication",
        headers=[IDEMPOTENCY_KEY],
        answer_headers=[LOCATION, ETAG],
        answers={201: reference("AdjudicationSummary")},
        problems=[403, 404, 409, 422],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Begin, once."""
        access.require(self.membership, Act.REVIEW)
        gesture = self.gesture()
        made = services.start_adjudication(
            actor=self.user, version=self._version(), chosen=self.body.get("sources", ()), gesture=gesture
        )
        return self.written(
            records.summary(made, self.user.pk, _state(self.user, gesture, made)),
            status=201,
            location=reverse("api-adjudication", args=[slug, made.pk]),
        )

    def _version(self) -> Any:
        key, number = self.body["article"], self.body.get("version")
        try:
            return access.get_adjudicated(self.user, self.membership.project.slug, key, number)[1]
        except Http404 as error:
            raise Invalid(_("There is no such article, or no such version of it."), field="article") from error


def _state(user: Any, gesture: str, adjudication: Adjudication) -> Record | None:
    return gestures.state_after(user, gesture, Change.Subject.ASSIGNMENT, str(adjudication.result_id))


class AdjudicationDetail(ApiView):
    """One adjudication."""

    @Operation(
        name="getAdjudication",
        summary="Read an adjudication",
        tag="adjudications",
        description="With everything that is compared: the quote of each source, in what they differ, the decision.",
        headers=[IF_NONE_MATCH],
        answer_headers=[ETAG],
        answers={200: reference("Adjudication"), 304: None},
        problems=[403, 404],
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Answer with the adjudication."""
        access.require(self.membership, Act.REVIEW)
        found = access.get_visible_adjudication(self.membership, pk)
        return self.one(records.adjudication(compared(found), self.user.pk))


class Adjudicating(ApiView):
    """What all that changes an adjudication has in common."""

    def carry_out(self, pk: int, act: Callable[[Adjudication], Any]) -> Any:
        """Do something with an adjudication; a conflict shows how it stands."""
        access.require(self.membership, Act.REVIEW)
        adjudication = access.get_visible_adjudication(self.membership, pk)
        try:
            return act(adjudication)
        except Conflict as conflict:
            adjudication.result.refresh_from_db()
            conflict.current = conflict.current or records.summary(adjudication, self.user.pk)
            raise

    def move(self, pk: int, service: Callable[..., Adjudication], **asked: Any) -> Response:
        """Let a service change the draft, and answer with the adjudication as that left it."""
        gesture = self.gesture()
        given = {"actor": self.user, "gesture": gesture, **asked}
        made = self.carry_out(pk, lambda adjudication: service(adjudication=adjudication, **given))
        return self.written(records.summary(made, self.user.pk, _state(self.user, gesture, made)))


class Decide(Adjudicating):
    """Decide what becomes of an item."""

    @Operation(
        name="decideItem",
        summary="Decide what becomes of an item",
        tag="adjudications",
        description="Takes what one source has (no quote, if it has none), mixes parts of several, or drops it.",
        body="ItemDecision",
        headers=[IDEMPOTENCY_KEY],
        answers={200: reference("Decision")},
        problems=[403, 404, 409, 422],
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Decide, once."""
        gesture, body = self.gesture(), self.body

        def act(adjudication: Adjudication) -> None:
            decide(
                actor=self.user,
                adjudication=adjudication,
                key=body["item"],
                revision=body["revision"],
                choice=self._choice(),
                reason=body.get("reason", ""),
                clause=body.get("clause", ""),
                gesture=gesture,
            )

        self.carry_out(pk, act)
        (row,) = gestures.rows_of(self.user, gesture, Change.Subject.DECISION)
        return Response(records.decision(row.subject_key, row.after or {}))

    def _choice(self) -> Choice:
        outcome = self.body["outcome"]
        if outcome == "mixed":
            return Choice.mix(self.body.get("picks", {}))
        if outcome == "dropped":
            return Choice.drop()
        if "source" not in self.body:
            raise Invalid(_("Say which source is taken."), field="source")
        return Choice.take(self.body["source"])


class UndoDecision(Adjudicating):
    """Take one's last decision back."""

    @Operation(
        name="undoDecision",
        summary="Take your last decision back",
        tag="adjudications",
        body="Seen",
        headers=[IF_MATCH, IDEMPOTENCY_KEY],
        answers={200: reference("Decision")},
        problems=[403, 404, 409, 422, 428],
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Take it back, once."""
        revision, gesture = seen_revision(self.request, self.body), self.gesture()
        undo = partial(undo_decision, actor=self.user, revision=revision, gesture=gesture)
        self.carry_out(pk, lambda adjudication: undo(adjudication=adjudication))
        (row,) = gestures.rows_of(self.user, gesture, Change.Subject.DECISION)
        return Response(records.decision(row.subject_key, row.after or {}))


class CompareAnew(Adjudicating):
    """Compare the work as it stands now."""

    @Operation(
        name="compareAnew",
        summary="Compare anew",
        tag="adjudications",
        description="After somebody changed what was compared. Decisions on quotes that are as they were stay.",
        headers=[IDEMPOTENCY_KEY],
        answer_headers=[ETAG],
        answers={200: reference("AdjudicationSummary")},
        problems=[403, 404, 409, 422],
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Compare."""
        return self.move(pk, services.compare_anew)


class FinishAdjudication(Adjudicating):
    """Make the draft gold."""

    @_change(
        name="finishAdjudication",
        summary="Make an adjudication gold",
        description="Refused, and told why, while something is not decided, and unless it is confirmed while an answer"
        " is missing.",
        body="Completion",
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Make it gold."""
        revision, confirmed = seen_revision(self.request, self.body), self.body.get("confirmed", False)
        return self.move(pk, services.finish_adjudication, revision=revision, confirmed=confirmed)


class TakeUpAdjudication(Adjudicating):
    """Take gold back to mend it, or a draft over."""

    @_change(
        name="takeUpAdjudication",
        summary="Take up an adjudication",
        description="Takes gold back to mend it (its editor or a manager), or a draft over from whoever makes it.",
        body="Seen",
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Take it up."""
        return self.move(pk, services.take_up, revision=seen_revision(self.request, self.body))
