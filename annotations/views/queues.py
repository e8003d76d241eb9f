"""The queue of a project: how stories are handed out, the next one, giving one back and handing one over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotations.access import (
    Act,
    annotating_members,
    get_membership,
    get_own_assignment,
    get_readable_assignment,
    require,
)
from annotations.forms.queues import HandOverForm, QueueForm, QueueOffForm, ReasonForm
from annotations.http import SignedInRequest
from annotations.models import Assignment, Membership, Project
from annotations.services.assignments import start_assignment
from annotations.services.changes import new_gesture
from annotations.services.errors import Conflict, Invalid, KeyReused, NotAllowed
from annotations.services.handing_out import hand_over, next_story, skip_story
from annotations.services.queues import QueueSettings, change_queue, earlier_settings, seen_mark, settings_of
from annotations.views.pages import project_context, refuse_unknown

page_or_form = require_http_methods(["GET", "HEAD", "POST"])


@page_or_form
def queue(request: SignedInRequest, slug: str) -> HttpResponse:
    """Set how stories are handed out. If somebody else did so meanwhile, what was typed is kept."""
    refuse_unknown(request, {"to"})
    membership = get_membership(request.user, slug, Act.MANAGE)
    project, members = membership.project, annotating_members(membership.project)
    if request.method == "POST":
        return _save_queue(request, membership, QueueForm(request.POST, members=members))
    settings = _earlier(request, project) or settings_of(project) or QueueSettings()
    initial: dict[str, Any] = asdict(settings) | _fresh(project)
    initial |= {"takers": [row.pk for row in members if row.takes_stories], "shown": [row.pk for row in members]}
    return _queue_page(request, membership, QueueForm(initial=initial, members=members))


def _earlier(request: SignedInRequest, project: Project) -> QueueSettings | None:
    """Return the settings that the address names as ``to``, to be looked at and saved again. Raises ``Http404``."""
    if "to" not in request.GET:
        return None
    settings = earlier_settings(project, request.GET["to"])
    if settings is None:
        raise Http404(_("History keeps no such state."))
    return settings


def _save_queue(request: SignedInRequest, membership: Membership, form: QueueForm) -> HttpResponse:
    project, conflict, status = membership.project, "", 422
    try:
        if form.is_valid():
            change_queue(
                actor=request.user,
                project=project,
                seen=form.cleaned_data["seen"],
                settings=form.settings(),
                takers=form.who_takes(),
                gesture=form.cleaned_data["gesture"] or None,
            )
            messages.success(request, _("Stories are handed out like this from now on."))
            return redirect("progress", project.slug)
    except NotAllowed as refused:
        raise PermissionDenied(refused.message) from refused
    except Invalid as invalid:
        form.add_error(invalid.field or None, invalid.message)
    except (Conflict, KeyReused) as refused:
        conflict, status = refused.message, 409
    form.show_again(request.POST, **(_fresh(project) if conflict else {}))
    return _queue_page(request, membership, form, conflict=conflict, status=status)


def _fresh(project: Project) -> dict[str, str]:
    return {"seen": seen_mark(project), "gesture": new_gesture()}


def _queue_page(
    request: SignedInRequest, membership: Membership, form: QueueForm, *, conflict: str = "", status: int = 200
) -> HttpResponse:
    project = membership.project
    off = QueueOffForm(initial=_fresh(project), auto_id="off_%s") if settings_of(project) else None
    context = project_context(membership, "progress", form=form, conflict=conflict, off=off)
    return TemplateResponse(request, "queues/edit.html", context, status=status)


@require_POST
def queue_off(request: SignedInRequest, slug: str) -> HttpResponse:
    """Let everybody choose stories freely again."""
    membership = get_membership(request.user, slug, Act.MANAGE)
    project, form = membership.project, QueueOffForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This form is not complete. Nothing was changed."))
        return redirect("queue", slug)
    seen, gesture = form.cleaned_data["seen"], form.cleaned_data["gesture"] or None
    try:
        change_queue(actor=request.user, project=project, seen=seen, settings=None, takers={}, gesture=gesture)
    except (Conflict, KeyReused, NotAllowed) as refused:
        messages.error(request, refused.message)
        return redirect("queue", slug)
    messages.success(request, _("Everybody chooses stories freely again. Who has a story keeps it."))
    return redirect("progress", slug)


@require_POST
def take_next(request: SignedInRequest, slug: str) -> HttpResponse:
    """Give the member the story that comes next, and go to work on it."""
    membership = get_membership(request.user, slug, Act.ANNOTATE)
    try:
        gesture = request.POST.get("gesture") or None
        assignment = next_story(actor=request.user, project=membership.project, gesture=gesture)
    except (Invalid, KeyReused, NotAllowed) as refused:
        messages.error(request, refused.message)
        return redirect("project-detail", slug)
    if assignment is None:
        messages.info(request, _("No story is left for you: each has its readers, or you have had it."))
        return redirect("project-detail", slug)
    return redirect("assignment", assignment.pk)


@page_or_form
def skip(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give one's own story back, with a reason."""
    refuse_unknown(request)
    membership, assignment = get_own_assignment(request.user, pk)
    form = ReasonForm(request.POST or None, initial=_as_seen(assignment))

    def act(given: dict[str, Any]) -> HttpResponse:
        skip_story(actor=request.user, assignment=assignment, **_common(given))
        messages.success(request, _("The story is given back. What you did in it is kept."))
        return redirect("home")

    return _reasoned(request, "queues/skip.html", _context(membership, assignment, form), act)


