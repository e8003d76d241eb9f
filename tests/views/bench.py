"""The annotation page as somebody uses it in a test: with htmx, or without any script."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.urls import reverse

from annotations.models import Assignment, Change, Quote
from tests.client import StrictClient, patch_page, soup_of

FIELD = re.compile(r"<input [^>]*>")
NEW_EACH_TIME = re.compile(r' name="(gesture|csrfmiddlewaretoken)"')


class Bench:
    """One assignment, opened by one person. Forms are sent as the page holds them, with what a test fills in."""

    def __init__(self, client: StrictClient, assignment: Assignment, way: str) -> None:
        """``way`` is "plain", or "htmx", or "whole": htmx of a page that does not tell what it shows."""
        self.client = client
        self.assignment = assignment
        self.way = way
        self.at = reverse("assignment", args=[assignment.pk])
        self.soup = BeautifulSoup("", "html.parser")
        self.open()

    def open(self, quote: Quote | None = None) -> BeautifulSoup:
        """Load the page, with a quote opened."""
        self.at = reverse("assignment", args=[self.assignment.pk]) + (f"?quote={quote.key}" if quote else "")
        response = self.client.get(self.at)
        assert response.status_code == 200
        self.soup = soup_of(response)
        return self.soup

    def form(self, command: str, key: str = "", /, **holding: str) -> dict[str, str]:
        """Return the fields of the form of a command, as the page holds it; ``holding`` picks one of several."""
        url = self.url(command, key)
        for form in self.soup.find_all("form"):
            fields = _fields(form)
            goes_there = form["action"] == url or form.find("button", formaction=url) is not None
            if goes_there and holding.items() <= fields.items():
                return fields
        raise AssertionError(f"the page has no form for {url} with {holding}")

    def url(self, name: str, key: str = "") -> str:
        """Return the address of a command."""
        return reverse(name, args=[self.assignment.pk, *([key] if key else [])])

    def post(self, name: str, key: str = "", fields: dict[str, Any] | None = None) -> HttpResponse:
        """Send fields to a command, as htmx does or as a plain form is sent."""
        url = self.url(name, key)
        return self.client.post(url, fields or {}, headers=self.headers())

    def headers(self) -> dict[str, str]:
        """Return the headers of a request of this page."""
        if self.way == "plain":
            return {}
        steps = self.soup.find(id="steps")
        assert steps is not None
        shows = {"X-Page-Revision": str(steps["data-revision"]), "X-Page-Quote": str(steps["data-open"])}
        return {"HX-Request": "true", "HX-Target": "workbench", **(shows if self.way == "htmx" else {})}

    def do(self, command: str, key: str = "", holding: dict[str, str] | None = None, /, **filled: Any) -> HttpResponse:
        """Fill a form of the page in and send it; it must be saved, and the page be as when it is loaded anew."""
        response = self.post(command, key, {**self.form(command, key, **(holding or {})), **filled})
        if self.way != "plain":
            assert response.status_code == 200, response.content.decode()
            patch_page(self.soup, response, "workbench")
            self.at = response.headers["HX-Replace-Url"]
        else:
            assert response.status_code == 302, response.content.decode()
            self.at = response.headers["Location"]
        fresh = soup_of(self.client.get(self.at))
        if self.way != "plain":
            for part in ("workbench", "steps"):
                assert plain(self.soup, part) == plain(fresh, part)
        self.soup = fresh
        self.assignment.refresh_from_db()
        return response

    def quote(self) -> Quote:
        """Return the newest quote of the assignment."""
        return Quote.objects.filter(assignment=self.assignment).latest("pk")

    def gestures(self) -> int:
        """Return how many gestures on quotes this assignment has seen."""
        rows = Change.objects.filter(assignment=self.assignment, subject_kind=Change.Subject.QUOTE)
        return rows.values("gesture").distinct().count()


def _fields(form: Tag) -> dict[str, str]:
    fields = {}
    for tag in form.find_all(["input", "textarea"]):
        if tag.get("type") in {"radio", "checkbox"} and not tag.has_attr("checked"):
            continue
        if tag.get("name") not in {None, "csrfmiddlewaretoken"}:
            fields[str(tag["name"])] = str(tag.get("value", "")) or tag.get_text()
    for select in form.find_all("select"):
        chosen = select.find("option", selected=True) or select.find("option")
        fields[str(select["name"])] = str(chosen["value"])
    return fields


def plain(soup: BeautifulSoup, part: str) -> str:
    """Return a part of a page without what is new each time: idempotency keys and tokens."""
    return FIELD.sub(lambda found: "" if NEW_EACH_TIME.search(found[0]) else found[0], str(soup.find(id=part)).strip())


class _StoryText(HTMLParser):
    """Collects the text inside the element with data-story: Beautiful Soup drops white space, a browser does not."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.depth = 0
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth or any(name == "data-story" for name, _ in attrs):
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        self.depth -= bool(self.depth)

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.words.append(data)


def text_of_story(response: HttpResponse) -> str:
    """Return the textContent of the story on a page."""
    parser = _StoryText()
    parser.feed(response.content.decode())
    parser.close()
    return "".join(parser.words)


def said(soup: BeautifulSoup) -> str:
    """Return the reason of a refusal that the page shows."""
    refusal = soup.find(id="refusal")
    return refusal.get_text() if refusal else ""
