"""History: what happened to a quote, a story, a project; and who did how much."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.access import Act
from annotations.api import records
from annotations.api.components import CHANGE, page_of
from annotations.api.operations import IF_NONE_MATCH, Operation
from annotations.api.parameters import PAGING, day, fields, one_of, text
from annotations.api.shapes import reference
from annotations.api.views.base import ApiView
from annotations.forms.filters import HISTORY_LOOKUPS
from annotations.models import Change
from annotations.reports.activity import STEPS, Span, activity_record

PARAMETERS = (
    text("person", "Done by this user.", lookup=HISTORY_LOOKUPS["person"]),
    one_of("kind", Change.Subject.values, "To an object of this kind.", lookup=HISTORY_LOOKUPS["kind"]),
    one_of("action", Change.Action.values, "This was done.", lookup=HISTORY_LOOKUPS["action"]),
    text("story", "In the article with this id.", lookup=HISTORY_LOOKUPS["story"]),
    text("object", "To the object with this id.", lookup=HISTORY_LOOKUPS["object"]),
    day("since", "On this day or later, in UTC.", lookup=HISTORY_LOOKUPS["since"]),
    day("until", "On this day or earlier, in UTC.", lookup=HISTORY_LOOKUPS["until"]),
    fields(CHANGE),
    *PAGING,
)
SPAN = (
    one_of("by", list(STEPS), "In these steps; weeks begin on Monday.", default="week"),
    day("since", "From this day on; four weeks if not given."),
    day("until", "Up to and on this day; today if not given."),
)
# A change has no id that others could see: the number of its row would tell how much they have written.
KEY = ("actor_id", "gesture", "sequence")


class History(ApiView):
    """The history of a project."""

    @Operation(
        name="listHistory",
        summary="List what happened",
        tag="history",
        description="Each change of an object that you may see, with its state before and after. Nothing of an"
        " assignment that you may not see.",
        parameters=PARAMETERS,
        answers={200: page_of("ChangeInList")},
        problems=[404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with one page."""
        visible = access.visible_changes(self.membership).select_related("actor", "article")
        every = Change.objects.filter(project=self.membership.project)
        return self.page(self.filtered(visible, PARAMETERS), records.changes, every=every, key=KEY)


class Activity(ApiView):
    """Who did how much."""

    @Operation(
        name="getActivity",
        summary="Read who did how much",
        tag="history",
        description="For managers, by person and day or week. Of stories that you annotate only your own work counts,"
        " until there is gold. A hundred steps are the most.",
        parameters=SPAN,
        headers=[IF_NONE_MATCH],
        answers={200: reference("Activity"), 304: None},
        problems=[403, 404, 422],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with the figures."""
        access.require(self.membership, Act.MANAGE)
        span = Span.of(self.query["since"], self.query["until"], self.query["by"])
        return self.one(activity_record(self.membership, span))
