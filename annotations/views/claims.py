"""Claims of a project: list, one with the quotes that take a stance to it, mending and merging."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.access import Act, get_claim, get_membership, visible_claims
from annotations.forms.filters import ClaimFilters
from annotations.forms.quotes import RevisionForm
from annotations.forms.registry import ClaimEditForm, MergeForm
from annotations.http import SignedInRequest
from annotations.models import Claim, Membership
from annotations.services import claims
from annotations.services.changes import new_gesture
from annotations.services.errors import ServiceError
from annotations.views.changes import quote_url
from annotations.views.pages import filter_form, page_number, page_of, project_context, refuse_unknown, search_words
from annotations.views.registry import folded, merge_candidates, use_counts, visible_uses, write

page_or_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def claim_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show the claims that the member may be offered, with their visible quotes counted."""
    membership = get_membership(request.user, slug)
    form = filter_form(request, ClaimFilters(request.GET))
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
    refuse_unknown(request)
    claim = get_claim(membership, key)
    context = project_context(membership, "claims", claim=claim)
    if request.method != "POST":
        form = ClaimEditForm(initial={"text": claim.text, "revision": claim.revision, "gesture": new_gesture()})
        return TemplateResponse(request, "claims/edit.html", {**context, "form": form})
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
        url=_address(claim),
        template="claims/edit.html",
        context=context,
        current=lambda: _current(membership, key),
    )


def _current(membership: Membership, key: str) -> dict[str, object]:
    claim = get_claim(membership, key)
    return {"text": claim.text, "revision": claim.revision}


@page_or_form
def claim_merge(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Let a claim stand for another one that says the same."""
    membership = get_membership(request.user, slug, Act.MERGE)
    refuse_unknown(request, {"q"})
    claim = get_claim(membership, key)
    words = search_words(request, _("Words"))
    others = visible_claims(membership).filter(merged_into__isnull=True).exclude(pk=claim.pk)
    candidates = merge_candidates(Claim, membership, others, column="text_folded", words=words, name=claim.text_folded)
    context = project_context(membership, "claims", claim=claim, q=request.GET.get("q", ""), candidates=candidates)
    if request.method != "POST":
        form = MergeForm(initial={"revision": claim.revision, "gesture": new_gesture()})
        return TemplateResponse(request, "claims/merge.html", {**context, "form": form})
    form = MergeForm(request.POST)
    return write(
        request,
        form,
        lambda: claims.merge_claims(
            actor=request.user,
            claim=claim,
            into=get_claim(membership, form.cleaned_data["into"]),
            revision=form.cleaned_data["revision"],
            gesture=form.key,
        ),
        done=_("The claims were merged. You can take this back here."),
        url=_address(claim),
        template="claims/merge.html",
        context=context,
        current=lambda: _current(membership, key),
    )


@require_POST
def claim_unmerge(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Take a merge back."""
    membership = get_membership(request.user, slug, Act.MERGE)
    claim = get_claim(membership, key)
    form = RevisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This form is not complete. Nothing was changed."))
        return redirect(_address(claim))
    try:
        claims.unmerge_claim(actor=request.user, claim=claim, revision=form.cleaned_data["revision"], gesture=form.key)
    except ServiceError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The claim stands for itself again."))
    return redirect(_address(claim))


def _address(claim: Claim) -> str:
    return reverse("claim-detail", args=[claim.project.slug, claim.key])
