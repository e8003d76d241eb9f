"""Words that want to be code are shown as the words they are, on every page and in every refusal.

The client itself refuses pages with inline code, so that a page that comes back at all has none.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpResponse
from django.urls import reverse

from tests.client import soup_of
from tests.hostile import LONG, READABLE, SHORT, make_hostile
from tests.permissions.bodies import FORMS
from tests.place import Place
from tests.routes import routes
from tests.walk import Walker, readable_routes
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(world: World) -> Place:
    """A desk full of them."""
    return make_hostile(world)


def shown(response: HttpResponse) -> str:
    """Return what a page says, and nothing where it is none; no foreign element may stand in it."""
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return ""
    page = soup_of(response)
    assert not page.find_all(["iframe", "object", "embed"])
    assert not page.find_all("img", src="x")
    assert not page.find_all(attrs={"hx-get": "//evil.example"})
    links = [str(link["href"]) for link in page.find_all("a", href=True)]
    assert not [link for link in links if link.lower().strip().startswith(("javascript:", "data:", "vbscript:"))]
    values = [str(field.get("value", "")) for field in page.find_all("input")]
    return " ".join([page.get_text(), *values])


def test_every_page_shows_them_as_words(world: World, place: Place) -> None:
    walker = Walker.of(world, "manager")
    said = [shown(response) for _, response in walker.walk(place)]
    removed = place.project.removals.get().article
    said.append(shown(walker.get(reverse("article-remove", args=[place.project.slug, removed.key]))))
    words = "\n".join(said)
    assert [one for one in READABLE if one not in words] == []


def test_a_page_says_no_with_them(world: World, place: Place) -> None:
    walker = Walker.of(world, "manager")
    for route in readable_routes():
        path = reverse(route.name, kwargs=place.arguments(route))
        for query in (f"?{quote(SHORT)}=1", f"?q={quote(SHORT)}", f"?page={quote(SHORT)}", f"?next={quote(SHORT)}"):
            response = walker.get(path + query)
            assert response.status_code < 500, path + query
            shown(response)


def hostile_form(place: Place, name: str) -> dict[str, Any]:
    """Return the form of an address with such words in every field that takes words."""
    fields = FORMS[name](place) if name in FORMS else {}
    return {key: LONG if isinstance(value, str) else value for key, value in fields.items()}


def test_a_form_comes_back_with_them(world: World, place: Place) -> None:
    walker, usual = Walker.of(world, "manager"), world.own["manager"]
    sent = 0
    for route in routes():
        if route.is_api or route.name == "account_logout" or route.name not in FORMS:
            continue
        path = reverse(route.name, kwargs=usual.arguments(route))
        for headers in ({}, {"HX-Request": "true"}):
            response = walker.client.post(path, hostile_form(usual, route.name), headers=headers)
            assert response.status_code < 500, path
            shown(response)
            sent += 1
    assert sent > 50


def test_the_api_answers_with_them_in_json_and_nothing_else(world: World, place: Place) -> None:
    walker = Walker.of(world, "manager")
    for path, response in walker.walk(place):
        if path.startswith("/api/v1/projects"):
            # Whatever is in a file, no browser shows it.
            is_file = response.get("Content-Disposition", "").startswith("attachment")
            files = {"application/octet-stream"} if is_file else set()
            assert response["Content-Type"].partition(";")[0] in files | {
                "application/json",
                "application/jsonl",
                "application/x-ndjson",
                "application/problem+json",
            }, path
            assert response["X-Content-Type-Options"] == "nosniff"
