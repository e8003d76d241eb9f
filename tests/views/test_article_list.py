"""The list of articles: filters, words, order, pages."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from annotations.forms.filters import WordsField
from annotations.services.articles import add_version
from tests.cast import Cast
from tests.client import soup_of
from tests.factories import make_assignment, make_version
from tests.views.reading import make_gold, other_story

URL = "/projects/desk/articles/"


def listed(client: Any, query: str = "") -> list[str]:
    response = client.get(URL + query)
    assert response.status_code == 200, response.content
    return [link.get_text() for link in soup_of(response).select("tbody th a")]


@pytest.fixture
def desk(cast: Cast) -> Cast:
    """Three stories: one with gold, one of the annotator's, one plain."""
    make_gold(cast.project, cast.manager)
    first = other_story(cast.project, cast.manager, 1, outlet="Post", language="en", published="2026-01-01")
    other_story(cast.project, cast.manager, 2, outlet="Star", language="de", published="2026-02-01")
    make_assignment(first, cast.annotator)
    return cast


KIRBY = "Russia Not Taking American Phone Calls"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Story Number 2", "Story Number 1", KIRBY]),
        ("?order=oldest", ["Story Number 1", "Story Number 2", KIRBY]),
        ("?order=headline", [KIRBY, "Story Number 1", "Story Number 2"]),
        ("?order=longest", [KIRBY, "Story Number 2", "Story Number 1"]),
        ("?order=added", ["Story Number 2", "Story Number 1", KIRBY]),
        ("?outlet=Post", ["Story Number 1"]),
        ("?language=de", ["Story Number 2"]),
        ("?published_from=2026-01-15", ["Story Number 2"]),
        ("?published_to=2026-01-15", ["Story Number 1"]),
        ("?gold=yes", [KIRBY]),
        ("?gold=no", ["Story Number 2", "Story Number 1"]),
        ("?work=assigned", ["Story Number 1"]),
        ("?work=none", ["Story Number 2", KIRBY]),
        ("?work=submitted", []),
        ("?q=STORY+2", ["Story Number 2"]),
        ("?q=kirby+SPOKESMAN&gold=yes", [KIRBY]),
        ("?q=nowhere", []),
    ],
)
def test_what_is_asked_for_is_listed(desk: Cast, as_user: Any, query: str, expected: list[str]) -> None:
    found = listed(as_user(desk.annotator), query)
    assert sorted(found) == sorted(expected) if "order=longest" in query else found == expected


def test_the_work_of_others_is_no_filter(desk: Cast, as_user: Any) -> None:
    assert listed(as_user(desk.other_annotator), "?work=assigned") == []
    assert soup_of(as_user(desk.manager).get(URL)).select("td a.tag") == []


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Café by the sea", "cafe\u0301"),
        ("Cafe\u0301 by the sea", "café"),
        ("ÉCOLE FERMÉE", "école fermée"),
        ("STRASSE gesperrt", "straße"),
        ("100% of it", "100%"),
        ("a_b and c", "a_b"),
        ("back\\slash", "back\\slash"),
        ("ＦＵＬＬ width", "full"),
        ("Прага молчит", "ПРАГА"),
    ],
)
def test_words_are_found_in_whatever_form_they_stand(cast: Cast, as_user: Any, text: str, query: str) -> None:
    make_version(cast.project, cast.manager, f"Head\n\n{text} is here.")
    response = as_user(cast.annotator).get(URL, {"q": query})
    assert len(soup_of(response).select("tbody tr")) == 1


@pytest.mark.parametrize("query", ["%", "_", "\\", "(a+)+$", ".*", "%%%", "'; DROP TABLE x"])
def test_no_character_of_a_search_means_anything(cast: Cast, as_user: Any, query: str) -> None:
    make_version(cast.project, cast.manager)
    assert soup_of(as_user(cast.annotator).get(URL, {"q": query})).select("tbody tr") == []


@pytest.mark.parametrize(
    "query",
    [
        "?created_by__password__startswith=p",
        "?ordering=annotator__password",
        "?order=-password",
        "?order=annotator__password",
        "?order=oldest&order=newest",
        "?_connector=OR",
        "?outlet=Nowhere",
        "?published_from=yesterday",
        "?work=gold",
        "?page=0",
        "?page=-1",
        "?page=x",
        "?page=1e0",
        "?page=99999999999",
        "?q=%00",
        "?q=" + "a" * 201,
        "?q=" + "a+" * 11,
        "?outlet__regex=.*",
    ],
)
def test_what_is_not_declared_is_refused(desk: Cast, as_user: Any, query: str) -> None:
    assert as_user(desk.annotator).get(URL + query).status_code == 400


def test_an_unknown_parameter_is_named(desk: Cast, as_user: Any) -> None:
    page = soup_of(as_user(desk.annotator).get(URL + "?<b>=1&zzz=2"))
    assert "“<b>”, “zzz”" in page.main.get_text()


def test_a_page_behind_the_last_one_is_not_there(desk: Cast, as_user: Any) -> None:
    assert as_user(desk.annotator).get(URL + "?page=2").status_code == 404


def test_pages_keep_the_filters_and_miss_nothing(cast: Cast, as_user: Any) -> None:
    for number in range(30):
        other_story(cast.project, cast.manager, number, language="en")
    client = as_user(cast.annotator)
    first = client.get(URL + "?language=en&order=added")
    following = soup_of(first).find("a", rel="next")["href"]
    assert "language=en" in following
    names = listed(client, "?language=en&order=added") + listed(client, following)
    assert len(set(names)) == 30


def test_only_the_newest_version_is_listed(cast: Cast, as_user: Any) -> None:
    version = make_version(cast.project, cast.manager)
    add_version(actor=cast.manager, article=version.article, text="Mayor Closes Bridge\n\nIt is shut.")
    assert listed(as_user(cast.annotator)) == ["Mayor Closes Bridge"]
    assert listed(as_user(cast.annotator), "?q=councillor") == []


def test_other_desks_do_not_show(cast: Cast, as_user: Any) -> None:
    make_version(cast.other_project, cast.outsider, outlet="Secret Post")
    assert "Secret Post" not in as_user(cast.annotator).get(URL).content.decode()
    assert as_user(cast.annotator).get(URL + "?outlet=Secret+Post").status_code == 400
    assert as_user(cast.outsider).get(URL).status_code == 404


def test_wrong_method(cast: Cast, as_user: Any) -> None:
    assert as_user(cast.annotator).post(URL).status_code == 405


def test_more_rows_take_no_more_queries(desk: Cast, as_user: Any) -> None:
    client = as_user(desk.annotator)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for number in range(3, 12):
        make_assignment(other_story(desk.project, desk.manager, number), desk.annotator)
    with CaptureQueriesContext(connection) as many:
        client.get(URL)
    assert len(many) == len(few)


@given(st.text(max_size=80))
def test_any_words_are_cleaned_or_refused(text: str) -> None:
    with suppress(ValidationError):
        assert all(word == word.strip() for word in WordsField().clean(text))
