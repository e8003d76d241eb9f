"""Signing in on the page, and what it says."""

from __future__ import annotations

from typing import Any

from tests.cast import PASSWORD
from tests.client import StrictClient, soup_of

LOGIN = "/accounts/login/"
NEW_PASSWORD = "four unrelated words here"


def sign_in(client: StrictClient, username: str = "annotator", password: str = PASSWORD, **more: Any) -> Any:
    """Send the sign-in form."""
    return client.post(LOGIN, {"login": username, "password": password}, **more)


def errors(response: Any) -> str:
    """Return the message above a form."""
    return soup_of(response).find(class_="error-summary").get_text(" ", strip=True)
