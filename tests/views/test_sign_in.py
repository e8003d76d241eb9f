"""Signing in and out."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from annotations.models import Project
from annotations.services import accounts
from tests.cast import PASSWORD, Cast
from tests.client import StrictClient
from tests.signing_in import LOGIN, errors, sign_in


class TestSignIn:
    def test_by_user_name(self, client: StrictClient, cast: Cast) -> None:
        assert sign_in(client)["Location"] == "/"
        assert client.session["_auth_user_id"] == str(cast.annotator.pk)

    def test_capitals_make_no_difference(self, client: StrictClient, cast: Cast) -> None:
        assert sign_in(client, "ANNOTATOR").status_code == 302

    def test_an_address_is_no_user_name(self, client: StrictClient, cast: Cast) -> None:
        accounts.change_email(user=cast.annotator, email="a@desk.example")
        assert sign_in(client, "a@desk.example").status_code == 200
        assert "_auth_user_id" not in client.session

    def test_the_session_gets_a_new_key(self, client: StrictClient, cast: Cast) -> None:
        session = client.session
        session["planted"] = True
        session.save()
        planted = session.session_key
        sign_in(client)
        assert client.session.session_key != planted
        assert not client.session.exists(planted)

    def test_whoever_signs_in_is_welcomed(self, client: StrictClient, cast: Cast) -> None:
        sample = Project.objects.create(slug="sample", name="Sample desk")
        client.get(LOGIN)
        assert not sample.memberships.exists()
        sign_in(client)
        assert sample.memberships.get().user == cast.annotator

    def test_a_switched_off_account_is_told_so_only_with_its_password(self, client: StrictClient, cast: Cast) -> None:
        accounts.deactivate_user(actor=None, user=cast.annotator)
        assert errors(sign_in(client, password="wrong")) == "The user name or the password is not right."
        assert sign_in(client)["Location"] == reverse("account_inactive")
        assert client.get(reverse("account_inactive")).status_code == 200
        assert "_auth_user_id" not in client.session

    def test_it_needs_the_forms_token(self, cast: Cast) -> None:
        assert sign_in(StrictClient(enforce_csrf_checks=True)).status_code == 403

    def test_there_is_no_json(self, client: StrictClient, cast: Cast) -> None:
        response = sign_in(client, password="wrong", headers={"Accept": "application/json"})
        assert response["Content-Type"].startswith("text/html")

    @pytest.mark.parametrize(
        "target",
        [
            "//evil.example",
            "/\\evil.example",
            "https:evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "https://127.0.0.1@evil.example",
            "\t//evil.example",
            "http://localhost/account/",
            "http://testserver/account/",
            "account/",
            "///evil.example",
        ],
    )
    def test_next_leads_nowhere_else(self, client: StrictClient, cast: Cast, target: str) -> None:
        response = client.post(LOGIN, {"login": "annotator", "password": PASSWORD, "next": target})
        assert response["Location"] == "/"
        assert client.get(LOGIN, {"next": target})["Location"] == "/"
        assert client.post("/accounts/logout/", {"next": target})["Location"] == "/"

    def test_next_leads_to_a_path(self, client: StrictClient, cast: Cast) -> None:
        assert client.get("/account/")["Location"] == f"{LOGIN}?next=/account/"
        response = client.post(f"{LOGIN}?next=/account/", {"login": "annotator", "password": PASSWORD})
        assert response["Location"] == "/account/"


class TestSignOut:
    def test_opening_it_only_asks(self, cast: Cast, as_user: Any) -> None:
        client = as_user(cast.annotator)
        assert client.get("/accounts/logout/").status_code == 200
        assert client.get("/account/").status_code == 200

    def test_it_ends_the_session_and_wipes_the_browser(self, cast: Cast, as_user: Any) -> None:
        client = as_user(cast.annotator)
        key = client.session.session_key
        response = client.post("/accounts/logout/")
        assert response["Clear-Site-Data"] == '"storage"'
        assert client.get("/account/").status_code == 302
        assert not client.session.exists(key)

    def test_it_needs_the_forms_token(self, cast: Cast) -> None:
        client = StrictClient(enforce_csrf_checks=True)
        client.force_login(cast.annotator)
        assert client.post("/accounts/logout/").status_code == 403
