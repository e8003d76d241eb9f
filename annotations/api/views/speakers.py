"""Speakers, those that the member may be offered."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.api import records
from annotations.api.components import SPEAKER, page_of
from annotations.api.operations import IF_NONE_MATCH, Operation
from annotations.api.parameters import PAGING_BY_ID, fields, flag, one_of, text
from annotations.api.shapes import reference
from annotations.api.views.base import ApiView
from annotations.forms.filters import with_words
from annotations.models import Speaker, fold

PARAMETERS = (
    one_of("kind", Speaker.Kind.values, "Of this kind.", lookup="kind"),
    flag("named", "Only those who are named, or who are not.", lookup="named"),
    flag("merged", "Only those that were merged into another, or were not."),
    text("article", "Only those who are not named and belong to this article.", lookup="article__key"),
    text("search", "With all these words in the name."),
    fields(SPEAKER),
    *PAGING_BY_ID,
)


class SpeakerList(ApiView):
    """The speakers of a project."""

    @Operation(
        name="listSpeakers",
        summary="List speakers",
        tag="speakers",
        parameters=PARAMETERS,
        answers={200: page_of("SpeakerInList")},
        problems=[404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with one page."""
        visible = access.visible_speakers(self.membership).select_related("article")
        rows = self.filtered(visible, PARAMETERS)
        if self.query["merged"] is not None:
            rows = rows.filter(merged_into__isnull=not self.query["merged"])
        if self.query["search"]:
            rows = rows.filter(with_words("label_folded", fold(self.query["search"]).split()))
        project = self.membership.project_id
        every = Speaker.objects.filter(project=project)
        return self.page(rows, lambda found: records.speakers(found, project), every=every)


class SpeakerDetail(ApiView):
    """One speaker."""

    @Operation(
        name="getSpeaker",
        summary="Read a speaker",
        tag="speakers",
        headers=[IF_NONE_MATCH],
        answers={200: reference("Speaker"), 304: None},
        problems=[404],
    )
    def get(self, request: Request, slug: str, key: str) -> Response:
        """Answer with the speaker."""
        speaker = access.get_speaker(self.membership, key)
        return self.one(*records.speakers([speaker], self.membership.project_id))
