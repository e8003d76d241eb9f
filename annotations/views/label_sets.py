"""The label sets of a project: what is asked of every quote, for its managers to change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotations.access import Act, get_label_set, get_membership
from annotations.forms.label_sets import LabelRows, LabelSetForm, LabelSetRestoreForm, NewLabelSetForm, label_rows
from annotations.http import SignedInRequest
from annotations.models import Change, LabelSet, Membership
from annotations.services import label_sets as services
from annotations.services.changes import new_gesture
from annotations.services.errors import Conflict, Invalid, KeyReused, ServiceError
from annotations.services.restoring import restore_label_set
from annotations.views.change_words import entries, latest
from annotations.views.pages import page_number, page_of, project_context, refuse_unknown

page_or_form = require_http_methods(["GET", "HEAD", "POST"])


@page_or_form
def label_set_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show the questions of a project with their history, and take a new one."""
    refuse_unknown(request, {"page"})
    membership = get_membership(request.user, slug, Act.MANAGE)
    if request.method != "POST":
        form = NewLabelSetForm(initial={"active": True, "gesture": new_gesture()})
        return _list_page(request, membership, form, label_rows())
    form, rows = NewLabelSetForm(request.POST), label_rows(request.POST)
    if form.is_valid() and rows.is_valid():
        given = form.cleaned_data
        try:
            made = services.create_label_set(
                actor=request.user,
                project=membership.project,
                key=given["key"],
                state=form.state(rows),
                gesture=given["gesture"] or None,
            )
        except (Invalid, KeyReused) as refused:
            _tell(form, refused)
        else:
            messages.success(request, _("“%(name)s” is asked of every quote now.") % {"name": made.name})
            return redirect("label-set-list", slug)
    return _list_page(request, membership, form, rows, status=422)


@page_or_form
def label_set_edit(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Change a question and its labels. If somebody else did so meanwhile, both are shown and nothing is lost."""
    refuse_unknown(request)
    membership = get_membership(request.user, slug, Act.MANAGE)
    label_set = get_label_set(membership, key)
    state = services.asked_of(label_set)
    if request.method != "POST":
        initial = {"name": state.name, "question": state.question, "active": state.active, **_fresh(label_set)}
        return _edit_page(request, membership, label_set, LabelSetForm(initial=initial), label_rows(state=state))
    form, rows = LabelSetForm(request.POST), label_rows(request.POST, state)
    if not (form.is_valid() and rows.is_valid()):
        return _edit_page(request, membership, label_set, form, rows, status=422)
    try:
        services.change_label_set(
            actor=request.user,
            label_set=label_set,
            seen=form.cleaned_data["seen"],
            state=form.state(rows),
            gesture=form.cleaned_data["gesture"] or None,
        )
    except Invalid as invalid:
        _tell(form, invalid)
        return _edit_page(request, membership, label_set, form, rows, status=422)
    except (Conflict, KeyReused) as conflict:
        return _clash(request, membership, label_set, form.state(rows), conflict)
    messages.success(request, _("The label set was saved."))
    return redirect("label-set-list", slug)


@require_POST
def label_set_up(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Ask a question one place earlier."""
    membership = get_membership(request.user, slug, Act.MANAGE)
    label_set = get_label_set(membership, key)
    keys = list(LabelSet.objects.filter(project=membership.project).values_list("key", flat=True))
    services.move_label_set(actor=request.user, label_set=label_set, place=keys.index(key) - 1)
    return redirect("label-set-list", slug)


@require_POST
def restore(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Make a question what it was at an earlier time."""
    refuse_unknown(request)
    membership = get_membership(request.user, slug, Act.MANAGE)
    label_set, form = get_label_set(membership, key), LabelSetRestoreForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This form is not complete. Nothing was changed."))
        return redirect("label-set-list", slug)
    to, seen, gesture = (form.cleaned_data[name] for name in ("to", "seen", "gesture"))
    try:
        restore_label_set(actor=request.user, label_set=label_set, to=to, seen=seen, gesture=gesture or None)
    except (Conflict, Invalid, KeyReused) as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("“%(name)s” is as it was then.") % {"name": label_set.name})
    return redirect("label-set-list", slug)


def _fresh(label_set: LabelSet) -> dict[str, str]:
    return {"seen": services.seen_mark(label_set), "gesture": new_gesture()}


def _tell(form: LabelSetForm, refused: ServiceError) -> None:
    field = getattr(refused, "field", "")
    form.add_error(field if field in form.fields else None, refused.message)


def _clash(
    request: SignedInRequest,
    membership: Membership,
    label_set: LabelSet,
    yours: services.LabelSetState,
    conflict: Conflict | KeyReused,
) -> HttpResponse:
    """Show what stands now beside what was typed; sending that again is a choice made in full sight."""
    label_set.refresh_from_db()
    now = services.asked_of(label_set)
    typed = LabelSetForm(request.POST.dict() | _fresh(label_set))
    compared = [
        (_("Name"), now.name, yours.name),
        (_("Question"), now.question or "–", yours.question or "–"),
        (_("Ask it of every quote"), _yes_or_no(now.active), _yes_or_no(yours.active)),
        (_("Labels"), _in_words(now), _in_words(yours)),
    ]
    return _edit_page(
        request,
        membership,
        label_set,
        typed,
        label_rows(request.POST, now),
        status=409,
        conflict=conflict.message,
        compared=[row for row in compared if row[1] != row[2]],
    )


def _yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")


def _in_words(state: services.LabelSetState) -> str:
    return ", ".join(one.name if one.active else _("%(name)s (hidden)") % {"name": one.name} for one in state.labels)


def _list_page(
    request: SignedInRequest, membership: Membership, form: NewLabelSetForm, rows: LabelRows, *, status: int = 200
) -> HttpResponse:
    changes = Change.objects.filter(project=membership.project, subject_kind=Change.Subject.LABEL_SET)
    page = page_of(latest(changes), page_number(request))
    context = {
        "label_sets": LabelSet.objects.filter(project=membership.project).prefetch_related("labels"),
        "form": form,
        "rows": rows,
        "page": page,
        "entries": entries(list(page.object_list), membership),
    }
    shown = project_context(membership, "guidelines", **context)
    return TemplateResponse(request, "label_sets/list.html", shown, status=status)


def _edit_page(
    request: SignedInRequest,
    membership: Membership,
    label_set: LabelSet,
    form: LabelSetForm,
    rows: LabelRows,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = project_context(membership, "guidelines", label_set=label_set, form=form, rows=rows, **more)
    return TemplateResponse(request, "label_sets/edit.html", context, status=status)
