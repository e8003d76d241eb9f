"""Every address, every method, everybody: the answer is that of the table, and a refusal changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from annotations.models import Change
from tests.client import StrictClient
from tests.permissions.bodies import FORMS, QUERIES, RECORDS
from tests.permissions.document import FILE, document
from tests.permissions.table import GROUPS, Row, read_table
from tests.place import Place
from tests.routes import METHODS, SAFE, Route, routes
from tests.world import ROLES, STRANGERS, World, lasting_world

pytestmark = pytest.mark.django_db

TABLE = read_table()
PEOPLE = (*STRANGERS, *ROLES)
HANDLER = StrictClient().handler
PROGRAMS = (*PEOPLE, "reader", "expired")
# What a sign-in writes, whoever it is, and what a token leaves of its last use.
HOUSEKEEPING = ("django_session", "annotations_apitoken")
READING = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "DECLARE", "FETCH", "CLOSE", "PRAGMA", "SET ")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One world for all addresses; each request is taken back."""
    with django_db_blocker.unblock(), lasting_world() as made:
        yield made


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert [route.name for route in routes() if route.name not in TABLE] == []
    assert sorted(TABLE.keys() - {route.name for route in routes()}) == []


def test_the_page_about_permissions_is_that_of_the_table() -> None:
    assert FILE.read_text(encoding="utf-8") == document(), "run: python -m tests.permissions"


def test_names_of_addresses_are_unique() -> None:
    names = [route.name for route in routes()]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("route", [one for one in routes() if one.name in TABLE], ids=lambda route: route.name)
def test_the_table(world: World, route: Route, method: str) -> None:
    row = TABLE[route.name]
    wrong, before = [], _state()
    for whose in _scopes(route, row):
        for actor in PROGRAMS if route.is_api else PEOPLE:
            if whose == "elsewhere" and actor == "outsider":
                continue
            expected = row.expected(route, method, actor, whose)
            with _taken_back(), _watched() as writes:
                response = _send(world, route, method, actor, whose)
                _read(response)
                is_refused = response.status_code >= 400 or expected >= 400
                # Without a statement that writes there is nothing to count.
                is_same = not mail.outbox and (not writes or _state() == before)
                assert not is_refused or is_same, f"a refusal changed something: {actor}, {whose}"
            if response.status_code != expected:
                wrong.append(f"{actor}, {whose}: {response.status_code} instead of {expected}")
            assert method not in SAFE or not writes, f"reading wrote something: {actor}, {whose}: {writes}"
    assert not wrong, "\n".join(wrong)


MIXED = [
    route for route in routes() if len(route.parameters) > 1 and route.parameters[0][0] in {"projects", "assignments"}
]


@pytest.mark.parametrize("route", MIXED, ids=lambda route: route.name)
def test_an_id_of_another_desk_does_not_exist_under_ones_own_address(world: World, route: Route) -> None:
    """Each id in turn is that of the other desk, and the rest of the address one's own."""
    place = world.place("manager", "own")
    own, theirs = place.arguments(route), world.elsewhere.arguments(route)
    tried = [own | {name: theirs[name]} for _, name in route.parameters if theirs[name] != own[name]]
    assert tried
    for arguments in tried:
        for method in TABLE[route.name].methods:
            before = _state()
            with _taken_back():
                response = _send(world, route, method, "manager", "own", arguments=arguments)
                assert response.status_code == 404, f"{method} {arguments}: {response.status_code}"
                assert _state() == before


def _scopes(route: Route, row: Row) -> tuple[str, ...]:
    """Return whose objects an address can be about."""
    nouns = {noun for noun, _ in route.parameters}
    if not row.is_about_a_desk:
        others = any("others" in cells for cells in row.methods.values())
        return ("own", "others") if others else ("own",)
    if not nouns:
        return ("own",)
    return ("own", "elsewhere") if nouns == {"projects"} else ("own", "others", "elsewhere")


def _send(
    world: World, route: Route, method: str, actor: str, whose: str, *, arguments: dict[str, Any] | None = None
) -> HttpResponse:
    place = _place(world, TABLE[route.name], actor, whose)
    path = reverse(route.name, kwargs=arguments or place.arguments(route)) + QUERIES.get(route.name, "")
    if route.is_api:
        body = RECORDS.get((method, route.name))
        headers = {**(body.headers(place) if body else {})}
        if actor in world.tokens:
            headers["Authorization"] = f"Bearer {world.tokens[actor]}"
        data = json.dumps(body.fields(place)) if body and body.fields else ""
        return _client().generic(method, path, data, content_type="application/json", headers=headers)
    client = _client()
    client.cookies.update(world.clients[actor].cookies)
    if method == "POST":
        return client.post(path, FORMS[route.name](place) if route.name in FORMS else {})
    return client.generic(method, path)


def _client() -> StrictClient:
    """Return a new browser. All share their middleware, which takes as long to load as a small page."""
    client = StrictClient()
    client.handler = HANDLER
    return client


def _read(response: HttpResponse) -> None:
    """Let a stream do its work to the end."""
    if response.streaming:
        for _piece in response:
            pass


def _place(world: World, row: Row, actor: str, whose: str) -> Place:
    if row.is_open:
        return world.own["annotator"]
    if actor == "outsider" and not row.is_about_a_desk and whose == "own":
        return world.elsewhere
    return world.place("manager" if actor in {"reader", "expired"} else actor, whose)


@contextmanager
def _taken_back() -> Iterator[None]:
    """Undo what a request does, also in the cache and the outbox."""
    cache.clear()
    mail.outbox.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _watched() -> Iterator[list[str]]:
    """Collect every statement that writes."""
    writes: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        words = sql.lstrip().upper()
        if not words.startswith(READING) and not any(table in sql for table in HOUSEKEEPING):
            writes.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield writes


def _state() -> tuple[Any, ...]:
    """Return the number of rows of every table, the newest history row and the mail that was sent."""
    with connection.cursor() as cursor:
        cursor.execute(_counting())
        return cursor.fetchone(), len(mail.outbox)


@lru_cache
def _counting() -> str:
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.db_table not in HOUSEKEEPING]
    counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)  # noqa: S608
    return f"SELECT {counts}, (SELECT max(id) FROM {Change._meta.db_table})"  # noqa: S608


def test_every_group_is_used() -> None:
    cells = [cell for row in TABLE.values() for cells in row.methods.values() for cell in cells.values()]
    assert frozenset().union(*(cell.groups for cell in cells)) == set(GROUPS)


def test_a_token_opens_no_page(world: World) -> None:
    for route in routes():
        row = TABLE.get(route.name)
        if route.is_api or row is None or row.is_open:
            continue
        path = reverse(route.name, kwargs=world.place("manager", "own").arguments(route))
        response = StrictClient().get(path, headers={"Authorization": f"Bearer {world.tokens['manager']}"})
        assert response.status_code == 302, route.name


def test_a_sign_in_of_a_browser_opens_nothing_of_the_api(world: World) -> None:
    for route in routes():
        row = TABLE.get(route.name)
        if not route.is_api or row is None or row.is_open:
            continue
        path = reverse(route.name, kwargs=world.place("manager", "own").arguments(route))
        for method in row.methods:
            client = StrictClient()
            client.cookies.update(world.clients["manager"].cookies)
            assert client.generic(method, path).status_code == 401, route.name
