"""Walking the whole site: every address that is read, as one person, by page, by fragment and by the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from tests.client import StrictClient
from tests.permissions.bodies import QUERIES
from tests.permissions.table import read_table
from tests.place import Place
from tests.routes import Route, routes
from tests.world import World

# What differs between two answers of the same state: the secrets of forms, and the name of the request.
VOLATILE = (
    re.compile(rb'(csrfmiddlewaretoken" value=")\w+'),
    re.compile(rb'(x-csrftoken&quot;: &quot;|x-csrftoken": ")\w+', re.IGNORECASE),
    re.compile(rb'(name="gesture"[^>]* value=")[\w-]+'),
)
HEADERS = ("ETag", "Location", "Link", "Content-Type", "Content-Disposition", "Vary", "Cache-Control")


@dataclass(frozen=True)
class Answer:
    """What came back, as far as it is the same each time."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @classmethod
    def of(cls, response: HttpResponse) -> Answer:
        """Read a response to its end."""
        body = b"".join(response) if response.streaming else response.content
        for pattern in VOLATILE:
            body = pattern.sub(rb"\1", body)
        found = tuple((name, response.headers[name]) for name in HEADERS if name in response.headers)
        return cls(response.status_code, found, body)


def readable_routes() -> list[Route]:
    """Return the addresses that can be read and change nothing by it."""
    table = read_table()
    return [route for route in routes() if "GET" in table[route.name].methods and route.name != "account_logout"]


def address(route: Route, place: Place) -> str:
    """Return the path of an address with its usual parameters."""
    return reverse(route.name, kwargs=place.arguments(route)) + QUERIES.get(route.name, "")


@dataclass(frozen=True)
class Walker:
    """One person with a browser and a token."""

    client: StrictClient
    token: str

    @classmethod
    def of(cls, world: World, actor: str) -> Walker:
        """Return how somebody of a world looks around."""
        client = StrictClient()
        client.cookies.update(world.clients[actor].cookies)
        return cls(client, world.tokens.get(actor, ""))

    def get(self, path: str, *, fragment: bool = False) -> HttpResponse:
        """Read an address, with a token where programs read it."""
        headers: dict[str, Any] = {"HX-Request": "true"} if fragment else {}
        if path.startswith("/api/"):
            token = {"Authorization": f"Bearer {self.token}"} if self.token else {}
            return StrictClient().get(path, headers=token)
        return self.client.get(path, headers=headers)

    def walk(self, place: Place) -> Iterator[tuple[str, HttpResponse]]:
        """Read every address about the objects of a place; pages also as htmx asks for them."""
        for route in readable_routes():
            path = address(route, place)
            yield path, self.get(path)
            if not route.is_api:
                yield f"{path} as a fragment", self.get(path, fragment=True)
