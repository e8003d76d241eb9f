"""The dataset as a stream, and its manifest."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from annotations import access
from annotations.api.components import MANIFEST, TEXT
from annotations.api.operations import Operation
from annotations.api.parameters import Parameter, day, one_of, several, text, wrong
from annotations.api.views.base import ApiView
from annotations.exports import FORMATS, jsonl_v1
from annotations.exports.downloads import Download
from annotations.exports.filters import FILTERS, Asked, Filter, WrongFilter, check


def _parameter(one: Filter) -> Parameter:
    """Return the parameter of the API that a filter of the dataset is."""
    told = f"{one.help[0].upper()}{one.help[1:]}."
    if one.is_day:
        return day(one.name, told)
    single = one_of(one.name, one.values, told, default=one.default) if one.values else text(one.name, told)
    return several(single) if one.many else single


PARAMETERS = (
    *map(_parameter, FILTERS),
    one_of("format", tuple(FORMATS), "The format.", default=jsonl_v1.ID),
)


class LinesRenderer(BaseRenderer):
    """Says that an address answers with JSON lines; the lines are written by the format."""

    media_type = jsonl_v1.CONTENT_TYPE
    format = jsonl_v1.ID


class DatasetView(ApiView):
    """What the dataset and its manifest have in common."""

    def download(self) -> Download:
        """Return the dataset that was asked for, of what the member may see."""
        assignments = access.exportable_assignments(self.membership)
        project, asked = self.membership.project, Asked.of(self.query)
        try:
            manages = access.may(self.membership, access.Act.MANAGE)
            check(asked, project, assignments, access.known_speakers(self.membership), may_include=manages)
        except WrongFilter as refused:
            raise wrong((refused.field, refused.message, "parameter")) from refused
        return Download(project, assignments, access.visible_changes(self.membership), asked, self.query["format"])


class Export(DatasetView):
    """The dataset."""

    renderer_classes = [LinesRenderer]

    @Operation(
        name="exportDataset",
        summary="Export the dataset",
        tag="export",
        description="One line for each assignment, streamed: the same data gives the same bytes. The lines are"
        " those of `manage.py export_dataset`, as far as you may see them.",
        parameters=PARAMETERS,
        answers={200: TEXT},
        media_type=jsonl_v1.CONTENT_TYPE,
        problems=[404],
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """Stream the lines from one state of the database."""
        download = self.download()
        headers = {"Content-Disposition": f'attachment; filename="{download.name}"'}
        # A stream has no length: without its pieces, an answer to HEAD must not say that it were empty.
        pieces = download.pieces() if request.method == "GET" else ()
        return StreamingHttpResponse(pieces, content_type=download.format.CONTENT_TYPE, headers=headers)


class ExportManifest(DatasetView):
    """The manifest of the dataset."""

    @Operation(
        name="getExportManifest",
        summary="Read the manifest of the dataset",
        tag="export",
        description="Counts and checksum of the bytes that the export gives at this moment.",
        parameters=PARAMETERS,
        answers={200: MANIFEST},
        problems=[404],
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """Go through the dataset, and answer with what it holds."""
        download = self.download()
        for _piece in download.pieces():
            pass
        return HttpResponse(download.manifest(), content_type="application/json")
