"""One's own keys of the annotation page, and its tour."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from annotations.keyboard import ANNOTATING, JUDGING, SHORTCUTS, page_keys
from annotations.models import Assignment, User
from tests.cast import Cast
from tests.client import StrictClient, soup_of

KEYS = reverse("account-keys")
TOUR = reverse("account-tour")


@pytest.fixture
def me(cast: Cast, as_user: Any) -> StrictClient:
    """The annotator at their own account."""
    client: StrictClient = as_user(cast.annotator)
    return client


def fields(client: StrictClient) -> dict[str, str]:
    """Return the form as the page holds it."""
    soup = soup_of(client.get(KEYS))
    return {row.action: str(soup.find("input", attrs={"name": row.action}).get("value", "")) for row in SHORTCUTS}


def keys_now(cast: Cast) -> dict[str, str]:
    """Return the keys that work for the annotator."""
    keys: dict[str, str] = page_keys(User.objects.get(pk=cast.annotator.pk).preferences)["keys"]
    return keys


def test_every_key_is_shown(me: StrictClient) -> None:
    shown = fields(me)
    assert shown["quote"] == "q"
    assert shown["redo"] == "Z"
    assert shown["submit"] == "Ctrl+Enter"


def test_the_fields_stand_in_groups_with_headings(me: StrictClient) -> None:
    soup = soup_of(me.get(KEYS))
    assert [one.get_text() for one in soup.select(".keys legend h2")][:2] == ["Selecting", "Marking words"]
    assert "(optional)" not in soup.find("main").get_text()


def test_a_key_is_changed_and_nothing_else_is_kept(cast: Cast, me: StrictClient) -> None:
    response = me.post(KEYS, {**fields(me), "quote": "h", "submit": "f8", "note": ""})
    assert response.status_code == 302
    cast.annotator.refresh_from_db()
    assert cast.annotator.preferences == {"keys": {"quote": "h", "submit": "F8", "note": ""}}
    assert keys_now(cast).items() >= {"quote": "h", "submit": "F8", "source": "s"}.items()
    assert "note" not in keys_now(cast)
    assert fields(me)["quote"] == "h"


def test_two_actions_can_change_places(cast: Cast, me: StrictClient) -> None:
    assert me.post(KEYS, {**fields(me), "quote": "s", "source": "q"}).status_code == 302
    assert (keys_now(cast)["quote"], keys_now(cast)["source"]) == ("s", "q")


@pytest.mark.parametrize(
    ("key", "reason"),
    [("s", "already does something else"), ("Escape", "needs the key"), ("Tab", "needs"), ("qq", "one character")],
)
def test_a_key_that_cannot_be_is_refused_at_its_field(cast: Cast, me: StrictClient, key: str, reason: str) -> None:
    response = me.post(KEYS, {**fields(me), "note": "ö", "fragment": key})
    assert response.status_code == 422
    soup = soup_of(response)
    field = soup.find("input", attrs={"aria-invalid": "true"})
    assert reason in soup.get_text()
    # What was typed is still there.
    assert soup.find("input", attrs={"name": "note"})["value"] == "ö"
    assert field["name"] in {"fragment", "source"}
    assert keys_now(cast)["note"] == "n"


def test_single_characters_are_switched_off_and_everything_is_restored(cast: Cast, me: StrictClient) -> None:
    me.post(KEYS, {**fields(me), "quote": "h", "keys_off": "on"})
    assert keys_now(cast) == {"accept": "F9", "submit": "Control+Enter", "delete": "Delete"}
    me.post(KEYS, {"restore": "1"})
    assert keys_now(cast) == {row.action: row.key for row in SHORTCUTS if row.page == ANNOTATING}


def test_a_key_may_do_something_else_on_another_page(cast: Cast, me: StrictClient) -> None:
    assert me.post(KEYS, {**fields(me), "drop": "q"}).status_code == 302
    cast.annotator.refresh_from_db()
    assert page_keys(cast.annotator.preferences, JUDGING)["keys"]["drop"] == keys_now(cast)["quote"] == "q"
    assert me.post(KEYS, {**fields(me), "mix": "q"}).status_code == 422


def test_the_annotation_page_knows_them(cast: Cast, me: StrictClient, assignment: Assignment) -> None:
    me.post(KEYS, {**fields(me), "undo": "h"})
    page = soup_of(me.get(reverse("assignment", args=[assignment.pk])))
    table = json.loads(page.find(id="keys").get_text())
    assert table == page_keys({"keys": {"undo": "h"}})
    assert page.find(id="undo")["aria-keyshortcuts"] == "h"


def test_the_tour_is_done_and_comes_back(cast: Cast, me: StrictClient) -> None:
    assert me.post(TOUR, {"tour": "done"}, headers={"HX-Request": "true"}).status_code == 204
    cast.annotator.refresh_from_db()
    assert cast.annotator.preferences == {"tour": "done"}
    response = me.post(TOUR, {"tour": "again", "next": "/assignments/1/"})
    assert response["Location"] == "/assignments/1/"
    cast.annotator.refresh_from_db()
    assert cast.annotator.preferences == {}


@pytest.mark.parametrize("where", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_the_tour_leads_nowhere_else(me: StrictClient, where: str) -> None:
    assert me.post(TOUR, {"tour": "again", "next": where})["Location"] == reverse("account")
    assert me.post(TOUR, {"tour": "perhaps"}).status_code == 400
