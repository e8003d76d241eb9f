"""Assignments: reading them, taking one up, undo and redo, submitting and taking back."""

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
from annotations.api import gestures, records
from annotations.api.components import ASSIGNMENT, page_of
from annotations.api.etags import seen_revision
from annotations.api.operations import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, Operation, answer_header
from annotations.api.parameters import PAGING, fields, flag, one_of, text
from annotations.api.shapes import reference
from annotations.api.views.base import ApiView
from annotations.exports.records import Record
from annotations.models import Assignment, Change, Membership, User
from annotations.services import undo as undo_services
from annotations.services.assignments import reopen_assignment, start_assignment, submit_assignment
from annotations.services.errors import Conflict, Invalid
from annotations.services.looked_at import look_at

PARAMETERS = (
    text("article", "Of this article.", lookup="version__article__key"),
    text("annotator", "Of this annotator, by the name that exports use.", lookup="annotator__pseudonym"),
    flag("own", "Only your own, or only those of others."),
    one_of("status", Assignment.Status.values, "In this status.", lookup="status"),
    one_of("left", Assignment.Left.values, "That were given back like this.", lookup="left"),
    fields(ASSIGNMENT),
    *PAGING,
)
LOCATION = answer_header("Location", "The address of what was made.", 200, 201)
ETAG = answer_header("ETag", "What a later write says it has seen.", 200, 201)


# Undo and redo; submitting and taking back.
_step = partial(
    Operation,
    tag="assignments",
    body="Seen",
    headers=[IF_MATCH, IDEMPOTENCY_KEY],
    answers={200: reference("Step")},
    problems=[403, 404, 409, 422, 428],
)
move_operation = partial(
    Operation,
    tag="assignments",
    headers=[IF_MATCH, IDEMPOTENCY_KEY],
    answer_headers=[ETAG],
    answers={200: reference("Assignment")},
    problems=[403, 404, 409, 422, 428],
)


def assignment_path(membership: Membership, assignment: Assignment) -> str:
    """Return the address of an assignment."""
    return reverse("api-assignment", args=[membership.project.slug, assignment.pk])


