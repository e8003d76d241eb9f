"""Projects."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.api import records
from annotations.api.components import PROJECT, page_of
from annotations.api.operations import IF_NONE_MATCH, Operation
from annotations.api.parameters import PAGING, fields
from annotations.api.shapes import reference
from annotations.api.views.base import ApiView


class ProjectList(ApiView):
    """All projects of the member."""

    @Operation(
        name="listProjects",
        summary="List your projects",
        tag="projects",
        parameters=(fields(PROJECT), *PAGING),
        answers={200: page_of("ProjectInList")},
    )
    def get(self, request: Request) -> Response:
        """Answer with one page."""
        projects = access.projects_of(self.user)
        return self.page(projects, lambda rows: records.project_records(rows, self.user.pk), every=projects, key="slug")


class ProjectDetail(ApiView):
    """One project."""

    @Operation(
        name="getProject",
        summary="Read a project",
        tag="projects",
        description="With its guidelines, and the label sets that its quotes answer.",
        headers=[IF_NONE_MATCH],
        answers={200: reference("ProjectDetail"), 304: None},
        problems=[404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with the project."""
        return self.one(records.project_detail(self.membership))
