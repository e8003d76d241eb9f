"""Annotating in a real browser, under the Content-Security-Policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from annotations.models import Quote
from annotations.services.quote_states import state_of
from tests.browser.annotating import EDGES, Desk, is_gesture
from tests.cast import Cast
from tests.factories import make_assignment, make_quote, make_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VIOLATIONS = """
window.violations = [];
for (const name of ["securitypolicyviolation", "htmx:evalDisallowedError"]) {
  document.addEventListener(name, (event) => window.violations.push(`${name} ${event.violatedDirective ?? ""}`));
}
"""


def sign_in(page: Page, user: Any, address: str) -> None:
    """Sign a user in without the form."""
    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": address}])


@pytest.fixture
def desk(browser: Browser, live_server: Any, cast: Cast) -> Iterator[Desk]:
    """The annotator's page of the usual story; whatever breaks in the browser breaks the test."""
    own = make_assignment(make_version(cast.project, cast.manager, language="en"), cast.annotator)
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.add_init_script(VIOLATIONS)
    sign_in(page, cast.annotator, live_server.url)
    desk = Desk(page, own)
    desk.open()
    yield desk
    assert faults == []
    assert page.evaluate("window.violations") == []
    context.close()


def content(quote: Quote) -> list[str]:
    """Return the words of a quote's content."""
    return [span["exact"] for span in state_of(quote)["content"]]


def test_a_drag_takes_whole_words(desk: Desk) -> None:
    assert desk.select("ridge is sa") == "bridge is safe"
    assert desk.select(" stay op") == "stay open"
    assert desk.select("ridge is sa", modifier="Alt") == "ridge is sa"


def test_a_drag_crosses_marks_emoji_and_paragraphs(desk: Desk, cast: Cast) -> None:
    make_quote(desk.assignment, cast.annotator, "denied this", cue="denied")
    make_quote(desk.assignment, cast.annotator, "He said nobody", source="He")
    desk.open()
    desk.mark("enied this. 🌉 He said nobod", "New quote")
    desk.mark("winter.\n\nCouncillor", "Replace content")
    assert content(Quote.objects.latest("pk")) == ["winter.\n\nCouncillor"]
    desk.press("Undo")
    assert content(Quote.objects.latest("pk")) == ["denied this. 🌉 He said nobody"]


def test_a_drag_may_end_beside_the_words(desk: Desk) -> None:
    x, y, _x, _y = desk.page.evaluate(EDGES, ["it.", 0])
    desk.page.mouse.move(x, y)
    desk.page.mouse.down()
    desk.page.mouse.move(x + 200, y, steps=3)
    desk.page.mouse.move(1300, y, steps=3)
    desk.page.mouse.up()
    assert desk.chosen() == "it."


def test_whole_quotes_are_made_undone_and_redone(desk: Desk, cast: Cast) -> None:
    # A quote of two fragments.
    desk.mark("“The bridge is safe,”", "New quote")
    desk.mark("“and it will stay open.”", "Add fragment")
    desk.mark("Mayor Ada Holt", "Source")
    desk.mark("said", "Cue")
    desk.page.locator("summary", has_text="New speaker").click()
    desk.page.locator("#new-speaker-label").fill("Ada Holt")
    desk.page.locator("#new-speaker-description").fill("mayor")
    desk.press("Make this speaker")
    desk.page.locator("#claim-text").fill("The bridge is safe.")
    desk.press("Add claim")
    desk.choose("statement", "Act")
    desk.choose("acknowledges", "Engagement")
    desk.choose("said", "Factuality")
    # A mixed one, and one nested in it.
    desk.mark("engineers told the council that the old pier “moves a little” in winter", "New quote")
    desk.mark("her", "Source")
    desk.mark("According to", "Cue")
    desk.press("Ada Holt mayor 1 quote", ".cast-panel")
    desk.mark("the old pier “moves a little” in winter", "New quote")
    desk.mark("engineers", "Source")
    # Somebody who disagrees.
    desk.mark("nobody had measured it", "New quote")
    desk.page.locator("#speaker-name").fill("Ben Ruiz")
    with desk.page.expect_response(is_gesture) as refused:
        desk.page.get_by_role("button", name="Set", exact=True).click()
    assert refused.value.status == 422
    expect(desk.page.locator("#new-speaker-label")).to_have_value("Ben Ruiz")
    desk.press("Make this speaker")
    desk.page.locator("#claim-text").fill("the bridge is safe.")
    desk.page.locator("#claim-stance").select_option("denies")
    desk.press("Add claim")

    states = [state_of(quote) for quote in Quote.objects.live().order_by("pk")]
    assert [state["type"] for state in states] == ["direct", "mixed", "mixed", "indirect"]
    assert [len(state["content"]) for state in states] == [2, 1, 1, 1]
    assert states[2]["parent"] == states[1]["id"]
    assert states[0]["speaker"] == states[1]["speaker"] != states[3]["speaker"]
    assert states[0]["claims"][0]["claim"] == states[3]["claims"][0]["claim"]
    assert [state["claims"][0]["stance"] for state in (states[0], states[3])] == ["asserts", "denies"]

    whole = desk.marks()
    for _ in range(3):
        desk.press("Undo")
    assert Quote.objects.live().count() == 3
    for _ in range(3):
        desk.press("Redo")
    assert desk.marks() == whole
    desk.page.reload()
    desk.settled()
    assert desk.marks() == whole


