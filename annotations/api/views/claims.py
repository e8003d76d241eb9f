"""Claims, those that the member may be offered."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.api import records
from annotations.api.components import CLAIM, page_of
from annotations.api.operations import IF_NONE_MATCH, Operation
from annotations.api.parameters import PAGING_BY_ID, fields, flag, text
from annotations.api.shapes import reference
from annotations.api.views.base import ApiView
from annotations.forms.filters import with_words
from annotations.models import Claim, fold

PARAMETERS = (
    flag("merged", "Only those that were merged into another, or were not."),
    text("search", "With all these words."),
    fields(CLAIM),
    *PAGING_BY_ID,
)


class ClaimList(ApiView):
    """The claims of a project."""

    @Operation(
        name="listClaims",
        summary="List claims",
        tag="claims",
        parameters=PARAMETERS,
        answers={200: page_of("ClaimInList")},
        problems=[404],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer with one page."""
        rows = access.visible_claims(self.membership)
        if self.query["merged"] is not None:
            rows = rows.filter(merged_into__isnull=not self.query["merged"])
        if self.query["search"]:
            rows = rows.filter(with_words("text_folded", fold(self.query["search"]).split()))
        project = self.membership.project_id
        every = Claim.objects.filter(project=project)
        return self.page(rows, lambda found: records.claims(found, project), every=every)


class ClaimDetail(ApiView):
    """One claim."""

    @Operation(
        name="getClaim",
        summary="Read a claim",
        tag="claims",
        headers=[IF_NONE_MATCH],
        answers={200: reference("Claim"), 304: None},
        problems=[404],
    )
    def get(self, request: Request, slug: str, key: str) -> Response:
        """Answer with the claim."""
        claim = access.get_claim(self.membership, key)
        return self.one(*records.claims([claim], self.membership.project_id))
