"""Claims, those that the member may be offered: reading, making, wording and merging them."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from annotations import access
from annotations.access import Act
from annotations.api import records
from annotations.api.components import CLAIM, page_of
from annotations.api.operations import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, Operation
from annotations.api.parameters import PAGING_BY_ID, fields, flag, text
from annotations.api.shapes import reference
from annotations.api.views.registry import ETAG, LOCATION, MADE, Noun, RegistryView
from annotations.forms.filters import with_words
from annotations.models import Change, Claim, fold
from annotations.services import claims as services
from annotations.services.claims import NewClaim

PARAMETERS = (
    flag("merged", "Only those that were merged into another, or were not."),
    text("search", "With all these words."),
    fields(CLAIM),
    *PAGING_BY_ID,
)


class ClaimView(RegistryView[Claim]):
    """An address of claims."""

    noun = Noun(
        subject=Change.Subject.CLAIM,
        address="api-claim",
        get=access.get_claim,
        offered=access.offered_claim,
        state_of=services.state_of,
        record=lambda row, state: state,
        merge=lambda row, **asked: services.merge_claims(claim=row, **asked),
        unmerge=lambda row, **asked: services.unmerge_claim(claim=row, **asked),
    )


class ClaimList(ClaimView):
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

    @Operation(
        name="createClaim",
        summary="Make a claim",
        tag="claims",
        description=MADE,
        body="NewClaim",
        headers=[IDEMPOTENCY_KEY],
        answer_headers=[LOCATION, ETAG],
        answers={201: reference("Claim")},
        problems=[403, 404, 422],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Make the claim, once."""
        access.require(self.membership, Act.ANNOTATE)
        gesture = self.gesture()
        claim = services.create_claim(
            project=self.membership.project, actor=self.user, new=NewClaim(**self.body), gesture=gesture
        )
        return self.left(claim, gesture, made=True)


class ClaimDetail(ClaimView):
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

    @Operation(
        name="changeClaim",
        summary="Reword a claim",
        tag="claims",
        body="ClaimChanges",
        headers=[IF_MATCH, IDEMPOTENCY_KEY],
        answer_headers=[ETAG],
        answers={200: reference("Claim")},
        problems=[403, 404, 409, 422, 428],
    )
    def patch(self, request: Request, slug: str, key: str) -> Response:
        """Reword the claim, once."""

        def change(row: Claim, **asked: Any) -> Claim:
            return services.change_claim(actor=self.user, claim=row, text=self.body["text"], **asked)

        return self.changed(key, Act.EDIT_REGISTRY, change)


class MergeClaim(ClaimView):
    """A claim that is the same as another one."""

    @Operation(
        name="mergeClaim",
        summary="Merge a claim into another",
        tag="claims",
        description="It stands for the other one from now on. Its links stay its own, so that this can be taken back.",
        body="Merge",
        headers=[IF_MATCH, IDEMPOTENCY_KEY],
        answer_headers=[ETAG],
        answers={200: reference("Claim")},
        problems=[403, 404, 409, 422, 428],
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Merge it, once."""
        return self.merged(key)


class UnmergeClaim(ClaimView):
    """A claim that stands for itself again."""

    @Operation(
        name="unmergeClaim",
        summary="Take the merge of a claim back",
        tag="claims",
        body="Seen",
        headers=[IF_MATCH, IDEMPOTENCY_KEY],
        answer_headers=[ETAG],
        answers={200: reference("Claim")},
        problems=[403, 404, 409, 422, 428],
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Take it back, once."""
        return self.unmerged(key)
