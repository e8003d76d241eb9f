"""What never left the page: it is undone there, and no key falls on another quote than the one that is open."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from annotations.models import Quote
from annotations.services.quote_states import state_of
from annotations.services.speakers import NewSpeaker
from tests.browser.annotating import Desk
from tests.browser.test_annotate import content, desk  # noqa: F401
from tests.browser.test_offline import click, offline, painted
from tests.browser.test_saving import banner, do, says, state, stored
from tests.cast import Cast
from tests.factories import make_quote

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def quotes(desk: Desk, cast: Cast) -> list[Quote]:  # noqa: F811
    """Three quotes, the second of them open."""
    words = ("Mayor Opens Bridge", "The bridge is safe", "nobody had measured it")
    made = [make_quote(desk.assignment, cast.annotator, one, speaker=NewSpeaker(f"Ada {one[0]}")) for one in words]
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={made[1].key}")
    desk.settled()
    return made


def said(desk: Desk, words: str) -> None:  # noqa: F811
    """Expect that a screen reader was told something."""
    expect(desk.page.locator("#said")).to_have_text(words)


def acts_on(desk: Desk, quote: Quote) -> None:  # noqa: F811
    """Expect that the open card, the words that light up, and the keys are all of one quote."""
    expect(desk.page.locator("#words")).to_have_attribute("data-gesture", quote.key)
    expect(desk.page.locator("#cast form")).to_have_attribute("data-gesture", quote.key)
    expect(desk.page.locator(f"[id='q-{quote.key}'] #editor:not([inert])")).to_be_visible()
    lit = desk.page.locator("mark.is-active").evaluate_all("marks => marks.map((mark) => mark.dataset.quotes)")
    assert set(lit) == {quote.key}


def test_a_card_that_is_still_to_come_takes_no_digit(desk: Desk, quotes: list[Quote]) -> None:  # noqa: F811
    offline(desk)
    desk.keys("v", "Control+ArrowDown", ",", "q", "a", "1")
    said(desk, "This can be answered when the quote is saved.")
    says(desk, "This can be answered when the quote is saved.")
    expect(banner(desk).locator("li")).to_have_text(["New quote · “According to her”"])
    # The one after that is a speaker again.
    desk.keys("1")
    expect(banner(desk).locator("li")).to_have_count(2)
    offline(desk, off=False)
    desk.settled()
    made = state_of(Quote.objects.latest("pk"))
    assert made["labels"] == {}
    assert made["speaker"] == state_of(quotes[0])["speaker"]


def test_undo_takes_out_what_never_left_the_page(desk: Desk, quotes: list[Quote]) -> None:  # noqa: F811
    offline(desk)
    desk.keys("a", "1", "a", "2", "1")
    click(desk, "Mayor Ada Holt", "Source")
    expect(state(desk)).to_have_text("Not saved (4)")
    desk.keys("z")
    said(desk, "Undone: Source · “Mayor Ada Holt”")
    expect(state(desk)).to_have_text("Not saved (3)")
    assert painted(desk) == {}
    expect(desk.page.locator("#cast-1")).to_have_attribute("aria-pressed", "true")
    desk.keys("z")
    said(desk, "Undone: Speaker · Ada M")
    expect(desk.page.locator("#cast-2")).to_have_attribute("aria-pressed", "true")
    expect(desk.page.locator("#cast-1")).to_have_attribute("aria-pressed", "false")
    desk.keys("z")
    expect(desk.page.locator("#labels-act-statement")).to_be_checked()
    desk.keys("z")
    expect(desk.page.locator("[name=label]:checked")).to_have_count(0)
    expect(state(desk)).to_have_text("Saved")
    expect(banner(desk)).to_be_hidden()
    assert stored(desk.page) == {}
    desk.keys("Shift+Z", "Shift+Z")
    expect(desk.page.locator("#labels-act-question")).to_be_checked()
    expect(banner(desk).locator("li")).to_have_text(["Act · statement", "Act · question"])
    offline(desk, off=False)
    desk.settled()
    assert state_of(quotes[1])["labels"] == {"act": "question"}
    assert state_of(quotes[1])["source"] == []


def test_undo_of_a_new_quote_goes_back_to_the_open_one(desk: Desk, quotes: list[Quote]) -> None:  # noqa: F811
    offline(desk)
    click(desk, "Mayor Ada Holt", "New quote")
    expect(desk.page.locator("#editor")).to_have_attribute("inert", "")
    desk.keys("z")
    expect(state(desk)).to_have_text("Saved")
    acts_on(desk, quotes[1])
    # There is nothing of this desk to redo on the server.
    desk.keys("Shift+Z")
    expect(state(desk)).to_have_text("Not saved (1)")
    offline(desk, off=False)
    desk.settled()
    assert content(Quote.objects.latest("pk")) == ["Mayor Ada Holt"]


def test_the_first_gesture_of_a_story_is_undone(desk: Desk) -> None:  # noqa: F811
    offline(desk)
    click(desk, "The bridge is safe", "New quote")
    desk.keys("z")
    expect(state(desk)).to_have_text("Saved")
    expect(desk.page.locator("#undo")).to_be_disabled()
    expect(desk.page.locator("#redo")).to_be_enabled()
    offline(desk, off=False)
    desk.mark("nobody had measured it", "New quote")
    assert content(Quote.objects.get()) == ["nobody had measured it"]


def test_undo_of_what_may_be_written_waits_and_says_so(desk: Desk, quotes: list[Quote]) -> None:  # noqa: F811
    desk.page.route("**/assignments/*/**", lambda route: route.abort())
    desk.keys("a", "1")
    expect(state(desk)).to_have_text("Not saved (1)")
    desk.keys("z")
    said(desk, "Waiting: Undo")
    says(desk, "Waiting: Undo")
    expect(banner(desk).locator("li")).to_have_text(["Act · statement", "Undo"])
    desk.page.unroute("**/assignments/*/**")
    do(desk, "retry")
    desk.settled()
    assert state_of(quotes[1])["labels"] == {}


def test_a_quote_that_is_not_opened_leaves_the_page_whole(desk: Desk, quotes: list[Quote]) -> None:  # noqa: F811
    offline(desk)
    desk.keys("a", "1")
    for _ in range(2):
        desk.keys("k")
        said(desk, "This cannot be opened now.")
        says(desk, "This cannot be opened now. The server cannot be reached.")
        acts_on(desk, quotes[1])
    click(desk, "Mayor Ada Holt", "Source")
    offline(desk, off=False)
    desk.settled()
    assert state_of(quotes[1])["source"][0]["exact"] == "Mayor Ada Holt"
    desk.keys("k")
    expect(desk.page.locator(f"#open-{quotes[0].key}[aria-current]")).to_be_visible()
    desk.settled()


def test_openings_in_a_row_that_fail_leave_the_page_whole(desk: Desk, quotes: list[Quote]) -> None:  # noqa: F811
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.page.route("**/assignments/*/?quote=*", hold, times=1)
    desk.keys("j", "k")
    desk.page.wait_for_function("document.getElementById('workbench').ariaBusy")
    expect(desk.page.locator("#words")).to_have_attribute("data-gesture", quotes[1].key)
    held[0].abort()
    said(desk, "This cannot be opened now.")
    acts_on(desk, quotes[1])


def test_the_open_card_is_gone_back_to_without_the_server(desk: Desk, quotes: list[Quote]) -> None:  # noqa: F811
    offline(desk)
    click(desk, "Mayor Ada Holt", "New quote")
    expect(desk.page.locator("#editor")).to_have_attribute("inert", "")
    desk.page.locator(f"#open-{quotes[1].key}").click()
    acts_on(desk, quotes[1])
    desk.keys("a", "1")
    offline(desk, off=False)
    desk.settled()
    assert state_of(quotes[1])["labels"] == {"act": "statement"}


def test_a_quote_that_was_not_opened_is_tried_again(desk: Desk, quotes: list[Quote]) -> None:  # noqa: F811
    desk.page.route("**/assignments/*/?quote=*", lambda route: route.abort(), times=1)
    desk.keys("j")
    says(desk, "This cannot be opened now. Everything is saved.")
    do(desk, "retry")
    expect(desk.page.locator(f"#open-{quotes[2].key}[aria-current]")).to_be_visible()
    expect(banner(desk)).to_be_hidden()
    offline(desk)
    desk.keys("k")
    says(desk, "This cannot be opened now. Everything is saved.")
    offline(desk, off=False)
    expect(banner(desk)).to_be_hidden()
    acts_on(desk, quotes[2])


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_what_is_not_saved_is_one_line_beside_the_work(
    desk: Desk,  # noqa: F811
    quotes: list[Quote],
    width: int,
    height: int,
) -> None:
    desk.page.set_viewport_size({"width": width, "height": height})
    offline(desk)
    desk.page.locator("#labels-act-statement").evaluate("one => one.click()")
    expect(state(desk)).to_have_text("Not saved (1)")
    line = banner(desk).bounding_box()
    assert line is not None
    assert line["height"] <= (48 if width > 1000 else 70)
    assert line["width"] == width
    foot = desk.page.locator("#bar" if width > 1000 else "#editor").bounding_box()
    assert foot is not None
    edges = (line["y"] + line["height"], foot["y"]) if width > 1000 else (foot["y"] + foot["height"], line["y"])
    assert abs(edges[0] - edges[1]) <= 2
    # Time mends it: nothing is to be thrown away.
    expect(banner(desk).locator("[data-do=drop]:not([hidden])")).to_have_count(0)
    expect(banner(desk).locator("li")).to_be_hidden()
    banner(desk).get_by_text("What is not saved").click()
    expect(banner(desk).locator("li")).to_be_visible()
    wide = desk.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
