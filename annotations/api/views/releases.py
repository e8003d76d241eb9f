"""Releases: the list, making one, and one with its files."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.api.components import TEXT, page_of
from annotations.api.operations import IDEMPOTENCY_KEY, IF_NONE_MATCH, Operation
from annotations.api.parameters import PAGING, fields
from annotations.api.release_records import RELEASE, release_record
from annotations.api.shapes import reference
from annotations.api.task_records import task_records
from annotations.api.views.base import ApiView
from annotations.api.views.tasks import ETAG, FILE_TYPE, LOCATION, MADE, FileRenderer
from annotations.models import Task
from annotations.services.release_files import content_of
from annotations.tasks.starting import start


class ReleaseList(ApiView):
    """The releases of a project."""

    @Operation(
        name="listReleases",
        summary="List releases",
        tag="releases",
        description="Frozen, numbered datasets, which never change.",
        parameters=(fields(RELEASE), *PAGING),
        answers={200: page_of("ReleaseInList")},
        problems=[404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with one page."""
        every = access.visible_releases(self.membership).prefetch_related("files")
        return self.page(
            every, lambda rows: [release_record(self.membership, row) for row in rows], every=every, key="number"
        )

    @Operation(
        name="makeRelease",
        summary="Make a release",
        tag="releases",
        description="As a manager. It is made in the background: watch the task at its address; its result names the"
        " number of the release. What you leave out has a default.",
        body="NewRelease",
        headers=[IDEMPOTENCY_KEY],
        answer_headers=[LOCATION, *MADE],
        answers={201: reference("Task")},
        problems=[403, 404, 422],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Start making it, once."""
        task = start(membership=self.membership, kind=Task.Kind.RELEASE, arguments=self.body, gesture=self.gesture())
        (record,) = task_records(self.membership, [task])
        return self.written(record, status=201, location=reverse("api-task", args=[slug, task.key]))


class ReleaseDetail(ApiView):
    """One release."""

    @Operation(
        name="getRelease",
        summary="Read a release",
        tag="releases",
        description="What it holds, what is different from the release before, and its files with their checksums.",
        headers=[IF_NONE_MATCH],
        answer_headers=[ETAG],
        answers={200: reference("Release"), 304: None},
        problems=[404],
    )
    def get(self, request: Request, slug: str, number: int) -> Response:
        """Answer with the release."""
        return self.one(release_record(self.membership, access.get_release(self.membership, number)))


class ReleaseFile(ApiView):
    """A file of a release."""

    renderer_classes = [FileRenderer]

    @Operation(
        name="getReleaseFile",
        summary="Fetch a file of a release",
        tag="releases",
        description="Its bytes are those whose checksum the release tells.",
        answers={200: TEXT},
        media_type=FILE_TYPE,
        problems=[404],
    )
    def get(self, request: Request, slug: str, number: int, name: str) -> HttpResponseBase:
        """Answer with its bytes."""
        file = access.get_release_file(self.membership, number, name)
        headers = {"Content-Disposition": content_disposition_header(True, name), "Content-Length": str(file.bytes)}
        body = content_of(file) if request.method == "GET" else ()
        return StreamingHttpResponse(body, content_type=FILE_TYPE, headers=headers)
