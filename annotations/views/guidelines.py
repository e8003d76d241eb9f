"""The guidelines of a project: to read, clause by clause and version by version, and for managers to write."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.access import Act, get_guidelines, get_membership
from annotations.clauses import clause_changes, clauses_in, is_reordered
from annotations.forms.guidelines import GuidelinesForm, GuidelinesRestoreForm, SeenForm
from annotations.http import SignedInRequest
from annotations.models import GuidelinesVersion, LabelSet, Membership
from annotations.services.changes import new_gesture
from annotations.services.errors import Conflict, Invalid, KeyReused
from annotations.services.guidelines import (
    change_guidelines,
    concerns_of,
    guidelines_seen,
    look_at_version,
    text_in_force,
)
from annotations.services.restoring import restore_guidelines
from annotations.views.guidelines_page import clauses_about, concern_names, page_of_clauses
from annotations.views.pages import project_context, refuse_unknown, whole_number


@require_safe
def guidelines(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show a version of the guidelines, and the questions that the project asks of every quote."""
    refuse_unknown(request, {"version"})
    membership = get_membership(request.user, slug)
    version = get_guidelines(membership, whole_number(request, "version"))
    sets = LabelSet.objects.filter(project=membership.project).prefetch_related("labels")
    context = {
        "label_sets": [row for row in sets if row.is_active],
        "version": version,
        "versions": _versions(membership),
        "page": page_of_clauses(membership, version) if version else None,
        "names": concern_names(sets),
        "new_gesture": new_gesture,
        "guidelines_seen": guidelines_seen(membership.project),
    }
    return TemplateResponse(request, "guidelines/detail.html", project_context(membership, "guidelines", **context))


def _versions(membership: Membership) -> list[GuidelinesVersion]:
    rows = GuidelinesVersion.objects.filter(project=membership.project).select_related("author")
    return list(rows.defer("text").order_by("-number"))


@require_safe
def compare(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show what changed between two versions, clause by clause: to the newest from the one before, unless named."""
    refuse_unknown(request, {"from", "to"})
    membership = get_membership(request.user, slug)
    newer = get_guidelines(membership, whole_number(request, "to"))
    if newer is None:
        raise Http404(_("There are no guidelines yet."))
    number = whole_number(request, "from") or newer.number - 1
    older = get_guidelines(membership, number) if number else None
    before = older.text if older else ""
    changes = clause_changes(before, newer.text)
    context = {
        "newer": newer,
        "older": older,
        "changes": changes,
        "same": len(clauses_in(newer.text)) - sum(bool(change.key) and change.kind != "gone" for change in changes),
        "is_reordered": is_reordered(before, newer.text),
        "versions": _versions(membership),
    }
    return TemplateResponse(request, "guidelines/compare.html", project_context(membership, "guidelines", **context))


@require_safe
def about(request: SignedInRequest, slug: str, concern: str) -> HttpResponse:
    """Show the clauses that concern one part of a quote: as a page, or to the annotation page beside its story."""
    refuse_unknown(request)
    membership = get_membership(request.user, slug)
    names = concern_names(LabelSet.objects.filter(project=membership.project))
    if concern not in names:
        raise Http404(_("Guidelines do not speak of this."))
    version = get_guidelines(membership)
    context = {
        "name": names[concern],
        "version": version,
        "clauses": clauses_about(membership, version, concern) if version else [],
    }
    template = "guidelines/_panel.html" if request.htmx else "guidelines/about.html"
    return TemplateResponse(request, template, project_context(membership, "guidelines", **context))


@require_POST
def seen(request: SignedInRequest, slug: str) -> HttpResponse:
    """Note that a member knows of a version, and show them what changed, if they want that."""
    refuse_unknown(request)
    membership = get_membership(request.user, slug)
    form = SeenForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(_("This form is not complete. Nothing was changed."))
    given, last, page = form.cleaned_data, membership.guidelines_seen, reverse("guidelines", args=[slug])
    look_at_version(membership=membership, number=given["version"])
    if given["then"] == SeenForm.COMPARE:
        # Who began before there were any has all of it to read.
        return redirect(f"{reverse('guidelines-compare', args=[slug])}?from={last}" if last else page)
    if request.htmx:
        return HttpResponse()
    return redirect(given["next"] if get_adapter(request).is_safe_url(given["next"]) else page)


@require_http_methods(["GET", "HEAD", "POST"])
def guidelines_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    """Write the guidelines. If somebody else did so meanwhile, both texts are shown and nothing is lost."""
    refuse_unknown(request)
    membership = get_membership(request.user, slug, Act.MANAGE)
    project = membership.project
    if request.method != "POST":
        return _edit_page(request, membership, None)
    form = GuidelinesForm(request.POST, concerns=concerns_of(project))
    if not form.is_valid():
        return _edit_page(request, membership, form, status=422)
    given = form.cleaned_data
    try:
        change_guidelines(
            actor=request.user,
            project=project,
            seen=given["seen"],
            guidelines=given["guidelines"],
            gesture=given["gesture"] or None,
        )
    except Invalid as invalid:
        form.add_error("guidelines", invalid.message)
        return _edit_page(request, membership, form, status=422)
    except (Conflict, KeyReused) as conflict:
        form = GuidelinesForm(request.POST.dict() | _as_seen(membership), concerns=concerns_of(project))
        return _edit_page(request, membership, form, conflict=conflict.message, status=409)
    messages.success(request, _("The guidelines were saved."))
    return redirect("guidelines", slug)


@require_POST
def restore(request: SignedInRequest, slug: str) -> HttpResponse:
    """Put an earlier version in force again."""
    refuse_unknown(request)
    membership = get_membership(request.user, slug, Act.MANAGE)
    form = GuidelinesRestoreForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This form is not complete. Nothing was changed."))
        return redirect("guidelines", slug)
    number, seen_mark, gesture = (form.cleaned_data[name] for name in ("to", "seen", "gesture"))
    try:
        restore_guidelines(
            actor=request.user, project=membership.project, number=number, seen=seen_mark, gesture=gesture or None
        )
    except (Conflict, Invalid, KeyReused) as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Version %(number)s of the guidelines is in force again.") % {"number": number})
    return redirect("guidelines", slug)


def _as_seen(membership: Membership) -> dict[str, str]:
    return {"seen": guidelines_seen(membership.project), "gesture": new_gesture()}


def _edit_page(
    request: SignedInRequest,
    membership: Membership,
    form: GuidelinesForm | None,
    *,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    current = text_in_force(membership.project)
    if form is None:
        initial: dict[str, Any] = _as_seen(membership) | {"guidelines": current}
        form = GuidelinesForm(initial=initial, concerns=concerns_of(membership.project))
    context = project_context(membership, "guidelines", form=form, conflict=conflict, current=current)
    return TemplateResponse(request, "guidelines/edit.html", context, status=status)
