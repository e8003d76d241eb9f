"""Adjudication: the list of stories, the page of one, and what is done there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.access import (
    Act,
    blind_articles,
    get_adjudicated,
    get_adjudication,
    get_membership,
    visible_adjudications,
)
from annotations.forms.adjudications import AdjudicationFilters, DecisionForm, FinishForm, StartForm
from annotations.forms.quotes import GestureForm, RevisionForm
from annotations.http import SignedInRequest
from annotations.models import Adjudication, ArticleVersion, Membership
from annotations.services import adjudications as services
from annotations.services.adjudication_sources import (
    MOST,
    compared,
    finished_of,
    is_annotator_of,
    obstacles_to,
)
from annotations.services.changes import new_gesture
from annotations.services.decisions import decide, next_open, open_items, undo_decision
from annotations.services.errors import Conflict, Incomplete, Invalid, KeyReused, NotAllowed
from annotations.views.adjudication_page import SECTION, Fault, address, adjudication_page
from annotations.views.pages import filter_form, page_number, page_of, project_context, refuse_unknown, whole_number
from annotations.views.submission import submission_of
from annotations.views.workbench import address as draft_address


@require_safe
def adjudication_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """List the stories that wait to be adjudicated, and those that are or were."""
    membership = get_membership(request.user, slug, Act.REVIEW)
    blind = blind_articles(membership)
    form = filter_form(request, AdjudicationFilters(request.GET, project=membership.project, blind=blind), "page")
    rows = form.rows().select_related("article", "adjudication__result__editor").defer(*ArticleVersion.LONG)
    page = page_of(rows, page_number(request))
    context = project_context(membership, SECTION, form=form, page=page, rows=page.object_list)
    return TemplateResponse(request, "adjudications/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def adjudicate(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Show the adjudication of a story, or what it needs to begin; begin it."""
    refuse_unknown(request, {"version", "item"})
    membership, version = get_adjudicated(request.user, slug, key, whole_number(request, "version"))
    whole = ("version__article", "version__project", "result__editor", "project")
    adjudication = visible_adjudications(membership).filter(version=version).select_related(*whole).first()
    if adjudication is not None and request.method != "POST":
        return adjudication_page(request, membership, adjudication, current=request.GET.get("item", ""))
    return _start(request, membership, version)


def _start(request: SignedInRequest, membership: Membership, version: ArticleVersion) -> HttpResponse:
    finished, status = finished_of(version), 200
    obstacles = obstacles_to(version)
    if is_annotator_of(version, request.user):
        obstacles.append(_("You annotate this story yourself, so somebody else adjudicates it."))
    form = StartForm(request.POST or None, finished=finished)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                chosen = form.cleaned_data["sources"]
                made = services.start_adjudication(actor=request.user, version=version, chosen=chosen, gesture=form.key)
                return redirect(address(made))
            except NotAllowed as refused:
                raise PermissionDenied(refused.message) from refused
            except (Invalid, Conflict, KeyReused) as refused:
                form.add_error(None, refused.message)
                status = 409 if isinstance(refused, Conflict) else 422
    context = project_context(membership, SECTION, version=version, form=form, obstacles=obstacles, most=MOST)
    context |= {"finished": finished, "new_gesture": new_gesture}
    return TemplateResponse(request, "adjudications/start.html", context, status=status)


@require_POST
def decision(request: SignedInRequest, pk: int) -> HttpResponse:
    """Decide what becomes of an item, and go on to the next one; or go on to edit its quote."""
    membership, adjudication = get_adjudication(request.user, pk)
    form = DecisionForm(request.POST)
    key = request.POST.get("item", "")

    def act() -> HttpResponse:
        made, found = decide(
            actor=request.user,
            adjudication=adjudication,
            key=key,
            revision=form.cleaned_data["revision"],
            choice=form.chosen,
            reason=form.cleaned_data["reason"],
            clause=form.cleaned_data["clause"],
            gesture=form.key,
        )
        if form.is_edit and made.quote is not None:
            return redirect(draft_address(adjudication.result, made.quote.key))
        return redirect(address(adjudication, next_open(found, key)))

    return _carry_out(request, membership, adjudication, form, act, current=key)


