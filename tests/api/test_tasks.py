"""Tasks by API: started once, watched, cancelled, repeated; what came of them is for who may see it."""

from __future__ import annotations

import pytest

from annotations.services.task_leases import beat
from annotations.tasks.running import me, work
from tests.api.program import program_of
from tests.cast import Cast
from tests.tasks.making import FILE, make_tasks

pytestmark = pytest.mark.django_db

TASKS = "projects/desk/tasks"


def test_a_program_starts_a_task_and_watches_it(cast: Cast) -> None:
    manager = program_of(cast.manager)
    made = manager.post(TASKS, {"kind": "verify"}, Idempotency_Key="once")
    again = manager.post(TASKS, {"kind": "verify"}, Idempotency_Key="once")
    assert (made.status_code, again.status_code) == (201, 201)
    assert made.headers["Location"] == again.headers["Location"]
    assert made.json()["worker_running"] is False
    address = made.headers["Location"].removeprefix("http://testserver")
    seen = manager.get(address)
    assert manager.get(address, If_None_Match=seen.headers["ETag"]).status_code == 304
    beat("one", None)
    me.name = "one"
    work.func()
    done = manager.get(address, If_None_Match=seen.headers["ETag"])
    assert done.status_code == 200
    assert (done.json()["state"], done.json()["result"]["count"]) == ("done", 0)
    assert (done.json()["done"], done.json()["worker_running"]) == (done.json()["total"], True)


def test_a_task_is_cancelled_and_repeated(cast: Cast) -> None:
    manager, made = program_of(cast.manager), make_tasks(cast.project, cast.annotator)
    path = f"{TASKS}/{made['task'].key}"
    for _time in range(2):
        assert manager.post(f"{path}/cancel").json()["state"] == "cancelled"
    assert manager.post(f"{path}/retry").status_code == 409
    assert manager.post(f"{TASKS}/{made['failed_task'].key}/retry").json()["state"] == "queued"
    assert manager.post(f"{TASKS}/{made['done_task'].key}/cancel").json()["code"] == "locked"


def test_lists_and_files_are_for_who_may_see_them(cast: Cast) -> None:
    made = make_tasks(cast.project, cast.annotator)
    annotator, manager = program_of(cast.annotator), program_of(cast.manager)
    assert len(annotator.everything(TASKS)) == len(manager.everything(TASKS)) == 3
    assert program_of(cast.reviewer).everything(TASKS) == []
    (failed,) = annotator.everything(f"{TASKS}?state=failed")
    assert failed["reason"] == "There was no room."
    path = f"{TASKS}/{made['done_task'].key}"
    assert annotator.read(path)["result"]["files"] == [{"name": FILE}]
    assert b"".join(annotator.get(f"{path}/files/{FILE}")) == b"Labels of annotator"
    withheld = manager.read(path)
    assert withheld["result"] is None
    assert withheld["result_withheld"]
    assert manager.get(f"{path}/files/{FILE}").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"kind": "cooking"}, 400),
        ({"kind": "verify", "arguments": []}, 400),
        ({"kind": "verify", "arguments": {"deep": True}}, 422),
        ({"kind": "release", "arguments": {"colour": "red"}}, 422),
    ],
)
def test_what_cannot_be_started_is_refused(cast: Cast, body: object, status: int) -> None:
    assert program_of(cast.manager).post(TASKS, body).status_code == status
