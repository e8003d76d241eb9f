"""Reviewing: the queue of what was handed in, one story quote by quote, returning and approving it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reselect, reswap, retarget, trigger_client_event

from annotations.access import (
    Act,
    get_annotated_assignment,
    get_membership,
    get_own_assignment,
    get_reviewed_assignment,
    get_reviewed_quote,
    may,
    reviewable_assignments,
)
from annotations.forms.quotes import GestureForm, RevisionForm
from annotations.forms.reviews import CorrectionForm, FinishForm, ReviewFilters, VerdictForm
from annotations.http import SignedInRequest
from annotations.keyboard import REVIEWING, page_keys
from annotations.models import Assignment, Membership, QuoteAncestor
from annotations.services.changes import new_gesture
from annotations.services.comments import readers_of
from annotations.services.corrections import adopt_correction
from annotations.services.errors import Conflict, Invalid, KeyReused, NotAllowed
from annotations.services.review_states import with_review_facts
from annotations.services.reviews import (
    approve_assignment,
    becomes_gold,
    judge_quote,
    return_assignment,
    start_correction,
    withdraw_approval,
)
from annotations.views.pages import filter_form, page_number, page_of, project_context, refuse_unknown
from annotations.views.review_parts import ReviewPage, review_page
from annotations.views.story_parts import anchor_of
from annotations.views.workbench import address as workbench_address

CONTENT = "#content"


@require_safe
def review_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """List what others handed in: what waits for a review, and what came of the rest."""
    membership = get_membership(request.user, slug, Act.REVIEW)
    rows = with_review_facts(reviewable_assignments(membership)).without_text()
    form = filter_form(request, ReviewFilters(request.GET, rows=rows), "page")
    page = page_of(form.filter().select_related("version__article", "annotator__user"), page_number(request))
    waiting = rows.filter(status=Assignment.Status.SUBMITTED).order_by(*ReviewFilters.ORDERS["waiting"])
    context = {"form": form, "page": page, "next": waiting.first(), "waiting": waiting.count()}
    return TemplateResponse(request, "reviews/list.html", project_context(membership, "review", **context))


@require_safe
def assignment_review(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a story with its review, to who reviews it and to who annotated it."""
    membership, assignment = get_annotated_assignment(request.user, pk)
    refuse_unknown(request, {"quote"})
    return show_review(request, membership, assignment, current=request.GET.get("quote", ""))


def show_review(
    request: SignedInRequest,
    membership: Membership,
    assignment: Assignment,
    *,
    error: str = "",
    status: int = 200,
    **typed: Any,
) -> HttpResponse:
    """Answer with the page of a review, with what was refused and why, and what was ``typed``."""
    context = _context(membership, assignment) | {"error": error, **typed}
    # Whoever says nothing else is led to the first quote of which nobody has said anything.
    context["current"] = context.get("current") or context["page"].after("")
    return TemplateResponse(request, "reviews/detail.html", context, status=status)


def _context(membership: Membership, assignment: Assignment) -> dict[str, Any]:
    own = assignment.is_of(membership.user_id)
    is_waiting = assignment.status == Assignment.Status.SUBMITTED
    reviews = not own and may(membership, Act.REVIEW)
    return project_context(
        membership,
        "review",
        assignment=assignment,
        version=assignment.version,
        article=assignment.version.article,
        page=review_page(assignment, own=own),
        own=own,
        can_review=reviews and is_waiting,
        can_withdraw=reviews and assignment.status == Assignment.Status.APPROVED,
        can_adopt=own and assignment.is_open,
        can_comment=may(membership, Act.ANNOTATE),
        makes_gold=reviews and is_waiting and becomes_gold(assignment),
        names=sorted(readers_of(assignment)),
        keys=page_keys(membership.user.preferences, REVIEWING),
        new_gesture=new_gesture,
    )


def address(assignment: Assignment) -> str:
    """Return the page of a review."""
    return reverse("assignment-review", args=[assignment.pk])


def quote_address(assignment: Assignment, key: str) -> str:
    """Return the page of a review, at one of its quotes."""
    return f"{address(assignment)}?{urlencode({'quote': key})}#{anchor_of(key)}"


def _answer(
    request: SignedInRequest,
    membership: Membership,
    assignment: Assignment,
    form: GestureForm,
    act: Callable[[], HttpResponse],
) -> HttpResponse:
    """Do what a form of the page asks for; if that cannot be, show the page with the reason and what was typed."""
    if not form.is_valid():
        return _refused(request, membership, assignment, form.first_error, 422)
    try:
        return act()
    except NotAllowed as refused:
        raise PermissionDenied(refused.message) from refused
    except Invalid as invalid:
        return _refused(request, membership, assignment, invalid.message, 422)
    except (Conflict, KeyReused) as conflict:
        assignment.refresh_from_db()
        return _refused(request, membership, assignment, conflict.message, 409)


