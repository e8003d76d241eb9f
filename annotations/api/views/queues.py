"""The queue: how stories are handed out, the next one, giving one back, handing one over; and how far a project is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.access import Act
from annotations.api import gestures, records
from annotations.api.components import STORY, page_of
from annotations.api.etags import seen_revision
from annotations.api.operations import IDEMPOTENCY_KEY, IF_NONE_MATCH, Operation
from annotations.api.parameters import PAGING, fields
from annotations.api.shapes import reference
from annotations.api.views.assignments import ETAG, LOCATION, Move, assignment_path, current_state, move_operation
from annotations.api.views.base import ApiView
from annotations.exports.records import Record
from annotations.models import Assignment, Change, Membership
from annotations.reports.progress import newest_stories, progress_record, story_records
from annotations.services.assignments import start_assignment
from annotations.services.errors import Conflict, Invalid, NotAllowed
from annotations.services.handing_out import hand_over, next_story, skip_story
from annotations.services.queues import QueueSettings, change_queue, seen_mark, settings_of


class QueueDetail(ApiView):
    """How a project hands out its stories."""

    @Operation(
        name="getQueue",
        summary="Read how stories are handed out",
        tag="handing out",
        description="For managers.",
        headers=[IF_NONE_MATCH],
        answers={200: reference("Queue"), 304: None},
        problems=[403, 404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with the settings, and who gets stories."""
        access.require(self.membership, Act.MANAGE)
        project = self.membership.project
        settings = settings_of(project)
        return self.one(
            {
                "settings": asdict(settings) if settings else None,
                "takers": {row.user.username: row.takes_stories for row in access.annotating_members(project)},
                "seen": seen_mark(project),
            }
        )

    @Operation(
        name="changeQueue",
        summary="Set how stories are handed out",
        tag="handing out",
        description="For managers. Without settings everybody chooses freely again; who has a story keeps it.",
        body="QueueChanges",
        headers=[IDEMPOTENCY_KEY],
        answers={204: None},
        problems=[403, 404, 409, 422],
    )
    def put(self, request: Request, slug: str) -> Response:
        """Set it, once."""
        access.require(self.membership, Act.MANAGE)
        given = self.body["settings"]
        change_queue(
            actor=self.user,
            project=self.membership.project,
            seen=self.body["seen"],
            settings=QueueSettings(**given) if given else None,
            takers=self._takers(self.body.get("takers", {})),
            gesture=self.gesture(),
        )
        return Response(status=204)

    def _takers(self, given: Mapping[str, bool]) -> dict[int, bool]:
        found = annotating(self.membership, given, "takers")
        return {found[name].pk: takes for name, takes in given.items()}


def annotating(membership: Membership, usernames: Iterable[str], field: str) -> dict[str, Membership]:
    """Return members of the project who annotate, by user name. Raises ``Invalid`` for one who does not."""
    members = {row.user.username: row for row in access.annotating_members(membership.project)}
    for name in usernames:
        if name not in members:
            message = _("Nobody called “%(name)s” annotates in this project.") % {"name": f"{name:.60}"}
            raise Invalid(message, field=field, code="unknown_member")
    return members


