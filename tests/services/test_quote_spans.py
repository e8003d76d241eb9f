"""Marking and unmarking single spans, the state that a person saw, and what a quote lacks."""

from __future__ import annotations

import pytest

from annotations.models import Assignment, Quote
from annotations.services import quote_spans
from annotations.services.completeness import missing_parts
from annotations.services.errors import Conflict, Invalid
from annotations.services.quote_states import seen_state, state_of
from annotations.services.quotes import change_quote, delete_quote
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
