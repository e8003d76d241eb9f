"""Guidelines: reading any version of them, putting a new one in force, and the quotes that are pinned to clauses."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.access import Act
from annotations.api import gestures, records
from annotations.api.components import EXAMPLE, page_of
from annotations.api.etags import seen_revision
from annotations.api.operations import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, Operation, answer_header
from annotations.api.parameters import PAGING, fields, flag, number, text
from annotations.api.shapes import reference
from annotations.api.views.base import ApiView
from annotations.exports.records import Record
from annotations.models import ArticleVersion, Change, GuidelinesExample, Quote
from annotations.services.errors import Conflict, Invalid
from annotations.services.examples import pin_example, unpin_example
from annotations.services.guidelines import change_guidelines, mark_of

PARAMETERS = (
    text("clause", "Of this clause.", lookup="clause"),
    text("quote", "Of this quote.", lookup="quote__key"),
    flag("good", "Only what shows how it is done, or only what shows how it is not.", lookup="is_good"),
    fields(EXAMPLE),
    *PAGING,
)
LOCATION = answer_header("Location", "The address of the example.", 201)
ETAG = answer_header("ETag", "What a later write says it has seen.", 200)


class Guidelines(ApiView):
    """The guidelines of a project."""

    @Operation(
        name="getGuidelines",
        summary="Read the guidelines",
        tag="projects",
        description="The version in force, unless you name one, with its clauses and the list of all versions. Where"
        " there are none yet, the revision is 0.",
        parameters=(number("version", "This version, not the one in force.", most=2**31 - 1),),
        headers=[IF_NONE_MATCH],
        answer_headers=[ETAG],
        answers={200: reference("Guidelines"), 304: None},
        problems=[404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with a version."""
        return self.one(self._record(self.query["version"]))

    @Operation(
        name="putGuidelines",
        summary="Write the guidelines",
        tag="projects",
        description="Puts a new version in force; the text that is in force already makes none. A manager may do this.",
        body="NewGuidelines",
        headers=[IF_MATCH, IDEMPOTENCY_KEY],
        answer_headers=[ETAG],
        answers={200: reference("Guidelines")},
        problems=[403, 404, 409, 422, 428],
    )
    def put(self, request: Request, slug: str) -> Response:
        """Write the version, once."""
        access.require(self.membership, Act.MANAGE)
        revision, gesture = seen_revision(self.request, self.body, least=0), self.gesture()
        project = self.membership.project
        try:
            change_guidelines(
                actor=self.user,
                project=project,
                seen=mark_of(project, revision),
                guidelines=self.body["text"],
                gesture=gesture,
            )
        except Conflict as conflict:
            conflict.current = self._record()
            raise
        state = gestures.state_after(self.user, gesture, Change.Subject.PROJECT, project.slug)
        return self.written(self._record(state["version"] if state else None))

    def _record(self, version: int | None = None) -> Record:
        return records.guidelines(self.membership.project, access.get_guidelines(self.membership, version))


class ExampleList(ApiView):
    """The quotes that are pinned to clauses."""

    @Operation(
        name="listExamples",
        summary="List the examples of the guidelines",
        tag="projects",
        description="Quotes that are pinned to clauses, for every member; not of a story to which you are blind.",
        parameters=PARAMETERS,
        answers={200: page_of("ExampleInList")},
        problems=[404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with one page."""
        rows = access.visible_examples(self.membership).select_related("quote__assignment__version__article")
        rows = rows.defer(*(f"quote__assignment__version__{column}" for column in ArticleVersion.LONG))
        return self.page(
            self.filtered(rows.prefetch_related("quote__spans"), PARAMETERS),
            lambda found: [records.example(one) for one in found],
            every=GuidelinesExample.objects.filter(project=self.membership.project),
            key="pk",
        )

    @Operation(
        name="createExample",
        summary="Pin a quote to a clause",
        tag="projects",
        description="A quote of gold, or of a story that nobody but its annotator reads without seeing others' work."
        " A reviewer or manager may do this.",
        body="NewExample",
        headers=[IDEMPOTENCY_KEY],
        answer_headers=[LOCATION],
        answers={201: reference("Example")},
        problems=[403, 404, 409, 422],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Pin it, once."""
        access.require(self.membership, Act.PIN)
        body, gesture = self.body, self.gesture()
        made = pin_example(
            actor=self.user,
            quote=self._quote(),
            clause=body["clause"],
            is_good=body.get("good", True),
            note=body["note"],
            gesture=gesture,
        )
        # As it was when it was pinned: a retry answers the same.
        state = gestures.state_after(self.user, gesture, Change.Subject.EXAMPLE, str(made.pk))
        location = reverse("api-example", args=[slug, made.pk])
        return self.written(records.example(made, state), status=201, location=location)

    def _quote(self) -> Quote:
        try:
            return access.get_quote(self.membership, self.body["quote"])
        except Http404 as error:
            raise Invalid(_("There is no such quote."), field="quote", code="unknown_quote") from error


class ExampleDetail(ApiView):
    """One quote that is pinned to a clause."""

    @Operation(
        name="getExample",
        summary="Read an example",
        tag="projects",
        headers=[IF_NONE_MATCH],
        answers={200: reference("Example"), 304: None},
        problems=[404],
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Answer with the example."""
        return self.one(records.example(access.get_example(self.membership, pk)))

    @Operation(
        name="deleteExample",
        summary="Take an example off its clause",
        tag="projects",
        description="It is hidden, with its history; pinned again it comes back.",
        headers=[IDEMPOTENCY_KEY],
        answers={204: None},
        problems=[403, 404, 409],
    )
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Take it off, once."""
        access.require(self.membership, Act.PIN)
        example = access.get_example(self.membership, pk, taken_off=True)
        unpin_example(actor=self.user, example=example, gesture=self.gesture())
        return Response(status=204)
