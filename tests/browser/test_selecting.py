"""Selecting words of the story: with the mouse, with the keys, by touch, and by searching."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.annotating import EDGES, Desk
from tests.browser.test_annotate import desk  # noqa: F401
from tests.cast import Cast
from tests.factories import STORY, make_assignment, make_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PRESSES = [
    (2, "engineers"),
    (3, "engineers told the council that the old pier “moves a little” in winter"),
    (4, "According to her, engineers told the council that the old pier “moves a little” in winter."),
    (5, "According to her, engineers told the council that the old pier “moves a little” in winter."),
]


@pytest.mark.parametrize(("presses", "words"), PRESSES)
def test_presses_in_one_place_take_more_and_more(desk: Desk, presses: int, words: str) -> None:  # noqa: F811
    x, y, _x, _y = desk.page.evaluate(EDGES, ["gineers", 0])
    desk.page.mouse.click(x, y, click_count=presses)
    assert desk.chosen() == words


def test_three_presses_inside_quotation_marks_take_what_stands_in_them(desk: Desk) -> None:  # noqa: F811
    x, y, _x, _y = desk.page.evaluate(EDGES, ["moves", 0])
    desk.page.mouse.click(x, y, click_count=3)
    assert desk.chosen() == "“moves a little”"


MARKED = [
    ("‘no one’s bridge’", "one"),
    ("‚kein Problem‘", "Problem"),
    ("''that isn't so''", "isn"),
    ("‘no, they don’t’", "they"),
    ("„ganz “", "ganz"),
]


@pytest.mark.parametrize(("words", "inside"), MARKED)
def test_all_kinds_of_quotation_marks_are_known(desk: Desk, cast: Cast, words: str, inside: str) -> None:  # noqa: F811
    text = f"The workers’ man said {words} to the mayor’s face."
    desk.assignment = make_assignment(make_version(cast.project, cast.manager, text), cast.annotator)
    desk.open()
    x, y, _x, _y = desk.page.evaluate(EDGES, [inside, 0])
    desk.page.mouse.click(x, y, click_count=3)
    assert desk.chosen() == words


def test_a_drag_over_chosen_words_chooses_anew(desk: Desk) -> None:  # noqa: F811
    desk.select("The bridge is safe")
    x1, y1, x2, y2 = desk.page.evaluate(EDGES, ["bridge is", 0])
    desk.page.mouse.move(x1, y1)
    desk.page.mouse.down()
    desk.page.mouse.move(x2, y2, steps=4)
    desk.page.mouse.up()
    assert desk.chosen() == "bridge is"


def test_the_buttons_of_an_earlier_choice_do_not_catch_a_drag(desk: Desk) -> None:  # noqa: F811
    desk.select("The bridge is safe")
    box = desk.page.locator("form[data-words]").bounding_box()
    x1, y1, _x, _y = desk.page.evaluate(EDGES, ["Mayor Ada", 0])
    assert box is not None
    desk.page.mouse.move(x1, y1)
    desk.page.mouse.down()
    desk.page.mouse.move(box["x"] + 5, box["y"] + 5, steps=3)
    desk.page.mouse.up()
    assert desk.chosen() != ""


def test_the_keys_choose_by_clause_and_word(desk: Desk) -> None:  # noqa: F811
    desk.keys("v", "Control+ArrowDown", ",")
    assert desk.chosen() == "“The bridge is safe,”"
    desk.keys(",", ",")
    assert desk.chosen() == "“and it will stay open.”"
    desk.keys("Control+ArrowLeft")
    assert desk.chosen() == "Holt"
    desk.keys("Control+Shift+ArrowLeft", "Control+Shift+ArrowLeft")
    assert desk.chosen() == "Mayor Ada Holt"
    desk.keys("Control+Shift+ArrowRight")
    assert desk.chosen() == "Ada Holt"


def test_the_keys_move_by_character_line_sentence_and_paragraph(desk: Desk) -> None:  # noqa: F811
    desk.keys("v", "Control+ArrowDown", "Control+ArrowDown", "Control+ArrowDown")
    desk.keys("Alt+ArrowDown", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowLeft")
    assert desk.chosen() == "🌉 "
    desk.keys("Alt+Shift+ArrowDown")
    assert desk.chosen() == "🌉 He said nobody had measured it."
    desk.keys("Control+ArrowUp", "Shift+End")
    assert STORY.split("\n\n")[3].startswith(desk.chosen())
    assert desk.chosen().startswith("Councillor Ben Ruiz denied this.")
    desk.keys("Escape", "Control+ArrowUp", "Control+ArrowDown", "Control+Shift+ArrowUp")
    assert desk.chosen() == STORY.split("\n\n")[2] + "\n\n"
    desk.keys("ArrowLeft", "Shift+ArrowRight")
    assert desk.chosen() == "A"
    desk.keys("PageUp", "Shift+PageDown")
    assert desk.chosen() == STORY.split("\n\n")[1]
    desk.keys("Escape", "PageDown", "PageDown", "PageUp", "Shift+ArrowRight")
    assert desk.chosen() == "A"
    desk.keys("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "Home", "Shift+ArrowRight")
    assert desk.chosen() == "A"


def test_the_cursor_comes_into_view_and_goes_with_escape(desk: Desk) -> None:  # noqa: F811
    desk.page.set_viewport_size({"width": 1400, "height": 420})
    desk.keys("v", *["Control+ArrowDown"] * 3)
    expect(desk.page.locator(".cursor")).to_be_in_viewport()
    desk.keys(",", "Escape")
    assert desk.chosen() == ""
    expect(desk.page.locator(".cursor")).to_be_visible()
    desk.keys("Escape")
    expect(desk.page.locator(".cursor")).to_have_count(0)


def test_words_chosen_while_a_gesture_is_on_its_way_stay_chosen(desk: Desk) -> None:  # noqa: F811
    desk.keys("v", "Control+ArrowDown", ",", "q", "Control+ArrowRight", "u", ";", "s")
    expect(desk.page.locator("mark.source")).to_have_text("Mayor Ada Holt")
    desk.settled()
    expect(desk.page.locator("mark.cue")).to_have_text("said")
    expect(desk.page.locator("mark.content")).to_have_text("“The bridge is safe,”")


def test_search_finds_counts_and_chooses(desk: Desk) -> None:  # noqa: F811
    desk.keys("f")
    desk.page.keyboard.type("THE")
    expect(desk.page.locator("#find-count")).to_have_text("1 of 3")
    desk.keys("Enter", "Enter", "Shift+Enter")
    expect(desk.page.locator("#find-count")).to_have_text("2 of 3")
    desk.keys("Escape")
    assert desk.chosen() == "the"
    desk.keys("Control+Shift+ArrowRight")
    assert desk.chosen() == "the council"


def test_search_finds_letters_however_their_marks_are_written(desk: Desk, cast: Cast) -> None:  # noqa: F811
    text = "Café said no. Cafe\u0301 said\u00a0 yes (twice)."
    desk.assignment = make_assignment(make_version(cast.project, cast.manager, text), cast.annotator)
    desk.open()
    count = desk.page.locator("#find-count")
    for words, found in (
        ("Café", "1 of 2"),
        ("cafe\u0301 said", "1 of 2"),
        ("said yes (", "1 of 1"),
        (".*", "Not in the story"),
    ):
        desk.page.locator("#find-words").fill(words)
        expect(count).to_have_text(found)
    desk.page.locator("#find-words").fill("CAFÉ")
    desk.keys("Enter", "Escape")
    assert desk.chosen() == "Cafe\u0301"


def test_a_single_press_in_the_story_takes_nothing_and_lets_go(desk: Desk) -> None:  # noqa: F811
    desk.select("The bridge is safe")
    desk.put_buttons_away()
    assert desk.chosen() == ""


def test_what_is_copied_are_the_chosen_words(desk: Desk) -> None:  # noqa: F811
    copied: Any = desk.page.evaluate_handle(
        """() => {
          const copied = { text: "" };
          addEventListener("copy", (event) => { copied.text = event.clipboardData.getData("text/plain"); });
          return copied;
        }"""
    )
    desk.select("The bridge is safe")
    desk.keys("Control+c")
    assert copied.evaluate("copied => copied.text") == "The bridge is safe"
