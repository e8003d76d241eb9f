"""Comments on a story or a quote, and the inbox."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from annotations.access import (
    Act,
    get_annotated_assignment,
    get_assignment_quote,
    get_comment,
    get_membership,
    require,
    visible_notices,
)
from annotations.forms.reviews import CommentForm, NoticesForm, ResolveForm
from annotations.http import SignedInRequest
from annotations.models import Comment, Notice
from annotations.services.changes import new_gesture
from annotations.services.comments import mark_read, resolve_thread, write_comment
from annotations.services.errors import Invalid, KeyReused
from annotations.views.pages import page_number, page_of, refuse_unknown
from annotations.views.reviews import address, show_review


def place_of(comment: Comment) -> str:
    """Return the address at which a comment is read."""
    query = f"?{urlencode({'quote': comment.quote.key})}" if comment.quote else ""
    return f"{address(comment.assignment)}{query}#{comment.key}"


@require_POST
def comment(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say something of a story or of one of its quotes, or in reply."""
    membership, assignment = get_annotated_assignment(request.user, pk)
    require(membership, Act.ANNOTATE)
    form = CommentForm(request.POST)
    if not form.is_valid():
        error = form.first_error
        return show_review(request, membership, assignment, error=error, status=422, typed=request.POST)
    given = form.cleaned_data
    thread = get_comment(membership, given["thread"], assignment) if given["thread"] else None
    quote = get_assignment_quote(membership, assignment, given["quote"]) if given["quote"] else None
    try:
        written = write_comment(
            actor=request.user, assignment=assignment, text=given["text"], quote=quote, thread=thread, gesture=form.key
        )
    except (Invalid, KeyReused) as refused:
        return show_review(request, membership, assignment, error=refused.message, status=422, typed=request.POST)
    return redirect(place_of(written))


@require_POST
def resolve(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Say that nothing is left to say in a thread, or that something is."""
    membership = get_membership(request.user, slug, Act.ANNOTATE)
    found = get_comment(membership, key)
    form = ResolveForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.first_error)
        return redirect(place_of(found))
    thread = resolve_thread(
        actor=request.user, comment=found, resolved=form.cleaned_data["resolved"] == "1", gesture=form.key
    )
    return redirect(place_of(thread))


@require_safe
def inbox(request: SignedInRequest) -> HttpResponse:
    """Show what waits for the person, and what they have read, latest first."""
    refuse_unknown(request, {"page"})
    rows = visible_notices(request.user).select_related(
        "actor", "project", "comment__quote", "comment__assignment", "assignment__version__article"
    )
    rows = rows.defer(*(f"assignment__version__{column}" for column in ("text", "original", "search_text", "blocks")))
    page = page_of(rows.order_by("-pk"), page_number(request))
    context = {
        "page": page,
        "rows": [(row, _address(row)) for row in page.object_list],
        "unread": visible_notices(request.user).filter(read_at=None).count(),
        "new_gesture": new_gesture,
    }
    return TemplateResponse(request, "comments/inbox.html", context)


def _address(notice: Notice) -> str:
    return place_of(notice.comment) if notice.comment else address(notice.assignment)


@require_POST
def read(request: SignedInRequest) -> HttpResponse:
    """Note that one notice was read, or all that can be seen."""
    form = NoticesForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.first_error)
        return redirect("inbox")
    seen = visible_notices(request.user).filter(read_at=None)
    if form.cleaned_data["notice"]:
        seen = seen.filter(pk=form.cleaned_data["notice"])
    count = mark_read(user=request.user, notices=seen.values_list("pk", flat=True))
    if count > 1:
        told = ngettext("Marked %(count)s notice as read.", "Marked %(count)s notices as read.", count)
        messages.success(request, told % {"count": count})
    return redirect("inbox")
