"""Claims of a project: list, one with the quotes that take a stance to it, mending and merging."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.access import Act, get_claim, get_membership, visible_claims
from annotations.forms.filters import ClaimFilters
from annotations.forms.registry import ClaimEditForm
from annotations.http import SignedInRequest
from annotations.models import Change, Claim
from annotations.services import claims
from annotations.services.changes import new_gesture
from annotations.views.changes import quote_url
from annotations.views.earlier import filled_in
from annotations.views.pages import filter_form, page_number, page_of, project_context, refuse_unknown
from annotations.views.registry import Noun, folded, merge_page, unmerge, use_counts, visible_uses, write

page_or_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def claim_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show the claims that the member may be offered, with their visible quotes counted."""
    membership = get_membership(request.user, slug)
    form = filter_form(request, ClaimFilters(request.GET), "page")
    page = page_of(form.filter(visible_claims(membership)), page_number(request))
    counts = use_counts(Claim, membership, page.object_list)
    context = {"form": form, "page": page, "rows": [(row, counts[row.pk]) for row in page.object_list]}
    return TemplateResponse(request, "claims/list.html", project_context(membership, "claims", **context))


@require_safe
def claim_detail(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Show one claim with the visible quotes that take a stance to it."""
    membership = get_membership(request.user, slug)
    refuse_unknown(request, {"page"})
    claim = get_claim(membership, key)
    page = page_of(visible_uses(Claim, membership, claim), page_number(request))
    members = folded(Claim, membership.project_id, [claim.pk])[claim.pk]
    quotes = []
    for quote in page.object_list:
        link = next(link for link in quote.claim_links.all() if link.claim_id in members)
        quotes.append((quote, quote_url(quote), link.get_stance_display()))
    context = {
        "claim": claim,
        "merged": visible_claims(membership).filter(merged_into=claim),
        "page": page,
        "quotes": quotes,
        "gesture": new_gesture(),
    }
    return TemplateResponse(request, "claims/detail.html", project_context(membership, "claims", **context))


@page_or_form
def claim_edit(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Reword a claim."""
    membership = get_membership(request.user, slug, Act.EDIT_REGISTRY)
    claim = get_claim(membership, key)
    subject, state = (Change.Subject.CLAIM, key), claims.state_of(claim)
    initial = filled_in(request, membership, subject, state, ClaimEditForm.initial_of)
    context = NOUN.context(membership, claim)
    if request.method != "POST":
        form = ClaimEditForm(initial=initial)
        return TemplateResponse(request, "registry/edit.html", {**context, "form": form})
    form = ClaimEditForm(request.POST)
    return write(
        request,
        form,
        lambda: claims.change_claim(
            actor=request.user,
            claim=claim,
            revision=form.cleaned_data["revision"],
            text=form.cleaned_data["text"],
            gesture=form.key,
        ),
        done=_("The claim was saved."),
        url=NOUN.url(claim),
        template="registry/edit.html",
        context=context,
        current=lambda: ClaimEditForm.initial_of(claims.state_of(get_claim(membership, key))),
    )


NOUN = Noun(
    section="claims",
    address="claim-detail",
    get=get_claim,
    targets=visible_claims,
    column="text_folded",
    words=gettext_lazy("Words"),
    merge=lambda actor, row, **asked: claims.merge_claims(actor=actor, claim=row, **asked),
    merged=gettext_lazy("The claims were merged. You can take this back here."),
    unmerge=lambda actor, row, **asked: claims.unmerge_claim(actor=actor, claim=row, **asked),
    unmerged=gettext_lazy("The claim stands for itself again."),
)


@page_or_form
def claim_merge(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Let a claim stand for another one that says the same."""
    return merge_page(request, slug, key, NOUN)


@require_POST
def claim_unmerge(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Take a merge back."""
    return unmerge(request, slug, key, NOUN)
