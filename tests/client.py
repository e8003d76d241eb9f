"""A test client that refuses pages which could not work under our Content-Security-Policy."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client

INLINE_HANDLER = re.compile(r"^(on\w+|hx-on.*|style)$")
# An anchor of the guidelines, {#cue}, is none.
TEMPLATE = re.compile(r"\{%|\{#\s")


class StrictClient(Client):
    """Checks every HTML response: nothing inline, no template left-overs, unique ids."""

    def request(self, **request: Any) -> HttpResponse:
        """Send a request and look at what comes back."""
        response = super().request(**request)
        if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            check_html(response.content.decode())
        return response

    def htmx(self, path: str, data: dict[str, Any] | None = None, target: str = "", **extra: Any) -> HttpResponse:
        """POST as htmx does."""
        headers = {"HX-Request": "true", **({"HX-Target": target} if target else {})}
        return self.post(path, data or {}, headers=headers, **extra)


def soup_of(response: HttpResponse) -> BeautifulSoup:
    """Parse a response."""
    return BeautifulSoup(response.content.decode(), "html.parser")


class Inspector(HTMLParser):
    """Refuses inline code and style, and collects ids. A whole tree would take twice the time."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str | None] = []
        # Where the form goes that writes something and has no token yet.
        self.form: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        given = dict(attrs)
        inline = [name for name in given if INLINE_HANDLER.match(name)]
        assert not inline, f"inline code or style: <{tag} {inline}>"
        assert tag != "script" or given.get("src") or given.get("type") == "application/json", "an inline script"
        assert tag != "style", "an inline style sheet"
        assert "[" not in (given.get("hx-trigger") or ""), "a trigger filter needs eval"
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "form" and (given.get("method") or "").lower() == "post":
            self.form = given.get("action") or "this page"
        if given.get("name") == "csrfmiddlewaretoken":
            self.form = None

    def handle_endtag(self, tag: str) -> None:
        """See that a form which writes something was not left without its token: it would be refused."""
        if tag == "form":
            assert self.form is None, f"a form without a token, to {self.form}"


def check_html(html: str) -> None:
    """Raise ``AssertionError`` for inline code or style, template syntax in the output, or an id used twice."""
    page = Inspector()
    page.feed(html)
    page.close()
    twice = [one for one, count in Counter(page.ids).items() if count > 1]
    assert not twice, f"ids used twice: {twice}"
    assert not TEMPLATE.search(html), "template syntax in the page"


def patch_page(page: BeautifulSoup, response: HttpResponse, target: str) -> BeautifulSoup:
    """Apply an htmx response to a page as the browser would: the target's outer HTML, then the out-of-band pieces."""
    pieces = soup_of(response)
    main: list[Tag] = []
    for piece in [tag for tag in pieces.find_all(True, recursive=False)]:
        if piece.get("hx-swap-oob"):
            del piece["hx-swap-oob"]
            old = page.find(id=piece["id"])
            assert old is not None, f"no place for #{piece['id']}"
            old.replace_with(piece)
        else:
            main.append(piece)
    if main:
        old = page.find(id=response.headers.get("HX-Retarget", target).lstrip("#"))
        assert old is not None, f"no place for #{target}"
        old.replace_with(*main)
    return page
