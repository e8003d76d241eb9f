"""Handing out by the API."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.models import Assignment
from annotations.services.queues import settings_of
from tests.api.program import Program, program_of
from tests.cast import Cast
from tests.queues import begin, set_queue, stories, take

pytestmark = pytest.mark.django_db
QUEUE = "projects/desk/queue"
SETTINGS = {"overlap": 1, "sampled_percent": 0, "sampled_overlap": 2, "order": "imported", "seed": 1, "days": None}


@pytest.fixture
def manager(cast: Cast) -> Program:
    """A manager's program."""
    return program_of(cast.manager)


@pytest.fixture
def annotator(cast: Cast) -> Program:
    """An annotator's program."""
    return program_of(cast.annotator)


def test_the_queue_is_read_set_and_switched_off(manager: Program, cast: Cast) -> None:
    found = manager.read(QUEUE)
    assert (found["settings"], found["takers"]["annotator"]) == (None, True)
    sent = {"settings": {**SETTINGS, "overlap": 2}, "takers": {"reviewer": False}, "seen": found["seen"]}
    assert manager.request("PUT", QUEUE, sent, Idempotency_Key="once").status_code == 204
    # A retry writes nothing more; the same asked anew has seen too little.
    assert manager.request("PUT", QUEUE, sent, Idempotency_Key="once").status_code == 204
    assert manager.request("PUT", QUEUE, sent).status_code == 409
    now = manager.read(QUEUE)
    assert now["settings"]["overlap"] == 2
    assert now["takers"] == {"annotator": True, "manager": True, "other_annotator": True, "reviewer": False}
    assert manager.request("PUT", QUEUE, {"settings": None, "seen": now["seen"]}).status_code == 204
    assert settings_of(cast.project) is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"takers": {"viewer": True}}, "takers"),
        ({"settings": {**SETTINGS, "sampled_percent": 10, "sampled_overlap": 1, "overlap": 3}}, "sampled_overlap"),
    ],
)
def test_what_cannot_be_is_told_with_its_place(manager: Program, changed: dict[str, Any], field: str) -> None:
    sent = {"settings": SETTINGS, "seen": manager.read(QUEUE)["seen"], **changed}
    refused = manager.request("PUT", QUEUE, sent)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)


def test_a_story_from_the_queue_and_back(annotator: Program, cast: Cast) -> None:
    stories(cast, 1)
    refused = annotator.post("projects/desk/next")
    assert (refused.status_code, refused.json()["code"]) == (422, "no_queue")
    set_queue(cast)
    taken = annotator.post("projects/desk/next", Idempotency_Key="one")
    assert taken.status_code == 201
    assert annotator.read(taken["Location"].removeprefix("http://testserver")) == taken.json()
    path = f"projects/desk/assignments/{taken.json()['id']}"
    assert annotator.post("projects/desk/next").status_code == 200
    begin(Assignment.objects.get(), cast.annotator)
    assert annotator.post("projects/desk/next", Idempotency_Key="one").content == taken.content
    refused = annotator.post("projects/desk/next")
    assert (refused.status_code, refused.json()["code"]) == (422, "none_left")
    assert annotator.post(f"{path}/skip", {"reason": "too long", "revision": 1}).status_code == 409
    skipped = annotator.post(f"{path}/skip", {"reason": "too long", "revision": 2}, Idempotency_Key="skip")
    assert skipped.json()["left"] == "skipped"
    resumed = annotator.post(f"{path}/resume", Idempotency_Key="resume")
    assert (resumed.status_code, resumed.json()["left"], resumed.json()["revision"]) == (200, None, 4)
    assert annotator.post(f"{path}/resume", Idempotency_Key="resume").content == resumed.content
    assert annotator.post(f"{path}/resume", Idempotency_Key="skip").json()["code"] == "idempotency_key_reused"
    assert annotator.post(f"{path}/skip", {"reason": "too long", "revision": 2}, Idempotency_Key="skip").content == (
        skipped.content
    )


def test_a_manager_hands_a_story_over(manager: Program, cast: Cast) -> None:
    stories(cast, 1)
    set_queue(cast)
    own = take(cast, cast.annotator)
    assert own is not None
    path, sent = f"projects/desk/assignments/{own.pk}/hand-over", {"reason": "holiday", "revision": 1}
    assert manager.post(path, {**sent, "to": "viewer"}).json()["code"] == "unknown_member"
    given = manager.post(path, {**sent, "to": "reviewer"}, Idempotency_Key="give")
    assert given.status_code == 201
    assert given.json()["status"] == "assigned"
    assert manager.post(path, {**sent, "to": "reviewer"}, Idempotency_Key="give").content == given.content
    own.refresh_from_db()
    assert own.left == "handed_over"
    late = manager.post(path, {**sent, "to": "other_annotator"})
    assert (late.status_code, late.json()["current"]["left"]) == (409, "handed_over")


def test_nobody_takes_up_what_is_anothers(cast: Cast) -> None:
    stories(cast, 1)
    set_queue(cast, overlap=2)
    own = take(cast, cast.annotator)
    assert own is not None
    assert program_of(cast.reviewer).post(f"projects/desk/assignments/{own.pk}/resume").status_code == 403
    assert Assignment.objects.count() == 1


def test_progress_tells_by_person_day_and_story(manager: Program, cast: Cast) -> None:
    stories(cast, 3)
    set_queue(cast, overlap=2)
    own = take(cast, cast.annotator)
    assert own is not None
    begin(own, cast.annotator)
    found = manager.read("projects/desk/progress")
    assert (found["wanted"], found["days"]) == (6, [])
    assert {one["user"]: one["in_hand"] for one in found["people"]}["annotator"] == 1
    told = manager.everything("projects/desk/progress/stories?limit=2")
    assert [(one["free"], len(one["readers"])) for one in told] == [(1, 1), (2, 0), (2, 0)]
    take(cast, cast.manager)
    blind = manager.everything("projects/desk/progress/stories?limit=2&fields=free,wanted")
    assert blind[0] == {"free": None, "wanted": None}
