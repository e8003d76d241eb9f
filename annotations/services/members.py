"""Members of a project: joining, roles, leaving. Only managers manage, and the last one stays."""

from __future__ import annotations

from django.db import IntegrityError
from django.utils.translation import gettext as _

from annotations.exports.records import Record
from annotations.models import Change, Membership, Project, Role, User
from annotations.services.changes import Gesture, recorded
from annotations.services.errors import Conflict, Invalid, NotAllowed
from annotations.services.sessions import end_access


def state_of(membership: Membership) -> Record:
    """Return what history keeps of a membership."""
    paused = {} if membership.takes_stories else {"takes_stories": False}
    return {"user": membership.user.username, "role": membership.role, "active": membership.is_active, **paused}


def add_member(*, actor: User | None, project: Project, user: User, role: str) -> Membership:
    """Make ``user`` a member; the membership they have, if they have or had one, stays as it is.

    Who may ask for this is for the caller to know: an invitation, the console, or the welcome to the sample project.
    """
    check_role(role)
    try:
        with recorded(project=project, actor=actor, gesture=None, asked=("join", project.pk, user.pk)) as opened:
            membership = Membership.objects.create(project=project, user=user, role=role)
            _record(opened, Change.Action.CREATE, membership, before=None)
            return membership
    except IntegrityError:
        # Asked twice at once: the other one won.
        return Membership.objects.select_related("project", "user").get(project=project, user=user)


def check_role(role: str) -> None:
    """Raise ``Invalid`` for a role that there is not."""
    if role not in Role.values:
        raise Invalid(_("There is no role “%(role)s”.") % {"role": role}, field="role")


def change_role(*, actor: User, membership: Membership, role: str) -> Membership:
    """Give a member another role. Their sessions and API tokens end: what was open had the old rights."""
    check_role(role)
    return _write(actor=actor, membership=membership, values={"role": role})


def deactivate_member(*, actor: User, membership: Membership) -> Membership:
    """End a membership, with the person's sessions and API tokens. Their work stays, the project is gone for them."""
    return _write(actor=actor, membership=membership, values={"is_active": False})


def reactivate_member(*, actor: User, membership: Membership) -> Membership:
    """Let a former member in again, in the role that they had."""
    return _write(actor=actor, membership=membership, values={"is_active": True})


def require_manager(*, actor: User, project: Project) -> None:
    """Raise ``NotAllowed`` unless ``actor`` manages the project.

    Call it in the transaction of the change: it locks the project's managers, always in the same order. So of two
    who demote each other at once the second waits, and is then refused.
    """
    if actor.pk not in {manager.user_id for manager in _locked_managers(project)}:
        raise NotAllowed(_("Only managers of this project do this."))


def require_other_managers(membership: Membership) -> None:
    """Raise ``Conflict`` if this is the project's last manager who can still sign in."""
    if [manager.pk for manager in _locked_managers(membership.project)] == [membership.pk]:
        raise Conflict(
            _("%(name)s is the last manager of %(project)s. Make somebody else a manager first.")
            % {"name": membership.user, "project": membership.project}
        )


def record_membership(*, actor: User | None, membership: Membership, before: Record, after: Record) -> None:
    """Write into the project's history what befell a member from outside of it."""
    asked = ("membership", membership.pk, before, after)
    with recorded(project=membership.project, actor=actor, gesture=None, asked=asked) as opened:
        state = state_of(membership)
        opened.record(
            Change.Action.CHANGE,
            Change.Subject.MEMBERSHIP,
            str(membership.pk),
            before=state | before,
            after=state | after,
        )


def _locked_managers(project: Project) -> list[Membership]:
    managers = Membership.objects.filter(project=project, role=Role.MANAGER, is_active=True, user__is_active=True)
    return list(managers.order_by("pk").select_for_update(of=("self",)))


def _write(*, actor: User, membership: Membership, values: dict[str, str | bool]) -> Membership:
    asked = ("membership", membership.pk, values)
    with recorded(project=membership.project, actor=actor, gesture=None, asked=asked) as opened:
        # A manager is the highest role, so nobody can give more than they have.
        require_manager(actor=actor, project=membership.project)
        locked = (
            Membership.objects.select_for_update(of=("self",)).select_related("project", "user").get(pk=membership.pk)
        )
        _apply(opened, locked, values)
    membership.refresh_from_db()
    return membership


def _apply(opened: Gesture, locked: Membership, values: dict[str, str | bool]) -> None:
    before = state_of(locked)
    stays_manager = values.get("role", locked.role) == Role.MANAGER and values.get("is_active", locked.is_active)
    if not stays_manager:
        require_other_managers(locked)
    for column, value in values.items():
        setattr(locked, column, value)
    if state_of(locked) == before:
        return
    locked.save(update_fields=list(values))
    _record(opened, Change.Action.CHANGE, locked, before=before)
    if values != {"is_active": True}:
        end_access(locked.user)


def _record(opened: Gesture, action: Change.Action, membership: Membership, *, before: Record | None) -> None:
    opened.record(action, Change.Subject.MEMBERSHIP, str(membership.pk), before=before, after=state_of(membership))
