"""My work."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import Assignment
from annotations.services.assignments import submit_assignment
from tests.cast import Cast, make_user
from tests.client import soup_of
from tests.factories import make_assignment, make_version
from tests.views.reading import make_work, other_story


def test_work_is_grouped_and_the_next_step_is_offered(cast: Cast, as_user: Any) -> None:
    quote = make_work(make_version(cast.project, cast.manager), cast.annotator)
    handed_in = make_assignment(other_story(cast.project, cast.manager), cast.annotator)
    submit_assignment(actor=cast.annotator, assignment=handed_in, revision=handed_in.revision)
    page = soup_of(as_user(cast.annotator).get("/"))
    todo, submitted = page.select("table")
    assert [row.a["href"] for row in todo.tbody.find_all("tr")] == [f"/assignments/{quote.assignment_id}/"]
    assert [row.a["href"] for row in submitted.tbody.find_all("tr")] == [f"/assignments/{handed_in.pk}/"]
    assert todo.find("td", {"data-label": "Quotes"}).get_text() == "1"
    assert page.select_one(".next .button")["href"] == f"/assignments/{quote.assignment_id}/"


def test_what_was_returned_comes_first(cast: Cast, as_user: Any) -> None:
    make_work(make_version(cast.project, cast.manager), cast.annotator)
    back = make_assignment(other_story(cast.project, cast.manager), cast.annotator)
    Assignment.objects.filter(pk=back.pk).update(status=Assignment.Status.RETURNED)
    page = soup_of(as_user(cast.annotator).get("/"))
    assert page.select_one(".next .button")["href"] == f"/assignments/{back.pk}/"


def test_somebody_without_work_is_told_where_to_find_it(cast: Cast, as_user: Any) -> None:
    page = soup_of(as_user(cast.annotator).get("/"))
    assert page.select_one(".empty .button")["href"] == "/projects/desk/articles/?work=none"


def test_a_viewer_is_invited_to_read(cast: Cast, as_user: Any) -> None:
    assert soup_of(as_user(cast.viewer).get("/")).select_one(".empty .button")["href"] == "/projects/desk/articles/"


def test_somebody_without_a_project_is_told_whom_to_ask(cast: Cast, as_user: Any) -> None:
    page = soup_of(as_user(make_user("newcomer")).get("/"))
    assert "invitation link" in page.select_one(".empty").get_text()
    assert "City desk" not in page.get_text()


def test_nobody_sees_the_work_of_others(cast: Cast, as_user: Any) -> None:
    make_work(make_version(cast.project, cast.manager), cast.annotator)
    for person in (cast.other_annotator, cast.reviewer, cast.manager, cast.outsider):
        assert "Mayor Opens Bridge" not in soup_of(as_user(person).get("/")).main.get_text()


def test_only_a_page_load_is_answered(cast: Cast, as_user: Any) -> None:
    assert as_user(cast.annotator).post("/").status_code == 405
    assert as_user(cast.annotator).get("/?x=1").status_code == 400


def test_more_work_takes_no_more_queries(cast: Cast, as_user: Any) -> None:
    client = as_user(cast.annotator)
    make_work(make_version(cast.project, cast.manager), cast.annotator)
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    for number in range(6):
        make_assignment(other_story(cast.project, cast.manager, number), cast.annotator)
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    assert len(many) == len(few)
