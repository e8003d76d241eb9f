"""The queue from the console."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from annotations.models import Assignment
from annotations.services.assignments import submit_assignment
from annotations.services.queues import QueueSettings, settings_of
from tests.cast import Cast
from tests.queues import begin, set_queue, stories, take

pytestmark = pytest.mark.django_db


def run(*words: str, who: str = "manager") -> None:
    """Run the command for the desk."""
    call_command("queue", "desk", "--as", who, *words)


def test_it_is_set_shown_and_switched_off(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    run("set", "--overlap", "2", "--days", "14", "--order", "oldest", "--pause", "reviewer")
    run("set", "--days", "0", "--seed", "7")
    assert settings_of(cast.project) == QueueSettings(overlap=2, order="oldest", seed=7)
    shown = capsys.readouterr().out
    assert "days: never" in shown
    assert "reviewer: gets none" in shown
    assert "annotator: gets stories" in shown
    run("off")
    assert settings_of(cast.project) is None
    assert "Everybody chooses" in capsys.readouterr().out


def test_progress_and_handing_over(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    first, _second = stories(cast, 2)
    set_queue(cast)
    own = take(cast, cast.annotator)
    assert own is not None
    begin(own, cast.annotator)
    run("hand-over", str(own.pk), "--to", "reviewer", "--reason", "holiday")
    theirs = Assignment.objects.get(annotator__user=cast.reviewer)
    submit_assignment(actor=cast.reviewer, assignment=theirs, revision=theirs.revision)
    capsys.readouterr()
    run("progress")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1 of 2 readings submitted"
    assert any(line.split()[:4] == ["reviewer", "0", "1", "0"] for line in lines)
    told = f"annotator handed_over ({own.pk}), reviewer submitted ({theirs.pk})"
    assert any(line.startswith(first.article.key) and line.endswith(told) for line in lines)
    run("progress", "--json")
    record = json.loads(capsys.readouterr().out)
    assert [story["free"] for story in record["stories"]] == [0, 1]
    assert {one["user"]: one["given_back"] for one in record["people"]}["annotator"] == 1


@pytest.mark.parametrize(
    ("words", "who", "said"),
    [
        (("show",), "reviewer", "may not manage"),
        (("show",), "outsider", "no such project"),
        (("show",), "nobody", "no user"),
        (("set", "--overlap", "7"), "manager", "from 1 to 6"),
        (("set", "--give", "viewer"), "manager", "annotates in this project"),
        (("hand-over", "999", "--to", "reviewer", "--reason", "x"), "manager", "no such assignment"),
    ],
)
def test_what_cannot_be_is_said(cast: Cast, words: tuple[str, ...], who: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*words, who=who)
    assert settings_of(cast.project) is None


def test_a_manager_who_annotates_is_told_nothing_of_others(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    (version,) = stories(cast, 1)
    set_queue(cast, overlap=2)
    take(cast, cast.manager)
    run("progress", "--json")
    before = capsys.readouterr().out
    theirs = take(cast, cast.annotator)
    assert theirs is not None
    assert theirs.version == version
    begin(theirs, cast.annotator)
    run("progress", "--json")
    assert capsys.readouterr().out == before
    with pytest.raises(CommandError, match="no such assignment"):
        run("hand-over", str(theirs.pk), "--to", "reviewer", "--reason", "x")
