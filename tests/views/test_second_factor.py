"""The second factor: an authenticator app and recovery codes."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)

from tests.cast import PASSWORD, Cast
from tests.client import StrictClient, soup_of
from tests.signing_in import sign_in


def current_code(secret: str) -> str:
    """Return what an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


class TestSecondFactor:
    def test_from_setting_up_to_switching_off(self, client: StrictClient, cast: Cast) -> None:
        sign_in(client)
        asked = client.get("/accounts/2fa/totp/activate/")
        assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
        assert client.get(asked["Location"]).status_code == 200
        assert client.post(asked["Location"], {"password": PASSWORD})["Location"] == "/accounts/2fa/totp/activate/"
        page = soup_of(client.get("/accounts/2fa/totp/activate/"))
        assert str(page.find("img", class_="qr")["src"]).startswith("data:image/svg+xml;base64,")
        secret = page.find("p", class_="mono").get_text(strip=True)
        shown = client.post("/accounts/2fa/totp/activate/", {"code": current_code(secret)})
        assert shown["Location"] == "/accounts/2fa/recovery-codes/"
        codes = [item.get_text() for item in soup_of(client.get(shown["Location"])).main.ul.find_all("li")]
        assert len(codes) == 10
        download = client.get("/accounts/2fa/recovery-codes/download/")
        assert download.content.decode().split() == codes
        assert download["Cache-Control"] != "public"
        assert client.get("/accounts/2fa/recovery-codes/generate/").status_code == 200
        assert "10 codes left" in soup_of(client.get("/accounts/2fa/")).main.get_text(" ", strip=True)

        other = StrictClient()
        assert sign_in(other)["Location"] == "/accounts/2fa/authenticate/"
        assert other.get("/account/").status_code == 302
        assert other.post("/accounts/2fa/authenticate/", {"code": codes[0]})["Location"] == "/"
        assert other.get("/account/").status_code == 200
        third = StrictClient()
        sign_in(third)
        assert third.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 200
        assert "_auth_user_id" not in third.session

        assert client.get("/accounts/2fa/totp/deactivate/").status_code == 200
        client.post("/accounts/2fa/totp/deactivate/")
        assert not Authenticator.objects.exists()

    def test_an_unconfirmed_address_does_not_forbid_it(self, client: StrictClient, cast: Cast) -> None:
        cast.annotator.emailaddress_set.create(email="a@desk.example", primary=True)
        sign_in(client)
        client.post("/accounts/reauthenticate/?next=/accounts/2fa/totp/activate/", {"password": PASSWORD})
        assert client.get("/accounts/2fa/totp/activate/").status_code == 200

    def test_a_second_factor_can_show_that_it_is_you(self, cast: Cast, as_user: Any) -> None:
        secret = generate_totp_secret()
        TOTP.activate(cast.annotator, secret)
        client = as_user(cast.annotator)
        page = soup_of(client.get("/accounts/reauthenticate/?next=/account/email/"))
        assert page.find("a", string="Use authenticator app or code")
        path = "/accounts/2fa/reauthenticate/?next=/account/email/"
        assert client.get(path).status_code == 200
        assert client.post(path, {"code": current_code(secret)})["Location"] == "/account/email/"
        assert client.get("/account/email/").status_code == 200
