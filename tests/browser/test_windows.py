"""The annotation page in windows of every size: its head, the buttons for chosen words, and what must stay in sight."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from annotations.services.speakers import NewSpeaker
from tests.browser.annotating import Desk
from tests.browser.test_annotate import desk  # noqa: F401
from tests.cast import Cast
from tests.factories import STORY, make_assignment, make_quote, make_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Box = dict[str, float]
LONG = " ".join(f"Word {number} of a long answer stands here." for number in range(60))
# A finger's own selection, of which a page hears nothing but this.
SWIPE = """() => {
  const text = document.querySelectorAll("[data-story] .block")[1].firstChild;
  getSelection().setBaseAndExtent(text, 6, text, 17);
}"""
CHOSEN = """() => [...CSS.highlights.get("chosen")].flatMap((range) => [...range.getClientRects()])
  .map(({ x, y, width, height }) => ({ x, y, width, height }))"""


def box_of(one: Locator) -> Box:
    """Return where an element stands in the window."""
    box = one.bounding_box()
    assert box is not None
    return dict(box)


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes lie over each other, by more than the part of a pixel."""
    sides = (("x", "width"), ("y", "height"))
    return all(one[at] + 1 < other[at] + other[size] and other[at] + 1 < one[at] + one[size] for at, size in sides)


def resize(page: Page, size: tuple[int, int]) -> None:
    """Make the window as large as that."""
    page.set_viewport_size({"width": size[0], "height": size[1]})


def open_story(desk: Desk, cast: Cast, text: str, **fields: Any) -> None:  # noqa: F811
    """Open the page of another story."""
    desk.assignment = make_assignment(make_version(cast.project, cast.manager, text, **fields), cast.annotator)
    desk.open()


@pytest.mark.parametrize("touch", [False, True])
@pytest.mark.parametrize("size", [(390, 844), (900, 700), (320, 256)])
def test_the_buttons_come_in_every_window(desk: Desk, browser: Browser, size: tuple[int, int], touch: bool) -> None:  # noqa: F811
    look = ViewportSize(width=size[0], height=size[1])
    context = browser.new_context(
        storage_state=desk.page.context.storage_state(), viewport=look, has_touch=touch, is_mobile=touch
    )
    page = context.new_page()
    page.goto(desk.page.url)
    if touch:
        page.evaluate(SWIPE)
    else:
        Desk(page, desk.assignment).select("bridge is safe")
    button = page.get_by_role("button", name="New quote")
    expect(button).to_be_in_viewport(ratio=1)
    form = box_of(page.locator("#words"))
    assert not any(meet(form, line) for line in page.evaluate(CHOSEN))
    if touch:
        button.tap()
    else:
        button.click()
    expect(page.locator("mark.content")).to_have_text("bridge is safe")
    context.close()


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (900, 700), (390, 844)])
@pytest.mark.parametrize("words", ["answer stands here.", LONG], ids=["few", "many"])
def test_chosen_words_at_the_end_stay_where_they_are(
    desk: Desk,  # noqa: F811
    cast: Cast,
    size: tuple[int, int],
    words: str,
) -> None:
    resize(desk.page, size)
    open_story(desk, cast, f"{STORY}\n\n{LONG}" if words == LONG else f"{STORY}\n\n" * 3 + LONG[-200:])
    last = desk.page.locator(".block").last
    desk.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    before = box_of(last)
    if words == LONG:
        end = before["y"] + before["height"] - 30
        desk.page.mouse.click(before["x"] + 60, end, click_count=5)
    else:
        desk.select(words, nth=desk.text().count(words) - 1)
    form = box_of(desk.page.locator("#words"))
    assert box_of(last) == before
    # On a phone the bar is the end of the page, and comes back with it.
    assert size[0] < 700 or not meet(form, box_of(desk.page.locator("#bar")))
    # Words as tall as a small window have no place beside them.
    if words != LONG or size[0] > 1000:
        assert not any(meet(form, line) for line in desk.page.evaluate(CHOSEN))
    desk.page.keyboard.press("Escape")
    assert box_of(last) == before


@pytest.mark.parametrize("width", [721, 768, 844, 880, 1024, 1201, 1220, 1280, 1440])
def test_nothing_in_the_head_lies_over_anything_else(desk: Desk, cast: Cast, width: int) -> None:  # noqa: F811
    resize(desk.page, (width, 700))
    open_story(desk, cast, "A Headline That Is Much Too Long for the Head of Any Window There Is\n\n" + STORY)
    desk.page.locator("#save-state").evaluate("one => (one.dataset.state = 'unsaved')")
    desk.page.locator("#save-state").evaluate("one => (one.textContent = 'Not saved (12)')")
    parts = [
        box_of(one)
        for one in desk.page.locator(".brand, .crumbs bdi, #save-state, .steps, header > .button, .user-menu").all()
        if one.is_visible()
    ]
    assert [(one, other) for one in parts for other in parts if one is not other and meet(one, other)] == []
    middles = [one["y"] + one["height"] / 2 for one in parts]
    assert max(middles) - min(middles) < 5


