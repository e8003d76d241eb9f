"""Looking at words, moving spans and writing notes: each leaves the page as a reload shows it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from annotations.models import Assignment, Quote
from annotations.services.quote_states import state_of
from tests.cast import Cast
from tests.client import soup_of
from tests.factories import STORY, at, make_quote
from tests.views.bench import Bench, said


@pytest.fixture(params=["htmx", "whole", "plain"])
def bench(request: pytest.FixtureRequest, cast: Cast, assignment: Assignment, as_user: Any) -> Bench:
    """The annotator's page."""
    return Bench(as_user(cast.annotator), assignment, request.param)


@pytest.fixture
def quote(cast: Cast, assignment: Assignment) -> Quote:
    """A quote of the annotator, with a source and a cue."""
    return make_quote(assignment, cast.annotator, "The bridge is safe", source="Mayor Ada Holt", cue="said")


def classes(bench: Bench) -> list[str]:
    """Return which blocks are gaps and which were looked at."""
    names = [block["class"] for block in bench.soup.find_all(class_="block")]
    return [" ".join({"is-gap", "is-looked-at"} & set(found)) for found in names]


def places(bench: Bench) -> list[dict[str, int]]:
    """Return the ranges of the blocks."""
    return [
        {"start": int(block["data-start"]), "end": int(block["data-start"]) + len(block.get_text())}
        for block in bench.soup.find_all(class_="block")
    ]


def test_a_paragraph_is_looked_at_and_undone(bench: Bench) -> None:
    assert set(classes(bench)) == {"is-gap"}
    bench.do("assignment-looked-at", **places(bench)[1], looked="1")
    assert classes(bench)[:3] == ["is-gap", "is-looked-at", "is-gap"]
    bench.do("assignment-undo")
    assert set(classes(bench)) == {"is-gap"}
    bench.do("assignment-redo")
    bench.do("assignment-looked-at", **places(bench)[1], looked="0")
    assert set(classes(bench)) == {"is-gap"}


def test_a_paragraph_partly_looked_at_is_still_a_gap(bench: Bench) -> None:
    place = places(bench)[1]
    bench.do("assignment-looked-at", start=place["start"], end=place["end"] - 5, looked="1")
    assert set(classes(bench)) == {"is-gap"}
    bench.do("assignment-looked-at", start=place["end"] - 5, end=place["end"], looked="1")
    assert classes(bench)[1] == "is-looked-at"


def test_a_quote_fills_a_gap(bench: Bench) -> None:
    first, second = places(bench)[1:3]
    bench.do("quote-create", start=first["end"] - 4, end=second["start"] + 4, exact=_words(first["end"] - 4, second))
    assert classes(bench)[:4] == ["is-gap", "", "", "is-gap"][: len(classes(bench))]
    bench.do("assignment-undo")
    assert set(classes(bench)) == {"is-gap"}


def _words(start: int, second: dict[str, int]) -> str:
    return STORY[start : second["start"] + 4]


def test_the_open_quote_stays_open_while_looking(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    bench.do("assignment-looked-at", **places(bench)[-1], looked="1")
    assert quote.key in bench.at


def test_looking_at_nothing_is_refused(bench: Bench) -> None:
    fields = bench.form("assignment-looked-at") | {"start": 5, "end": 3, "looked": "1"}
    assert bench.post("assignment-looked-at", fields=fields).status_code == 422
    late = bench.form("assignment-looked-at") | {"start": 0, "end": 3, "looked": "1", "revision": 9}
    assert bench.post("assignment-looked-at", fields=late).status_code == 409


def move(bench: Bench, quote: Quote, role: str, words: str, **asked: Any) -> Any:
    """Send the form of a span of the open quote."""
    place = at(STORY, words)
    fields = {"role": role, "start": place["start"], "end": place["end"], **asked}
    return bench.post("quote-span", quote.key, {"revision": state_of(quote)["revision"], **fields})


def test_a_span_gets_other_edges_another_role_and_another_quote(bench: Bench, cast: Cast, quote: Quote) -> None:
    other = make_quote(quote.assignment, cast.annotator, "moves a little")
    bench.open(quote)
    to = at(STORY, "Ada Holt")
    assert move(bench, quote, "source", "Mayor Ada Holt", to_start=to["start"]).status_code in {200, 302}
    assert state_of(quote)["source"] == [to]
    move(bench, quote, "source", "Ada Holt", to_role="addressee", to_quote=other.key)
    assert (state_of(quote)["source"], state_of(other)["addressee"]) == ([], [to])


def test_a_span_does_not_leave_for_nowhere(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    for asked in ({"to_quote": "q-nowhere"}, {"to_role": "cue"}, {"to_role": "owner"}):
        response = move(bench, quote, "content", "The bridge is safe", **asked)
        assert response.status_code == 422
        assert said(soup_of(response))
    assert state_of(quote)["revision"] == 1


def test_a_note_is_written_and_taken_away(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    bench.do("quote-note", quote.key, note="Is she still mayor?\r\nAsk.")
    assert state_of(quote)["note"] == "Is she still mayor?\nAsk."
    assert "Is she still mayor?" in bench.soup.find("textarea", attrs={"name": "note"}).get_text()
    history = bench.client.get(reverse("quote-history", args=[quote.project.slug, quote.key])).content.decode()
    assert "Is she still mayor?" in history
    bench.do("quote-note", quote.key, note="")
    assert "note" not in state_of(quote)


def test_a_note_that_is_too_long_is_kept_on_the_page(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    response = bench.post("quote-note", quote.key, {"revision": 1, "note": "x" * 2001})
    assert response.status_code == 422
    assert "x" * 2001 in response.content.decode()


def test_history_tells_what_was_looked_at(bench: Bench, cast: Cast) -> None:
    bench.do("assignment-looked-at", start=0, end=5, looked="1")
    article = bench.assignment.version.article
    page = bench.client.get(reverse("article-history", args=[cast.project.slug, article.key]))
    assert "0–5" in page.content.decode()
