"""Marking and unmarking single spans, the state that a person saw, and what a quote lacks."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.models import Assignment, Quote
from annotations.services import quote_spans
from annotations.services.completeness import missing_parts
from annotations.services.errors import Conflict, Invalid
from annotations.services.quote_states import seen_state, state_of
from annotations.services.quotes import change_quote, delete_quote
from annotations.services.undo import undo
from annotations.services.verification import verify
from tests.cast import Cast
from tests.factories import STORY, at, make_quote


@pytest.fixture
def quote(cast: Cast, assignment: Assignment) -> Quote:
    """A quote with a source."""
    return make_quote(assignment, cast.annotator, "The bridge is safe", source="Mayor Ada Holt")


def words(quote: Quote, role: str) -> list[str]:
    """Return the words of a role."""
    return [span["exact"] for span in state_of(quote)[role]]


def add(quote: Quote, cast: Cast, role: str, text: str, *, revision: int = 1, gesture: str | None = None) -> Quote:
    """Mark words of the usual story."""
    return quote_spans.add_span(
        actor=cast.annotator, quote=quote, revision=revision, role=role, span=at(STORY, text), gesture=gesture
    )


def test_a_span_is_added_beside_the_others(cast: Cast, quote: Quote) -> None:
    add(quote, cast, "content", "it will stay open")
    assert words(quote, "content") == ["The bridge is safe", "it will stay open"]


def test_a_span_takes_the_place_of_those_it_overlaps(cast: Cast, quote: Quote) -> None:
    add(quote, cast, "content", "bridge is safe,” said")
    assert words(quote, "content") == ["bridge is safe,” said"]


def test_a_span_that_only_touches_another_stands_beside_it(cast: Cast, quote: Quote) -> None:
    add(quote, cast, "content", ",” said")
    assert words(quote, "content") == ["The bridge is safe", ",” said"]


def test_one_span_is_removed(cast: Cast, quote: Quote) -> None:
    span = at(STORY, "Mayor Ada Holt")
    quote_spans.remove_span(
        actor=cast.annotator, quote=quote, revision=1, role="source", start=span["start"], end=span["end"]
    )
    assert words(quote, "source") == []


def test_a_span_that_is_not_there_cannot_be_removed(cast: Cast, quote: Quote) -> None:
    with pytest.raises(Invalid) as refused:
        quote_spans.remove_span(actor=cast.annotator, quote=quote, revision=1, role="source", start=0, end=5)
    assert refused.value.code == "unknown_span"


def test_an_unknown_role_is_refused(cast: Cast, quote: Quote) -> None:
    with pytest.raises(Invalid):
        add(quote, cast, "verb", "said")


def test_a_retry_asks_for_the_same_whatever_came_between(cast: Cast, quote: Quote) -> None:
    add(quote, cast, "cue", "said", gesture="one")
    add(quote, cast, "addressee", "the council", revision=2)
    before = state_of(quote)
    add(quote, cast, "cue", "said", gesture="one")
    assert state_of(quote) == before


def test_a_stale_revision_is_a_conflict(cast: Cast, quote: Quote) -> None:
    add(quote, cast, "cue", "said")
    with pytest.raises(Conflict):
        add(quote, cast, "addressee", "the council")


def test_the_state_that_was_seen_is_found_in_history(cast: Cast, quote: Quote) -> None:
    first = state_of(quote)
    change_quote(actor=cast.annotator, quote=quote, revision=1, parts={"type": "reported"})
    second = state_of(quote)
    delete_quote(actor=cast.annotator, quote=quote, revision=2)
    assert [seen_state(quote, revision) for revision in (1, 2)] == [first, second]
    assert seen_state(quote, 99) == state_of(quote)


@pytest.mark.parametrize(
    ("speaker", "resolution", "labels", "missing"),
    [
        (None, None, {}, ["speaker", "act"]),
        (None, "explicit", {"act": "demand"}, ["speaker"]),
        ("ada", None, {"act": "demand"}, ["resolution"]),
        ("ada", "explicit", {"act": "demand"}, []),
        (None, "none", {"act": "demand"}, []),
        (None, "none", {}, ["act"]),
    ],
)
def test_what_a_quote_lacks(
    speaker: str | None, resolution: str | None, labels: dict[str, str], missing: list[str]
) -> None:
    assert missing_parts(speaker=speaker, resolution=resolution, labels=labels, label_sets=["act"]) == missing


def move(quote: Quote, cast: Cast, role: str, words: str, to: str = "", **asked: Any) -> Quote:
    """Move a span of a role, which has these words of the usual story, to other words."""
    span = at(STORY, words)
    asked = {"actor": cast.annotator, "revision": 1, "to_role": role, **asked}
    place = {"start": span["start"], "end": span["end"]}
    return quote_spans.move_span(quote=quote, role=role, **place, to=at(STORY, to or words), **asked)


def test_edges_move(cast: Cast, quote: Quote) -> None:
    moved = move(quote, cast, "source", "Mayor Ada Holt", "Ada Holt")
    assert words(moved, "source") == ["Ada Holt"]
    assert moved.revision == 2


def test_a_moved_span_takes_the_place_of_what_it_overlaps(cast: Cast, quote: Quote) -> None:
    quote = add(quote, cast, "content", "it will stay open")
    moved = move(quote, cast, "content", "it will stay open", "is safe,” said Mayor Ada Holt", revision=2)
    assert words(moved, "content") == ["is safe,” said Mayor Ada Holt"]


def test_a_span_changes_its_role(cast: Cast, quote: Quote) -> None:
    moved = move(quote, cast, "source", "Mayor Ada Holt", to_role="addressee")
    assert (words(moved, "source"), words(moved, "addressee")) == ([], ["Mayor Ada Holt"])
    assert moved.resolution == ""


def test_a_span_goes_to_another_quote_in_one_step(cast: Cast, assignment: Assignment, quote: Quote) -> None:
    other = make_quote(assignment, cast.annotator, "it will stay open")
    move(quote, cast, "source", "Mayor Ada Holt", to_quote=other)
    assert (words(quote, "source"), words(other, "source")) == ([], ["Mayor Ada Holt"])
    assignment.refresh_from_db()
    undo(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
    assert (words(quote, "source"), words(other, "source")) == (["Mayor Ada Holt"], [])
    assert list(verify()) == []


def test_quotes_that_swap_words_settle_who_stands_in_whom(cast: Cast, assignment: Assignment) -> None:
    outer = make_quote(assignment, cast.annotator, ["The bridge is safe", "it will stay open"])
    inner = make_quote(assignment, cast.annotator, "stay open")
    third = make_quote(assignment, cast.annotator, "moves a little")
    assert state_of(inner)["parent"] == outer.key
    move(outer, cast, "content", "it will stay open", to_quote=third)
    assert state_of(inner)["parent"] == third.key


def test_the_last_words_said_do_not_leave(cast: Cast, assignment: Assignment, quote: Quote) -> None:
    other = make_quote(assignment, cast.annotator, "it will stay open")
    for target in ({"to_quote": other}, {"to_role": "cue"}):
        with pytest.raises(Invalid) as refused:
            move(quote, cast, "content", "The bridge is safe", **target)
        assert refused.value.code == "only_content"
    assert words(move(quote, cast, "content", "The bridge is safe", "The bridge"), "content") == ["The bridge"]


def test_a_move_is_refused_where_it_would_hurt(cast: Cast, assignment: Assignment, quote: Quote) -> None:
    with pytest.raises(Invalid):
        move(quote, cast, "cue", "said")
    with pytest.raises(Conflict):
        move(quote, cast, "source", "Mayor Ada Holt", "Ada Holt", revision=9)
    gone = make_quote(assignment, cast.annotator, "it will stay open")
    delete_quote(actor=cast.annotator, quote=gone, revision=1)
    with pytest.raises(Invalid) as refused:
        move(quote, cast, "source", "Mayor Ada Holt", to_quote=gone)
    assert refused.value.field == "to_quote"


def test_a_retried_move_moves_once(cast: Cast, quote: Quote) -> None:
    for _ in range(2):
        moved = move(quote, cast, "source", "Mayor Ada Holt", "Ada Holt", gesture="g")
    assert moved.revision == 2
