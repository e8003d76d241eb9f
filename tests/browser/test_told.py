"""What somebody hears who does not see the page: the live region, and what the marks are said to be."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from annotations.models import Quote
from annotations.services.speakers import NewSpeaker
from tests.browser.annotating import Desk
from tests.browser.test_annotate import desk  # noqa: F401
from tests.cast import Cast
from tests.factories import make_quote

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def quote(desk: Desk, cast: Cast) -> Quote:  # noqa: F811
    """The first of two quotes, open on the page."""
    holt = NewSpeaker("Ada Holt")
    made = make_quote(
        desk.assignment, cast.annotator, "The bridge is safe", source="Mayor Ada Holt", cue="said", speaker=holt
    )
    make_quote(desk.assignment, cast.annotator, "nobody had measured it", source="He")
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={made.key}")
    desk.settled()
    return made


def hears(desk: Desk, words: str) -> None:  # noqa: F811
    """See what the live region says."""
    expect(desk.page.locator("#said")).to_have_text(words)


def test_going_on_says_which_quote_is_open(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("j")
    hears(desk, "Quote 2 of 2, Who says it?: nobody had measured it")
    desk.settled()
    hears(desk, "Quote 2 of 2, Who says it?: nobody had measured it")
    desk.keys("j")
    hears(desk, "There is no quote after.")
    desk.keys("k")
    hears(desk, "Quote 1 of 2, Ada Holt: The bridge is safe")
    desk.settled()
    desk.keys("k")
    hears(desk, "There is no quote before.")
    desk.page.locator(".quote-card__open").last.press("Enter")
    hears(desk, "Quote 2 of 2, Who says it?: nobody had measured it")


def test_a_quote_that_opens_is_said_after_what_was_saved_before_it(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("w", "Shift+ArrowLeft", "j")
    desk.settled()
    hears(desk, "Quote 2 of 2, Who says it?: nobody had measured it")


def test_each_step_of_an_edge_is_said(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("w")
    hears(desk, "Content: The bridge is safe")
    desk.keys("Shift+ArrowLeft")
    hears(desk, "Content: The bridge is")
    desk.keys("Escape", "w", "w")
    hears(desk, "Source: Mayor Ada Holt")


def test_the_last_words_of_a_quote_stay_and_it_is_said(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("w", "x")
    hears(desk, "A quote keeps its last words. Delete the quote instead.")


def test_a_paragraph_is_said_whole_and_with_its_number(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("g")
    hears(
        desk,
        "Paragraph 2: According to her, engineers told the council that the old pier “moves a little” in winter.",
    )
    with desk.answered():
        desk.keys("o")
    hears(desk, "Paragraph 2 looked at. 0 of 2 quotes complete.")
    with desk.answered():
        desk.keys("g", "o")
    desk.settled()
    desk.keys("g")
    hears(desk, "There is no paragraph left to look at.")


def test_what_has_to_wait_is_said_to_wait(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.page.context.set_offline(True)
    desk.keys("v", "Control+ArrowRight", "d")
    hears(desk, "Addressee · “The”. Not saved yet.")
    desk.keys("a", "2")
    hears(desk, "Act · question. Not saved yet.")
    desk.page.context.set_offline(False)
    desk.settled()


def descriptions(desk: Desk) -> Any:  # noqa: F811
    """Return what the browser tells a screen reader of the marks: the words, and what they are said to be."""
    session = desk.page.context.new_cdp_session(desk.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    names = {node["nodeId"]: node.get("name", {}).get("value", "") for node in nodes}
    return [
        ("".join(names[child] for child in node["childIds"][1:]), node.get("description", {}).get("value", ""))
        for node in nodes
        if node.get("role", {}).get("value") == "mark"
    ]


def test_a_mark_is_said_to_be_a_role_of_somebody(desk: Desk, quote: Quote) -> None:  # noqa: F811
    assert descriptions(desk) == [
        ("The bridge is safe", "Content, Ada Holt"),
        ("said", "Cue, Ada Holt"),
        ("Mayor Ada Holt", "Source, Ada Holt"),
        ("He", "Source"),
        ("nobody had measured it", "Content"),
    ]
    desk.keys("j", "1")
    expect(desk.page.locator(".quote-card.is-active .quote-card__name")).to_have_text("Ada Holt")
    desk.settled()
    assert descriptions(desk)[3:] == [("He", "Source, Ada Holt"), ("nobody had measured it", "Content, Ada Holt")]
    found = Axe().run(desk.page, options={"preload": False})
    assert found.violations_count == 0, found.generate_report()
