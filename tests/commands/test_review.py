"""Reviewing from the console."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from annotations.models import Assignment
from annotations.services.assignments import submit_assignment
from tests.cast import Cast
from tests.factories import make_quote

pytestmark = pytest.mark.django_db


def run(user: str, *words: str) -> None:
    """Run the command for the desk."""
    call_command("review", "desk", "--as", user, *words)


@pytest.fixture
def story(cast: Cast, assignment: Assignment) -> Assignment:
    """A story with a quote that the annotator handed in."""
    make_quote(assignment, cast.annotator, "nobody had measured it", source="He", cue="said")
    return submit_assignment(actor=cast.annotator, assignment=assignment, revision=assignment.revision)


def test_the_queue_is_shown_and_a_story_returned_and_approved(
    cast: Cast, story: Assignment, capsys: pytest.CaptureFixture[str]
) -> None:
    run("reviewer", "list")
    head, line = capsys.readouterr().out.splitlines()
    assert line.split()[:3] == [str(story.pk), str(story.revision), "submitted"]
    assert line.index(story.version.article.key) == head.index("article")
    run("reviewer", "return", str(story.pk), "--revision", str(story.revision), "--note", "Look at the cues.")
    capsys.readouterr()
    run("reviewer", "list", "--json")
    assert capsys.readouterr().out == ""
    story.refresh_from_db()
    submit_assignment(actor=cast.annotator, assignment=story, revision=story.revision)
    run("manager", "list", "--json", "--status", "all")
    found = json.loads(capsys.readouterr().out)
    run("manager", "approve", str(found["id"]), "--revision", str(found["revision"]))
    assert capsys.readouterr().out == f"{story.pk}: approved, revision {found['revision'] + 1}.\n"
    told = cast.changes.filter(action__in=["return", "approve"]).values_list("action", "actor__username")
    assert list(told) == [("return", "reviewer"), ("approve", "manager")]


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ("annotator", ["list"]),
        ("outsider", ["list"]),
        ("nobody", ["list"]),
        ("annotator", ["approve", "ID", "--revision", "READ"]),
        ("reviewer", ["approve", "ID", "--revision", "1"]),
        ("reviewer", ["return", "ID", "--revision", "READ"]),
        ("reviewer", ["approve", "999", "--revision", "1"]),
    ],
)
def test_the_rules_are_those_of_the_pages(story: Assignment, user: str, words: list[str]) -> None:
    given = {"ID": str(story.pk), "READ": str(story.revision)}
    with pytest.raises(CommandError):
        run(user, *(given.get(word, word) for word in words))
    story.refresh_from_db()
    assert story.status == "submitted"
