"""Pages of tasks: whose are listed, how one goes on, who sees what came of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from annotations.models import Task
from annotations.services.task_leases import beat, finish_task, hold
from annotations.services.tasks import MOST_OPEN, start_task
from annotations.tasks.running import me, work
from annotations.tasks.verify import MOST_FINDINGS
from tests.agreeing import two_readings
from tests.cast import Cast
from tests.client import soup_of
from tests.factories import make_assignment, make_version
from tests.tasks.making import FILE, make_tasks, taken

pytestmark = pytest.mark.django_db

NO_WORKER = "No worker is running"


def url(name: str, *more: str) -> str:
    """Return the address of a page of the desk."""
    return reverse(name, args=["desk", *more])


def work_on_one() -> None:
    """Do as a worker does that draws one ticket."""
    me.name = "one"
    work.func()


def test_everybody_sees_their_own_and_a_manager_all(cast: Cast, as_user: Any) -> None:
    for user in (cast.annotator, cast.reviewer):
        make_tasks(cast.project, user)
    make_tasks(cast.other_project, cast.outsider)
    counts = {
        user.username: len(soup_of(as_user(user).get(url("task-list"))).select("tbody tr"))
        for user in (cast.annotator, cast.viewer, cast.manager)
    }
    assert counts == {"annotator": 3, "viewer": 0, "manager": 6}


def test_who_waits_is_told_where_no_worker_runs(cast: Cast, as_user: Any) -> None:
    task = make_tasks(cast.project, cast.manager)["task"]
    client = as_user(cast.manager)
    pages = (url("task-list"), url("task", task.key))
    assert all(NO_WORKER in client.get(page).content.decode() for page in pages)
    beat("one", None)
    assert not any(NO_WORKER in client.get(page).content.decode() for page in pages)


def test_a_page_asks_for_its_state_until_the_task_has_ended(cast: Cast, as_user: Any) -> None:
    client = as_user(cast.manager)
    task = taken(start_task(actor=cast.manager, project=cast.project, kind="verify", arguments={}))
    hold(task, done=3, total=4, message="spans")
    asked = {"HX-Request": "true"}
    running = soup_of(client.get(url("task", task.key), headers=asked))
    state = running.select_one("#task-state[hx-trigger]")
    assert state is not None
    assert state["hx-get"] == url("task", task.key)
    assert running.select_one("progress")["value"] == "75"  # type: ignore[index]
    assert running.select_one("html") is None
    finish_task(task, {"checks": 4, "count": 0, "findings": []})
    ended = soup_of(client.get(url("task", task.key), headers=asked))
    assert ended.select_one("[hx-trigger], progress, form") is None
    assert "All promises hold" in ended.get_text()


def test_it_is_started_cancelled_and_repeated_by_page(cast: Cast, as_user: Any) -> None:
    client = as_user(cast.manager)
    form = {"kind": "verify", "gesture": "once"}
    first, again = (client.post(url("task-start"), form) for _ in range(2))
    task = Task.objects.get()
    assert first.headers["Location"] == again.headers["Location"] == url("task", task.key)
    for act, state in (("task-cancel", "cancelled"), ("task-retry", "cancelled")):
        client.post(url(act, task.key))
        task.refresh_from_db()
        assert task.state == state
    work_on_one()
    client.post(url("task-retry", task.key))
    work_on_one()
    task.refresh_from_db()
    assert (task.state, task.result and task.result["count"]) == ("done", 0)
    told = client.post(url("task-cancel", task.key), follow=True).content.decode()
    assert "nothing left to cancel" in told


def test_one_too_many_is_refused_in_words(cast: Cast, as_user: Any) -> None:
    client = as_user(cast.manager)
    for _number in range(MOST_OPEN + 1):
        answer = client.post(url("task-start"), {"kind": "verify"}, follow=True)
    assert "tasks of one person" in answer.content.decode()
    assert Task.objects.count() == MOST_OPEN


def test_findings_are_shown_unless_whoever_looks_is_blind(cast: Cast, as_user: Any) -> None:
    task = taken(start_task(actor=cast.manager, project=cast.project, kind="verify", arguments={}))
    finding = {"kind": "quote", "subject": "q-secret", "message": "it has no content"}
    finish_task(task, {"checks": 4, "count": MOST_FINDINGS + 1, "findings": [finding]})
    client = as_user(cast.manager)
    assert "q-secret" in client.get(url("task", task.key)).content.decode()
    make_assignment(make_version(cast.project, cast.manager), cast.manager)
    blind = client.get(url("task", task.key)).content.decode()
    assert "q-secret" not in blind
    assert "no gold yet" in blind


def test_files_are_for_whoever_asked(cast: Cast, as_user: Any) -> None:
    task = make_tasks(cast.project, cast.reviewer)["done_task"]
    path = url("task-file", task.key, FILE)
    assert b"".join(as_user(cast.reviewer).get(path)) == b"Labels of reviewer"
    assert FILE in as_user(cast.reviewer).get(url("task", task.key)).content.decode()
    manager = as_user(cast.manager)
    assert manager.get(path).status_code == 404
    assert "Only whoever asked" in manager.get(url("task", task.key)).content.decode()


def test_all_stories_are_measured_in_the_background(cast: Cast, as_user: Any) -> None:
    two_readings(cast)
    client = as_user(cast.reviewer)
    client.post(url("task-start"), {"kind": "statistics", "against": "", "annotator": ""})
    work_on_one()
    task = Task.objects.get()
    assert (task.state, task.arguments, task.percent) == ("done", {}, 100), task.reason
    assert task.result is not None
    figures = {one["metric"]: one for one in task.result["figures"]}
    # As tests.agreeing works it out by hand.
    assert figures["content-exact-f1"]["value"] == pytest.approx(0.8)
    assert task.result["stories"] == 1
    page = client.get(url("task", task.key)).content.decode()
    assert "0.800" in page
    assert "1 story in common" in page
