"""The guidelines of a project: to read, and for managers to write."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from annotations.access import Act, get_membership
from annotations.forms.registry import GuidelinesForm
from annotations.http import SignedInRequest
from annotations.models import Change, LabelSet, Project
from annotations.services.changes import new_gesture
from annotations.services.errors import Conflict, Invalid, KeyReused
from annotations.services.projects import change_guidelines, guidelines_seen
from annotations.views.pages import project_context, refuse_unknown


@require_safe
def guidelines(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show the guidelines and the questions that the project asks of every quote."""
    refuse_unknown(request)
    membership = get_membership(request.user, slug)
    changed = Change.objects.filter(project=membership.project, subject_kind=Change.Subject.PROJECT)
    context = {
        "label_sets": LabelSet.objects.filter(project=membership.project, is_active=True).prefetch_related("labels"),
        "changed": changed.select_related("actor").order_by("-pk").first(),
    }
    return TemplateResponse(request, "guidelines/detail.html", project_context(membership, "guidelines", **context))


@require_http_methods(["GET", "HEAD", "POST"])
def guidelines_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    """Write the guidelines. If somebody else did so meanwhile, both texts are shown and nothing is lost."""
    refuse_unknown(request)
    membership = get_membership(request.user, slug, Act.MANAGE)
    project = membership.project
    context = project_context(membership, "guidelines")
    if request.method != "POST":
        form = GuidelinesForm(initial=_initial(project) | {"guidelines": project.guidelines})
        return TemplateResponse(request, "guidelines/edit.html", {**context, "form": form})
    form = GuidelinesForm(request.POST)
    if form.is_valid():
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
        except (Conflict, KeyReused) as conflict:
            project.refresh_from_db()
            form = GuidelinesForm(request.POST.dict() | _initial(project))
            shown = {**context, "form": form, "conflict": conflict.message, "current": project.guidelines}
            return TemplateResponse(request, "guidelines/edit.html", shown, status=409)
        else:
            messages.success(request, _("The guidelines were saved."))
            return redirect("guidelines", project.slug)
    return TemplateResponse(request, "guidelines/edit.html", {**context, "form": form}, status=422)


def _initial(project: Project) -> dict[str, str]:
    return {"seen": guidelines_seen(project), "gesture": new_gesture()}
