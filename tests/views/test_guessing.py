"""Whoever guesses passwords is slowed; whoever owns the account is not."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.management import call_command
from django.test import override_settings

from annotations.models import User
from tests.cast import PASSWORD, Cast
from tests.client import StrictClient, soup_of
from tests.signing_in import errors, sign_in


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is hashed."""

    algorithm = "counting"
    count = 0

    def encode(self, password: str, salt: str) -> str:
        """Hash and count."""
        CountingHasher.count += 1
        return super().encode(password, salt)


class TestGuessing:
    """The real limits: five failures in five minutes for a name, twenty in a minute for a network."""

    def guess(self, name: str, network: str = "10.0.0.1", client: StrictClient | None = None) -> Any:
        """Guess a password, from a network."""
        return sign_in(client or StrictClient(), name, "wrong", REMOTE_ADDR=network)

    @pytest.mark.parametrize("name", ["annotator", "nobody"])
    def test_a_name_is_slowed_from_wherever_one_guesses(self, cast: Cast, name: str) -> None:
        texts = [errors(self.guess(name, f"10.0.0.{number}")) for number in range(7)]
        assert texts[:5] == ["The user name or the password is not right."] * 5
        assert texts[5:] == ["Too many failed attempts. Please wait some minutes; nothing is locked for good."] * 2

    def test_the_right_password_does_not_help_a_stranger_then(self, cast: Cast) -> None:
        for number in range(5):
            self.guess("annotator", f"10.0.0.{number}")
        assert sign_in(StrictClient(), REMOTE_ADDR="10.0.9.9").status_code == 200

    def test_its_owner_still_gets_in_on_a_known_device(self, cast: Cast) -> None:
        owner = StrictClient()
        sign_in(owner)
        owner.post("/accounts/logout/")
        for number in range(20):
            self.guess("annotator", f"10.0.0.{number}")
        assert sign_in(owner, REMOTE_ADDR="10.0.9.9").status_code == 302

    def test_a_known_device_is_slowed_for_itself(self, cast: Cast) -> None:
        owner = StrictClient()
        sign_in(owner)
        owner.post("/accounts/logout/")
        texts = [errors(self.guess("annotator", f"10.0.0.{number}", owner)) for number in range(6)]
        assert texts[5].startswith("Too many")

    def test_a_device_is_known_for_one_person_only(self, cast: Cast) -> None:
        device = StrictClient()
        sign_in(device, "viewer")
        device.post("/accounts/logout/")
        for number in range(5):
            self.guess("annotator", f"10.0.0.{number}")
        assert errors(self.guess("annotator", "10.0.9.9", device)).startswith("Too many")

    def test_a_made_up_device_counts_for_nothing(self, cast: Cast) -> None:
        for number in range(5):
            self.guess("annotator", f"10.0.0.{number}")
        forged = StrictClient()
        forged.cookies["known_device"] = "eyJ1c2VybmFtZSI6ImFubm90YXRvciJ9:1:x"
        assert errors(self.guess("annotator", "10.0.9.9", forged)).startswith("Too many")

    def test_other_people_are_not_slowed(self, cast: Cast) -> None:
        for number in range(6):
            self.guess("annotator", f"10.0.0.{number}")
        assert sign_in(StrictClient(), "viewer", REMOTE_ADDR="10.0.0.9").status_code == 302

    def test_it_passes(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        for number in range(6):
            self.guess("annotator", f"10.0.0.{number}")
        now = time.time()
        monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: now + 301)
        assert sign_in(StrictClient()).status_code == 302

    def test_a_network_is_slowed_over_many_names(self, cast: Cast) -> None:
        responses = [self.guess(f"name{number}") for number in range(22)]
        assert errors(responses[19]).startswith("The user name")
        assert errors(responses[20]).startswith("Too many")
        assert errors(self.guess("name", "10.0.0.2")).startswith("The user name")

    def test_a_flood_from_one_network_is_refused(self, cast: Cast) -> None:
        responses = [self.guess(f"name{number}") for number in range(31)]
        assert responses[30].status_code == 429
        assert "wait some minutes" in soup_of(responses[30]).main.get_text()
        assert sign_in(StrictClient(), REMOTE_ADDR="10.0.0.2").status_code == 302

    def test_a_header_of_the_guesser_changes_nothing(self, cast: Cast) -> None:
        for number in range(6):
            headers = {"X-Forwarded-For": f"10.1.1.{number}", "Host": f"localhost:{8000 + number}"}
            last = sign_in(StrictClient(), "annotator", "wrong", headers=headers)
        assert errors(last).startswith("Too many")

    def test_an_ipv6_network_is_one(self, cast: Cast) -> None:
        for number in range(20):
            self.guess(f"name{number}", f"2001:db8::{number:x}")
        assert errors(self.guess("more", "2001:db8::ffff")).startswith("Too many")

    @pytest.mark.parametrize("code", ["000000", "12345678"])
    def test_codes_of_the_second_factor_are_slowed(self, cast: Cast, client: StrictClient, code: str) -> None:
        TOTP.activate(cast.annotator, generate_totp_secret())
        sign_in(client)
        texts = [soup_of(client.post("/accounts/2fa/authenticate/", {"code": code})).main.get_text() for _ in range(6)]
        assert "Too many" not in texts[4]
        assert "Too many" in texts[5]

    @override_settings(
        CACHES={"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
    )
    def test_the_counts_are_shared_through_the_database(self, cast: Cast) -> None:
        # What several web processes share is the table of the cache. Tests have none until they ask for it.
        call_command("createcachetable", verbosity=0)
        for number in range(5):
            self.guess("annotator", f"10.0.0.{number}")
        assert errors(self.guess("annotator", "10.0.9.9")).startswith("Too many")

    def test_a_real_and_an_unknown_name_cost_the_same_work(self, cast: Cast, settings: Any) -> None:
        settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
        cast.annotator.set_password(PASSWORD)
        cast.annotator.save()
        User.objects.create_user(username="linkonly")
        User.objects.create_user(username="off", password=PASSWORD, is_active=False)
        costs = {}
        for name in ("annotator", "nobody", "linkonly", "off"):
            CountingHasher.count = 0
            self.guess(name, f"10.0.1.{len(costs)}")
            costs[name] = CountingHasher.count
        assert costs == dict.fromkeys(costs, 1)
