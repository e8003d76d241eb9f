"""Members: roles, leaving, coming back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from annotations.models import Membership, Role, User
from annotations.services import members
from annotations.services.errors import Conflict, Invalid, NotAllowed, ServiceError
from annotations.services.tokens import create_token, find_token
from tests.cast import Cast, make_cast
from tests.client import StrictClient


def role_of(cast: Cast, user: User) -> tuple[str, bool]:
    """Return what the database says about a member."""
    membership = cast.membership(user)
    return membership.role, membership.is_active


def test_a_manager_changes_a_role(cast: Cast) -> None:
    members.change_role(actor=cast.manager, membership=cast.membership(cast.annotator), role=Role.REVIEWER)
    assert role_of(cast, cast.annotator) == ("reviewer", True)
    row = cast.changes.get()
    assert (row.action, row.subject_kind, row.actor) == ("change", "membership", cast.manager)
    assert (row.before["role"], row.after["role"], row.after["user"]) == ("annotator", "reviewer", "annotator")


def test_the_same_role_again_writes_nothing(cast: Cast) -> None:
    members.change_role(actor=cast.manager, membership=cast.membership(cast.annotator), role=Role.ANNOTATOR)
    assert not cast.changes.exists()


def test_a_role_change_ends_sessions_and_tokens(cast: Cast) -> None:
    device = StrictClient()
    device.force_login(cast.reviewer)
    secret = create_token(user=cast.reviewer, name="script")[1]
    members.change_role(actor=cast.manager, membership=cast.membership(cast.reviewer), role=Role.ANNOTATOR)
    assert device.get("/account/").status_code == 302
    assert find_token(secret) is None


def test_a_role_that_there_is_not_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        members.change_role(actor=cast.manager, membership=cast.membership(cast.annotator), role="owner")


@pytest.mark.parametrize("who", ["annotator", "reviewer", "viewer", "outsider"])
def test_only_managers_manage(cast: Cast, who: str) -> None:
    actor = getattr(cast, who)
    membership = cast.membership(cast.other_annotator)
    for write in (
        lambda: members.change_role(actor=actor, membership=membership, role=Role.MANAGER),
        lambda: members.deactivate_member(actor=actor, membership=membership),
        lambda: members.reactivate_member(actor=actor, membership=membership),
    ):
        with pytest.raises(NotAllowed):
            write()
    assert role_of(cast, cast.other_annotator) == ("annotator", True)
    assert not cast.changes.exists()


def test_nobody_promotes_themselves(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        members.change_role(actor=cast.reviewer, membership=cast.membership(cast.reviewer), role=Role.MANAGER)


def test_a_former_manager_manages_no_more(cast: Cast) -> None:
    members.change_role(actor=cast.manager, membership=cast.membership(cast.reviewer), role=Role.MANAGER)
    members.deactivate_member(actor=cast.reviewer, membership=cast.membership(cast.manager))
    with pytest.raises(NotAllowed):
        members.change_role(actor=cast.manager, membership=cast.membership(cast.viewer), role=Role.MANAGER)


def test_a_member_leaves_and_comes_back(cast: Cast) -> None:
    members.deactivate_member(actor=cast.manager, membership=cast.membership(cast.annotator))
    assert role_of(cast, cast.annotator) == ("annotator", False)
    members.reactivate_member(actor=cast.manager, membership=cast.membership(cast.annotator))
    assert role_of(cast, cast.annotator) == ("annotator", True)
    assert [row.after["active"] for row in cast.changes.order_by("pk")] == [False, True]


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.REVIEWER, Role.VIEWER])
def test_the_last_manager_cannot_be_demoted(cast: Cast, role: str) -> None:
    with pytest.raises(Conflict, match="last manager"):
        members.change_role(actor=cast.manager, membership=cast.membership(cast.manager), role=role)
    assert role_of(cast, cast.manager) == ("manager", True)


def test_the_last_manager_cannot_leave(cast: Cast) -> None:
    with pytest.raises(Conflict, match="last manager"):
        members.deactivate_member(actor=cast.manager, membership=cast.membership(cast.manager))
    assert role_of(cast, cast.manager) == ("manager", True)


def test_one_of_two_managers_can_leave(cast: Cast) -> None:
    members.change_role(actor=cast.manager, membership=cast.membership(cast.reviewer), role=Role.MANAGER)
    members.deactivate_member(actor=cast.manager, membership=cast.membership(cast.manager))
    assert role_of(cast, cast.manager) == ("manager", False)


def test_joining_twice_is_once(cast: Cast) -> None:
    for role in (Role.ANNOTATOR, Role.REVIEWER):
        members.add_member(actor=None, project=cast.project, user=cast.outsider, role=role)
    assert role_of(cast, cast.outsider) == ("annotator", True)
    assert cast.changes.count() == 1


@pytest.mark.django_db(transaction=True, databases=["default", "reader"])
def test_two_managers_cannot_demote_each_other_at_once() -> None:
    cast = make_cast()
    Membership.objects.filter(project=cast.project, user=cast.reviewer).update(role=Role.MANAGER)
    pairs = [(cast.manager, cast.membership(cast.reviewer)), (cast.reviewer, cast.membership(cast.manager))]
    together = Barrier(2)

    def demote(pair: tuple[User, Membership]) -> str:
        together.wait()
        try:
            members.change_role(actor=pair[0], membership=pair[1], role=Role.ANNOTATOR)
            return "done"
        except ServiceError:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demote, pairs)) == ["done", "refused"]
    assert Membership.objects.filter(project=cast.project, role=Role.MANAGER).count() == 1
