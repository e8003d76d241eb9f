"""The page of a one-time sign-in link."""

from __future__ import annotations

import io
import json
import logging

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from annotations.models import Assignment, Membership, Project, Role, SignInLink, User
from annotations.services import accounts
from newsnotes.logs import JsonFormatter
from tests.cast import Cast
from tests.client import StrictClient, soup_of
from tests.factories import make_article


@pytest.fixture
def link(cast: Cast) -> str:
    """The path of a link that signs the annotator in."""
    return accounts.create_sign_in_link(user=cast.annotator)


def who(client: StrictClient) -> str | None:
    """Return whose session this is."""
    return client.session.get("_auth_user_id")


def test_opening_it_only_asks(client: StrictClient, cast: Cast, link: str) -> None:
    for method in (client.get, client.head):
        response = method(link)
        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store"
    assert who(client) is None
    assert SignInLink.objects.get().used_at is None


def test_the_button_names_the_person(client: StrictClient, link: str) -> None:
    soup = soup_of(client.get(link))
    assert soup.main.form.button.get_text(" ", strip=True) == "Sign in as Annotator"
    assert soup.main.form["method"] == "post"
    assert link.split("/")[2] not in str(soup)


def test_the_button_signs_in(client: StrictClient, cast: Cast, link: str) -> None:
    response = client.post(link)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert who(client) == str(cast.annotator.pk)


def test_a_second_press_is_told_so(client: StrictClient, link: str) -> None:
    client.post(link)
    other = StrictClient()
    for response in (other.post(link), other.get(link)):
        assert response.status_code == 410
        assert "used already" in soup_of(response).main.get_text()
    assert who(other) is None


def test_an_expired_one_is_told_so(client: StrictClient, link: str) -> None:
    SignInLink.objects.update(expires_at=timezone.now())
    for response in (client.get(link), client.post(link)):
        assert response.status_code == 410
        assert "expired" in soup_of(response).main.get_text()
    assert who(client) is None


def test_an_unknown_one_is_told_so(client: StrictClient, cast: Cast) -> None:
    response = client.post("/sign-in/wrong/")
    assert response.status_code == 410
    assert "no such sign-in link" in soup_of(response).main.get_text()


def test_it_needs_the_forms_token(cast: Cast, link: str) -> None:
    client = StrictClient(enforce_csrf_checks=True)
    assert client.post(link).status_code == 403
    assert SignInLink.objects.get().used_at is None


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_no_other_method(client: StrictClient, link: str, method: str) -> None:
    assert getattr(client, method)(link).status_code == 405


def test_the_session_gets_a_new_key(client: StrictClient, link: str) -> None:
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.post(link)
    assert client.session.session_key != planted
    assert not client.session.exists(planted)


def test_signing_in_as_somebody_else_leaves_nothing_of_the_first(cast: Cast, link: str) -> None:
    client = StrictClient()
    client.force_login(cast.manager)
    session = client.session
    session["of_the_manager"] = "secret"
    session.save()
    assert "You are signed in as Manager" in soup_of(client.get(link)).main.get_text(" ", strip=True)
    client.post(link)
    assert who(client) == str(cast.annotator.pk)
    assert "of_the_manager" not in client.session


def test_the_second_factor_is_asked_for(client: StrictClient, cast: Cast, link: str) -> None:
    TOTP.activate(cast.annotator, generate_totp_secret())
    response = client.post(link)
    assert response["Location"] == reverse("mfa_authenticate")
    assert who(client) is None
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    assert client.get("/account/").status_code == 302


def test_the_second_factor_is_asked_for_inside_another_session(cast: Cast, link: str) -> None:
    TOTP.activate(cast.annotator, generate_totp_secret())
    client = StrictClient()
    client.force_login(cast.manager)
    assert client.post(link)["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    assert who(client) is None


def test_whoever_signs_in_is_welcomed(client: StrictClient, cast: Cast, link: str) -> None:
    sample = Project.objects.create(slug="sample", name="Sample desk")
    make_article(sample, key="kirby")
    client.get(link)
    assert not Assignment.objects.exists()
    client.post(link)
    assert Membership.objects.get(project=sample).user == cast.annotator
    assert Assignment.objects.get().annotator.user == cast.annotator


def test_no_log_holds_the_token(client: StrictClient, cast: Cast, link: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client.get(link)
    client.post(link)
    client.post(link)
    StrictClient(enforce_csrf_checks=True).post(link)
    client.delete(link)
    token = link.split("/")[2]
    lines = [JsonFormatter().format(record) for record in caplog.records if record.name != "django.db.backends"]
    assert any(json.loads(line).get("route") == "/sign-in/<str:token>/" for line in lines)
    assert not [line for line in lines if token in line]


def command(*arguments: str) -> str:
    """Run the command and return what it prints."""
    output = io.StringIO()
    call_command("sign_in_link", *arguments, stdout=output)
    return output.getvalue().strip()


def test_the_command_prints_a_link_of_this_site(
    client: StrictClient, cast: Cast, settings: pytest.FixtureRequest
) -> None:
    settings.SITE_URL = "https://desk.example"  # type: ignore[attr-defined]
    printed = command("Annotator")
    assert printed.startswith("https://desk.example/sign-in/")
    client.post(printed.removeprefix("https://desk.example"))
    assert who(client) == str(cast.annotator.pk)


def test_the_command_makes_the_first_manager_once(cast: Cast) -> None:
    for name in ("Editor", "Another"):
        command("editor", "--create", "--name", name, "--manager-of", "desk")
    user = User.objects.get(username="editor")
    assert (str(user), user.has_usable_password()) == ("Editor", False)
    assert cast.membership(user).role == Role.MANAGER


def test_the_command_changes_no_role(cast: Cast) -> None:
    command("annotator", "--create", "--manager-of", "desk")
    assert cast.membership(cast.annotator).role == Role.ANNOTATOR


def test_the_command_refuses(cast: Cast) -> None:
    accounts.deactivate_user(actor=None, user=cast.viewer)
    for arguments in (["nobody"], ["viewer"], ["new", "--create", "--manager-of", "nowhere"], ["a b", "--create"]):
        with pytest.raises(CommandError):
            command(*arguments)
    assert not User.objects.filter(username="new").exists()
    assert not SignInLink.objects.exists()


def test_an_account_is_switched_off_and_on_from_the_console(cast: Cast) -> None:
    output = io.StringIO()
    for arguments, active in ((["viewer"], False), (["viewer", "--undo"], True)):
        call_command("deactivate_user", *arguments, stdout=output)
        assert User.objects.get(pk=cast.viewer.pk).is_active is active
    for user in ("manager", "nobody"):
        with pytest.raises(CommandError):
            call_command("deactivate_user", user, stdout=output)