def _refused(
    request: SignedInRequest, membership: Membership, assignment: Assignment, error: str, status: int
) -> HttpResponse:
    response = show_review(request, membership, assignment, error=error, status=status, typed=request.POST)
    if request.htmx:
        # Too little is known of what stands there to change only a part of it.
        reselect(reswap(retarget(response, CONTENT), "outerHTML"), CONTENT)
    return response


@require_POST
def judge(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    """Say of one quote that it is right, or take that back."""
    membership, quote = get_reviewed_quote(request.user, pk, key)
    assignment = quote.assignment
    form = VerdictForm(request.POST)

    def act() -> HttpResponse:
        judge_quote(
            actor=request.user,
            quote=quote,
            revision=form.cleaned_data["revision"],
            quote_revision=form.cleaned_data["quote_revision"],
            approved=form.is_approved,
            gesture=form.key,
        )
        page = review_page(assignment, own=False)
        # Who takes a verdict back has more to say of the quote.
        after = page.after(key) if form.is_approved else key
        if request.htmx:
            return _after_verdict(request, assignment, page, key, after)
        return redirect(quote_address(assignment, after) if after else f"{address(assignment)}#finish")

    return _answer(request, membership, assignment, form, act)


def _after_verdict(
    request: SignedInRequest, assignment: Assignment, page: ReviewPage, key: str, after: str
) -> HttpResponse:
    """Answer htmx with what a verdict changes, and where to go on."""
    context = {
        "assignment": assignment,
        "page": page,
        "quote": next(quote for quote in page.quotes if quote.card.key == key),
        "keys": page_keys(request.user.preferences, REVIEWING),
        "new_gesture": new_gesture,
    }
    response = TemplateResponse(request, "reviews/_after_verdict.html", context)
    return trigger_client_event(response, "item-done", {"next": anchor_of(after) if after else "finish"})


@require_POST
def correct(request: SignedInRequest, pk: int) -> HttpResponse:
    """Go on in the copy in which the story is corrected, at one of its quotes if it is named."""
    membership, assignment = get_reviewed_assignment(request.user, pk)
    form = CorrectionForm(request.POST)

    def act() -> HttpResponse:
        given = form.cleaned_data
        copy = start_correction(actor=request.user, assignment=assignment, revision=given["revision"], gesture=form.key)
        lines = QuoteAncestor.objects.filter(quote__assignment=copy, ancestor__key=given["quote"])
        return redirect(workbench_address(copy, lines.values_list("quote__key", flat=True).first() or ""))

    return _answer(request, membership, assignment, form, act)


@require_POST
def adopt(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    """Take one correction of a review into one's own work."""
    membership, assignment = get_own_assignment(request.user, pk)
    form = RevisionForm(request.POST)
    review = assignment.reviews.exclude(outcome="").select_related("copy").last()
    if review is None or review.copy is None or not review.copy.quotes.filter(key=key).exists():
        raise Http404(_("There is no such quote."))
    copy = review.copy

    def act() -> HttpResponse:
        adopt_correction(
            actor=request.user,
            assignment=assignment,
            copy=copy,
            key=key,
            revision=form.cleaned_data["revision"],
            gesture=form.key,
        )
        messages.success(request, _("Taken into your story. Undo takes it back."))
        return redirect("assignment-review", pk)

    return _answer(request, membership, assignment, form, act)


@require_POST
def return_story(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a story back to its annotator, with what to change."""
    return _finish(request, pk, return_assignment, _("Returned to %(name)s."))


@require_POST
def approve_story(request: SignedInRequest, pk: int) -> HttpResponse:
    """Approve a story as it was read, with its corrections."""
    return _finish(request, pk, approve_assignment, _("Approved the story of %(name)s."))


def _finish(request: SignedInRequest, pk: int, service: Callable[..., Assignment], done: str) -> HttpResponse:
    membership, assignment = get_reviewed_assignment(request.user, pk)
    form = FinishForm(request.POST)

    def act() -> HttpResponse:
        given = form.cleaned_data
        service(
            actor=request.user,
            assignment=assignment,
            revision=given["revision"],
            note=given["note"],
            copy_revision=given["copy_revision"],
            gesture=form.key,
        )
        annotator = assignment.annotator
        messages.success(request, done % {"name": annotator and (annotator.user or annotator.pseudonym)})
        return redirect("review-list", membership.project.slug)

    return _answer(request, membership, assignment, form, act)


@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an approval back, to review the story again."""
    membership, assignment = get_reviewed_assignment(request.user, pk)
    form = RevisionForm(request.POST)

    def act() -> HttpResponse:
        withdraw_approval(
            actor=request.user, assignment=assignment, revision=form.cleaned_data["revision"], gesture=form.key
        )
        messages.success(request, _("The approval is taken back. The story waits for review again."))
        return redirect("assignment-review", pk)

    return _answer(request, membership, assignment, form, act)