@require_POST
def decision_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take one's last decision back, and show it."""
    membership, adjudication = get_adjudication(request.user, pk)
    form = RevisionForm(request.POST)

    def act() -> HttpResponse:
        revision = form.cleaned_data["revision"]
        undone = undo_decision(actor=request.user, adjudication=adjudication, revision=revision, gesture=form.key)
        return redirect(address(adjudication, undone.key))

    return _carry_out(request, membership, adjudication, form, act)


@require_POST
def adjudication_compare(request: SignedInRequest, pk: int) -> HttpResponse:
    """Compare the work as it stands now."""
    membership, adjudication = get_adjudication(request.user, pk)
    form = GestureForm(request.POST)

    def act() -> HttpResponse:
        services.compare_anew(actor=request.user, adjudication=adjudication, gesture=form.key)
        messages.success(request, _("Compared anew. What is as it was keeps its decision."))
        return redirect(address(adjudication))

    return _carry_out(request, membership, adjudication, form, act)


@require_POST
def adjudication_take_up(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take gold back to mend it, or a draft over from whoever makes it."""
    membership, adjudication = get_adjudication(request.user, pk)
    form = RevisionForm(request.POST)

    def act() -> HttpResponse:
        revision = form.cleaned_data["revision"]
        services.take_up(actor=request.user, adjudication=adjudication, revision=revision, gesture=form.key)
        messages.success(request, _("It is in your hands now."))
        return redirect(address(adjudication))

    return _carry_out(request, membership, adjudication, form, act)


@require_http_methods(["GET", "HEAD", "POST"])
def adjudication_finish(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make the draft gold; say plainly what is missing."""
    refuse_unknown(request)
    membership, adjudication = get_adjudication(request.user, pk)
    if request.method != "POST":
        return _finish_page(request, membership, adjudication)
    form = FinishForm(request.POST)

    def act() -> HttpResponse:
        given = form.cleaned_data
        try:
            services.finish_adjudication(
                actor=request.user,
                adjudication=adjudication,
                revision=given["revision"],
                confirmed=given["confirmed"],
                gesture=form.key,
            )
        except Incomplete as incomplete:
            return _finish_page(request, membership, adjudication, incomplete.message, status=422)
        messages.success(request, _("It is gold."))
        return redirect("article-detail", membership.project.slug, adjudication.version.article.key)

    return _carry_out(request, membership, adjudication, form, act)


def _finish_page(
    request: SignedInRequest, membership: Membership, adjudication: Adjudication, error: str = "", status: int = 200
) -> HttpResponse:
    draft = adjudication.result
    draft.version = adjudication.version
    undecided = 0 if services.was_gold(draft) else len(open_items(compared(adjudication)))
    context = {
        "adjudication": adjudication,
        "version": adjudication.version,
        "draft": draft,
        "undecided": undecided,
        "submission": submission_of(draft, draft.read_up_to),
        "back": address(adjudication),
        "draft_url": draft_address(draft),
        "error": error,
        "new_gesture": new_gesture,
    }
    context = project_context(membership, SECTION, **context)
    return TemplateResponse(request, "adjudications/finish.html", context, status=status)


def _carry_out(
    request: SignedInRequest,
    membership: Membership,
    adjudication: Adjudication,
    form: Any,
    act: Callable[[], HttpResponse],
    *,
    current: str = "",
) -> HttpResponse:
    """Check a form and do what it asks for; if that cannot be, show the page with the reason and what was typed."""
    typed = {name: str(value) for name, value in request.POST.items()}
    if not form.is_valid():
        return adjudication_page(
            request, membership, adjudication, current=current, fault=Fault(_first(form), typed), status=422
        )
    try:
        return act()
    except NotAllowed as refused:
        raise PermissionDenied(refused.message) from refused
    except Invalid as invalid:
        fault, status = Fault(invalid.message, typed), 422
    except (Conflict, KeyReused) as conflict:
        fault, status = Fault(conflict.message, typed), 409
    adjudication.result.refresh_from_db()
    return adjudication_page(request, membership, adjudication, current=current, fault=fault, status=status)


def _first(form: Any) -> str:
    return str(form.first_error)
