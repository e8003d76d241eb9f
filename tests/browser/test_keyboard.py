"""Keys of the annotation page: which press what, and when they are only what somebody types."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from annotations.models import Quote
from annotations.services.quote_states import state_of
from tests.browser.annotating import Desk
from tests.browser.site import visitor
from tests.browser.test_annotate import desk  # noqa: F401
from tests.cast import Cast
from tests.factories import make_assignment, make_quote, make_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ARABIC = "قالت الوزيرة «الماء نظيف» أمس. ونفى المدير ذلك."
KEYDOWN = """([init, selector]) => {
  const target = selector ? document.querySelector(selector) : document.body;
  target.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init }));
}"""


@pytest.fixture
def quote(desk: Desk, cast: Cast) -> Quote:  # noqa: F811
    """A quote that is open on the page."""
    made = make_quote(desk.assignment, cast.annotator, "The bridge is safe")
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={made.key}")
    desk.settled()
    return made


def labels(quote: Quote) -> dict[str, str]:
    """Return the answers of a quote."""
    found: dict[str, str] = state_of(quote)["labels"]
    return found


def test_a_key_and_a_digit_answer_a_question(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("a", "2", "e", "1", "y", "3")
    expect(desk.page.locator("#labels-factuality-hypothetical")).to_be_checked()
    desk.settled()
    assert labels(quote) == {"act": "question", "engagement": "acknowledges", "factuality": "hypothetical"}


def test_a_field_that_was_sent_gives_the_keys_back_to_the_story(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("c")
    desk.page.keyboard.type("The bridge quivers, says q.")
    desk.keys("Enter", "a", "1")
    expect(desk.page.locator("#labels-act-statement")).to_be_checked()
    desk.settled()
    assert len(state_of(quote)["claims"]) == 1
    assert labels(quote) == {"act": "statement"}


def test_typing_in_a_field_presses_nothing(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("n")
    desk.page.keyboard.type("zaq")
    desk.keys("Escape")
    expect(desk.page.locator("#content")).to_be_focused()
    desk.settled()
    assert Quote.objects.live().count() == 1


IGNORED: list[dict[str, Any]] = [
    {"key": "Process", "keyCode": 229},
    {"key": "a", "isComposing": True},
    {"key": "a", "ctrlKey": True},
    {"key": "a", "metaKey": True},
    {"key": "a", "altKey": True},
]


@pytest.mark.parametrize("init", IGNORED)
def test_keys_of_the_system_and_of_input_methods_are_left_alone(
    desk: Desk,  # noqa: F811
    quote: Quote,
    init: dict[str, Any],
) -> None:
    desk.page.evaluate(KEYDOWN, [init, None])
    assert desk.page.evaluate("document.activeElement.type ?? ''") != "radio"


PRESSED: list[dict[str, Any]] = [
    {"key": "a"},
    {"key": "ф", "code": "KeyA"},
    {"key": "a", "ctrlKey": True, "altKey": True, "modifierAltGraph": True},
]


@pytest.mark.parametrize("init", PRESSED)
def test_other_layouts_reach_the_same_keys(desk: Desk, quote: Quote, init: dict[str, Any]) -> None:  # noqa: F811
    desk.page.evaluate(KEYDOWN, [init, None])
    assert desk.page.evaluate("document.activeElement.type ?? ''") == "radio"


def test_single_keys_can_be_switched_off(desk: Desk, cast: Cast) -> None:  # noqa: F811
    cast.annotator.preferences = {"keys_off": True}
    cast.annotator.save()
    made = make_quote(desk.assignment, cast.annotator, "The bridge is safe")
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={made.key}")
    desk.keys("a", "z", "f", "v")
    assert desk.page.evaluate("document.activeElement.type ?? ''") == ""
    expect(desk.page.locator(".cursor")).to_have_count(0)
    with desk.answered():
        desk.keys("Delete")
    assert Quote.objects.live().count() == 0


def test_a_key_that_somebody_chose_is_the_key(desk: Desk, cast: Cast) -> None:  # noqa: F811
    cast.annotator.preferences = {"keys": {"cursor": "h"}}
    cast.annotator.save()
    desk.open()
    desk.keys("v")
    expect(desk.page.locator(".cursor")).to_have_count(0)
    desk.keys("h")
    expect(desk.page.locator(".cursor")).to_be_visible()


def test_the_help_opens_by_its_key_and_closes_with_escape(desk: Desk) -> None:  # noqa: F811
    desk.keys("?")
    expect(desk.page.locator("dialog#help")).to_be_visible()
    desk.keys("v", "Escape")
    expect(desk.page.locator("dialog#help")).to_be_hidden()
    expect(desk.page.locator(".cursor")).to_have_count(0)


def test_keys_go_from_quote_to_quote_and_to_gaps(desk: Desk, cast: Cast) -> None:  # noqa: F811
    for words in ("Mayor Opens Bridge", "The bridge is safe", "nobody had measured it"):
        make_quote(desk.assignment, cast.annotator, words)
    desk.open()
    active = desk.page.locator(".quote-card.is-active")
    desk.keys("j", "j")
    expect(active).to_contain_text("The bridge is safe")
    desk.keys("j", "j")
    expect(active).to_contain_text("nobody had measured it")
    desk.keys("k", "k", "k")
    expect(active).to_contain_text("Mayor Opens Bridge")
    desk.settled()
    desk.keys("g", ",")
    assert desk.chosen() == "According to her"
    desk.keys("q")
    expect(desk.page.locator(".quote-card")).to_have_count(4)
    desk.settled()


@pytest.fixture
def long_story(desk: Desk, cast: Cast) -> Desk:  # noqa: F811
    """A story of many paragraphs, none of which has a quote."""
    text = "A Day at the Bridge\n\n" + "\n\n".join(
        f"Paragraph {n} of a long day." + " Word." * 90 for n in range(1, 25)
    )
    desk.assignment = make_assignment(make_version(cast.project, cast.manager, text), cast.annotator)
    desk.open()
    return desk


def expect_looked_at(desk: Desk, number: int) -> None:  # noqa: F811
    """See that one paragraph alone was looked at, and that it is said."""
    expect(desk.page.locator("#said")).to_contain_text(f"Paragraph {number} looked at.")
    expect(desk.page.locator(".block.is-looked-at")).to_have_attribute("id", f"block-{number}")


def test_looked_at_is_said_of_the_paragraph_whose_hint_is_shown(long_story: Desk) -> None:
    long_story.keys("v", "PageDown")
    long_story.page.locator("#block-8").scroll_into_view_if_needed()
    long_story.page.locator("#block-10").hover()
    long_story.keys("o")
    expect_looked_at(long_story, 10)


def test_a_mouse_that_lies_still_does_not_count(long_story: Desk) -> None:
    long_story.page.locator("#block-2").hover()
    long_story.keys("v", "PageDown", "PageDown", "PageDown")
    number = int(long_story.page.locator("#said").inner_text().split()[1])
    assert number > 2
    long_story.keys("o")
    expect_looked_at(long_story, number)


def test_an_address_and_the_map_lead_the_keys_to_a_paragraph(long_story: Desk) -> None:
    long_story.page.goto(f"/assignments/{long_story.assignment.pk}/submit/")
    long_story.page.get_by_role("link", name="Paragraph 20 of").click()
    expect(long_story.page.locator("#said")).to_contain_text("Paragraph 20: Paragraph 20 of a long day.")
    long_story.keys("o")
    expect_looked_at(long_story, 20)
    long_story.keys("z")
    expect(long_story.page.locator("#said")).to_contain_text("Not looked at: paragraph 20.")
    for press in ("click", "press"):
        link = long_story.page.locator("#map-4 a")
        link.click() if press == "click" else link.press("Enter")
        expect(long_story.page.locator("#said")).to_contain_text("Paragraph 4: ")
        long_story.keys("o")
        expect_looked_at(long_story, 4)
        long_story.keys("z")
        expect(long_story.page.locator("#said")).to_contain_text("Not looked at: paragraph 4.")


def test_escape_closes_the_card_as_its_last_step(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("v", ",", "Escape")
    assert desk.chosen() == ""
    expect(desk.page.locator(".cursor")).to_be_visible()
    desk.keys("Escape")
    expect(desk.page.locator(".cursor")).to_have_count(0)
    expect(desk.page.locator("#editor")).to_be_visible()
    desk.keys("Escape")
    expect(desk.page.locator("#editor")).to_have_count(0)


def test_backspace_deletes_a_quote_where_there_is_no_delete(desk: Desk, quote: Quote) -> None:  # noqa: F811
    with desk.answered():
        desk.keys("Backspace")
    assert Quote.objects.live().count() == 0


def test_the_digits_of_answers_are_shown_while_they_choose(desk: Desk, quote: Quote) -> None:  # noqa: F811
    digits = """(name) => [...document.querySelectorAll(`[aria-labelledby=${name}] .answer`)]
      .map((one) => getComputedStyle(one, "::before").content)"""
    assert set(desk.page.evaluate(digits, "labels-act-title")) == {"none"}
    before = desk.page.locator("#editor").bounding_box()
    desk.keys("a")
    assert desk.page.evaluate(digits, "labels-act-title") == ['counter(answer) / ""'] * 7
    assert set(desk.page.evaluate(digits, "labels-engagement-title")) == {"none"}
    assert desk.page.locator("#editor").bounding_box() == before


def test_the_help_names_the_questions_of_the_project(desk: Desk) -> None:  # noqa: F811
    desk.keys("?")
    for key, name in (("a", "Act"), ("e", "Engagement"), ("y", "Factuality")):
        expect(desk.page.locator("#help div", has=desk.page.locator(f"dd:text-is('{name}')")).last).to_contain_text(key)
    expect(desk.page.locator("#help")).not_to_contain_text("First question")


def test_keys_that_come_fast_fall_on_the_quote_that_is_meant(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("v", "Control+ArrowDown", ",", "q", "a", "1", "Shift+E", "s", "/")
    desk.page.keyboard.type("Ada Holt")
    expect(desk.page.locator("#speaker-name")).to_have_value("Ada Holt")
    desk.settled()
    made = Quote.objects.live().latest("pk")
    assert labels(quote) == {}
    assert labels(made) == {"act": "statement"}
    assert [span["exact"] for span in state_of(made)["source"]] == ["engineers"]


def test_who_does_not_see_the_cursor_hears_where_it_is(desk: Desk) -> None:  # noqa: F811
    said = desk.page.locator("#said")
    desk.keys("v", "Control+ArrowDown")
    expect(said).to_have_text("“The bridge is safe,” said Mayor Ada Holt, “and it will stay open.”")
    desk.keys("Control+ArrowRight")
    expect(said).to_have_text("The")
    desk.keys("ArrowRight", "ArrowRight")
    expect(said).to_have_text("b")


def test_a_capital_letter_goes_to_a_word(desk: Desk) -> None:  # noqa: F811
    desk.keys("v", "Control+ArrowDown", "Shift+H")
    assert desk.chosen() == "Holt"
    desk.keys("Shift+A")
    assert desk.chosen() == "and"
    desk.keys("Shift+A")
    assert desk.chosen() == "Ada"


def test_from_right_to_left_the_left_key_goes_on(browser: Browser, live_server: Any, cast: Cast) -> None:
    version = make_version(cast.project, cast.manager, text=ARABIC, language="ar")
    own = make_assignment(version, cast.annotator)
    with visitor(browser, live_server.url, cast.annotator, base_url=live_server.url) as somebody:
        desk = Desk(somebody.page, own)
        desk.open()
        desk.keys("v", "Control+ArrowLeft", "Control+ArrowLeft")
        assert desk.chosen() == "الوزيرة"
        desk.keys("Control+Shift+ArrowRight")
        assert desk.chosen() == "قالت الوزيرة"
        desk.keys("'")
        assert desk.chosen() == "«الماء نظيف»"
        desk.keys("ArrowRight", "Shift+ArrowLeft", "Shift+ArrowLeft")
        assert desk.chosen() == "«ا"
        assert somebody.faults == []
