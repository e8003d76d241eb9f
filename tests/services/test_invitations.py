"""Invitations: made by managers, for one person each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.utils import timezone

from annotations.models import Change, Invitation, Membership, Role, User
from annotations.services import accounts, invitations, members
from annotations.services.errors import Conflict, Invalid, KeyReused, NotAllowed
from annotations.services.links import LinkRefused
from tests.cast import Cast, make_cast, make_user

PASSWORD = "four unrelated words here"


def invite(cast: Cast, role: str = Role.ANNOTATOR, **more: str) -> str:
    """Make an invitation and return its token."""
    made = invitations.invite(actor=cast.manager, project=cast.project, role=role, **more)
    return made.path.rstrip("/").rpartition("/")[2]


def new_user(token: str, **changes: str) -> Membership:
    """Accept as somebody new."""
    values = {"username": "dana", "name": "Dana Okafor", "email": "", "password": PASSWORD} | changes
    return invitations.accept_as_new_user(token=token, **values)


def test_only_the_hash_is_kept(cast: Cast) -> None:
    token = invite(cast, note="Dana")
    assert token not in str(Invitation.objects.values().get())
    assert token not in str(list(Change.objects.values()))


def test_the_token_is_not_in_a_repr(cast: Cast) -> None:
    made = invitations.invite(actor=cast.manager, project=cast.project, role=Role.VIEWER)
    assert made.path not in repr(made)


def test_it_lives_a_day(cast: Cast) -> None:
    invite(cast)
    lifetime = Invitation.objects.get().expires_at - timezone.now()
    assert timedelta(hours=23) < lifetime <= timedelta(hours=24)


def test_making_one_is_history(cast: Cast) -> None:
    invite(cast, Role.REVIEWER, note="Dana")
    row = cast.changes.get()
    assert (row.action, row.subject_kind, row.subject_key) == ("create", "project", "desk")
    assert (row.after["role"], row.after["for"]) == ("reviewer", "Dana")


@pytest.mark.parametrize("who", ["annotator", "reviewer", "viewer", "outsider"])
def test_only_managers_invite(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        invitations.invite(actor=getattr(cast, who), project=cast.project, role=Role.VIEWER)
    assert not Invitation.objects.exists()


def test_a_second_press_makes_no_second_invitation(cast: Cast) -> None:
    invite(cast, gesture="once")
    with pytest.raises(Conflict, match="made already"):
        invite(cast, gesture="once")
    with pytest.raises(KeyReused):
        invite(cast, Role.MANAGER, gesture="once")
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("note", ["x" * 201, "a\u202eb"])
def test_a_bad_note_is_refused(cast: Cast, note: str) -> None:
    with pytest.raises(Invalid):
        invite(cast, note=note)


def test_a_signed_in_person_joins(cast: Cast) -> None:
    token = invite(cast, Role.REVIEWER)
    membership = invitations.accept_invitation(token=token, user=cast.outsider)
    assert (membership.project, membership.role) == (cast.project, "reviewer")
    invitation = Invitation.objects.get()
    assert (invitation.accepted_by, invitation.accepted_at is not None) == (cast.outsider, True)
    row = cast.changes.get(subject_kind="membership")
    assert (row.action, row.actor, row.after["user"]) == ("create", cast.outsider, "outsider")


def test_somebody_new_gets_an_account(cast: Cast) -> None:
    membership = new_user(invite(cast), email="Dana@desk.example")
    user = User.objects.get(username="dana")
    assert (membership.user, str(user), user.email) == (user, "Dana Okafor", "dana@desk.example")
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "manager"}, "username"),
        ({"username": "da\u200bna"}, "username"),
        ({"name": " "}, "name"),
        ({"email": "no address"}, "email"),
        ({"password": "password123"}, "password"),
        ({"password": "danaokafor"}, "password"),
    ],
)
def test_a_refused_account_uses_nothing_up(cast: Cast, changes: dict[str, str], field: str) -> None:
    token = invite(cast)
    with pytest.raises(Invalid) as refused:
        new_user(token, **changes)
    assert refused.value.field == field
    assert not User.objects.filter(username="dana").exists()
    assert new_user(token).role == "annotator"


def test_it_works_once(cast: Cast) -> None:
    token = invite(cast)
    new_user(token)
    with pytest.raises(LinkRefused, match="accepted already"):
        new_user(token, username="second")
    assert not User.objects.filter(username="second").exists()


def test_it_expires(cast: Cast) -> None:
    token = invite(cast)
    Invitation.objects.update(expires_at=timezone.now())
    with pytest.raises(LinkRefused, match="expired"):
        new_user(token)


def test_it_can_be_withdrawn(cast: Cast) -> None:
    token = invite(cast)
    for _ in range(2):
        invitations.revoke_invitation(actor=cast.manager, invitation=Invitation.objects.get())
    with pytest.raises(LinkRefused, match="withdrawn"):
        new_user(token)
    assert Change.objects.filter(action="delete").count() == 1
    assert not invitations.open_invitations(cast.project).exists()


def test_an_accepted_one_cannot_be_withdrawn(cast: Cast) -> None:
    new_user(invite(cast))
    with pytest.raises(Conflict):
        invitations.revoke_invitation(actor=cast.manager, invitation=Invitation.objects.get())


def test_only_managers_withdraw(cast: Cast) -> None:
    invite(cast)
    with pytest.raises(NotAllowed):
        invitations.revoke_invitation(actor=cast.reviewer, invitation=Invitation.objects.get())


def test_a_link_kept_from_better_days_brings_nobody_back(cast: Cast) -> None:
    members.change_role(actor=cast.manager, membership=cast.membership(cast.reviewer), role=Role.MANAGER)
    kept = invitations.invite(actor=cast.reviewer, project=cast.project, role=Role.MANAGER)
    members.deactivate_member(actor=cast.manager, membership=cast.membership(cast.reviewer))
    with pytest.raises(LinkRefused, match="withdrawn"):
        new_user(kept.path.rstrip("/").rpartition("/")[2])


def test_it_dies_with_the_account_of_who_made_it(cast: Cast) -> None:
    token = invite(cast)
    members.change_role(actor=cast.manager, membership=cast.membership(cast.reviewer), role=Role.MANAGER)
    accounts.deactivate_user(actor=None, user=cast.manager)
    with pytest.raises(LinkRefused, match="withdrawn"):
        new_user(token)


def test_a_member_does_not_use_it_up(cast: Cast) -> None:
    token = invite(cast, Role.MANAGER)
    with pytest.raises(Conflict, match="already"):
        invitations.accept_invitation(token=token, user=cast.annotator)
    assert cast.membership(cast.annotator).role == "annotator"
    assert new_user(token).role == "manager"


def test_whoever_was_put_out_does_not_come_back_by_a_link(cast: Cast) -> None:
    token = invite(cast)
    members.deactivate_member(actor=cast.manager, membership=cast.membership(cast.annotator))
    with pytest.raises(Conflict, match="let you in again"):
        invitations.accept_invitation(token=token, user=cast.annotator)


@pytest.mark.django_db(transaction=True, databases=["default", "reader"])
def test_of_two_who_accept_at_once_one_joins() -> None:
    cast = make_cast()
    token = invite(cast)
    people = [make_user("first"), make_user("second")]
    together = Barrier(2)

    def accept(user: User) -> str:
        together.wait()
        try:
            invitations.accept_invitation(token=token, user=user)
            return "joined"
        except LinkRefused:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, people)) == ["joined", "refused"]
    assert Membership.objects.filter(project=cast.project, user__in=people).count() == 1


def test_a_key_stands_for_an_invitation_to_one_project(cast: Cast) -> None:
    Membership.objects.create(project=cast.other_project, user=cast.manager, role=Role.MANAGER)
    invitations.invite(actor=cast.manager, project=cast.project, role=Role.VIEWER, gesture="once")
    with pytest.raises(KeyReused):
        invitations.invite(actor=cast.manager, project=cast.other_project, role=Role.VIEWER, gesture="once")
