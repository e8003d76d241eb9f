"""Forms of another site, sent by the browser of somebody who is signed in here: generated from all addresses."""

from __future__ import annotations

import json

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from annotations.models import Change
from tests.client import StrictClient, soup_of
from tests.permissions.bodies import FORMS, RECORDS
from tests.place import Place
from tests.routes import Route
from tests.security.test_requests import TABLE, WRITES, signed_in
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(world: World) -> Place:
    """What is the manager's."""
    return world.own["manager"]


def sent(client: Client, route: Route, place: Place, **headers: str) -> HttpResponse:
    """Send the usual form to an address."""
    form = FORMS[route.name](place) if route.name in FORMS else {}
    return client.post(reverse(route.name, kwargs=place.arguments(route)), form, headers=headers)


def token_of(page: HttpResponse) -> str:
    """Return the token that stands in the forms of a page."""
    return str(soup_of(page).find("input", {"name": "csrfmiddlewaretoken"})["value"])


class TestForgedForms:
    """A form of another site, sent by the browser of somebody who is signed in here."""

    @pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"HX-Request": "true"}, {"X-CSRFToken": "a" * 64}])
    def test_without_our_token_nothing_happens(self, world: World, place: Place, headers: dict[str, str]) -> None:
        before = Change.objects.count()
        for route in WRITES:
            if not route.is_api:
                response = sent(signed_in(world, enforce_csrf_checks=True), route, place, **headers)
                assert response.status_code in {403, 404}, f"{route.name}: {response.status_code}"
        assert Change.objects.count() == before

    def test_json_and_plain_text_are_no_way_around(self, world: World, place: Place) -> None:
        for kind in ("text/plain", "application/json"):
            for route in WRITES:
                if not route.is_api:
                    client = signed_in(world, enforce_csrf_checks=True)
                    path = reverse(route.name, kwargs=place.arguments(route))
                    response = client.post(path, '{"revision": 1}', content_type=kind)
                    assert response.status_code in {403, 404}, route.name

    def test_the_token_of_another_session_is_none(self, world: World, place: Place) -> None:
        other = StrictClient(enforce_csrf_checks=True)
        other.cookies.update(world.clients["annotator"].cookies)
        other.get(reverse("account"))
        token = other.cookies["csrftoken"].value
        client = signed_in(world, enforce_csrf_checks=True)
        response = client.post(reverse("account"), {"name": "Forged", "csrfmiddlewaretoken": token})
        assert response.status_code == 403

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({}, 302),
            ({"Origin": "http://testserver"}, 302),
            ({"Origin": "https://evil.example"}, 403),
            ({"Origin": "http://testserver:8443"}, 403),
            ({"Origin": "http://testserver.evil.example"}, 403),
            ({"Origin": "null"}, 403),
        ],
    )
    def test_our_token_is_none_from_another_origin(self, world: World, headers: dict[str, str], status: int) -> None:
        client = signed_in(world, enforce_csrf_checks=True)
        token = token_of(client.get(reverse("account")))
        form = {"name": "Another Name", "csrfmiddlewaretoken": token}
        assert client.post(reverse("account"), form, headers=headers).status_code == status

    def test_a_token_from_before_the_sign_in_is_none(self, world: World, place: Place) -> None:
        client = StrictClient(enforce_csrf_checks=True)
        path = reverse("account_login")
        before = token_of(client.get(path))
        form = FORMS["account_login"](place)
        assert client.post(path, form | {"csrfmiddlewaretoken": before}).status_code == 302
        after = token_of(client.get(reverse("account")))
        for token, status in ((before, 403), (after, 302)):
            sent = client.post(reverse("account"), {"name": "Another Name", "csrfmiddlewaretoken": token})
            assert sent.status_code == status

    def test_the_api_looks_at_no_cookie(self, world: World, place: Place) -> None:
        for route in WRITES:
            if route.is_api and not TABLE[route.name].is_open:
                body = RECORDS["POST", route.name].fields
                path = reverse(route.name, kwargs=place.arguments(route))
                data = json.dumps(body(place)) if body else ""
                response = signed_in(world).post(path, data, content_type="application/json")
                assert response.status_code == 401, route.name
