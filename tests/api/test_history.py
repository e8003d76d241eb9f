"""History, activity and restoring by the API."""

from __future__ import annotations

import pytest

from annotations.models import Quote
from annotations.services.quotes import change_quote, delete_quote
from tests.api.program import Program, program_of
from tests.cast import Cast
from tests.factories import make_assignment, make_quote

pytestmark = pytest.mark.django_db
HISTORY = "projects/desk/history"


def test_history_comes_page_by_page_whatever_is_written_meanwhile(annotator: Program, cast: Cast, quote: Quote) -> None:
    change_quote(actor=cast.annotator, quote=quote, revision=1, parts={"note": "Sure?"})
    first = annotator.read(f"{HISTORY}?object={quote.key}&limit=1&ordering=-created")
    delete_quote(actor=cast.annotator, quote=quote, revision=2)
    following = annotator.read(first["next"].removeprefix("http://testserver"))
    found = [*first["results"], *following["results"]]
    assert [one["action"] for one in found] == ["change", "create"]
    assert (found[0]["after"]["note"], found[0]["user"], found[1]["before"]) == ("Sure?", "annotator", None)
    assert following["next"] is None
    told = annotator.everything(f"{HISTORY}?kind=quote&action=delete&person=annotator&fields=action,object")
    assert told == [{"action": "delete", "object": quote.key}]
    assert annotator.get(f"{HISTORY}?cursor=x").status_code == 400


def test_who_is_blind_reads_nothing_of_the_others_work(cast: Cast, quote: Quote) -> None:
    manager = program_of(cast.manager)
    assert manager.read(f"{HISTORY}?person=annotator")["results"]
    version = quote.assignment.version
    make_assignment(version, cast.manager)
    assert manager.read(f"{HISTORY}?person=annotator")["results"] == []
    before = manager.read("projects/desk/activity")
    make_quote(quote.assignment, cast.annotator, "moves a little")
    assert manager.read("projects/desk/activity") == before
    assert program_of(cast.viewer).read(f"{HISTORY}?story={version.article.key}&kind=quote")["results"] == []


def test_activity_by_person_and_day(cast: Cast, quote: Quote) -> None:
    found = program_of(cast.manager).read("projects/desk/activity?by=day")
    one = next(one for one in found["people"] if one["user"] == "annotator")
    assert (one["total"]["made"], one["steps"][-1]["made"], len(one["steps"])) == (1, 1, 28)
    assert one["last_seen"]
    late = program_of(cast.manager).get("projects/desk/activity?since=2026-03-02&until=2026-03-01")
    assert (late.status_code, late.json()["errors"][0]["field"]) == (422, "until")


def test_a_quote_is_brought_back(annotator: Program, cast: Cast, quote: Quote) -> None:
    path = f"projects/desk/quotes/{quote.key}"
    was = annotator.read(path)
    delete_quote(actor=cast.annotator, quote=quote, revision=1)
    late = annotator.post(f"{path}/restore", {"to": 1, "revision": 1})
    assert (late.status_code, late.json()["current"]["deleted"]) == (409, True)
    assert annotator.post(f"{path}/restore", {"to": 2, "revision": 2}).json()["code"] == "deleted_state"
    back = annotator.post(f"{path}/restore", {"to": 1, "revision": 2}, Idempotency_Key="back")
    assert back.json() == {**was, "revision": 3}
    annotator.delete(path, If_Match='"3"')
    again = annotator.post(f"{path}/restore", {"to": 1, "revision": 2}, Idempotency_Key="back")
    assert (again.status_code, again.content) == (200, back.content)
    assert program_of(cast.reviewer).post(f"{path}/restore", {"to": 1, "revision": 4}).status_code == 403
    assert program_of(cast.other_annotator).post(f"{path}/restore", {"to": 1, "revision": 4}).status_code == 404
