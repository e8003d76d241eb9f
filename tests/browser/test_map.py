"""The map of the story: one stop of the Tab key, and easy to hit however many paragraphs there are."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.annotating import Desk
from tests.browser.test_annotate import desk  # noqa: F401
from tests.cast import Cast
from tests.factories import make_assignment, make_quote, make_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STOPS = "() => document.querySelectorAll('#map a:not([tabindex=\"-1\"])').length"
# What a press hits that is smaller than WCAG 2.5.8 allows.
SMALL = """() => [...document.querySelectorAll("#map a")]
  .filter((one) => getComputedStyle(one).pointerEvents !== "none")
  .map((one) => one.getBoundingClientRect())
  .filter((box) => Math.min(box.width, box.height) < 24).length"""


@pytest.fixture
def long_story(desk: Desk, cast: Cast) -> Desk:  # noqa: F811
    """A story of a hundred paragraphs."""
    text = "\n\n".join(f"Paragraph {number} says that the bridge is safe." for number in range(100))
    desk.assignment = make_assignment(make_version(cast.project, cast.manager, text), cast.annotator)
    make_quote(desk.assignment, cast.annotator, "the bridge is safe")
    desk.open()
    return desk


def test_the_map_is_one_stop_and_the_arrows_go_through_it(desk: Desk) -> None:  # noqa: F811
    desk.page.set_viewport_size({"width": 1400, "height": 420})
    assert desk.page.evaluate(STOPS) == 1
    desk.page.locator("#map-0 a").focus()
    desk.keys("ArrowDown", "ArrowDown", "ArrowUp", "End")
    expect(desk.page.locator("#map-3 a")).to_be_focused()
    assert desk.page.evaluate(STOPS) == 1
    desk.keys("Enter")
    expect(desk.page.locator("#block-3")).to_be_in_viewport()
    desk.page.locator("#map-3 a").focus()
    desk.keys("Home")
    expect(desk.page.locator("#map-0 a")).to_be_focused()


def test_a_gesture_leaves_the_map_one_stop(desk: Desk) -> None:  # noqa: F811
    desk.mark("The bridge is safe", "New quote")
    expect(desk.page.locator("#map-1 i")).to_have_class("s0")
    assert desk.page.evaluate(STOPS) == 1


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (390, 844)])
def test_every_target_is_large_enough(desk: Desk, size: tuple[int, int]) -> None:  # noqa: F811
    desk.page.set_viewport_size({"width": size[0], "height": size[1]})
    assert desk.page.evaluate(SMALL) == 0


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_a_map_of_many_paragraphs_is_one_thing_to_press(long_story: Desk, size: tuple[int, int]) -> None:
    page = long_story.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    long_story.open()
    assert page.evaluate(SMALL) == 0
    expect(page.locator("#map-0 i")).to_have_count(1)
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.605, box["y"] + box["height"] * 0.605)
    expect(page.locator("#block-60")).to_be_in_viewport()
    expect(page.locator("#block-99")).not_to_be_in_viewport()
