"""What accounts may do: our answers to django-allauth's questions."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from annotations.models import User
from annotations.services import accounts

DEVICE_COOKIE = "known_device"
DEVICE_SALT = "annotations.known_device"
DEVICE_AGE = 180 * 24 * 60 * 60
# Where passwords are asked for.
DEVICE_PATH = "/accounts/"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from an invitation or the console, never from a public form."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The user name or the password is not right."),
        "too_many_login_attempts": _("Too many failed attempts. Please wait some minutes; nothing is locked for good."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse sign-up."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Speak HTML only; the same forms in JSON would be a second interface that nobody needs."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Allow ``?next=`` to name a path of this very site and nothing else."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def set_password(self, user: User, password: str) -> None:
        """Set a password, and end what was open under the old one."""
        accounts.set_password(user=user, password=password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead to the sign-in: a new password ends this session as well."""
        return reverse("account_login")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Build the link of a reset mail from our own address, never from the request's Host header."""
        path: str = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE_URL + path.replace("UID-KEY", key)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Welcome whoever has signed in, by whatever way, and know their device the next time."""
        accounts.welcome(user=user)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if not _device_of(request, user.username):
            _remember_device(response, user.username)
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return under what a failed attempt counts.

        Not under the Host header, as in allauth, which an attacker can vary. A device on which this person has
        signed in before counts for itself: strangers who guess can slow down each other, but not its owner.
        """
        username = str(credentials.get("username", "")).lower()
        return f"device:{device}" if (device := _device_of(request, username)) else f"name:{username}"


def _device_of(request: HttpRequest, username: str) -> str:
    """Return the random name of the device if this person has signed in on it, or nothing."""
    try:
        known = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_SALT, max_age=DEVICE_AGE)
    except signing.BadSignature:
        return ""
    return known["device"] if known["username"] == username else ""


def _remember_device(response: HttpResponse, username: str) -> None:
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps({"username": username, "device": get_random_string(22)}, salt=DEVICE_SALT),
        max_age=DEVICE_AGE,
        path=DEVICE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
