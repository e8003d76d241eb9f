"""Tasks: asked for once, in fair turns, held by one worker at a time, and never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from annotations.models import Task, TaskEvent, TaskWorker, User
from annotations.services.errors import Conflict, Invalid, KeyReused, Locked
from annotations.services.task_leases import (
    MOST_ATTEMPTS,
    LeaseLost,
    TaskCancelled,
    beat,
    claim_next,
    claim_uncleared,
    fail_task,
    finish_task,
    hand_back,
    hold,
    is_worker_there,
    leave,
    mark_cleared,
    take_up_lost_tasks,
)
from annotations.services.tasks import MOST_OPEN, cancel_task, retry_task, start_task
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def ask(cast: Cast, user: User | None = None, **more: object) -> Task:
    """Ask for a task as a member."""
    asked = {"kind": "verify", "arguments": {}, "gesture": None, **more}
    return start_task(actor=user or cast.manager, project=cast.project, **asked)  # type: ignore[arg-type]


def take(worker: str = "one") -> Task:
    """Take the next task."""
    task = claim_next(worker)
    assert task is not None
    return task


def let_the_lease_end(task: Task) -> None:
    """Be silent for longer than a lease lasts."""
    Task.objects.filter(pk=task.pk).update(lease_until=F("lease_until") - timedelta(days=1))


def told(task: Task) -> list[str]:
    """Return what happened to a task."""
    return list(task.events.values_list("action", flat=True))


def test_a_task_is_asked_for_once_however_often_it_is_sent(cast: Cast) -> None:
    task = ask(cast, gesture="once")
    assert ask(cast, gesture="once").pk == task.pk
    assert (Task.objects.count(), DBTaskResult.objects.ready().count()) == (1, 1)
    with pytest.raises(KeyReused):
        ask(cast, gesture="once", kind="statistics")
    assert ask(cast, cast.reviewer, gesture="once").pk != task.pk


@pytest.mark.parametrize(("more", "field"), [({"gesture": "a" * 65}, "gesture"), ({"gesture": "a\nb"}, "gesture")])
def test_a_key_is_a_short_word(cast: Cast, more: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(cast, **more)
    assert refused.value.field == field


def test_what_is_asked_has_a_bound(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        ask(cast, arguments={"words": "a" * 20_000})
    assert refused.value.code == "too_large"


def test_nobody_fills_the_queue(cast: Cast) -> None:
    for _number in range(MOST_OPEN):
        ask(cast)
    with pytest.raises(Invalid) as refused:
        ask(cast)
    assert refused.value.code == "too_many_tasks"
    assert str(MOST_OPEN) in refused.value.message
    assert ask(cast, cast.reviewer).state == "queued"
    finish_task(take(), {})
    ask(cast)


def test_people_take_turns(cast: Cast) -> None:
    first, second, third = (ask(cast) for _ in range(3))
    other = ask(cast, cast.reviewer)
    assert take().pk == first.pk
    # The reviewer has none that runs, then none of late; after that everybody has their turn again.
    assert take("two").pk == other.pk
    last = ask(cast, cast.reviewer)
    finish_task(Task.objects.get(pk=other.pk), {})
    assert take("two").pk == last.pk
    finish_task(Task.objects.get(pk=first.pk), {})
    finish_task(Task.objects.get(pk=last.pk), {})
    assert [take().pk, take().pk] == [second.pk, third.pk]
    assert claim_next("one") is None


def test_a_task_is_held_by_one_worker_and_leaves_with_its_result(cast: Cast) -> None:
    ask(cast)
    task = take()
    assert (task.state, task.attempts, task.worker) == ("running", 1, "one")
    hold(task, done=3, total=7, message="three")
    finish_task(task, {"count": 0})
    task.refresh_from_db()
    assert (task.state, task.result, task.done, task.lease_until) == ("done", {"count": 0}, 3, None)
    assert task.started_at is not None
    assert task.finished_at is not None
    assert task.started_at <= task.finished_at
    assert told(task) == ["asked", "started", "done"]


def test_a_lost_task_is_taken_again_and_its_first_worker_can_do_nothing_more(cast: Cast) -> None:
    ask(cast)
    first = take()
    assert take_up_lost_tasks() == 0
    let_the_lease_end(first)
    assert take_up_lost_tasks() == 1
    second = take("two")
    assert (second.pk, second.attempts) == (first.pk, 2)
    for write in (lambda: hold(first), lambda: finish_task(first, {}), lambda: fail_task(first, "no")):
        with pytest.raises(LeaseLost):
            write()
    finish_task(second, {})
    assert told(second) == ["asked", "started", "lost", "started", "done"]


def test_the_same_worker_does_not_mistake_its_second_attempt_for_its_first(cast: Cast) -> None:
    ask(cast)
    first = take()
    let_the_lease_end(first)
    take_up_lost_tasks()
    take()
    with pytest.raises(LeaseLost):
        hold(first)


def test_a_task_that_loses_every_worker_fails_with_a_reason(cast: Cast) -> None:
    asked = ask(cast)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        task = take()
        assert task.attempts == attempt
        let_the_lease_end(task)
        take_up_lost_tasks()
    assert claim_next("one") is None
    asked.refresh_from_db()
    assert asked.state == "failed"
    assert "3 times" in asked.reason
    assert told(asked)[-2:] == ["lost", "failed"]


def test_a_task_waits_again_when_its_worker_ends_or_fails(cast: Cast) -> None:
    ask(cast)
    task = take()
    hand_back(task, counts=False)
    task = take()
    assert task.attempts == 1
    for _attempt in range(MOST_ATTEMPTS):
        hand_back(task, counts=True)
        task = claim_next("one") or task
    task.refresh_from_db()
    assert task.state == "failed"
    assert "log" in task.reason


def test_a_ticket_that_died_with_its_worker_is_made_anew(cast: Cast) -> None:
    ask(cast)
    DBTaskResult.objects.update(status="RUNNING")
    take_up_lost_tasks()
    take_up_lost_tasks()
    assert DBTaskResult.objects.ready().count() == 1


def test_a_waiting_task_is_cancelled_at_once_and_cleared_by_a_worker(cast: Cast) -> None:
    task = ask(cast)
    cancel_task(actor=cast.manager, task=task)
    assert cancel_task(actor=cast.manager, task=task).state == "cancelled"
    assert told(task) == ["asked", "cancelled"]
    assert claim_next("one") is None
    with pytest.raises(Conflict):
        retry_task(actor=cast.manager, task=task)
    uncleared = claim_uncleared("one")
    assert uncleared is not None
    assert claim_uncleared("two") is None
    mark_cleared(uncleared)
    assert claim_uncleared("two") is None
    assert retry_task(actor=cast.manager, task=task).state == "queued"


def test_a_running_task_is_cleared_by_its_own_worker_as_long_as_that_lives(cast: Cast) -> None:
    ask(cast)
    task = take()
    cancel_task(actor=cast.reviewer, task=task)
    assert claim_uncleared("two") is None
    with pytest.raises(TaskCancelled):
        hold(task)
    with pytest.raises(TaskCancelled):
        finish_task(task, {})
    let_the_lease_end(task)
    assert claim_uncleared("two") is not None
    assert TaskEvent.objects.get(task=task, action="cancelled").actor == cast.reviewer


def test_what_has_ended_is_not_cancelled_and_what_is_done_is_not_done_again(cast: Cast) -> None:
    ask(cast)
    task = take()
    finish_task(task, {})
    with pytest.raises(Locked):
        cancel_task(actor=cast.manager, task=task)
    with pytest.raises(Locked):
        retry_task(actor=cast.manager, task=task)


def test_a_failed_task_goes_on_from_its_last_step(cast: Cast) -> None:
    ask(cast)
    task = take()
    hold(task, checkpoint={"line": 7}, done=7)
    fail_task(task, "Line 8 is no JSON.")
    again = retry_task(actor=cast.reviewer, task=task)
    assert (again.state, again.reason, again.attempts, again.checkpoint) == ("queued", "", 0, {"line": 7})
    assert retry_task(actor=cast.reviewer, task=task).state == "queued"
    assert told(task).count("retried") == 1
    assert DBTaskResult.objects.ready().count() == 2


def test_asking_again_counts_against_the_bound_of_whoever_asked_first(cast: Cast) -> None:
    ask(cast)
    task = take()
    fail_task(task, "No.")
    for _number in range(MOST_OPEN):
        ask(cast)
    with pytest.raises(Invalid):
        retry_task(actor=cast.reviewer, task=task)


def test_what_a_task_began_that_failed_long_ago_is_cleared_away_and_it_begins_anew(cast: Cast) -> None:
    ask(cast)
    task = take()
    hold(task, checkpoint={"line": 7})
    fail_task(task, "No.")
    assert claim_uncleared("one") is None
    Task.objects.update(finished_at=F("finished_at") - timedelta(days=8))
    found = claim_uncleared("one")
    assert found is not None
    with pytest.raises(Conflict):
        retry_task(actor=cast.manager, task=task)
    mark_cleared(found)
    assert retry_task(actor=cast.manager, task=task).checkpoint == {}


def test_a_worker_is_there_while_it_says_so(cast: Cast) -> None:
    assert not is_worker_there()
    beat("one", None)
    assert is_worker_there()
    TaskWorker.objects.update(seen_at=F("seen_at") - timedelta(minutes=2))
    assert not is_worker_there()
    beat("one", None)
    assert is_worker_there()
    leave("one")
    assert not is_worker_there()


def test_a_beat_renews_the_lease_of_what_its_worker_is_at_and_of_nothing_else(cast: Cast) -> None:
    ask(cast)
    task = take()
    let_the_lease_end(task)
    beat("two", task.pk)
    beat("one", None)
    assert take_up_lost_tasks() == 1
    task = take()
    let_the_lease_end(task)
    beat("one", task.pk)
    assert take_up_lost_tasks() == 0


def test_leases_go_by_the_clock_of_the_database(cast: Cast) -> None:
    ask(cast)
    with CaptureQueriesContext(connection) as asked:
        task = take()
        hold(task)
        beat("one", task.pk)
        take_up_lost_tasks()
    clock = "STRFTIME" if connection.vendor == "sqlite" else "STATEMENT_TIMESTAMP"
    leases = [one["sql"] for one in asked if '"lease_until" =' in one["sql"] or '"lease_until" <' in one["sql"]]
    assert len(leases) >= 4
    assert all(clock in sql for sql in leases)
