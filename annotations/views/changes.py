"""History of a project and of a quote."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from annotations.access import Act, get_membership, get_own_quote, get_quote, may, visible_changes
from annotations.forms.filters import HistoryFilters
from annotations.forms.quotes import RestoreForm
from annotations.http import SignedInRequest
from annotations.models import Assignment, Change, Membership, Quote
from annotations.services.changes import new_gesture
from annotations.services.errors import Conflict, Invalid, KeyReused
from annotations.services.quote_states import state_of
from annotations.services.restoring import restore_quote
from annotations.views.change_words import entries, latest
from annotations.views.pages import filter_form, page_number, page_of, project_context, refuse_unknown
from annotations.views.story_parts import anchor_of


@require_safe
def quote_history(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Show who made, changed and judged a quote and what was said of it, the latest first."""
    membership = get_membership(request.user, slug)
    refuse_unknown(request, {"page"})
    quote = get_quote(membership, key)
    kinds = (Change.Subject.QUOTE, Change.Subject.VERDICT)
    said = quote.comments.order_by().values("key")
    of_quote = Q(subject_kind__in=kinds, subject_key=key) | Q(subject_kind=Change.Subject.COMMENT, subject_key__in=said)
    changes = visible_changes(membership).filter(of_quote)
    page = page_of(latest(changes), page_number(request))
    context = {
        "quote": quote,
        "article": quote.assignment.version.article,
        "version": quote.assignment.version,
        "said": " … ".join(span.exact for span in quote.spans.filter(role="content")),
        "story_url": story_url(quote.assignment),
        "page": page,
        "entries": entries(list(page.object_list), membership),
        "restoring": _restoring(membership, quote),
    }
    return TemplateResponse(request, "changes/quote.html", project_context(membership, "articles", **context))


def _restoring(membership: Membership, quote: Quote) -> dict[str, Any] | None:
    """Return what a form that brings an earlier state back needs, if the member may change the quote."""
    assignment = quote.assignment
    own = assignment.annotator is not None and assignment.annotator.user_id == membership.user_id
    if not (own and assignment.is_open and may(membership, Act.ANNOTATE)):
        return None
    url = reverse("quote-restore", args=[assignment.pk, quote.key])
    return {"url": url, "state": state_of(quote), "gesture": new_gesture}


@require_POST
def quote_restore(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    """Make a quote what it was at an earlier revision."""
    membership, _assignment, quote = get_own_quote(request.user, pk, key)
    form, url = RestoreForm(request.POST), reverse("quote-history", args=[membership.project.slug, key])
    if not form.is_valid():
        messages.error(request, _("This form is not complete. Nothing was changed."))
        return redirect(url)
    to, revision = form.cleaned_data["to"], form.cleaned_data["revision"]
    try:
        restore_quote(actor=request.user, quote=quote, to=to, revision=revision, gesture=form.key)
    except (Conflict, Invalid, KeyReused) as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The quote is as it was then."))
    return redirect(url)


@require_safe
def project_history(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show what happened in a project, as far as the member may see it, the latest first."""
    membership = get_membership(request.user, slug)
    form = filter_form(request, HistoryFilters(request.GET, project=membership.project), "page")
    page = page_of(latest(form.filter(visible_changes(membership))), page_number(request))
    context = {
        "form": form,
        "page": page,
        "entries": entries(list(page.object_list), membership),
        "linked": True,
        "stories": True,
    }
    return TemplateResponse(request, "changes/project.html", project_context(membership, "history", **context))


def story_url(assignment: Assignment) -> str:
    """Return the page that shows the quotes of an assignment; a `#` and the anchor of a quote may follow."""
    if assignment.status != Assignment.Status.GOLD:
        return reverse("assignment-read", args=[assignment.pk])
    article = assignment.version.article
    return f"{reverse('article-detail', args=[article.project.slug, article.key])}?version={assignment.version.number}"


def quote_url(quote: Quote) -> str:
    """Return the stable link to a quote in its story."""
    return f"{story_url(quote.assignment)}#{anchor_of(quote.key)}"