@require_POST
def resume(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take one's own story up again that was given back."""
    _membership, assignment = get_own_assignment(request.user, pk)
    try:
        start_assignment(actor=request.user, version=assignment.version)
    except (Invalid, NotAllowed) as refused:
        messages.error(request, refused.message)
    return redirect("assignment", pk)


@page_or_form
def hand_story_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a story from its annotator and give it to somebody else, who begins anew."""
    refuse_unknown(request)
    membership, assignment = get_readable_assignment(request.user, pk)
    require(membership, Act.MANAGE)
    if assignment.annotator is None or assignment.annotator.user_id == request.user.pk:
        raise PermissionDenied(_("You hand over what others have. Give your own story back instead."))
    members = annotating_members(membership.project)
    form = HandOverForm(request.POST or None, initial=_as_seen(assignment), members=members)

    def act(given: dict[str, Any]) -> HttpResponse:
        to = next(row for row in members if row.pk == given["to"])
        hand_over(actor=request.user, assignment=assignment, to=to, **_common(given))
        messages.success(request, _("%(name)s has the story now.") % {"name": to.user})
        return redirect("progress", membership.project.slug)

    return _reasoned(request, "queues/hand_over.html", _context(membership, assignment, form), act)


def _as_seen(assignment: Assignment) -> dict[str, str]:
    return {"revision": str(assignment.revision), "gesture": new_gesture()}


def _common(given: dict[str, Any]) -> dict[str, Any]:
    return {"reason": given["reason"], "revision": given["revision"], "gesture": given["gesture"] or None}


def _context(membership: Membership, assignment: Assignment, form: Form) -> dict[str, Any]:
    return project_context(membership, "progress", assignment=assignment, version=assignment.version, form=form)


def _reasoned(
    request: SignedInRequest, template: str, context: dict[str, Any], act: Callable[[dict[str, Any]], HttpResponse]
) -> HttpResponse:
    """Show a form, or do what it asks for; if that cannot be, say why at the field, with what was typed."""
    form, status = context["form"], 200
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid():
                return act(form.cleaned_data)
        except NotAllowed as refused:
            raise PermissionDenied(refused.message) from refused
        except (Invalid, Conflict, KeyReused) as refused:
            field = getattr(refused, "field", "")
            form.add_error(field if field in form.fields else None, refused.message)
            if isinstance(refused, Conflict):
                context["assignment"].refresh_from_db(fields=["revision"])
                status, form.data = 409, request.POST.dict() | _as_seen(context["assignment"])
    return TemplateResponse(request, template, context, status=status)
