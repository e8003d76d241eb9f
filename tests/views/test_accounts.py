"""One's own account, and the addresses of allauth that we do not offer."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.models import User
from tests.cast import PASSWORD, Cast
from tests.client import StrictClient, soup_of
from tests.signing_in import LOGIN, NEW_PASSWORD, sign_in


class TestOwnAccount:
    def test_the_page(self, cast: Cast, as_user: Any) -> None:
        page = soup_of(as_user(cast.annotator).get("/account/"))
        assert page.find("input", {"name": "name"})["value"] == "Annotator"
        assert "Change password" in page.main.get_text()

    def test_the_name_is_saved(self, cast: Cast, as_user: Any) -> None:
        client = as_user(cast.annotator)
        assert client.post("/account/", {"name": "Anna Kowalska"})["Location"] == "/account/"
        assert "Anna Kowalska" in soup_of(client.get("/account/")).header.get_text()

    @pytest.mark.parametrize("name", ["", "   ", "Anna\u202egpj", "x" * 151])
    def test_a_bad_name_is_refused(self, cast: Cast, as_user: Any, name: str) -> None:
        assert as_user(cast.annotator).post("/account/", {"name": name}).status_code == 422
        assert User.objects.get(pk=cast.annotator.pk).first_name == "Annotator"

    def test_nothing_else_is_changed_by_that_form(self, cast: Cast, as_user: Any) -> None:
        fields = {"name": "Anna", "username": "root", "is_staff": "1", "is_superuser": "1", "email": "x@x.example"}
        as_user(cast.annotator).post("/account/", fields)
        user = User.objects.get(pk=cast.annotator.pk)
        assert (user.username, user.is_staff, user.is_superuser, user.email) == ("annotator", False, False, "")

    def test_an_address_is_changed_after_the_password(self, client: StrictClient, cast: Cast) -> None:
        sign_in(client)
        asked = client.get("/account/email/")["Location"]
        assert asked == "/accounts/reauthenticate/?next=%2Faccount%2Femail%2F"
        assert client.post("/account/email/", {"email": "a@desk.example"}).status_code == 302
        assert User.objects.get(pk=cast.annotator.pk).email == ""
        client.get(asked)
        client.post(asked, {"password": PASSWORD})
        assert client.post("/account/email/", {"email": "no address"}).status_code == 422
        assert client.post("/account/email/", {"email": "A@desk.example"})["Location"] == "/account/"
        assert User.objects.get(pk=cast.annotator.pk).email == "a@desk.example"
        assert client.post("/account/email/", {"email": ""})["Location"] == "/account/"
        assert User.objects.get(pk=cast.annotator.pk).email == ""

    def test_others_are_signed_out_and_this_one_is_not(self, cast: Cast, as_user: Any) -> None:
        here, there = as_user(cast.annotator), as_user(cast.annotator)
        before = here.session.session_key
        assert here.post("/account/sign-out-elsewhere/")["Location"] == "/account/"
        assert here.get("/account/").status_code == 200
        assert here.session.session_key != before
        assert there.get("/account/").status_code == 302
        assert here.get("/account/sign-out-elsewhere/").status_code == 405

    def test_without_a_sign_in(self, client: StrictClient, cast: Cast) -> None:
        for path in ("/account/", "/account/email/"):
            assert client.get(path)["Location"].startswith(LOGIN)
            assert client.post(path).status_code == 401
        assert client.post("/account/sign-out-elsewhere/").status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "confirm-email/x/",
        "login/code/",
        "login/code/confirm/",
        "3rdparty/",
        "3rdparty/signup/",
        "social/signup/",
        "sessions/",
        "phone/verify/",
        "2fa/trust/",
        "2fa/webauthn/",
        "",
    ],
)
def test_what_is_not_offered_is_not_there(client: StrictClient, cast: Cast, as_user: Any, path: str) -> None:
    for browser in (client, as_user(cast.manager)):
        assert browser.get(f"/accounts/{path}").status_code == 404
        assert browser.post(f"/accounts/{path}", {"username": "x", "password1": NEW_PASSWORD}).status_code in {401, 404}
    assert not User.objects.filter(username="x").exists()
