"""Invitations: how somebody new comes into a project, without a mail server."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.exports.records import Record
from annotations.models import Change, Invitation, Membership, Project, Role, User
from annotations.services.accounts import create_user
from annotations.services.changes import Replayed, recorded
from annotations.services.errors import Conflict, Invalid
from annotations.services.links import LinkRefused, hash_of, new_token
from annotations.services.members import add_member, check_role, require_manager
from annotations.services.speakers import clean_name

LIFETIME = timedelta(hours=24)
NOTE_LENGTH = 200


@dataclass(frozen=True)
class Invited:
    """A new invitation and the path of its link, which nobody can look up later."""

    invitation: Invitation
    path: str = field(repr=False)


def open_invitations(project: Project) -> QuerySet[Invitation]:
    """Return the invitations of a project that somebody can still accept, newest first."""
    return Invitation.objects.filter(
        project=project, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    ).select_related("created_by")


def invite(*, actor: User, project: Project, role: str, note: str = "", gesture: str | None = None) -> Invited:
    """Make a link that lets one person join in this role. Raises ``NotAllowed`` unless the actor is a manager.

    A retry cannot show the link again, because only its hash is kept: it raises ``Conflict``.
    """
    check_role(role)
    note = clean_name(note, field="note", length=NOTE_LENGTH) if note.strip() else ""
    token = new_token()
    try:
        asked = ("invite", project.pk, role, note)
        with recorded(project=project, actor=actor, gesture=gesture, asked=asked) as opened:
            require_manager(actor=actor, project=project)
            invitation = Invitation.objects.create(
                project=project,
                role=role,
                note=note,
                token_hash=hash_of(token),
                created_by=actor,
                expires_at=timezone.now() + LIFETIME,
            )
            opened.record(Change.Action.CREATE, Change.Subject.PROJECT, project.slug, after=_state_of(invitation))
    except Replayed as replayed:
        raise Conflict(
            _("This invitation was made already, and its link is shown only once. Revoke it and make a new one.")
        ) from replayed
    return Invited(invitation=invitation, path=reverse("invitation", args=[token]))


def find_invitation(token: str) -> Invitation:
    """Return an invitation that can still be accepted. Raises ``LinkRefused``."""
    rows = Invitation.objects.select_related("project", "created_by")
    invitation = rows.filter(token_hash=hash_of(token)).first()
    if invitation is None:
        raise LinkRefused(_("There is no such invitation. Copy all of the link, or ask for a new one."))
    if invitation.accepted_at is not None:
        raise LinkRefused(_("This invitation was accepted already: each one is for one person. Ask for a new one."))
    if invitation.revoked_at is not None or not _inviter_manages(invitation):
        raise LinkRefused(_("This invitation was withdrawn. Ask a manager of the project for a new one."))
    if invitation.expires_at <= timezone.now():
        raise LinkRefused(_("This invitation has expired. Ask for a new one."))
    return invitation


def accept_invitation(*, token: str, user: User) -> Membership:
    """Let ``user`` join. Raises ``LinkRefused``, or ``Conflict`` if they are or were a member."""
    with transaction.atomic():
        invitation = _locked(token)
        if former := Membership.objects.filter(project=invitation.project, user=user).first():
            raise Conflict(_already(former))
        membership = add_member(actor=user, project=invitation.project, user=user, role=invitation.role)
        invitation.accepted_by, invitation.accepted_at = user, timezone.now()
        invitation.save(update_fields=["accepted_by", "accepted_at"])
    return membership


def accept_as_new_user(*, token: str, username: str, name: str, email: str, password: str) -> Membership:
    """Make an account and let it join, both or neither. Raises ``LinkRefused``, ``Invalid``."""
    if not name.strip():
        raise Invalid(_("Write your name as others should read it."), field="name")
    with transaction.atomic():
        find_invitation(token)
        user = create_user(username=username, name=name, email=email, password=password)
        return accept_invitation(token=token, user=user)


def revoke_invitation(*, actor: User, invitation: Invitation) -> Invitation:
    """Withdraw an invitation that nobody has accepted yet. Raises ``Conflict`` if somebody has."""
    project = invitation.project
    with recorded(project=project, actor=actor, gesture=None, asked=("revoke", invitation.pk)) as opened:
        require_manager(actor=actor, project=project)
        locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if locked.accepted_at is not None:
            raise Conflict(_("Somebody has accepted this invitation. End their membership instead."))
        if locked.revoked_at is None:
            before, locked.revoked_at = _state_of(locked), timezone.now()
            locked.save(update_fields=["revoked_at"])
            after = _state_of(locked)
            opened.record(Change.Action.DELETE, Change.Subject.PROJECT, project.slug, before=before, after=after)
    return locked


def _locked(token: str) -> Invitation:
    # Of two who accept at once, the second waits here and then finds the link used.
    Invitation.objects.select_for_update().filter(token_hash=hash_of(token)).first()
    return find_invitation(token)


def _inviter_manages(invitation: Invitation) -> bool:
    """Whether the inviter could still do so: a link kept from better days must not bring anybody back."""
    return Membership.objects.filter(
        project=invitation.project,
        user=invitation.created_by,
        user__is_active=True,
        role=Role.MANAGER,
        is_active=True,
    ).exists()


def _already(membership: Membership) -> str:
    if membership.is_active:
        return _("You are a member of this project already. Give the link to the person it is for.")
    return _("You were a member of this project. Ask one of its managers to let you in again.")


def _state_of(invitation: Invitation) -> Record:
    return {
        "invitation": invitation.pk,
        "role": invitation.role,
        "for": invitation.note,
        "revoked": invitation.revoked_at is not None,
    }
