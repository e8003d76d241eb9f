"""What a gesture did is said in words, for those who do not see the page change."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse

from annotations.models import Assignment, Quote
from tests.cast import Cast
from tests.client import soup_of
from tests.factories import STORY, at, make_quote
from tests.views.bench import Bench


@pytest.fixture
def bench(cast: Cast, assignment: Assignment, as_user: Any) -> Bench:
    """The annotator's page with htmx."""
    return Bench(as_user(cast.annotator), assignment, "htmx")


@pytest.fixture
def quote(cast: Cast, assignment: Assignment) -> Quote:
    """A quote of the annotator."""
    return make_quote(assignment, cast.annotator, "The bridge is safe", source="Mayor Ada Holt")


def told(response: HttpResponse) -> str:
    """Return what the live region says after an answer."""
    region = soup_of(response).find(id="said", attrs={"hx-swap-oob": "innerHTML"})
    assert region is not None
    return " ".join(region.get_text().split())


def test_making_undoing_and_redoing(bench: Bench) -> None:
    words = at(bench.assignment.version.text, "The bridge is safe")
    assert told(bench.do("quote-create", **words)) == "Quote made. 0 of 1 quote complete."
    assert told(bench.do("assignment-undo")) == "Undone. Quote deleted. 0 of 0 quotes complete."
    assert told(bench.do("assignment-redo")) == "Redone. Quote brought back. 0 of 1 quote complete."


@pytest.mark.parametrize(
    ("command", "fields", "words"),
    [
        ("quote-new-speaker", {"label": "Ada Holt", "kind": "person"}, "Speaker: Ada Holt."),
        ("quote-type", {"type": "reported"}, "Type: reported."),
        ("quote-resolution", {"resolution": "anaphoric"}, "Resolution: anaphoric."),
        ("quote-labels", {"label_set": "act", "label": "demand"}, "Act: Demand."),
        ("quote-claims", {"claim": "It is safe.", "stance": "denies"}, "Claims: Claim “It is safe.”: denies."),
        ("quote-note", {"note": "Ask."}, "Note: Ask."),
        ("quote-delete", {}, "Quote deleted."),
    ],
)
def test_each_part(bench: Bench, quote: Quote, command: str, fields: dict[str, str], words: str) -> None:
    bench.open(quote)
    response = bench.post(command, quote.key, {"revision": 1, "gesture": "g", **fields})
    assert response.status_code == 200
    assert words.casefold() in told(response).casefold()


def test_words_that_are_marked_and_taken_away(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    place = at(bench.assignment.version.text, "Mayor Ada Holt")
    response = bench.post("quote-unmark", quote.key, {"revision": 1, "gesture": "g", "role": "source", **place})
    assert told(response).startswith("Source: none.")


def test_looking(bench: Bench) -> None:
    first, second = (one["start"] for one in (at(STORY, "“The bridge"), at(STORY, "According")))
    headline = told(bench.do("assignment-looked-at", start=0, end=18, looked="1"))
    assert headline.startswith("Paragraph 0 looked at.")
    # Beside it: the two stretches become one.
    following = told(bench.do("assignment-looked-at", start=first, end=second, looked="1"))
    assert following.startswith("Paragraph 1 looked at.")
    assert told(bench.do("assignment-undo")).startswith("Undone. Not looked at: paragraph 1.")
    part = told(bench.do("assignment-looked-at", start=second, end=second + 9, looked="1"))
    assert part.startswith("Words of paragraph 2 looked at.")


def test_a_refusal_says_nothing_was_done(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    response = bench.post("quote-type", quote.key, {"revision": 1, "gesture": "g", "type": "loud"})
    assert response.status_code == 422
    assert soup_of(response).find(id="said") is None


def test_a_name_that_nobody_has_is_offered_and_made(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    fields = {"revision": 1, "gesture": "g", "name": "Mira Sand — poet"}
    response = bench.post("quote-speaker", quote.key, fields)
    assert response.status_code == 422
    assert soup_of(response).find(id="new-speaker-label")["value"] == "Mira Sand"
    assert soup_of(response).find(id="new-speaker-description")["value"] == "poet"
    response = bench.post("quote-speaker", quote.key, fields | {"create": "1"})
    assert told(response).startswith("Speaker: Mira Sand.")
    quote.refresh_from_db()
    assert (quote.speaker.label, quote.speaker.description) == ("Mira Sand", "poet")
    again = bench.post("quote-speaker", quote.key, {**fields, "revision": 2, "gesture": "h", "create": "1"})
    assert again.status_code == 200
    quote.refresh_from_db()
    assert quote.speaker.label == "Mira Sand"
