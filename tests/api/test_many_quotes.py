"""Making many quotes in one gesture by the API."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.models import Assignment, Change, Quote, Speaker
from annotations.services.verification import verify
from tests.api.program import Program
from tests.factories import STORY, at

SAFE, OPEN, BRIDGE = "“The bridge is safe,”", "“and it will stay open.”", "bridge is safe"
ADA = {"label": "Ada Holt"}


@pytest.fixture
def path(assignment: Assignment) -> str:
    """Where an assignment is."""
    return f"projects/desk/assignments/{assignment.pk}"


def quotes(*words: str, **parts: Any) -> dict[str, Any]:
    """Return quotes to be made."""
    return {"quotes": [{"content": [at(STORY, one)], **parts} for one in words]}


def test_many_are_one_gesture_that_one_undo_takes_back(annotator: Program, path: str, assignment: Assignment) -> None:
    response = annotator.post(f"{path}/quotes/bulk", quotes(BRIDGE, OPEN, SAFE, speaker=ADA))
    assert response.status_code == 201, response.content
    made = {one["content"][0]["exact"]: one for one in response.json()["quotes"]}
    assert made[BRIDGE]["parent"] == made[SAFE]["id"]
    assert {one["speaker"] for one in made.values()} == {Speaker.objects.get().key}
    listed = annotator.everything(response.headers["Location"].removeprefix("http://testserver"))
    assert {one["id"]: one for one in listed} == {one["id"]: one for one in made.values()}
    revision = annotator.read(path)["revision"]
    assert revision == 2
    undone = annotator.post(f"{path}/undo", {"revision": revision})
    assert (undone.status_code, Quote.objects.live().count()) == (200, 0)
    assert annotator.post(f"{path}/redo", {"revision": revision + 1}).status_code == 200
    assert Quote.objects.live().count() == 3


def test_many_go_in_one_gesture_and_what_stood_in_them_moves_up(
    annotator: Program, path: str, assignment: Assignment
) -> None:
    made = annotator.post(f"{path}/quotes/bulk", quotes(BRIDGE, OPEN, SAFE)).json()["quotes"]
    key = {one["content"][0]["exact"]: one["id"] for one in made}
    sent = {"quotes": [key[SAFE], key[OPEN]], "revision": 2}
    answers = [annotator.post(f"{path}/quotes/bulk/delete", sent, Idempotency_Key="once") for _ in range(2)]
    assert answers[0].status_code == answers[1].status_code == 200, answers[0].content
    assert answers[0].json() == answers[1].json()
    assert set(answers[0].json()["deleted"]) == set(sent["quotes"])
    assert [(one["id"], one["parent"]) for one in answers[0].json()["quotes"]] == [(key[BRIDGE], None)]
    for wrong, status in (
        (sent, 409),
        ({**sent, "revision": 3}, 409),
        ({"quotes": [key[BRIDGE], "q-none"], "revision": 3}, 422),
    ):
        assert annotator.post(f"{path}/quotes/bulk/delete", wrong).status_code == status
    assert Quote.objects.live().get().key == key[BRIDGE]
    assert annotator.post(f"{path}/undo", {"revision": 3}).status_code == 200
    assert Quote.objects.live().count() == 3
    assert Quote.objects.get(key=key[BRIDGE]).parent == Quote.objects.get(key=key[SAFE])
    assert list(verify()) == []


def test_a_retry_gets_the_same_answer(annotator: Program, path: str) -> None:
    first = annotator.post(f"{path}/quotes/bulk", quotes(SAFE, OPEN), Idempotency_Key="once")
    key = first.json()["quotes"][0]["id"]
    annotator.patch(f"projects/desk/quotes/{key}", {"revision": 1, "type": "reported"})
    count = Change.objects.count()
    again = annotator.post(f"{path}/quotes/bulk", quotes(SAFE, OPEN), Idempotency_Key="once")
    assert (again.status_code, again.content) == (201, first.content)
    other = annotator.post(f"{path}/quotes/bulk", quotes(OPEN, SAFE), Idempotency_Key="once")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Change.objects.count() == count


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"content": [{"start": 0, "end": 999_999}]}, 400, "quotes[1].content"),
        ({"content": [{"start": 0, "end": 2, "exact": "no"}]}, 422, "quotes[1].content"),
        ({"content": [at(STORY, OPEN)], "speaker": "nobody"}, 422, "quotes[1].speaker"),
        ({"content": [at(STORY, OPEN)], "labels": {"act": "nonsense"}}, 422, "quotes[1].labels.act"),
        ({"content": [at(STORY, OPEN)], "colour": 1}, 400, "quotes[1].colour"),
    ],
)
def test_one_that_cannot_be_refuses_all(
    annotator: Program, path: str, wrong: dict[str, Any], status: int, field: str
) -> None:
    sent = {"quotes": [*quotes(SAFE, speaker=ADA)["quotes"], wrong]}
    response = annotator.post(f"{path}/quotes/bulk", sent)
    assert (response.status_code, [one["field"] for one in response.json()["errors"]]) == (status, [field])
    assert not Quote.objects.exists()
    assert not Speaker.objects.exists()


def test_their_number_is_bounded(annotator: Program, path: str) -> None:
    for many in (0, 501):
        response = annotator.post(f"{path}/quotes/bulk", {"quotes": quotes(SAFE)["quotes"] * many})
        assert (response.status_code, response.json()["code"]) == (400, "shape")


def test_another_ones_work_is_not_there(path: str, outsider: Program, reader: Program) -> None:
    assert outsider.post(f"{path}/quotes/bulk", quotes(SAFE)).status_code == 404
    assert reader.post(f"{path}/quotes/bulk", quotes(SAFE)).status_code == 403
