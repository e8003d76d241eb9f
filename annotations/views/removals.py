"""Removing text for good: an article, or a person's name. For managers, with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotations.access import Act, get_article, get_membership, get_speaker, visible_quotes
from annotations.forms.removals import RemovalForm
from annotations.http import SignedInRequest
from annotations.models import Membership
from annotations.services import removals
from annotations.services.errors import Invalid
from annotations.views.pages import project_context, refuse_unknown


@require_http_methods(["GET", "HEAD", "POST"])
def article_remove(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Remove the text of an article, with its quotes."""
    refuse_unknown(request)
    membership = get_membership(request.user, slug, Act.REMOVE)
    article = get_article(membership, key)
    context = {
        "article": article,
        "versions": article.versions.count(),
        # Also a manager may hold this very story, and then learns nothing of how many quotes others see in it.
        "quotes": visible_quotes(membership).filter(assignment__version__article=article).count(),
        "removal": article.removals.filter(finished_at__isnull=False).select_related("actor").first(),
    }

    def remove(reason: str) -> str:
        removals.remove_article(actor=request.user, article=article, reason=reason)
        return _("The story is removed for good.")

    return _page(
        request,
        membership,
        context,
        section="articles",
        template="removals/article.html",
        expected=article.key,
        remove=remove,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def speaker_remove(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Remove a person's name from the project."""
    refuse_unknown(request)
    membership = get_membership(request.user, slug, Act.REMOVE)
    speaker = get_speaker(membership, key)
    context = {
        "speaker": speaker,
        "removal": speaker.removals.filter(finished_at__isnull=False).select_related("actor").first(),
    }

    def remove(reason: str) -> str:
        removals.remove_name(actor=request.user, speaker=speaker, reason=reason)
        return _("The name is removed for good.")

    return _page(
        request,
        membership,
        context,
        section="speakers",
        template="removals/speaker.html",
        expected=speaker.label,
        remove=remove,
    )


def _page(
    request: SignedInRequest,
    membership: Membership,
    context: dict[str, Any],
    *,
    section: str,
    template: str,
    expected: str,
    remove: Callable[[str], str],
) -> HttpResponse:
    """Show the form, or do what it confirms."""
    form = RemovalForm(request.POST if request.method == "POST" else None, expected=expected)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                messages.success(request, remove(form.cleaned_data["reason"]))
            except Invalid as invalid:
                form.add_error(None, invalid.message)
            else:
                return redirect("article-list" if section == "articles" else "speaker-list", membership.project.slug)
    page = project_context(membership, section, form=form, expected=expected, **context)
    return TemplateResponse(request, template, page, status=status)
