"""Versions of a story: what changed from one to another, and carrying one's quotes over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from annotations.access import Act, get_article, get_membership, get_version, require_proposal
from annotations.forms.quotes import GestureForm
from annotations.forms.versions import AcceptForm, LeaveOutForm
from annotations.http import SignedInRequest
from annotations.models import ArticleVersion, Assignment
from annotations.services.carrying import carry_over_of
from annotations.services.errors import Conflict, Invalid, KeyReused, NotAllowed
from annotations.services.proposals import accept_quote, leave_out, proposal_of
from annotations.services.versions import carry_over_for_all, take_up_newest
from annotations.text.differences import changes
from annotations.views.pages import project_context, refuse_unknown, whole_number
from annotations.views.places import find_places
from annotations.views.workbench import Desk, address, open_desk, whole_page


@require_safe
def differences(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Show what changed from one version of a story to a later one: the newest and the one before, unless asked."""
    membership = get_membership(request.user, slug)
    refuse_unknown(request, {"from", "to"})
    article = get_article(membership, key)
    newer = get_version(article, whole_number(request, "to"))
    older = get_version(article, whole_number(request, "from") or newer.number - 1 or None)
    if older.number > newer.number:
        older, newer = newer, older
    context = project_context(
        membership,
        "articles",
        article=article,
        version=newer,
        older=older,
        newer=newer,
        versions=article.versions.defer(*ArticleVersion.LONG).order_by("number"),
        changes=changes(older.text, newer.text),
    )
    return TemplateResponse(request, "versions/differences.html", context)


@require_POST
def carry_over_all(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Give all who annotated an earlier version the newest one, with their quotes."""
    membership = get_membership(request.user, slug, Act.MANAGE)
    article = get_article(membership, key)
    carry_over_for_all(actor=request.user, article=article)
    told = _("Who has quotes in an earlier version has this one now, with what stands unchanged, if a place is free.")
    messages.success(request, told)
    return redirect("article-detail", slug, key)


@require_POST
def carry_over(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take the newest version of one's story up, with all quotes that stand unchanged."""
    desk = open_desk(request, pk)
    form = GestureForm(request.POST)

    def act() -> HttpResponseBase:
        newest = take_up_newest(actor=desk.actor, assignment=desk.assignment, gesture=form.key)
        found = carry_over_of(newest)
        told = {"carried": len(found.carried), "waiting": len(found.waiting), "out": len(found.left_out)}
        said = _("Quotes of earlier versions: %(carried)s carried over, %(waiting)s waiting, %(out)s left out.")
        messages.success(request, said % told)
        return redirect(address(newest))

    return _answer(desk, form, act)


@require_POST
def accept(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """Carry one earlier quote over, where it is proposed or where its words are said to be now."""
    desk = _desk_of(request, pk, key)
    form = AcceptForm(request.POST)

    def act() -> HttpResponseBase:
        words = form.cleaned_data["words"]
        made = accept_quote(
            actor=desk.actor,
            assignment=desk.assignment,
            key=key,
            revision=form.cleaned_data["revision"],
            spans={"content": [_place_of(desk.assignment, words)]} if words else None,
            gesture=form.key,
        )
        return redirect(address(desk.assignment, made.key))

    return _answer(desk, form, act, key)


@require_POST
def leave(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """Leave one earlier quote out, or let it wait again."""
    desk = _desk_of(request, pk, key)
    form = LeaveOutForm(request.POST)

    def act() -> HttpResponseBase:
        leave_out(
            actor=desk.actor,
            assignment=desk.assignment,
            key=key,
            revision=form.cleaned_data["revision"],
            out=form.is_out,
            gesture=form.key,
        )
        return redirect(address(desk.assignment))

    return _answer(desk, form, act, key)


def _desk_of(request: HttpRequest, pk: int, key: str) -> Desk:
    desk = open_desk(request, pk)
    require_proposal(desk.assignment, key)
    return desk


def _place_of(assignment: Assignment, words: str) -> dict[str, Any]:
    found = find_places(assignment.version.text, words)
    if found.place is None:
        message = (
            _("These words stand in the story more than once. Give more of the sentence.")
            if found.exactly
            else _("These words do not stand in the story. Copy them from it exactly.")
        )
        raise Invalid(message, field="words")
    return {"start": found.place.start, "end": found.place.end}


def _answer(desk: Desk, form: GestureForm, act: Callable[[], HttpResponseBase], key: str = "") -> HttpResponseBase:
    """Do what a form asks for; if that cannot be, show the page with the reason at the quote and what was typed."""
    if not form.is_valid():
        return _refused(desk, form.first_error, 422, key)
    try:
        return act()
    except NotAllowed as refused:
        raise PermissionDenied(refused.message) from refused
    except Invalid as invalid:
        return _refused(desk, invalid.message, 422, key)
    except (Conflict, KeyReused) as conflict:
        return _refused(desk, conflict.message, 409, key)


def _refused(desk: Desk, message: str, status: int, key: str) -> HttpResponse:
    # What was said of a quote that waits no more is said above all of them.
    waits = key and (one := proposal_of(desk.assignment, key)) and not one.copies
    key = key if waits else ""
    return whole_page(desk, status=status, carry_refusal={"key": key, "message": message, "typed": desk.request.POST})
