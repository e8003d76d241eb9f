"""Forgetting, changing and setting a password."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from annotations.models import User
from annotations.services import accounts
from annotations.services.tokens import create_token, find_token
from tests.cast import PASSWORD, Cast
from tests.client import StrictClient, soup_of
from tests.signing_in import LOGIN, NEW_PASSWORD, sign_in


class TestPasswordReset:
    @pytest.fixture
    def device(self, cast: Cast, as_user: Any) -> StrictClient:
        """A browser in which the annotator is signed in; signing in later would make a link void."""
        client: StrictClient = as_user(cast.annotator)
        return client

    @pytest.fixture
    def link(self, client: StrictClient, cast: Cast, device: StrictClient, mailoutbox: list[mail.EmailMessage]) -> str:
        """The link of a reset mail."""
        accounts.change_email(user=cast.annotator, email="a@desk.example")
        client.post("/accounts/password/reset/", {"email": "A@desk.example"}, headers={"Host": "localhost:666"})
        found = re.search(r"http://127\.0\.0\.1:8000(/accounts/password/reset/key/\S+/)", str(mailoutbox[0].body))
        assert found
        return found[1]

    def test_the_mail_names_our_own_address(self, link: str, mailoutbox: list[mail.EmailMessage]) -> None:
        assert "666" not in mailoutbox[0].subject + str(mailoutbox[0].body)
        assert "annotator" in str(mailoutbox[0].body)

    def test_it_sets_a_password_once(self, client: StrictClient, cast: Cast, device: StrictClient, link: str) -> None:
        secret = create_token(user=cast.annotator, name="script")[1]
        form = client.get(link)["Location"]
        # A mail scanner that opens the link uses nothing up.
        assert StrictClient().get(link).status_code == 302
        page = client.get(form)
        assert link.rstrip("/").rpartition("-")[2] not in page.content.decode()
        response = client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
        assert response["Location"] == reverse("account_reset_password_from_key_done")
        assert client.get(response["Location"]).status_code == 200
        assert User.objects.get(pk=cast.annotator.pk).check_password(NEW_PASSWORD)
        assert device.get("/account/").status_code == 302
        assert find_token(secret) is None
        again = StrictClient().get(link)
        assert "no longer works" in soup_of(again).main.get_text()

    def test_a_weak_password_is_refused(self, client: StrictClient, cast: Cast, link: str) -> None:
        form = client.get(link)["Location"]
        assert "too common" in soup_of(client.post(form, {"password1": "password123", "password2": "password123"})).text
        assert User.objects.get(pk=cast.annotator.pk).check_password(PASSWORD)

    def test_an_unknown_address_gets_the_same_answer(
        self, client: StrictClient, cast: Cast, link: str, mailoutbox: list[mail.EmailMessage]
    ) -> None:
        responses = [
            client.post("/accounts/password/reset/", {"email": email}) for email in ("a@desk.example", "x@desk.example")
        ]
        assert {(one.status_code, one["Location"]) for one in responses} == {(302, "/accounts/password/reset/done/")}
        assert client.get("/accounts/password/reset/done/").status_code == 200
        assert mailoutbox[-1].to == ["x@desk.example"]
        assert "http" not in str(mailoutbox[-1].body)

    def test_mails_to_one_address_are_limited(
        self, client: StrictClient, cast: Cast, mailoutbox: list[mail.EmailMessage]
    ) -> None:
        statuses = [client.post("/accounts/password/reset/", {"email": "x@desk.example"}).status_code for _ in range(6)]
        assert statuses == [302] * 5 + [429]
        assert len(mailoutbox) == 5


class TestPassword:
    def test_a_change_signs_out_everywhere(self, client: StrictClient, cast: Cast, as_user: Any) -> None:
        device, secret = as_user(cast.annotator), create_token(user=cast.annotator, name="script")[1]
        sign_in(client)
        fields = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        assert client.get("/accounts/password/change/").status_code == 200
        assert client.post("/accounts/password/change/", fields)["Location"] == LOGIN
        assert [one.get("/account/").status_code for one in (client, device)] == [302, 302]
        assert find_token(secret) is None
        assert sign_in(client, password=NEW_PASSWORD).status_code == 302

    def test_the_old_one_must_be_right(self, cast: Cast, as_user: Any) -> None:
        fields = {"oldpassword": "wrong", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        as_user(cast.annotator).post("/accounts/password/change/", fields)
        assert User.objects.get(pk=cast.annotator.pk).check_password(PASSWORD)

    def test_whoever_has_none_sets_one(self, cast: Cast, as_user: Any) -> None:
        user = accounts.create_user(username="editor")
        client = as_user(user)
        assert client.get("/accounts/password/change/")["Location"] == "/accounts/password/set/"
        assert client.get("/accounts/password/set/").status_code == 200
        assert (
            client.post("/accounts/password/set/", {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})["Location"]
            == LOGIN
        )
        assert sign_in(StrictClient(), "editor", NEW_PASSWORD).status_code == 302
