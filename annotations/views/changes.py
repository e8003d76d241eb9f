"""History of a quote."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from annotations.access import get_membership, get_quote, visible_changes
from annotations.http import SignedInRequest
from annotations.models import Assignment, Change, Quote
from annotations.views.change_words import entries
from annotations.views.pages import page_number, page_of, project_context, refuse_unknown
from annotations.views.story_parts import anchor_of


@require_safe
def quote_history(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Show who made and changed a quote, part by part, the latest change first."""
    membership = get_membership(request.user, slug)
    refuse_unknown(request, {"page"})
    quote = get_quote(membership, key)
    changes = visible_changes(membership).filter(subject_kind=Change.Subject.QUOTE, subject_key=key)
    page = page_of(changes.select_related("actor", "article", "project").order_by("-pk"), page_number(request))
    context = {
        "quote": quote,
        "article": quote.assignment.version.article,
        "version": quote.assignment.version,
        "said": " … ".join(span.exact for span in quote.spans.filter(role="content")),
        "story_url": story_url(quote.assignment),
        "page": page,
        "entries": entries(list(page.object_list), membership),
    }
    return TemplateResponse(request, "changes/quote.html", project_context(membership, "articles", **context))


def story_url(assignment: Assignment) -> str:
    """Return the page that shows the quotes of an assignment; a `#` and the anchor of a quote may follow."""
    if assignment.status != Assignment.Status.GOLD:
        return reverse("assignment-read", args=[assignment.pk])
    article = assignment.version.article
    return f"{reverse('article-detail', args=[article.project.slug, article.key])}?version={assignment.version.number}"


def quote_url(quote: Quote) -> str:
    """Return the stable link to a quote in its story."""
    return f"{story_url(quote.assignment)}#{anchor_of(quote.key)}"
