"""How a worker runs a task: in steps that are written with how far they bring it, to an end that people can read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from annotations.exports.records import Record
from annotations.models import Article, Task
from annotations.services.errors import Invalid, Locked
from annotations.services.removals import remove_article
from annotations.services.task_files import file_of, folder_of, remove_old_files
from annotations.services.task_leases import LeaseLost, claim_next, take_up_lost_tasks
from annotations.services.tasks import cancel_task, forget_results, retry_task, start_task
from annotations.tasks.kinds import Kind, Run
from annotations.tasks.running import clear, me, run_task, stopping, work
from annotations.tasks.starting import start
from tests.cast import Cast
from tests.factories import make_article
from tests.tasks.kinds import counting, run_next

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def a_worker() -> Iterator[None]:
    """Be a worker that goes on."""
    me.name = "one"
    yield
    stopping.clear()


@pytest.fixture
def asked(cast: Cast) -> Task:
    """A task that waits."""
    return start_task(actor=cast.manager, project=cast.project, kind="import", arguments={"to": 5})


def cancelled_at(number: int, cast: Cast) -> Callable[[Run], Record]:
    """Return a kind that somebody cancels in the middle."""

    def run(run: Run) -> Record:
        for done in range(1, 6):
            with run.step(done, 5, checkpoint={"reached": done}):
                make_article(run.project, run.actor, f"Story {done}\n\nOf the task.")
            if done == number:
                cancel_task(actor=cast.manager, task=run.task)
        return {}

    return run


def test_a_task_tells_how_far_it_is_and_what_came_of_it(asked: Task) -> None:
    task = run_next(Kind(run=counting, act=None))
    assert task == asked
    assert (task.state, task.done, task.total, task.percent) == ("done", 5, 5, 100)
    assert (task.result, task.checkpoint) == ({"reached": 5}, {"reached": 5})
    assert run_next(Kind(run=counting, act=None)) is None


def test_a_step_is_written_with_how_far_it_brings_the_task_or_not_at_all(asked: Task) -> None:
    def run(run: Run) -> Record:
        with run.step(1, 2, checkpoint={"stories": 1}):
            make_article(run.project, run.actor, "One\n\nIs written.")
        with run.step(2, 2, checkpoint={"stories": 2}):
            make_article(run.project, run.actor, "Two\n\nIs not.")
            raise Invalid("Line 2 is no story.")
        return {}

    task = run_next(Kind(run=run, act=None))
    assert task is not None
    assert (task.state, task.reason) == ("failed", "Line 2 is no story.")
    assert (task.done, task.checkpoint) == (1, {"stories": 1})
    assert Article.objects.count() == 1
    retry_task(actor=task.asked_by, task=task)
    went_on = run_next(Kind(run=lambda run: {"from": run.checkpoint}, act=None))
    assert went_on is not None
    assert went_on.result == {"from": {"stories": 1}}


def test_cancelling_ends_a_task_at_its_next_step_and_leaves_no_trace(cast: Cast, asked: Task) -> None:
    cleared: list[Any] = []

    def away(task: Task) -> None:
        cleared.append(task.pk)

    task = run_next(Kind(run=cancelled_at(2, cast), act=None, clear=away))
    assert task is not None
    assert (task.state, task.is_cleared, task.lease_until) == ("cancelled", True, None)
    assert Article.objects.count() == 2
    assert cleared == [asked.pk]
    assert not folder_of(task).exists()


def test_a_last_step_ends_the_task_with_it(cast: Cast, asked: Task) -> None:
    def run(run: Run) -> Record:
        with run.step(1, 1):
            make_article(run.project, run.actor)
            run.finish({"stories": 1})
        return {"never": "kept"}

    task = run_next(Kind(run=run, act=None))
    assert task is not None
    assert (task.state, task.result) == ("done", {"stories": 1})


def test_a_task_with_a_mistake_of_ours_is_tried_three_times(asked: Task, caplog: pytest.LogCaptureFixture) -> None:
    tried = []

    def run(run: Run) -> Record:
        tried.append(run.task.attempts)
        raise ZeroDivisionError("words of a story")

    with caplog.at_level(logging.CRITICAL, "newsnotes.tasks"):
        while (task := run_next(Kind(run=run, act=None))) is not None:
            last = task
    assert tried == [1, 2, 3]
    assert last.state == "failed"
    assert "words" not in last.reason
    assert "log" in last.reason


def test_who_is_no_member_any_more_gets_nothing(cast: Cast, asked: Task) -> None:
    cast.project.memberships.filter(user=cast.manager).update(is_active=False)
    task = run_next(Kind(run=lambda run: {"role": run.membership().role}, act=None))
    assert task is not None
    assert (task.state, task.reason) == ("failed", "There is no such project.")


def test_a_worker_that_ends_hands_its_task_back(asked: Task) -> None:
    def run(run: Run) -> Record:
        if run.task.checkpoint == {}:
            with run.step(1, 2, checkpoint={"reached": 1}):
                pass
            stopping.set()
        run.advance(1, 2)
        return {"reached": run.checkpoint["reached"]}

    kind = Kind(run=run, act=None)
    task = run_next(kind)
    assert task is not None
    assert (task.state, task.attempts, task.worker) == ("queued", 0, "")
    stopping.clear()
    again = run_next(kind)
    assert again is not None
    assert (again.state, again.attempts, again.result) == ("done", 1, {"reached": 1})


def test_who_has_lost_a_task_writes_no_step_and_no_file_of_it(asked: Task) -> None:
    first = claim_next("one")
    assert first is not None
    Task.objects.update(lease_until=LONG_AGO)
    take_up_lost_tasks()
    second = claim_next("two")
    late = Run(first, stopping)
    with pytest.raises(LeaseLost), late.step(1, 1):
        make_article(late.project, late.actor)
    with pytest.raises(LeaseLost), late.new_file("late.txt") as file:
        file.write(b"late")
    assert Article.objects.count() == 0
    assert list(folder_of(first).iterdir()) == []
    assert second is not None
    run_task(second, {"import": Kind(run=counting, act=None)})
    second.refresh_from_db()
    assert second.state == "done"


def writing(run: Run) -> Record:
    """Write a file, half of which is there before all of it is."""
    with run.new_file("all.txt") as file:
        file.write(b"half")
        file.flush()
        assert not (folder_of(run.task) / "all.txt").exists()
        file.write(b" and half")
    return {"files": [{"name": "all.txt"}]}


def test_a_file_has_its_name_when_it_is_whole_and_goes_after_some_days(cast: Cast, asked: Task) -> None:
    task = run_next(Kind(run=writing, act=None))
    assert task is not None
    path = file_of(task, "all.txt")
    assert path is not None
    assert path.read_bytes() == b"half and half"
    assert [one.name for one in folder_of(task).iterdir()] == ["all.txt"]
    assert path.stat().st_mode & 0o777 == 0o600
    for strange in ("../secret_key", "other.txt", "", "."):
        assert file_of(task, strange) is None
    remove_old_files()
    assert file_of(task, "all.txt") is not None
    Task.objects.update(finished_at=LONG_AGO)
    remove_old_files()
    assert file_of(task, "all.txt") is None


def test_files_go_with_the_result_that_named_them(asked: Task) -> None:
    task = run_next(Kind(run=writing, act=None))
    assert task is not None
    forget_results(task.project)
    remove_old_files()
    assert not folder_of(task).exists()


def test_a_file_that_is_not_whole_never_has_its_name(asked: Task) -> None:
    def run(run: Run) -> Record:
        with run.new_file("half.txt") as file:
            file.write(b"half")
            raise Invalid("The other half is missing.")
        return {}

    task = run_next(Kind(run=run, act=None))
    assert task is not None
    assert task.state == "failed"
    assert list(folder_of(task).iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_a_removal_ends_tasks_and_erases_what_they_brought_forth(cast: Cast, asked: Task) -> None:
    done = run_next(Kind(run=writing, act=None))
    assert done is not None
    waiting = start_task(actor=cast.reviewer, project=cast.project, kind="verify", arguments={"of": "Ada Holt"})
    elsewhere = start_task(actor=cast.outsider, project=cast.other_project, kind="verify", arguments={})
    remove_article(actor=cast.manager, article=make_article(cast.project, cast.manager), reason="court order")
    for task in (done, waiting, elsewhere):
        task.refresh_from_db()
    assert (done.state, done.result, folder_of(done).exists()) == ("done", None, False)
    assert waiting.state == "cancelled"
    assert "Ada" not in str(waiting.arguments)
    assert elsewhere.state == "queued"
    clear(waiting, {})
    waiting.refresh_from_db()
    with pytest.raises(Locked, match="erased"):
        retry_task(actor=cast.reviewer, task=waiting)


def test_verification_of_a_project_tells_what_is_broken_in_it_and_nothing_of_another(cast: Cast) -> None:
    start(membership=cast.membership(cast.manager), kind="verify")
    work.func()
    clean = Task.objects.get()
    assert (clean.state, clean.result and clean.result["count"]) == ("done", 0)
    for project in (cast.project, cast.other_project):
        project.memberships.update(takes_stories=False)
    start(membership=cast.membership(cast.manager), kind="verify")
    work.func()
    result = Task.objects.order_by("pk").last().result  # type: ignore[union-attr]
    assert result is not None
    assert result["count"] == cast.project.memberships.count()
    assert {one["subject"] for one in result["findings"]} == {
        str(pk) for pk in cast.project.memberships.values_list("pk", flat=True)
    }


@pytest.mark.parametrize(
    ("kind", "arguments", "field"),
    [
        ("cooking", {}, "kind"),
        ("verify", {"deep": "yes"}, "arguments"),
        ("statistics", {"metric": "all"}, "metric"),
        ("statistics", {"outlet": 7}, "outlet"),
        ("statistics", {"annotator": "nobody"}, "annotator"),
        ("statistics", {"submitted_from": "yesterday"}, "submitted_from"),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_asked(cast: Cast, kind: str, arguments: Record, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        start(membership=cast.membership(cast.manager), kind=kind, arguments=arguments)
    assert refused.value.field == field


def test_who_may_not_start_a_kind_does_not(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        start(membership=cast.membership(cast.reviewer), kind="verify")
    with pytest.raises(PermissionDenied):
        start(membership=cast.membership(cast.annotator), kind="statistics")
    assert Task.objects.count() == 0
