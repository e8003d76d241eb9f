"""Members of a project, and invitations to it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from annotations.access import Act, get_membership
from annotations.forms.members import InviteForm, RoleForm
from annotations.http import SignedInRequest
from annotations.models import Invitation, Membership
from annotations.services import invitations, members
from annotations.services.changes import new_gesture
from annotations.services.errors import Conflict, ServiceError
from annotations.views.pages import refuse_unknown


@require_safe
def member_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """Who works in a project, in which role, and who is invited. For its managers."""
    manager = get_membership(request.user, slug, Act.MANAGE)
    refuse_unknown(request)
    return _page(request, manager)


@require_POST
def invite(request: SignedInRequest, slug: str) -> HttpResponse:
    """Make an invitation and show its link, this once."""
    manager = get_membership(request.user, slug, Act.MANAGE)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, manager, form=form, status=422)
    asked = {"role": form.cleaned_data["role"], "note": form.cleaned_data["note"]}
    try:
        made = invitations.invite(
            actor=request.user, project=manager.project, gesture=form.cleaned_data["gesture"] or None, **asked
        )
    except Conflict as conflict:
        messages.warning(request, conflict.message)
        return _page(request, manager, status=409)
    except ServiceError as error:
        form.add_error(None, error.message)
        return _page(request, manager, form=form, status=422)
    link = settings.SITE_URL + made.path
    return _page(request, manager, made=made.invitation, link=link)


@require_POST
def change_role(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Give a member another role."""
    form = RoleForm(request.POST)
    if not form.is_valid():
        manager = get_membership(request.user, slug, Act.MANAGE)
        messages.error(request, _("Choose one of the roles. Nothing was changed."))
        return _page(request, manager, status=422)

    def write(membership: Membership) -> str:
        role = form.cleaned_data["role"]
        changed = members.change_role(actor=request.user, membership=membership, role=role)
        return _("%(name)s is now %(role)s.") % {"name": changed.user, "role": changed.get_role_display()}

    return _write(request, slug, pk, write)


@require_POST
def deactivate(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """End a membership."""

    def write(membership: Membership) -> str:
        members.deactivate_member(actor=request.user, membership=membership)
        return _("%(name)s is no longer a member. Their work stays.") % {"name": membership.user}

    return _write(request, slug, pk, write)


@require_POST
def reactivate(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Let a former member in again."""

    def write(membership: Membership) -> str:
        members.reactivate_member(actor=request.user, membership=membership)
        return _("%(name)s is a member again.") % {"name": membership.user}

    return _write(request, slug, pk, write)


@require_POST
def revoke_invitation(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Withdraw an invitation."""
    manager = get_membership(request.user, slug, Act.MANAGE)
    invitation = get_object_or_404(Invitation.objects.select_related("project"), pk=pk, project=manager.project)
    try:
        invitations.revoke_invitation(actor=request.user, invitation=invitation)
    except ServiceError as error:
        messages.error(request, error.message)
        return _page(request, manager, status=409)
    messages.success(request, _("The invitation is withdrawn. Its link lets nobody in any more."))
    return redirect("member-list", slug)


def _write(request: SignedInRequest, slug: str, pk: int, write: Callable[[Membership], str]) -> HttpResponse:
    """Do one thing with one member, and come back to the list."""
    manager = get_membership(request.user, slug, Act.MANAGE)
    rows = Membership.objects.select_related("project", "user")
    membership = get_object_or_404(rows, pk=pk, project=manager.project)
    try:
        done = write(membership)
    except ServiceError as error:
        messages.error(request, error.message)
        return _page(request, manager, status=409)
    messages.success(request, done)
    if membership.user_id != request.user.pk:
        return redirect("member-list", slug)
    # The change ended one's own sessions as well; this one, in which one asked for it, goes on.
    request.user.refresh_from_db()
    update_session_auth_hash(request, request.user)
    still_manages = membership.is_active and membership.role == manager.role
    return redirect("member-list", slug) if still_manages else redirect(settings.LOGIN_REDIRECT_URL)


def _page(
    request: SignedInRequest,
    manager: Membership,
    *,
    form: InviteForm | None = None,
    made: Invitation | None = None,
    link: str = "",
    status: int = 200,
) -> TemplateResponse:
    rows = Membership.objects.filter(project=manager.project).select_related("user")
    rows = rows.order_by("-is_active", "user__first_name", "user__username")
    pending = invitations.open_invitations(manager.project)
    context = {
        "project": manager.project,
        "membership": manager,
        "section": "members",
        "members": [(one, RoleForm(initial={"role": one.role}, auto_id=f"role-{one.pk}-%s")) for one in rows],
        "invitations": pending.exclude(pk=made.pk) if made else pending,
        "form": form or InviteForm(initial={"role": "annotator"}),
        "gesture": new_gesture(),
        "made": made,
        "link": link,
    }
    return TemplateResponse(request, "members/list.html", context, status=status)
