"""What programs suggest: kept whole, proposed to annotators, and nothing by itself."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.models import Annotator, Assignment, Change, Quote
from annotations.services.adjudication_sources import finished_of
from annotations.services.assignments import submit_assignment
from annotations.services.errors import Conflict, Invalid, NotAllowed
from annotations.services.proposals import accept_quote, leave_out
from annotations.services.reviews import approve_assignment
from annotations.services.speakers import NewSpeaker
from annotations.services.suggestions import Suggestion, push_suggestions, suggestions_of
from annotations.services.undo import undo
from annotations.services.verification import verify
from tests.cast import Cast
from tests.factories import STORY, at, make_quote

SAFE, BRIDGE, PIER = "“The bridge is safe,”", "bridge is safe", "the old pier “moves a little” in winter"


def push(
    cast: Cast, assignment: Assignment, *suggested: tuple[str, float], model_version: str = "1", **parts: Any
) -> Assignment:
    """Let a program suggest quotes of these words."""
    return push_suggestions(
        actor=cast.manager,
        version=assignment.version,
        model="tagger",
        model_version=model_version,
        suggestions=[Suggestion({"content": [at(STORY, words)], **parts}, score) for words, score in suggested],
    )


def waiting(assignment: Assignment) -> list[tuple[str, float, str]]:
    """Return what waits: the words, the score, and who says so."""
    found = suggestions_of(Assignment.objects.get(pk=assignment.pk)).waiting
    return [(one.state["content"][0]["exact"], one.score, one.suggester) for one in found]


def test_they_are_kept_once_and_proposed_until_the_annotator_decides(cast: Cast, assignment: Assignment) -> None:
    ada = NewSpeaker("Ada Holt")
    pushed = push(cast, assignment, (PIER, 0.25), (SAFE, 0.5), (BRIDGE, 1), speaker=ada)
    assert (pushed.status, pushed.annotator.kind) == ("submitted", Annotator.Kind.SUGGESTER)
    count = Change.objects.count()
    assert push(cast, assignment, (PIER, 0.25), (SAFE, 0.5), (BRIDGE, 1), speaker=ada) == pushed
    with pytest.raises(Conflict, match="another version"):
        push(cast, assignment, (PIER, 0.26), speaker=ada)
    assert Change.objects.count() == count
    machine = "tagger@1"
    assert waiting(assignment) == [(SAFE, 0.5, machine), (BRIDGE, 1, machine), (PIER, 0.25, machine)]
    assert not assignment.quotes.exists()

    safe, bridge, pier = suggestions_of(assignment).waiting
    assert bridge.state["parent"] == safe.key
    assert safe.speaker == "Ada Holt"
    made = [
        accept_quote(actor=cast.annotator, assignment=assignment, key=one.key, revision=1, gesture=one.key)
        for one in (safe, bridge, safe)
    ]
    assert (made[0], made[0].speaker.label, made[0].score) == (made[2], "Ada Holt", None)
    assert made[1].parent == made[0]
    assert made[0].ancestors.get().ancestor.key == safe.key
    leave_out(actor=cast.annotator, assignment=assignment, key=pier.key, revision=1)
    assert waiting(assignment) == []
    for _ in range(2):
        undo(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
    assert waiting(assignment) == [(BRIDGE, 1, machine), (PIER, 0.25, machine)]
    assert list(verify()) == []


def test_only_what_helps_is_proposed(cast: Cast, assignment: Assignment) -> None:
    push(cast, assignment, (SAFE, 0.5), (PIER, 0.5))
    push(cast, assignment, (SAFE, 0.75), model_version="2")
    assert waiting(assignment) == [(SAFE, 0.75, "tagger@2")]
    push_suggestions(
        actor=cast.manager,
        version=assignment.version,
        model="other",
        model_version="1",
        suggestions=[Suggestion({"content": [at(STORY, SAFE)]}, 1.0)],
    )
    assert waiting(assignment) == [(SAFE, 1.0, "other@1")]
    make_quote(assignment, cast.annotator, SAFE)
    assert waiting(assignment) == []


def test_they_are_nothing_by_themselves(cast: Cast, assignment: Assignment) -> None:
    pushed = push(cast, assignment, (SAFE, 0.5))
    with pytest.raises(NotAllowed, match="not reviewed"):
        approve_assignment(actor=cast.reviewer, assignment=pushed, revision=1)
    submit_assignment(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
    assert finished_of(assignment.version) == [assignment]
    approve_assignment(actor=cast.reviewer, assignment=assignment, revision=assignment.revision)
    assert Assignment.objects.get(status="gold").quotes.count() == 0


def test_one_that_cannot_be_refuses_all(cast: Cast, assignment: Assignment) -> None:
    with pytest.raises(Invalid) as refused:
        push(cast, assignment, (SAFE, 0.5), (PIER, 0.5), labels={"act": "nonsense"})
    assert refused.value.field == "suggestions[0].labels.act"
    with pytest.raises(Invalid, match="letters"):
        push(cast, assignment, model_version="1 @")
    assert not Quote.objects.exists()
    Annotator.objects.create(project=cast.project, pseudonym="tagger@1")
    with pytest.raises(Invalid, match="another name"):
        push(cast, assignment, (SAFE, 0.5))
