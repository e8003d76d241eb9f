"""A release is of one moment, has its number for itself, and leaves nothing behind when it is cancelled."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from django.conf import settings

from annotations.exports.records import Record
from annotations.models import Assignment, Change, Release, ReleaseFile, ReleasePiece, ReleaseStory, Task
from annotations.services.records import import_records
from annotations.services.tasks import cancel_task, retry_task
from annotations.tasks import release as kind
from annotations.tasks.kinds import Kind, Run
from annotations.tasks.running import me, run_task
from benchmarks import corpus
from tests.cast import Cast
from tests.releasing import ask, files_of, released
from tests.tasks.making import taken


class Watched(Run):
    """A run during which something happens the first time that it tells of this step."""

    step_name = ""
    happens: Callable[[], None]
    has_happened = False

    def advance(self, done: int, total: int | None = None, message: str = "") -> None:
        """Let it happen, and go on."""
        self._at(message)
        super().advance(done, total, message)

    @contextmanager
    def step(
        self, done: int, total: int | None = None, message: str = "", *, checkpoint: Record | None = None
    ) -> Iterator[None]:
        """Let it happen, and go on."""
        self._at(message)
        with super().step(done, total, message, checkpoint=checkpoint):
            yield

    def _at(self, message: str) -> None:
        if message == self.step_name and not self.has_happened:
            self.has_happened = True
            self.happens()


def run_while(task: Task, step: str, happens: Callable[[], None]) -> None:
    """Run a task that makes a release, and let something happen in the middle of it."""

    def run(run: Run) -> dict[str, object]:
        watched = Watched(run.task, Event())
        watched.step_name, watched.happens = step, happens
        result: dict[str, object] = kind.KIND.run(watched)
        run.is_finished = watched.is_finished
        return result

    me.name = "a worker"
    run_task(taken(task, me.name), {"release": Kind(run=run, act=None, clear=kind.KIND.clear)})
    task.refresh_from_db()


@pytest.fixture
def gold(transactional_db: None, cast: Cast) -> Iterator[Cast]:
    """A desk with some gold, which others see being written."""
    import_records(actor=cast.manager, project=cast.project, records=[corpus.record(one, seed=7) for one in range(6)])
    before = set(Path(settings.TASK_FILES).glob("*"))
    yield cast
    assert set(Path(settings.TASK_FILES).glob("*")) == before


def test_what_is_written_meanwhile_is_in_the_next_release_and_a_number_is_given_once(gold: Cast) -> None:
    as_of = Change.objects.filter(project=gold.project).latest("pk").pk
    first = ask(gold)

    def others_are_faster() -> None:
        import_records(actor=gold.manager, project=gold.project, records=[corpus.record(6, seed=7)])
        Assignment.objects.filter(version__article__key=corpus.record(0, seed=7)["article"]["id"]).update(revision=9)
        assert released(gold).number == 1

    run_while(first, "reading stories", others_are_faster)
    assert (first.state, Release.objects.published().count()) == ("failed", 1)
    assert "number 1" in first.reason

    retry_task(actor=gold.manager, task=first)
    first.refresh_from_db()
    run_while(first, "reading stories", lambda: None)
    assert first.result == {"number": 2, "stories": 7, "quotes": first.result["quotes"] if first.result else 0}

    third = ask(gold)
    run_while(third, "reading stories", lambda: _more(gold))
    release = Release.objects.get(task=third)
    manifest = json.loads(files_of(release)["manifest.json"])
    assert (manifest["counts"]["stories"], release.as_of_change > as_of) == (7, True)
    assert files_of(released(gold))["changes.jsonl"].count(b'"new"') == 1


def _more(gold: Cast) -> None:
    import_records(actor=gold.manager, project=gold.project, records=[corpus.record(7, seed=7)])


def test_cancelling_leaves_no_trace_and_what_was_lost_begins_anew(gold: Cast) -> None:
    task = ask(gold)
    begun: list[int] = []

    def cancel() -> None:
        begun.append(ReleasePiece.objects.count())
        cancel_task(actor=gold.manager, task=task)

    run_while(task, "CITATION.cff", cancel)
    assert (task.state, task.is_cleared, begun[0] > 0) == ("cancelled", True, True)
    assert [model.objects.count() for model in (Release, ReleaseStory, ReleaseFile, ReleasePiece)] == [0, 0, 0, 0]

    # Who lost its worker begins anew: of what is not published nothing is kept.
    retry_task(actor=gold.manager, task=task)
    task.refresh_from_db()
    lost: list[Task] = []

    def be_lost() -> None:
        Task.objects.filter(pk=task.pk).update(worker="another")
        lost.append(task)

    run_while(task, "README.md", be_lost)
    assert (task.state, Release.objects.filter(number=None).count(), len(lost)) == ("running", 1, 1)
    run_while(task, "", lambda: None)
    assert task.state == "done"
    assert json.loads(files_of(Release.objects.get())["manifest.json"])["counts"]["stories"] == 6
