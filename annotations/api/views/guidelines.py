"""Guidelines: reading any version of them, and putting a new one in force."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.access import Act
from annotations.api import gestures, records
from annotations.api.etags import seen_revision
from annotations.api.operations import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, Operation, answer_header
from annotations.api.parameters import number
from annotations.api.shapes import reference
from annotations.api.views.base import ApiView
from annotations.exports.records import Record
from annotations.models import Change
from annotations.services.errors import Conflict
from annotations.services.guidelines import change_guidelines, mark_of

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
