"""Who is meant by a name that somebody types: exactly so, or by some of the words of a name."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse

from annotations.models import Assignment, Quote, Speaker
from annotations.services.speakers import NewSpeaker
from tests.cast import Cast
from tests.client import soup_of
from tests.factories import make_assignment, make_quote, make_version
from tests.views.bench import Bench, said


@pytest.fixture
def bench(cast: Cast, assignment: Assignment, as_user: Any) -> Bench:
    """The annotator's page."""
    return Bench(as_user(cast.annotator), assignment, "htmx")


@pytest.fixture
def quote(cast: Cast, assignment: Assignment) -> Quote:
    """A quote without a speaker, in a story that quotes Ada Holt."""
    ada = NewSpeaker("Ada Holt", description="mayor", aliases=("Madam Mayor",))
    make_quote(assignment, cast.annotator, "and it will stay open", speaker=ada)
    return make_quote(assignment, cast.annotator, "The bridge is safe")


def ask(bench: Bench, quote: Quote, name: str, **fields: str) -> HttpResponse:
    """Type a name."""
    bench.open(quote)
    return bench.post("quote-speaker", quote.key, {"revision": 1, "gesture": name, "name": name, **fields})


def elsewhere(cast: Cast, *labels: str) -> None:
    """Let another story quote people."""
    other = make_assignment(make_version(cast.project, cast.manager, "Yes, no, maybe."), cast.annotator)
    for word, label in zip(("Yes", "no", "maybe"), labels, strict=False):
        make_quote(other, cast.annotator, word, speaker=NewSpeaker(label))


@pytest.mark.parametrize("typed", ["holt", "ADA", "holt ada", "Holt,", "mayor madam"])
def test_one_whom_the_words_can_mean_is_taken(bench: Bench, quote: Quote, typed: str) -> None:
    assert ask(bench, quote, typed).status_code == 200
    quote.refresh_from_db()
    assert quote.speaker == Speaker.objects.get()


@pytest.mark.parametrize("typed", ["ol", "Ada Stone", "hol", "…"])
def test_words_are_whole_and_all_of_them_count(bench: Bench, quote: Quote, typed: str) -> None:
    response = ask(bench, quote, typed)
    assert response.status_code == 422
    assert soup_of(response).find(id="new-speaker-label")["value"] == typed


def test_several_are_offered_and_those_of_this_story_come_first(bench: Bench, quote: Quote, cast: Cast) -> None:
    elsewhere(cast, "Eve Stone", "Max Stone", "Bo Holt")
    response = ask(bench, quote, "stone")
    assert "Which one do you mean?" in said(soup_of(response))
    offered = soup_of(response).select("#editor button[name=speaker]:not(.editor__remove) bdi")
    assert [one.get_text() for one in offered] == ["Eve Stone", "Max Stone"]
    assert ask(bench, quote, "holt").status_code == 200
    quote.refresh_from_db()
    assert quote.speaker.label == "Ada Holt"


def test_who_makes_a_speaker_gets_one_of_that_name(bench: Bench, quote: Quote) -> None:
    assert ask(bench, quote, "Holt", create="1").status_code == 200
    quote.refresh_from_db()
    assert quote.speaker.label == "Holt"


def test_whom_nobody_may_know_is_not_found(bench: Bench, quote: Quote, cast: Cast) -> None:
    theirs = make_assignment(quote.assignment.version, cast.other_annotator)
    make_quote(theirs, cast.other_annotator, "nobody had measured it", speaker=NewSpeaker("Ben Ruiz"))
    assert ask(bench, quote, "ruiz").status_code == 422