def test_the_head_of_a_phone_keeps_its_second_row(desk: Desk) -> None:  # noqa: F811
    resize(desk.page, (390, 844))
    rows = [box_of(desk.page.locator(one))["y"] for one in (".brand", ".user-menu", "#save-state", "#undo")]
    assert abs(rows[0] - rows[1]) < 10
    assert abs(rows[2] - rows[3]) < 10
    desk.page.evaluate("scrollTo(0, 500)")
    for name in ("#save-state", "#undo"):
        expect(desk.page.locator(name)).to_be_in_viewport(ratio=1)
    head, badge = (box_of(desk.page.locator(one)) for one in (".site-header", "#save-state"))
    assert head["y"] + head["height"] >= badge["y"] + badge["height"]
    expect(desk.page.locator(".brand")).not_to_be_in_viewport()


@pytest.mark.parametrize("size", [(1400, 900), (900, 700), (390, 844)])
def test_the_choices_for_repeated_words_are_seen(desk: Desk, size: tuple[int, int]) -> None:  # noqa: F811
    resize(desk.page, size)
    desk.page.locator("#words-field").fill("the")
    desk.page.get_by_role("button", name="New quote").click()
    choices = desk.page.locator(".words__refusal")
    expect(choices).to_be_in_viewport(ratio=1)
    expect(desk.page.get_by_role("button", name="New quote")).to_be_in_viewport(ratio=1)
    bar = desk.page.locator("#bar")
    assert not bar.is_visible() or not meet(box_of(choices), box_of(bar))
    choices.get_by_role("radio").nth(1).check()
    desk.press("New quote", "#words")
    expect(desk.page.locator("mark.content")).to_have_text("the")


def test_the_help_of_chosen_words_is_no_dialog(desk: Desk, cast: Cast) -> None:  # noqa: F811
    quote = make_quote(desk.assignment, cast.annotator, "The bridge is safe", source="Mayor Ada Holt")
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={quote.key}")
    desk.keys("w")
    hint = desk.page.locator("#span-form .help")
    expect(hint).to_be_visible()
    assert hint.evaluate("one => getComputedStyle(one).boxShadow") == "none"
    assert hint.evaluate("one => getComputedStyle(one).padding") == "0px"


def test_what_is_written_from_right_to_left_begins_at_the_right(desk: Desk, cast: Cast) -> None:  # noqa: F811
    text = "مياه الشرب في المدينة سليمة كما يقول المسؤولون عنها منذ سنوات\n\nقال الحمداوي: «المياه سليمة»."
    open_story(desk, cast, text, language="ar")
    quote = make_quote(desk.assignment, cast.annotator, "«المياه سليمة»", source="الحمداوي", cue="قال")
    resize(desk.page, (800, 700))
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={quote.key}")
    crumb = desk.page.locator(".crumbs [aria-current] > bdi")
    cut = crumb.evaluate("({ scrollWidth, clientWidth }) => scrollWidth > clientWidth")
    assert cut
    # The end is cut, and not the beginning.
    assert crumb.evaluate("one => [getComputedStyle(one).direction, getComputedStyle(one).textOverflow]") == [
        "rtl",
        "ellipsis",
    ]
    button = desk.page.locator(".span").first
    words = button.locator(".serif")
    assert words.evaluate("one => getComputedStyle(one).direction") == "rtl"
    outer, inner = box_of(button), box_of(words)
    assert outer["x"] + outer["width"] - inner["x"] - inner["width"] < 10


def test_what_to_press_from_the_eleventh_speaker_on_is_seen(desk: Desk, cast: Cast) -> None:  # noqa: F811
    for number, word in enumerate(desk.assignment.version.text.split()[3:17], start=1):
        speaker = NewSpeaker(f"The Speaker Number {number}", "person", description="of a ministry")
        make_quote(desk.assignment, cast.annotator, word, speaker=speaker)
    resize(desk.page, (1440, 900))
    desk.open()
    expect(desk.page.get_by_text("From the eleventh on: type the name")).to_be_in_viewport(ratio=1)


def test_who_makes_a_person_is_told_so(desk: Desk, cast: Cast) -> None:  # noqa: F811
    quote = make_quote(desk.assignment, cast.annotator, "The bridge is safe")
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={quote.key}")
    desk.page.locator("#speaker-name").fill("officials")
    expect(desk.page.get_by_role("button", name="Create named person")).to_be_visible()