class NextStory(ApiView):
    """The story that comes next."""

    @Operation(
        name="takeNextStory",
        summary="Take the next story",
        tag="handing out",
        description="Makes your assignment of the story that comes next, or answers 200 with one that you have and did"
        " not begin. Where none is left for you, and where nothing is handed out, that is said (422: none_left,"
        " no_queue).",
        headers=[IDEMPOTENCY_KEY],
        answer_headers=[LOCATION, ETAG],
        answers={200: reference("Assignment"), 201: reference("Assignment")},
        problems=[403, 404, 422],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Take it, once."""
        access.require(self.membership, Act.ANNOTATE)
        gesture = self.gesture()
        assignment = next_story(actor=self.user, project=self.membership.project, gesture=gesture)
        if assignment is None:
            message = _("No story is left for you: each has its readers, or you have had it.")
            raise Invalid(message, code="none_left")
        state = gestures.state_after(self.user, gesture, Change.Subject.ASSIGNMENT, str(assignment.pk))
        return self.written(
            records.assignment_record(assignment, self.user.pk, state),
            status=201 if state else 200,
            location=assignment_path(self.membership, assignment),
        )


class Skip(Move):
    """Give one's own story back."""

    move = staticmethod(skip_story)

    @move_operation(
        name="skipAssignment",
        summary="Give a story back",
        tag="handing out",
        description="With a reason, which managers read. What was done in it stays, and its place is free.",
        body="GivingBack",
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Give it back."""
        return self.take(pk, reason=self.body["reason"])


class Resume(ApiView):
    """Take one's own story up again."""

    @Operation(
        name="resumeAssignment",
        summary="Take a story up again",
        tag="handing out",
        description="One that you gave back, as long as it has a place. One that you have is answered as it is.",
        headers=[IDEMPOTENCY_KEY],
        answer_headers=[ETAG],
        answers={200: reference("Assignment")},
        problems=[403, 404, 422],
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Take it up, once."""
        access.require(self.membership, Act.ANNOTATE)
        assignment, gesture = access.get_assignment(self.membership, pk), self.gesture()
        if assignment.annotator is None or assignment.annotator.user_id != self.user.pk:
            raise NotAllowed(_("Only its annotator takes a story up again."))
        start_assignment(actor=self.user, version=assignment.version, gesture=gesture)
        state = gestures.state_taken_up(self.user, gesture, pk)
        assignment.refresh_from_db(fields=["status", "left", "revision", "read_up_to"])
        return self.written(records.assignment_record(assignment, self.user.pk, state))


class HandOver(ApiView):
    """Give somebody else's story to a third."""

    @move_operation(
        name="handAssignmentOver",
        summary="Hand a story over",
        tag="handing out",
        description="For managers: takes a story from its annotator, whose work on it stays, and gives it to another"
        " member, who begins anew. The answer is the new assignment.",
        body="HandingOver",
        answer_headers=[LOCATION, ETAG],
        answers={201: reference("Assignment")},
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Hand it over, once."""
        access.require(self.membership, Act.MANAGE)
        assignment, gesture = access.get_assignment(self.membership, pk), self.gesture()
        username, reason, revision = self.body["to"], self.body["reason"], seen_revision(self.request, self.body)
        common = {"reason": reason, "revision": revision, "gesture": gesture}
        to = annotating(self.membership, [username], "to")[username]
        try:
            hand_over(actor=self.user, assignment=assignment, to=to, **common)
        except Conflict as conflict:
            conflict.current = current_state(assignment, self.user.pk)
            raise
        made, state = self._made(gesture)
        record = records.assignment_record(made, self.user.pk, state)
        return self.written(record, status=201, location=assignment_path(self.membership, made))

    def _made(self, gesture: str) -> tuple[Assignment, Record]:
        rows = gestures.rows_of(self.user, gesture, Change.Subject.ASSIGNMENT)
        row = next(row for row in rows if row.action == Change.Action.ASSIGN)
        whole = Assignment.objects.select_related("version__article", "annotator").without_text()
        return whole.get(pk=row.subject_key), row.after or {}


class Progress(ApiView):
    """How far a project is, by person and day."""

    @Operation(
        name="getProgress",
        summary="Read how far a project is",
        tag="handing out",
        description="For managers, by person and from day to day. Of stories that you annotate only your own work"
        " counts, until there is gold.",
        headers=[IF_NONE_MATCH],
        answers={200: reference("Progress"), 304: None},
        problems=[403, 404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with the figures."""
        access.require(self.membership, Act.MANAGE)
        return self.one(progress_record(self.membership))


PARAMETERS = (fields(STORY), *PAGING)


class ProgressStories(ApiView):
    """How far each story is."""

    @Operation(
        name="listProgress",
        summary="List how far each story is",
        tag="handing out",
        description="For managers: the newest version of each story, with those who read it.",
        parameters=PARAMETERS,
        answers={200: page_of("StoryInList")},
        problems=[403, 404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with one page."""
        access.require(self.membership, Act.MANAGE)
        rows = newest_stories(self.membership)
        return self.page(rows, lambda found: story_records(self.membership, found), every=rows, key="pk")
