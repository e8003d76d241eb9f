"""Undo and redo: one gesture, one step, whatever happened in between."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from annotations.exports.dataset import quote_states
from annotations.exports.records import Record
from annotations.models import Assignment, Change, Quote
from annotations.services import quotes, undo
from annotations.services.changes import undo_stack
from annotations.services.claims import NewClaim
from annotations.services.errors import Conflict
from annotations.services.speakers import NewSpeaker
from tests.cast import Cast, make_cast
from tests.factories import STORY, at, make_assignment, make_quote, make_version

SAFE = "“The bridge is safe,”"


def live(assignment: Assignment) -> dict[str, Record]:
    """What an export would hold: the states of the live quotes without their revisions."""
    states = quote_states(Quote.objects.live().filter(assignment=assignment)).values()
    return {state["id"]: {**state, "revision": 0} for state in states}


def step(action: Any, assignment: Assignment, cast: Cast) -> None:
    """Undo or redo from what the annotator sees now."""
    assignment.refresh_from_db()
    action(actor=cast.annotator, assignment=assignment, revision=assignment.revision)


def test_undo_and_redo_walk_through_every_state(cast: Cast, assignment: Assignment) -> None:
    states = [live(assignment)]
    quote = make_quote(assignment, cast.annotator, SAFE)
    states.append(live(assignment))
    quotes.attribute_quote(actor=cast.annotator, quote=quote, revision=1, speaker=NewSpeaker("Ada Holt"))
    states.append(live(assignment))
    quotes.delete_quote(actor=cast.annotator, quote=quote, revision=2)
    states.append(live(assignment))
    for state in reversed(states[:-1]):
        step(undo.undo, assignment, cast)
        assert live(assignment) == state
    for state in states[1:]:
        step(undo.redo, assignment, cast)
        assert live(assignment) == state


def test_one_gesture_is_one_step_however_many_quotes_it_touched(cast: Cast, assignment: Assignment) -> None:
    make_quote(assignment, cast.annotator, "“moves a little”")
    make_quote(assignment, cast.annotator, "engineers told the council")
    before = live(assignment)
    make_quote(assignment, cast.annotator, "engineers told the council that the old pier “moves a little” in winter")
    assert len({state["parent"] for state in live(assignment).values()}) == 2
    step(undo.undo, assignment, cast)
    assert live(assignment) == before


def test_redo_ends_at_the_next_edit(cast: Cast, assignment: Assignment) -> None:
    make_quote(assignment, cast.annotator, SAFE)
    step(undo.undo, assignment, cast)
    make_quote(assignment, cast.annotator, "“moves a little”")
    with pytest.raises(Conflict):
        step(undo.redo, assignment, cast)


def test_there_is_an_end(cast: Cast, assignment: Assignment) -> None:
    with pytest.raises(Conflict):
        step(undo.undo, assignment, cast)


def test_undo_of_what_one_has_not_seen_is_a_conflict(cast: Cast, assignment: Assignment) -> None:
    make_quote(assignment, cast.annotator, SAFE)
    seen = assignment.revision
    make_quote(assignment, cast.annotator, "“moves a little”")
    before = live(assignment)
    with pytest.raises(Conflict):
        undo.undo(actor=cast.annotator, assignment=assignment, revision=seen - 1)
    assert live(assignment) == before


def test_a_retried_undo_undoes_once(cast: Cast, assignment: Assignment) -> None:
    for words in (SAFE, "“moves a little”"):
        make_quote(assignment, cast.annotator, words)
    assignment.refresh_from_db()
    revision = assignment.revision
    for _ in range(3):
        undo.undo(actor=cast.annotator, assignment=assignment, revision=revision, gesture="undo-1")
    assert len(live(assignment)) == 1


def test_somebody_elses_change_is_not_undone(cast: Cast, assignment: Assignment) -> None:
    quote = make_quote(assignment, cast.annotator, SAFE)
    # A correction by somebody else will come through review; here the row is moved as that would.
    Quote.objects.filter(pk=quote.pk).update(type="mixed", revision=2)
    with pytest.raises(Conflict) as refused:
        step(undo.undo, assignment, cast)
    assert refused.value.current is not None
    assert refused.value.current["type"] == "mixed"


PLACES = [
    SAFE,
    "“and it will stay open.”",
    "the old pier “moves a little” in winter",
    "“moves a little”",
    "nobody had measured it",
]
SOURCES = ["Mayor Ada Holt", "her", "Councillor Ben Ruiz"]


class Desk(RuleBasedStateMachine):
    """Any sequence of gestures leaves rows, history and a plain model of them in agreement."""

    made = Bundle("made")

    @initialize()
    def start(self) -> None:
        """Open an assignment inside a transaction that is rolled back at the end."""
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.cast = make_cast()
        self.assignment = make_assignment(make_version(self.cast.project, self.cast.manager), self.cast.annotator)
        self.past: list[dict[str, Record]] = []
        self.future: list[dict[str, Record]] = []

    def teardown(self) -> None:
        """Roll everything back."""
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def remember(self, before: dict[str, Record]) -> None:
        """Note a gesture that changed something."""
        if live(self.assignment) != before:
            self.past.append(before)
            self.future.clear()

    @rule(target=made, words=st.sampled_from(PLACES), source=st.sampled_from([*SOURCES, None]))
    def make(self, words: str, source: str | None) -> str:
        """Make a quote."""
        before = live(self.assignment)
        parts = {"source": source} if source else {}
        quote = make_quote(self.assignment, self.cast.annotator, words, **parts)
        self.remember(before)
        return quote.key

    def edit(self, key: str, parts: Any) -> None:
        """Change a quote if it is there."""
        quote = Quote.objects.get(key=key)
        if quote.is_deleted:
            return
        before = live(self.assignment)
        quotes.change_quote(actor=self.cast.annotator, quote=quote, revision=quote.revision, parts=parts)
        self.remember(before)

    @rule(key=made, label=st.sampled_from(["statement", "question", None]))
    def answer(self, key: str, label: str | None) -> None:
        """Answer a label set."""
        self.edit(key, {"labels": {"act": label}})

    @rule(key=made, name=st.sampled_from(["Ada Holt", "Ben Ruiz"]), claim=st.sampled_from(["A.", "B."]))
    def attribute(self, key: str, name: str, claim: str) -> None:
        """Say who, and what it claims."""
        parts = {"speaker": NewSpeaker(name), "claims": [{"claim": NewClaim(claim), "stance": "asserts"}]}
        self.edit(key, parts)

    @rule(key=made, words=st.lists(st.sampled_from(PLACES), min_size=1, max_size=3, unique=True))
    def move(self, key: str, words: list[str]) -> None:
        """Mark other content."""
        self.edit(key, {"content": [at(STORY, one) for one in words]})

    @rule(key=consumes(made))
    def delete(self, key: str) -> None:
        """Delete a quote."""
        quote = Quote.objects.get(key=key)
        if not quote.is_deleted:
            before = live(self.assignment)
            quotes.delete_quote(actor=self.cast.annotator, quote=quote, revision=quote.revision)
            self.remember(before)

    @precondition(lambda self: self.past)
    @rule()
    def take_back(self) -> None:
        """Undo: the state before the last gesture comes back."""
        self.future.append(live(self.assignment))
        step(undo.undo, self.assignment, self.cast)
        assert live(self.assignment) == self.past.pop()

    @precondition(lambda self: self.future)
    @rule()
    def bring_back(self) -> None:
        """Redo: the state after it comes back."""
        self.past.append(live(self.assignment))
        step(undo.redo, self.assignment, self.cast)
        assert live(self.assignment) == self.future.pop()

    @invariant()
    def history_replays_to_the_rows(self) -> None:
        """The last history row of every quote is its state, and its revision counts its rows."""
        if not hasattr(self, "assignment"):
            return
        undoable, redoable = undo_stack(self.assignment, self.cast.annotator)
        assert (len(undoable), len(redoable)) == (len(self.past), len(self.future))
        for state in quote_states(Quote.objects.filter(assignment=self.assignment)).values():
            rows = Change.objects.filter(subject_kind="quote", subject_key=state["id"]).order_by("pk")
            assert [row.after for row in rows][-1] == state
            assert state["revision"] == len(rows)
            for span in (span for role in ("content", "source", "cue", "addressee") for span in state[role]):
                assert STORY[span["start"] : span["end"]] == span["exact"]


@pytest.mark.slow
def test_any_sequence_of_gestures(db: None) -> None:
    run_state_machine_as_test(Desk, settings=hypothesis_settings(max_examples=20, stateful_step_count=20))
