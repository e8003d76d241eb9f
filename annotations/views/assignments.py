"""One's own assignment: the annotation page, undo and redo, submitting."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.forms.quotes import RevisionForm, SubmissionForm
from annotations.models import Change, Quote
from annotations.services import assignments as services
from annotations.services import undo as steps
from annotations.services.changes import gesture_rows, new_gesture
from annotations.services.errors import Conflict, Invalid, KeyReused
from annotations.views.pages import refuse_unknown
from annotations.views.submission import Submission, submission_of
from annotations.views.workbench import Desk, address, carry_out, open_desk, page


@require_safe
def annotate(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the story of one's own assignment, with a quote opened if the address names one."""
    refuse_unknown(request, {"quote"})
    desk = open_desk(request, pk)
    return page(desk, active=request.GET.get("quote", ""))


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Restore the state before one's own last gesture."""
    return _step(request, pk, steps.undo)


@require_POST
def redo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Restore the state after the gesture that was undone last."""
    return _step(request, pk, steps.redo)


def _step(request: HttpRequest, pk: int, step: Any) -> HttpResponseBase:
    desk = open_desk(request, pk)
    form = RevisionForm(request.POST)

    def act() -> Quote | None:
        step(actor=desk.actor, assignment=desk.assignment, revision=form.cleaned_data["revision"], gesture=form.key)
        return _last_touched(desk)

    return carry_out(desk, form, "steps", act=act)


def _last_touched(desk: Desk) -> Quote | None:
    """Return the quote that the last gesture was about, so that the person sees what it did."""
    changes = gesture_rows(desk.assignment, desk.actor)
    last = changes.order_by("-pk").first()
    rows = changes.filter(gesture=last.gesture).order_by("sequence") if last else changes.none()
    key = rows.filter(subject_kind=Change.Subject.QUOTE).values_list("subject_key", flat=True).first()
    return Quote.objects.filter(assignment=desk.assignment, key=key).first()


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Say plainly what is missing; submit if the person wants it so."""
    desk = open_desk(request, pk)
    refuse_unknown(request)
    if request.method != "POST":
        return _submission(desk)
    form = SubmissionForm(request.POST)
    if not form.is_valid():
        return _submission(desk, form.first_error, status=422)
    end = form.cleaned_data["read_up_to"]
    if desk.assignment.is_open and not form.cleaned_data["confirmed"]:
        missing = submission_of(desk.assignment, end)
        if not missing.is_complete:
            return _submission(desk, _("Something is still missing. Look at it, or say so below."), missing, status=422)
    return _move(desk, partial(services.submit_assignment, read_up_to=end), _("Submitted. Thank you."))


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a submission back, to go on working."""
    return _move(open_desk(request, pk), services.reopen_assignment, _("Taken back. You can go on."))


def _move(desk: Desk, service: Any, done: str) -> HttpResponseBase:
    form = RevisionForm(desk.request.POST)
    if not form.is_valid():
        return _submission(desk, form.first_error, status=422)
    try:
        service(
            actor=desk.actor,
            assignment=desk.assignment,
            revision=form.cleaned_data["revision"],
            gesture=form.key,
        )
    except Invalid as invalid:
        return _submission(desk, invalid.message, status=422)
    except (Conflict, KeyReused) as conflict:
        desk.assignment.refresh_from_db()
        return _submission(desk, conflict.message, status=409)
    messages.success(desk.request, done)
    return redirect(address(desk.assignment))


def _submission(desk: Desk, error: str = "", missing: Submission | None = None, status: int = 200) -> TemplateResponse:
    context = {
        "project": desk.assignment.project,
        "assignment": desk.assignment,
        "version": desk.assignment.version,
        "submission": missing or submission_of(desk.assignment),
        "error": error,
        "new_gesture": new_gesture,
    }
    return TemplateResponse(desk.request, "assignments/submit.html", context, status=status)
