"""The members of a project, and invitations to it."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.models import Change, Invitation, Membership, Role, User
from annotations.services import invitations, members
from tests.cast import Cast
from tests.client import StrictClient, soup_of

PAGE = "/projects/desk/members/"
PASSWORD = "four unrelated words here"


@pytest.fixture
def manager(cast: Cast, as_user: Any) -> StrictClient:
    """The manager's browser."""
    return as_user(cast.manager)


def invite(client: StrictClient, **fields: str) -> str:
    """Make an invitation on the page and return its path."""
    response = client.post(f"{PAGE}invite/", {"role": "annotator"} | fields)
    assert response.status_code == 200
    link = str(soup_of(response).find(id="invitation-link")["value"])
    assert link.startswith("http://127.0.0.1:8000/invitations/")
    return link.removeprefix("http://127.0.0.1:8000")


def addresses(cast: Cast) -> list[str]:
    """Every address that writes."""
    pk = cast.membership(cast.annotator).pk
    invitation = invitations.invite(actor=cast.manager, project=cast.project, role=Role.VIEWER).invitation.pk
    members_pages = [f"{PAGE}{pk}/{what}/" for what in ("role", "deactivate", "reactivate")]
    return [f"{PAGE}invite/", *members_pages, f"/projects/desk/invitations/{invitation}/revoke/"]


def test_a_manager_sees_everybody(cast: Cast, manager: StrictClient) -> None:
    members.deactivate_member(actor=cast.manager, membership=cast.membership(cast.viewer))
    rows = {row.th.get_text(" ", strip=True) for row in soup_of(manager.get(PAGE)).table.tbody.find_all("tr")}
    assert rows == {"Annotator", "Other_Annotator", "Reviewer", "Manager you", "Viewer deactivated"}


