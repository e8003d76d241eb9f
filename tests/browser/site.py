"""The whole site in a real browser: signing in without the form, and noticing whatever the browser objects to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from annotations.models import User

VIOLATIONS = """
window.violations = [];
for (const name of ["securitypolicyviolation", "htmx:evalDisallowedError"]) {
  document.addEventListener(name, (event) => window.violations.push(`${name} ${event.violatedDirective ?? ""}`));
}
"""


class Visitor:
    """Somebody with a browser, and everything that went wrong in it."""

    def __init__(self, page: Page, server: str) -> None:
        self.page = page
        self.server = server
        self.faults: list[str] = []
        page.add_init_script(VIOLATIONS)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("request", lambda request: self._asked(request.url))

    def _heard(self, kind: str, text: str) -> None:
        # A page that says no is told as an error by the browser itself.
        if kind == "error" and "the server responded with a status of" not in text:
            self.faults.append(text)

    def _asked(self, url: str) -> None:
        if urlsplit(url).scheme in {"http", "https"} and not url.startswith(self.server):
            self.faults.append(f"a request to {url}")

    def visit(self, path: str) -> int:
        """Load a page, and see that nothing broke; return the status of the answer."""
        self.faults.clear()
        answer = self.page.goto(self.server + path, wait_until="load")
        faults = [*self.faults, *self.page.evaluate("window.violations")]
        assert faults == [], f"{path}: {faults}"
        return answer.status if answer else 0


@contextmanager
def visitor(browser: Browser, server: str, user: User | None = None, **options: Any) -> Iterator[Visitor]:
    """Open a browser in which somebody is signed in."""
    context = browser.new_context(**options)
    if user is not None:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server}])
    yield Visitor(context.new_page(), server)
    context.close()
