"""Words that were looked at and hold no quote: kept in order, and undone like any gesture."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.models import Assignment, Change
from annotations.services import undo
from annotations.services.assignments import reopen_assignment, submit_assignment
from annotations.services.errors import Conflict, Invalid, KeyReused, NotAllowed
from annotations.services.looked_at import look_at
from annotations.services.verification import verify
from tests.cast import Cast
from tests.factories import STORY, at, make_quote


def look(cast: Cast, assignment: Assignment, words: str, looked: bool = True, **asked: Any) -> list[str]:
    """Look at words of the usual story; return the words that are looked at then."""
    assignment.refresh_from_db()
    asked = {"actor": cast.annotator, "revision": assignment.revision, **asked}
    look_at(assignment=assignment, span=at(STORY, words), looked=looked, **asked)
    return words_of(assignment)


def words_of(assignment: Assignment) -> list[str]:
    """Return the words that are looked at."""
    return [STORY[start:end] for start, end in assignment.looked_at]


def test_words_are_looked_at_and_the_work_is_begun(cast: Cast, assignment: Assignment) -> None:
    assert look(cast, assignment, "the old pier") == ["the old pier"]
    assert (assignment.status, assignment.revision) == ("in_progress", 2)
    assert list(verify()) == []


def test_stretches_stand_in_order_and_neighbours_become_one(cast: Cast, assignment: Assignment) -> None:
    look(cast, assignment, "“moves a little”")
    assert look(cast, assignment, "The bridge") == ["The bridge", "“moves a little”"]
    assert look(cast, assignment, "is safe") == ["The bridge is safe", "“moves a little”"]
    assert look(cast, assignment, "bridge is safe,” said") == ["The bridge is safe,” said", "“moves a little”"]


def test_white_space_at_the_edges_is_left_out(cast: Cast, assignment: Assignment) -> None:
    assert look(cast, assignment, " is safe") == ["is safe"]


def test_a_part_is_taken_back(cast: Cast, assignment: Assignment) -> None:
    look(cast, assignment, "The bridge is safe")
    assert look(cast, assignment, "bridge", looked=False) == ["The", "is safe"]
    assert look(cast, assignment, "The bridge is safe", looked=False) == []


def test_nothing_new_writes_nothing(cast: Cast, assignment: Assignment) -> None:
    look(cast, assignment, "The bridge is safe")
    before = Change.objects.count()
    look(cast, assignment, "bridge")
    look(cast, assignment, "said", looked=False)
    assert Change.objects.count() == before
    assert assignment.revision == 2


def test_a_retry_does_it_once_and_a_key_stands_for_one_gesture(cast: Cast, assignment: Assignment) -> None:
    for _ in range(2):
        look(cast, assignment, "The bridge", gesture="g", revision=1)
    assert assignment.revision == 2
    with pytest.raises(KeyReused):
        look(cast, assignment, "said", gesture="g", revision=1)


def test_what_was_not_seen_is_not_changed(cast: Cast, assignment: Assignment) -> None:
    make_quote(assignment, cast.annotator, "The bridge is safe")
    with pytest.raises(Conflict):
        look(cast, assignment, "said", revision=1)
    assert words_of(assignment) == []


@pytest.mark.parametrize("span", [{"start": 5, "end": 5}, {"start": 0, "end": 10**6}, {"start": "0", "end": 3}])
def test_words_that_are_not_there(cast: Cast, assignment: Assignment, span: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        look_at(actor=cast.annotator, assignment=assignment, revision=1, span=span)


def test_only_its_annotator_looks(cast: Cast, assignment: Assignment) -> None:
    with pytest.raises(NotAllowed):
        look(cast, assignment, "said", actor=cast.manager)


def test_undo_and_redo_walk_through_it_with_the_quotes(cast: Cast, assignment: Assignment) -> None:
    look(cast, assignment, "The bridge")
    quote = make_quote(assignment, cast.annotator, "moves a little")
    look(cast, assignment, "said")
    for expected in (["The bridge"], ["The bridge"], []):
        assignment.refresh_from_db()
        undo.undo(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
        assignment.refresh_from_db()
        assert words_of(assignment) == expected
    for expected in (["The bridge"], ["The bridge"], ["The bridge", "said"]):
        undo.redo(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
        assignment.refresh_from_db()
        assert words_of(assignment) == expected
    quote.refresh_from_db()
    assert not quote.is_deleted
    assert list(verify()) == []


def test_taking_a_submission_back_is_no_step_of_undo(cast: Cast, assignment: Assignment) -> None:
    look(cast, assignment, "said")
    submit_assignment(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
    reopen_assignment(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
    undo.undo(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
    assignment.refresh_from_db()
    assert words_of(assignment) == []
    assert assignment.status == "in_progress"