def test_the_page_costs_the_same_for_many(
    cast: Cast, manager: StrictClient, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        user = User.objects.create_user(username=f"more{number}")
        members.add_member(actor=None, project=cast.project, user=user, role=Role.ANNOTATOR)
    with django_assert_max_num_queries(8):
        manager.get(PAGE)


@pytest.mark.parametrize("who", ["annotator", "reviewer", "viewer"])
def test_other_members_may_not(cast: Cast, as_user: Any, who: str) -> None:
    client, writes = as_user(getattr(cast, who)), addresses(cast)
    before = Change.objects.count()
    assert client.get(PAGE).status_code == 403
    assert [client.post(path, {"role": "manager"}).status_code for path in writes] == [403] * len(writes)
    assert Change.objects.count() == before


def test_for_strangers_there_is_nothing(cast: Cast, as_user: Any) -> None:
    client, writes = as_user(cast.outsider), addresses(cast)
    before = Change.objects.count()
    assert client.get(PAGE).status_code == 404
    assert [client.post(path, {"role": "manager"}).status_code for path in writes] == [404] * len(writes)
    assert Change.objects.count() == before


def test_without_a_sign_in(cast: Cast, client: StrictClient) -> None:
    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"
    writes = addresses(cast)
    assert [client.post(path).status_code for path in writes] == [401] * len(writes)


def test_reading_writes_nothing(cast: Cast, manager: StrictClient) -> None:
    assert [manager.get(path).status_code for path in addresses(cast)] == [405] * 5


def test_members_of_another_project_are_not_there(cast: Cast, manager: StrictClient) -> None:
    foreign = Membership.objects.get(project=cast.other_project)
    made = invitations.invite(actor=cast.outsider, project=cast.other_project, role=Role.VIEWER).invitation
    assert manager.post(f"{PAGE}{foreign.pk}/deactivate/").status_code == 404
    assert manager.post(f"/projects/desk/invitations/{made.pk}/revoke/").status_code == 404


def test_a_role_is_changed(cast: Cast, manager: StrictClient) -> None:
    response = manager.post(f"{PAGE}{cast.membership(cast.annotator).pk}/role/", {"role": "reviewer"}, follow=True)
    assert "Annotator is now reviewer." in soup_of(response).find(id="messages").get_text()
    assert cast.membership(cast.annotator).role == Role.REVIEWER


def test_a_role_that_there_is_not_is_refused(cast: Cast, manager: StrictClient) -> None:
    response = manager.post(f"{PAGE}{cast.membership(cast.annotator).pk}/role/", {"role": "owner"})
    assert response.status_code == 422
    assert cast.membership(cast.annotator).role == Role.ANNOTATOR


def test_a_member_is_deactivated_and_reactivated(cast: Cast, manager: StrictClient, as_user: Any) -> None:
    browser = as_user(cast.annotator)
    pk = cast.membership(cast.annotator).pk
    assert manager.post(f"{PAGE}{pk}/deactivate/")["Location"] == PAGE
    assert not cast.membership(cast.annotator).is_active
    assert browser.get("/account/").status_code == 302
    assert manager.post(f"{PAGE}{pk}/reactivate/")["Location"] == PAGE
    assert cast.membership(cast.annotator).is_active


def test_the_last_manager_is_told_why_not(cast: Cast, manager: StrictClient) -> None:
    pk = cast.membership(cast.manager).pk
    for path, data in ((f"{PAGE}{pk}/deactivate/", {}), (f"{PAGE}{pk}/role/", {"role": "viewer"})):
        response = manager.post(path, data)
        assert response.status_code == 409
        assert "last manager" in soup_of(response).find(id="messages").get_text()
    assert manager.get(PAGE).status_code == 200


def test_a_manager_who_steps_down_stays_signed_in(cast: Cast, manager: StrictClient, as_user: Any) -> None:
    second_device = as_user(cast.manager)
    members.change_role(actor=cast.manager, membership=cast.membership(cast.reviewer), role=Role.MANAGER)
    response = manager.post(f"{PAGE}{cast.membership(cast.manager).pk}/role/", {"role": "annotator"})
    assert response["Location"] == "/"
    assert manager.get("/account/").status_code == 200
    assert manager.get(PAGE).status_code == 403
    assert second_device.get("/account/").status_code == 302


def test_the_link_of_an_invitation_is_shown_once(cast: Cast, manager: StrictClient) -> None:
    path = invite(manager, note="Dana")
    later = soup_of(manager.get(PAGE))
    assert "Dana" in later.main.get_text()
    assert path not in str(later)


def test_a_second_press_is_told_so(cast: Cast, manager: StrictClient) -> None:
    gesture = str(soup_of(manager.get(PAGE)).find("input", {"name": "gesture"})["value"])
    invite(manager, gesture=gesture)
    response = manager.post(f"{PAGE}invite/", {"role": "annotator", "gesture": gesture})
    assert response.status_code == 409
    assert Invitation.objects.count() == 1


def test_a_wrong_invitation_is_shown_again(cast: Cast, manager: StrictClient) -> None:
    for fields in ({"role": "owner"}, {"role": "viewer", "note": "a\u202eb"}, {"role": "viewer", "note": "x" * 201}):
        assert manager.post(f"{PAGE}invite/", fields).status_code == 422
    assert not Invitation.objects.exists()


def test_an_invitation_is_withdrawn(cast: Cast, manager: StrictClient, client: StrictClient) -> None:
    path = invite(manager)
    manager.post(f"/projects/desk/invitations/{Invitation.objects.get().pk}/revoke/")
    response = client.get(path)
    assert response.status_code == 410
    assert "withdrawn" in soup_of(response).main.get_text()


def test_somebody_new_makes_an_account_and_is_in(cast: Cast, manager: StrictClient, client: StrictClient) -> None:
    path = invite(manager, role="reviewer")
    page = soup_of(client.get(path))
    assert "Join City desk" in page.h1.get_text(" ", strip=True)
    fields = {"username": "Dana", "name": "Dana Okafor", "password": PASSWORD, "password_again": PASSWORD}
    assert client.post(path, fields)["Location"] == "/"
    user = User.objects.get(username="dana")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert cast.membership(user).role == Role.REVIEWER


def test_what_is_wrong_is_shown_at_its_field(cast: Cast, manager: StrictClient, client: StrictClient) -> None:
    path = invite(manager)
    fields = {"username": "manager", "name": "Dana", "password": PASSWORD, "password_again": PASSWORD}
    cases = [
        (fields, "taken"),
        (fields | {"username": "dana", "password_again": "something else"}, "not the same"),
        (fields | {"username": "dana", "password": "password123", "password_again": "password123"}, "common"),
        ({}, "required"),
    ]
    for data, words in cases:
        response = client.post(path, data)
        assert response.status_code == 422
        assert words in soup_of(response).main.get_text()
        assert PASSWORD not in response.content.decode()
    assert Invitation.objects.get().accepted_at is None


def test_somebody_signed_in_joins_with_a_button(cast: Cast, manager: StrictClient, as_user: Any) -> None:
    path, outsider = invite(manager), as_user(cast.outsider)
    assert soup_of(outsider.get(path)).main.form.button.get_text(" ", strip=True) == "Join as Outsider"
    assert cast.project not in [one.project for one in cast.outsider.memberships.all()]
    assert outsider.post(path).status_code == 302
    assert cast.membership(cast.outsider).role == Role.ANNOTATOR


def test_a_member_who_opens_it_is_told_so(cast: Cast, manager: StrictClient) -> None:
    path = invite(manager)
    response = manager.post(path)
    assert response.status_code == 409
    assert "already" in soup_of(response).find(id="messages").get_text()
    assert Invitation.objects.get().accepted_at is None


def test_an_account_leads_back_to_the_invitation(cast: Cast, manager: StrictClient, client: StrictClient) -> None:
    path = invite(manager)
    link = soup_of(client.get(path)).find("a", string="I have an account on this desk")
    response = client.post(str(link["href"]), {"login": "outsider", "password": "correct horse battery staple"})
    assert response["Location"] == path
