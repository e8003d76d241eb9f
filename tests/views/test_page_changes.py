"""What a gesture sends back is what it changed, and makes the page what a reload would show."""

from __future__ import annotations

import random
from typing import Any

import pytest

from annotations.models import Quote
from annotations.services.speakers import NewSpeaker
from tests.cast import Cast
from tests.client import StrictClient, soup_of
from tests.factories import at, make_assignment, make_quote, make_version
from tests.views.bench import Bench

PARAGRAPHS = 10
TEXT = "\n\n".join(
    ["Words Are Said", *(f"Paragraph {n}: Ada said that Ben told Cleo {n} things." for n in range(PARAGRAPHS))]
)
WORDS = ("Ada", "said", "that Ben told Cleo {} things", "Ben", "told", "Cleo {} things", "things.")


@pytest.fixture
def bench(cast: Cast, as_user: Any) -> Bench:
    """The annotator's page of a story of many paragraphs."""
    version = make_version(cast.project, cast.manager, text=TEXT)
    return Bench(as_user(cast.annotator), make_assignment(version, cast.annotator), "htmx")


def span(paragraph: int, words: str) -> dict[str, Any]:
    """Return the span of words in a paragraph."""
    before = TEXT.index(f"Paragraph {paragraph}:")
    start = TEXT.index(words.format(paragraph), before)
    return at(TEXT, words.format(paragraph)) | {"start": start, "end": start + len(words.format(paragraph))}


def open_quote(bench: Bench, chosen: random.Random) -> Quote | None:
    """Open one of the quotes, by the link on its card."""
    quotes = list(Quote.objects.live().filter(assignment=bench.assignment))
    if not quotes:
        return None
    quote = chosen.choice(quotes)
    bench.open(quote)
    return quote


def act(bench: Bench, chosen: random.Random) -> None:
    """Do one gesture, whichever."""
    place, words = chosen.randrange(PARAGRAPHS), chosen.choice(WORDS)
    quote = open_quote(bench, chosen)
    if quote is None or chosen.random() < 0.3:
        bench.do("quote-create", **span(place, words))
        return
    kind = chosen.choice(["mark", "speaker", "labels", "delete", "undo", "type"])
    if kind == "mark":
        role = chosen.choice(["content", "source", "cue", "addressee", "replace"])
        bench.do("quote-mark", quote.key, role=role, **span(place, words))
    elif kind == "speaker":
        bench.do("quote-new-speaker", quote.key, label=chosen.choice(["Ada", "Ben", "Cleo", "Dee"]))
    elif kind == "labels":
        bench.do("quote-labels", quote.key, {"label_set": "act"}, label=chosen.choice(["statement", "question"]))
    elif kind == "delete":
        bench.do("quote-delete", quote.key)
    elif kind == "type":
        bench.do("quote-type", quote.key, type=chosen.choice(["reported", "derived"]))
    else:
        bench.do("assignment-undo")


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_the_page_is_as_a_reload_shows_it(bench: Bench, seed: int) -> None:
    chosen = random.Random(seed)  # noqa: S311
    for _ in range(10):
        act(bench, chosen)


def pieces(response: Any) -> set[str]:
    """Return the ids of the blocks and cards that an answer brings."""
    found = {str(tag["id"]) for tag in soup_of(response).find_all(attrs={"hx-swap-oob": True})}
    return {one for one in found if one.startswith(("block-", "cards-"))}


def test_only_what_changed_is_sent(bench: Bench, cast: Cast) -> None:
    bench.do("quote-create", **span(3, "Ben"))
    quote = bench.quote()
    assert pieces(bench.do("quote-labels", quote.key, {"label_set": "act"}, label="statement")) == {"cards-4"}
    assert pieces(bench.do("quote-mark", quote.key, role="cue", **span(5, "told"))) == {"block-6", "cards-4"}
    bench.do("quote-new-speaker", quote.key, label="Cleo")
    # Another speaker before her: her number is another one, and with it the colour of all her words.
    bench.do("quote-create", **span(1, "Ada"))
    answer = bench.do("quote-new-speaker", bench.quote().key, label="Ada")
    assert pieces(answer) == {"block-2", "cards-2", "block-4", "block-6", "cards-4"}


def test_a_page_that_shows_something_older_is_sent_whole(bench: Bench, cast: Cast, client: StrictClient) -> None:
    make_quote(bench.assignment, cast.annotator, "Ada", speaker=NewSpeaker("Ada"))
    answer = bench.do("quote-create", **span(3, "Ben"))
    assert soup_of(answer).find(id="workbench") is not None
