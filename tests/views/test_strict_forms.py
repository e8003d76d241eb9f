"""Forms of the annotation page: numbers in plain digits, spans that hold something, and nothing of what is locked."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.models import Assignment, Quote
from annotations.services.quote_states import state_of
from tests.cast import Cast
from tests.factories import STORY, at, make_quote
from tests.views.bench import Bench


@pytest.fixture(params=["htmx", "whole", "plain"])
def bench(request: pytest.FixtureRequest, cast: Cast, assignment: Assignment, as_user: Any) -> Bench:
    """The annotator's page."""
    return Bench(as_user(cast.annotator), assignment, request.param)


@pytest.fixture
def quote(cast: Cast, assignment: Assignment) -> Quote:
    """A quote of the annotator."""
    return make_quote(assignment, cast.annotator, "The bridge is safe", source="Mayor Ada Holt", cue="said")


@pytest.mark.parametrize("field", ["start", "end"])
@pytest.mark.parametrize("written", ["{}.0", "+{}", " {} ", "{}\n", "0x{}", "1_0", "١٠", "１０", "1e1", "9" * 20])
def test_an_offset_is_written_in_plain_digits(bench: Bench, field: str, written: str) -> None:
    span = at(STORY, "The bridge is safe")
    asked = {**bench.form("quote-create"), **span, field: written.replace("{}", str(span[field]))}
    assert bench.post("quote-create", fields=asked).status_code == 422
    assert not Quote.objects.exists()


@pytest.mark.parametrize("place", ["٢٠-٣٠", "20-30\n", " 20-30", "20-30-40", "2_0-30"])
def test_a_place_is_written_in_plain_digits(bench: Bench, place: str) -> None:
    asked = {**bench.form("quote-create"), "place": place}
    assert bench.post("quote-create", fields=asked).status_code == 422
    assert not Quote.objects.exists()


@pytest.mark.parametrize(("start", "end"), [(20, 20), (0, 0), (30, 20), (len(STORY), len(STORY))])
def test_a_span_without_a_character_is_refused(bench: Bench, start: int, end: int) -> None:
    asked = {**bench.form("quote-create"), "start": start, "end": end, "exact": ""}
    assert bench.post("quote-create", fields=asked).status_code == 422
    assert not Quote.objects.exists()


@pytest.mark.parametrize("status", [Assignment.Status.SUBMITTED, Assignment.Status.APPROVED])
def test_what_is_handed_in_or_approved_is_locked(bench: Bench, quote: Quote, status: str) -> None:
    before = state_of(quote)
    Assignment.objects.filter(pk=quote.assignment_id).update(status=status)
    commands: list[tuple[str, str, dict[str, Any]]] = [
        ("quote-create", "", at(STORY, "moves a little")),
        ("quote-type", quote.key, {"revision": 1, "type": "reported"}),
        ("quote-mark", quote.key, {"revision": 1, "role": "cue", **at(STORY, "denied")}),
        ("quote-delete", quote.key, {"revision": 1}),
        ("assignment-undo", "", {"revision": 2}),
        ("assignment-looked-at", "", {"revision": 2, "looked": "1", **at(STORY, "denied")}),
    ]
    for command, key, fields in commands:
        assert bench.post(command, key, fields=fields).status_code == 409, command
    assert state_of(quote) == before
    assert Quote.objects.count() == 1


@pytest.mark.parametrize("revision", ["1.0", "+1", " 1", "١"])
def test_a_revision_is_written_in_plain_digits(bench: Bench, quote: Quote, revision: str) -> None:
    asked = {"revision": revision, "type": "reported"}
    assert bench.post("quote-type", quote.key, fields=asked).status_code == 422
    assert state_of(quote)["revision"] == 1
