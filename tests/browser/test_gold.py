"""Whole stories made by hand in the browser, by keyboard alone and by mouse alone, come out as the gold has them."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from annotations.exports.records import Record
from annotations.models import Assignment, Quote, User
from annotations.services.quote_states import state_of
from annotations.services.sample import sample_record
from annotations.services.tokens import create_token
from tests.browser.annotating import Desk
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.site import visitor
from tests.cast import Cast
from tests.factories import make_assignment, make_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROLES = ("content", "source", "cue", "addressee")


@pytest.fixture(params=["kirby", "miyah-ar", "festival-emoji"])
def gold(request: pytest.FixtureRequest) -> Record:
    """The gold of a sample story."""
    return sample_record(request.param)


@pytest.fixture
def desk(gold: Record, browser: Browser, live_server: LiveServer, cast: Cast) -> Iterator[Desk]:
    """The blank assignment of the story, in a project that has neither its speakers nor its claims."""
    article = gold["article"]
    version = make_version(cast.project, cast.manager, text=article["text"], language=article["language"])
    own = make_assignment(version, cast.annotator)
    options: dict[str, Any] = {"base_url": live_server.url, "viewport": {"width": 1440, "height": 1000}}
    with visitor(browser, live_server.url, cast.annotator, **options) as somebody:
        desk = Desk(somebody.page, own)
        desk.open()
        yield desk
        assert somebody.faults == []
        assert desk.page.evaluate("window.violations") == []


def make_quotes(hands: Hands, gold: Record) -> None:
    """Make every quote of the gold, in the order of the story."""
    speakers = {speaker["id"]: speaker for speaker in gold["speakers"]}
    claims = {claim["id"]: claim["text"] for claim in gold["claims"]}
    for quote in sorted(gold["quotes"], key=lambda quote: (quote["content"][0]["start"], -quote["content"][0]["end"])):
        mark_words(hands, quote)
        if quote["speaker"]:
            say_who(hands, speakers[quote["speaker"]])
        hands.desk.settled()
        answer(hands, quote)
        for linked in quote["claims"]:
            hands.claim(claims[linked["claim"]], linked["stance"])
            hands.desk.settled()


def mark_words(hands: Hands, quote: Record) -> None:
    """Mark the content as a new quote, its other fragments, and the words of the other roles."""
    for number, span in enumerate(quote["content"]):
        hands.choose(span)
        hands.mark("fragment" if number else "quote")
    for role in ROLES[1:]:
        for span in quote[role]:
            hands.choose(span)
            hands.mark(role)


def say_who(hands: Hands, speaker: Record) -> None:
    """Choose the speaker from the cast, or make one."""
    hands.desk.settled()
    names = hands.page.locator(".cast-choice > span > bdi").all_inner_texts()
    if speaker["label"] in names:
        hands.cast(names.index(speaker["label"]) + 1)
    else:
        hands.new_speaker(speaker)


def answer(hands: Hands, quote: Record) -> None:
    """Answer the questions, where what the program proposes is not right."""
    state = state_of(Quote.objects.live().latest("pk"))
    resolution = quote["resolution"] if quote["no_source"] is None else f"none:{quote['no_source']}"
    if quote["type_overridden"]:
        hands.answer("type", quote["type"])
    if (state["resolution"], state["no_source"]) != (quote["resolution"], quote["no_source"]):
        hands.answer("resolution", resolution)
    for label_set, label in quote["labels"].items():
        hands.answer(label_set, label)
    hands.desk.settled()


def exported(server: LiveServer, user: User, assignment: Assignment) -> Record:
    """Fetch the assignment by the API, with a token."""
    secret = create_token(user=user, name="test")[1]
    request = urllib.request.Request(  # noqa: S310  the address is our own server's
        f"{server.url}/api/v1/projects/{assignment.project.slug}/export?annotations=all&format=jsonl",
        headers={"Authorization": f"Bearer {secret}"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        rows: list[Record] = [json.loads(line) for line in response]
    assert len(rows) == 1
    return rows[0]


def comparable(record: Record) -> list[Record]:
    """Return the quotes in the order of the story, with names of speakers and texts of claims instead of ids."""
    names = {
        speaker["id"]: [speaker[name] for name in ("label", "kind", "named", "description")]
        for speaker in record["speakers"]
    }
    claims = {claim["id"]: claim["text"] for claim in record["claims"]}
    words = {quote["id"]: quote["content"] for quote in record["quotes"]}
    found = [
        {
            **{role: quote[role] for role in ROLES},
            **{name: quote[name] for name in ("type", "type_overridden", "resolution", "no_source", "labels")},
            "speaker": names.get(quote["speaker"]),
            "parent": words.get(quote["parent"]),
            "claims": sorted((claims[linked["claim"]], linked["stance"]) for linked in quote["claims"]),
        }
        for quote in record["quotes"]
    ]
    return sorted(found, key=lambda quote: json.dumps(quote["content"]))


@pytest.mark.parametrize("hands", [Keyboard, Mouse])
def test_the_gold_is_made_by_hand(
    hands: type[Hands], desk: Desk, gold: Record, cast: Cast, live_server: LiveServer
) -> None:
    editor = hands(desk)
    make_quotes(editor, gold)
    expect(desk.page.locator(".quote-card")).to_have_count(len(gold["quotes"]))
    assert editor.actions <= editor.most * len(gold["quotes"])
    assert comparable(exported(live_server, cast.annotator, desk.assignment)) == comparable(gold)