class AssignmentList(ApiView):
    """The assignments of a project that the member may see."""

    @Operation(
        name="listAssignments",
        summary="List assignments",
        tag="assignments",
        description="The gold, your own, and those of others whose work you may see.",
        parameters=PARAMETERS,
        answers={200: page_of("AssignmentInList")},
        problems=[404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with one page."""
        visible = access.visible_assignments(self.membership).select_related("version__article", "annotator")
        rows = self.filtered(visible.without_text(), PARAMETERS)
        if self.query["own"] is not None:
            own = rows.filter(annotator__user_id=self.user.pk)
            rows = own if self.query["own"] else rows.exclude(pk__in=own.values("pk"))
        return self.page(
            rows,
            lambda found: [records.assignment_record(one, self.user.pk) for one in found],
            every=Assignment.objects.filter(project=self.membership.project),
            key="pk",
        )

    @Operation(
        name="startAssignment",
        summary="Take up an article",
        tag="assignments",
        description="Makes your assignment of a version of an article, or answers 200 with the one that you have.",
        body="NewAssignment",
        headers=[IDEMPOTENCY_KEY],
        answer_headers=[LOCATION, ETAG],
        answers={200: reference("Assignment"), 201: reference("Assignment")},
        problems=[403, 404, 422],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Make the assignment, once."""
        access.require(self.membership, Act.ANNOTATE)
        version = self._version()
        gesture = self.gesture()
        assignment = start_assignment(actor=self.user, version=version, gesture=gesture)
        state = gestures.state_taken_up(self.user, gesture, assignment.pk)
        assignment.version = version
        return self.written(
            records.assignment_record(assignment, self.user.pk, state),
            # What was given back and is taken up again is not new.
            status=201 if state and state["revision"] == 1 else 200,
            location=assignment_path(self.membership, assignment),
        )

    def _version(self) -> Any:
        try:
            article = access.get_article(self.membership, self.body["article"])
            return access.get_version(article, self.body.get("version"))
        except Http404 as error:
            message = _("There is no such article, or no such version of it.")
            raise Invalid(message, field="article") from error


class AssignmentDetail(ApiView):
    """One assignment."""

    @Operation(
        name="getAssignment",
        summary="Read an assignment",
        tag="assignments",
        headers=[IF_NONE_MATCH],
        answer_headers=[ETAG],
        answers={200: reference("Assignment"), 304: None},
        problems=[404],
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Answer with the assignment."""
        return self.one(records.assignment_record(access.get_assignment(self.membership, pk), self.user.pk))


class LookedAt(ApiView):
    """The stretches of an assignment that were looked at and hold no quote."""

    @Operation(
        name="getLookedAt",
        summary="Read what was looked at",
        tag="assignments",
        headers=[IF_NONE_MATCH],
        answer_headers=[ETAG],
        answers={200: reference("LookedAt"), 304: None},
        problems=[404],
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Answer with the stretches."""
        return self.one(records.looked_at(access.get_assignment(self.membership, pk)))

    @Operation(
        name="lookAt",
        summary="Say that words were looked at",
        tag="assignments",
        description="Says that words hold no quote, or takes that back. Stretches that meet become one.",
        body="Look",
        headers=[IF_MATCH, IDEMPOTENCY_KEY],
        answer_headers=[ETAG],
        answers={200: reference("LookedAt")},
        problems=[403, 404, 409, 422, 428],
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Look at the words, once."""
        access.require(self.membership, Act.ANNOTATE)
        assignment = access.get_assignment(self.membership, pk)
        revision, gesture = seen_revision(self.request, self.body), self.gesture()
        try:
            look_at(
                actor=self.user,
                assignment=assignment,
                revision=revision,
                span={name: self.body[name] for name in ("start", "end", "exact") if name in self.body},
                looked=self.body.get("looked", True),
                gesture=gesture,
            )
        except Conflict as conflict:
            conflict.current = current_state(assignment, self.user.pk)
            raise
        state = gestures.state_after(self.user, gesture, Change.Subject.ASSIGNMENT, str(assignment.pk))
        return self.written(records.looked_at(assignment, state))


class Step(ApiView):
    """What undo, redo and deleting many quotes have in common."""

    step: Callable[..., Assignment]

    def take(self, pk: int, **asked: Any) -> Response:
        """Take one step, and answer with the quotes as it left them."""
        access.require(self.membership, Act.ANNOTATE)
        assignment = access.get_assignment(self.membership, pk)
        revision, gesture = seen_revision(self.request, self.body), self.gesture()
        try:
            type(self).step(actor=self.user, assignment=assignment, revision=revision, gesture=gesture, **asked)
        except Conflict as conflict:
            conflict.current = conflict.current or current_state(assignment, self.user.pk)
            raise
        return Response(step_record(self.user, gesture, assignment, revision))


class Undo(Step):
    """Undo one's own last gesture."""

    step = staticmethod(undo_services.undo)

    @_step(name="undo", summary="Undo your last gesture")
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Undo."""
        return self.take(pk)


class Redo(Step):
    """Redo what was undone last."""

    step = staticmethod(undo_services.redo)

    @_step(name="redo", summary="Redo what you undid last")
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Redo."""
        return self.take(pk)


class Move(ApiView):
    """What submitting and taking back have in common."""

    move: Callable[..., Assignment]

    def take(self, pk: int, **asked: Any) -> Response:
        """Change the status, and answer with the assignment as that left it."""
        access.require(self.membership, Act.ANNOTATE)
        assignment = access.get_assignment(self.membership, pk)
        revision, gesture = seen_revision(self.request, self.body), self.gesture()
        try:
            type(self).move(actor=self.user, assignment=assignment, revision=revision, gesture=gesture, **asked)
        except Conflict as conflict:
            conflict.current = current_state(assignment, self.user.pk)
            raise
        state = gestures.state_after(self.user, gesture, Change.Subject.ASSIGNMENT, str(assignment.pk))
        return self.written(records.assignment_record(assignment, self.user.pk, state))


class Submit(Move):
    """Say that every quote in scope is marked."""

    move = staticmethod(submit_assignment)

    @move_operation(
        name="submitAssignment",
        summary="Submit an assignment",
        description="Says that every quote of the story is marked, or of what was read of it. Unless it is confirmed,"
        " it is refused while an answer is missing, and told which: the speaker, resolution or a label of a quote, or"
        " what is in a paragraph.",
        body="Submission",
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Submit."""
        confirmed = self.body.get("confirmed", False)
        return self.take(pk, read_up_to=self.body.get("read_up_to"), confirmed=confirmed)


class Reopen(Move):
    """Take a submission back."""

    move = staticmethod(reopen_assignment)

    @move_operation(name="reopenAssignment", summary="Take a submission back", body="Seen")
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Take back."""
        return self.take(pk)


def current_state(assignment: Assignment, user_pk: int) -> Record:
    """Return an assignment as it stands now, to show beside what somebody took it for."""
    assignment.refresh_from_db(fields=["status", "left", "revision", "read_up_to"])
    return records.assignment_record(assignment, user_pk)


def step_record(user: User, gesture: str, assignment: Assignment, revision: int) -> Record:
    """Return the quotes of an assignment that a gesture changed, as it left them."""
    changed = [row.after or {} for row in gestures.rows_of(user, gesture, Change.Subject.QUOTE)]
    return {
        "assignment": assignment.pk,
        # Each gesture counts the assignment up by one, whatever came after it.
        "revision": revision + 1,
        "quotes": records.quotes_from_states([one for one in changed if not one["deleted"]], assignment),
        "deleted": [one["id"] for one in changed if one["deleted"]],
    }