def test_the_submission_is_taken_back(desk: Desk) -> None:
    desk.mark("The bridge is safe", "New quote")
    desk.page.get_by_role("link", name="Submit").click()
    expect(desk.page.get_by_text("1 quote lacks something")).to_be_visible()
    desk.page.get_by_role("button", name="Submit all the same").click()
    expect(desk.page.get_by_role("button", name="Take back")).to_be_visible()
    assert desk.text() == desk.assignment.version.text
    assert desk.page.locator("form[data-gesture]").count() == 0
    desk.page.get_by_role("button", name="Take back").click()
    desk.settled()


def test_a_mark_opens_its_quote_and_a_reload_keeps_it(desk: Desk, cast: Cast) -> None:
    quote = make_quote(desk.assignment, cast.annotator, "The bridge is safe")
    make_quote(desk.assignment, cast.annotator, "nobody had measured it")
    desk.open()
    desk.page.locator("mark", has_text="The bridge is safe").click()
    expect(desk.page.locator(".quote-card.is-active")).to_contain_text("The bridge is safe")
    desk.page.reload()
    desk.settled()
    expect(desk.page.locator(f"[id='open-{quote.key}'][aria-current]")).to_be_visible()


def test_what_is_being_typed_outlives_another_gesture(desk: Desk) -> None:
    desk.mark("The bridge is safe", "New quote")
    desk.page.locator("#claim-text").fill("The bridge is")
    desk.choose("statement", "Act")
    expect(desk.page.locator("#claim-text")).to_have_value("The bridge is")


def test_the_keyboard_answers_and_keeps_its_place(desk: Desk) -> None:
    desk.mark("The bridge is safe", "New quote")
    desk.page.locator("#labels-act-statement").focus()
    desk.page.keyboard.press("Space")
    desk.settled()
    desk.page.keyboard.press("ArrowRight")
    desk.settled()
    expect(desk.page.locator("#labels-act-question")).to_be_focused()
    assert state_of(Quote.objects.get())["labels"] == {"act": "question"}


def test_words_that_something_changed_cannot_be_marked(desk: Desk) -> None:
    desk.page.route(
        "**/assignments/*/",
        lambda route: route.fulfill(response=(answer := route.fetch()), body=answer.text().replace("Mayor", "Maire")),
        times=1,
    )
    desk.page.reload()
    expect(desk.page.get_by_text("The words on this page are not those of the story")).to_be_visible()
    assert desk.page.locator("form[data-gesture]:not([inert])").count() == 0


def test_touch_selects_words(desk: Desk) -> None:
    desk.page.evaluate(
        """() => {
          const text = document.querySelectorAll("[data-story] .block")[1].firstChild;
          getSelection().setBaseAndExtent(text, 6, text, 17);
        }"""
    )
    expect(desk.page.locator("form[data-words] [name=exact]")).to_have_value("bridge is safe")


def test_nothing_is_wider_than_a_phone(desk: Desk, cast: Cast) -> None:
    quote = make_quote(desk.assignment, cast.annotator, "The bridge is safe", source="Mayor Ada Holt")
    desk.page.set_viewport_size({"width": 390, "height": 844})
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={quote.key}")
    wide = desk.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    block = desk.page.locator("#block-1").bounding_box()
    card = desk.page.locator("#cards-1 .quote-card").bounding_box()
    following = desk.page.locator("#block-2").bounding_box()
    assert block is not None
    assert card is not None
    assert following is not None
    assert block["y"] < card["y"] < following["y"]
