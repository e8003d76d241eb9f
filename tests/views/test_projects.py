"""The overview of a project."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast
from tests.client import soup_of
from tests.factories import make_version
from tests.views.reading import make_gold, make_work

URL = "/projects/desk/"


def figures(page: Any) -> dict[str, str]:
    return {row.dt.get_text(): row.dd.get_text() for row in page.select(".figures div")}


def test_counts_and_people(cast: Cast, as_user: Any) -> None:
    make_gold(cast.project, cast.manager)
    make_work(make_version(cast.project, cast.manager), cast.annotator)
    page = soup_of(as_user(cast.annotator).get(URL))
    assert figures(page) == {"stories": "2", "with gold": "1", "in my hands": "1", "submitted by me": "0"}
    assert "Reviewer" in page.aside.get_text()
    assert "Outsider" not in page.get_text()


@pytest.mark.parametrize("who", ["other_annotator", "viewer"])
def test_the_page_does_not_tell_that_somebody_else_works(cast: Cast, as_user: Any, who: str) -> None:
    version = make_version(cast.project, cast.manager)
    client = as_user(cast.members[who])
    before = soup_of(client.get(URL)).main.get_text()
    make_work(version, cast.annotator, speaker="", source="Mayor Ada Holt")
    assert soup_of(client.get(URL)).main.get_text() == before


def test_somebody_who_is_blind_sees_only_their_own_gestures(cast: Cast, as_user: Any) -> None:
    version = make_version(cast.project, cast.manager)
    make_work(version, cast.annotator)
    make_work(version, cast.reviewer, "engineers told the council")
    seen = soup_of(as_user(cast.reviewer).get(URL)).select_one(".timeline").get_text()
    assert "engineers told" in seen
    assert "The bridge is safe" not in seen


def test_an_import_of_many_stories_is_one_line(cast: Cast, as_user: Any) -> None:
    make_gold(cast.project, cast.manager)
    rows = soup_of(as_user(cast.viewer).get(URL)).select(".timeline > li")
    assert sum("imported" in row.get_text() for row in rows) == 1


def test_an_empty_project_says_what_to_do(cast: Cast, as_user: Any) -> None:
    assert soup_of(as_user(cast.manager).get(URL)).select_one(".empty a") is not None
    assert soup_of(as_user(cast.annotator).get(URL)).select_one(".empty a") is None


def test_strangers_and_wrong_methods(cast: Cast, as_user: Any) -> None:
    assert as_user(cast.outsider).get(URL).status_code == 404
    assert as_user(cast.annotator).post(URL).status_code == 405
    assert as_user(cast.annotator).get(URL + "?x=1").status_code == 400
