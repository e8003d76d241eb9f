"""A model's predictions, pushed by the API and decided by an annotator."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.models import Assignment
from tests.api.program import Program, program_of
from tests.cast import Cast
from tests.factories import STORY, at

SAFE, PIER = "“The bridge is safe,”", "the old pier “moves a little” in winter"


def predictions(**changed: Any) -> dict[str, Any]:
    """Return what a model says of the story."""
    suggestions = [
        {
            "content": [at(STORY, SAFE)],
            "source": [at(STORY, "Mayor Ada Holt")],
            "speaker": {"label": "Ada"},
            "score": 1,
        },
        {"content": [at(STORY, PIER)], "score": 0.25},
    ]
    return {"model": "tagger", "model_version": "1.2", "suggestions": suggestions, **changed}


@pytest.fixture
def manager(cast: Cast) -> Program:
    """A program of the manager."""
    return program_of(cast.manager)


def test_predictions_are_pushed_once_read_and_decided(
    assignment: Assignment, manager: Program, annotator: Program
) -> None:
    path = f"projects/desk/articles/{assignment.version.article.key}/suggestions"
    assert annotator.post(path, predictions()).status_code == 403
    first = manager.post(path, predictions(), Idempotency_Key="once")
    assert (first.status_code, first.json()["annotator"]) == (201, "tagger@1.2")
    assert manager.read(first.headers["Location"].removeprefix("http://testserver")) == first.json()
    again = [manager.post(path, predictions(), Idempotency_Key=key) for key in ("once", "twice")]
    assert [(one.status_code, one.content) for one in again] == [(201, first.content), (200, first.content)]
    other = manager.post(path, predictions(suggestions=[]))
    assert (other.status_code, other.json()["code"]) == (409, "changed")
    scored = manager.everything(f"projects/desk/quotes?assignment={first.json()['id']}")
    assert [one["score"] for one in scored] == [1, 0.25]

    own = f"projects/desk/assignments/{assignment.pk}"
    safe, pier = annotator.read(f"{own}/suggestions")["suggestions"]
    assert (safe["model"], safe["model_version"], safe["quote"]["score"]) == ("tagger", "1.2", 1)
    assert annotator.get(f"projects/desk/quotes/{safe['quote']['id']}").status_code == 404
    shorter = {"revision": 1, "content": [at(STORY, "bridge is safe")]}
    made = annotator.post(f"{own}/suggestions/{safe['quote']['id']}", shorter)
    assert (made.status_code, made.json()["content"][0]["exact"]) == (201, "bridge is safe")
    assert annotator.post(f"{own}/suggestions/{safe['quote']['id']}", shorter).status_code == 409
    assert annotator.post(f"{own}/suggestions/{pier['quote']['id']}/leave-out", {"revision": 1}).status_code == 200
    assert annotator.post(f"{own}/suggestions/q-nothing", {"revision": 1}).status_code == 404
    assert annotator.read(f"{own}/suggestions")["counts"] == {"waiting": 0, "accepted": 1, "left_out": 1}


def test_what_cannot_be_is_told_with_its_place(assignment: Assignment, manager: Program) -> None:
    path = f"projects/desk/articles/{assignment.version.article.key}/suggestions"
    for wrong, status, field in (
        ({"content": [at(STORY, SAFE)], "score": 1.5}, 400, "suggestions[0].score"),
        ({"content": [at(STORY, SAFE)]}, 400, "suggestions[0].score"),
        ({"content": [{"start": 0, "end": 99_999}], "score": 1}, 400, "suggestions[0].content"),
        ({"content": [at(STORY, SAFE)], "speaker": "nobody", "score": 1}, 422, "suggestions[0].speaker"),
    ):
        response = manager.post(path, predictions(suggestions=[wrong]))
        assert (response.status_code, response.json()["errors"][0]["field"]) == (status, field), response.content
    assert manager.post(path, predictions(version=2)).status_code == 404
    assert manager.post(path, predictions(model="a b")).status_code == 422
