"""A marked span of the open quote: choosing it, moving its edges, its role and its quote, by key and by mouse."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from annotations.models import Quote
from annotations.services.quote_states import state_of
from tests.browser.annotating import EDGES, Desk
from tests.browser.test_annotate import content, desk  # noqa: F401
from tests.cast import Cast
from tests.factories import make_quote

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def quote(desk: Desk, cast: Cast) -> Quote:  # noqa: F811
    """A quote with a source and a cue, open on the page."""
    made = make_quote(desk.assignment, cast.annotator, "nobody had measured", source="He", cue="said nobody")
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={made.key}")
    desk.settled()
    return made


def role(quote: Quote, name: str) -> list[str]:
    """Return the words of a role."""
    return [span["exact"] for span in state_of(quote)[name]]


def saves(desk: Desk, *keys: str) -> None:  # noqa: F811
    """Press keys, and wait until the last one is saved."""
    desk.keys(*keys[:-1])
    with desk.answered():
        desk.keys(keys[-1])
    desk.settled()


def test_keys_move_both_edges(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("w")
    assert desk.chosen() == "nobody had measured"
    saves(desk, "Shift+ArrowRight", "Alt+Shift+ArrowLeft", "Enter")
    assert content(quote) == ["said nobody had measured it"]
    saves(desk, "w", "Shift+ArrowLeft", "Control+Shift+ArrowLeft", "Enter")
    assert content(quote) == ["said nobody had measure"]
    saves(desk, "z")
    assert content(quote) == ["said nobody had measured it"]


def test_escape_leaves_the_edges_as_they_were(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("w", "Shift+ArrowRight", "Escape")
    expect(desk.page.locator(".edge")).to_have_count(0)
    expect(desk.page.locator("#span-form")).to_be_hidden()
    assert desk.chosen() == ""
    assert content(quote) == ["nobody had measured"]


def test_a_chosen_span_gets_another_role_and_goes(desk: Desk, quote: Quote) -> None:  # noqa: F811
    saves(desk, "w", "w", "d")
    assert (role(quote, "source"), role(quote, "addressee")) == ([], ["He"])
    saves(desk, "w", "w", "x")
    assert (role(quote, "cue"), role(quote, "addressee")) == ([], ["He"])


def test_a_span_is_given_to_another_quote(desk: Desk, quote: Quote, cast: Cast) -> None:  # noqa: F811
    other = make_quote(desk.assignment, cast.annotator, "denied this")
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={quote.key}")
    desk.settled()
    saves(desk, "w", "w", "m", "ArrowDown", "Enter")
    assert (role(quote, "source"), role(other, "source")) == ([], ["He"])
    saves(desk, "z")
    assert (role(quote, "source"), role(other, "source")) == (["He"], [])


LEAVING = {
    "to the next words": ("w",),
    "to the cursor": ("v", "Control+ArrowRight"),
    "to a gap": ("g",),
    "to the search": ("f",),
    "to an answer": ("a", "1"),
    "to a new quote": ("q",),
}


@pytest.mark.parametrize("keys", LEAVING.values(), ids=LEAVING)
def test_edges_that_were_moved_are_saved_when_they_are_left(
    desk: Desk,  # noqa: F811
    quote: Quote,
    keys: tuple[str, ...],
) -> None:
    with desk.answered():
        desk.keys("w", "Shift+ArrowRight", *keys)
    desk.settled()
    assert content(quote) == ["nobody had measured it"]
    if keys == ("q",):
        assert content(Quote.objects.latest("pk")) == ["nobody had measured it"]
        expect(desk.page.locator("#steps")).to_have_attribute("data-open", Quote.objects.latest("pk").key)


def test_edges_are_saved_before_another_quote_opens(desk: Desk, quote: Quote, cast: Cast) -> None:  # noqa: F811
    other = make_quote(desk.assignment, cast.annotator, "denied this")
    desk.page.reload()
    desk.settled()
    for open_other in (lambda: desk.keys("k"), lambda: desk.page.locator(f"[id='open-{other.key}']").click()):
        desk.keys("w", "Shift+ArrowRight")
        open_other()
        expect(desk.page.locator("#steps")).to_have_attribute("data-open", other.key)
        desk.settled()
        assert content(quote) == ["nobody had measured it"]
        saves(desk, "j", "w", "Shift+ArrowLeft", "Enter")
        assert content(quote) == ["nobody had measured"]


def test_a_press_elsewhere_saves_the_edges(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("w", "Shift+ArrowRight")
    x, y, _x, _y = desk.page.evaluate(EDGES, ["Mayor", 0])
    with desk.answered():
        desk.page.mouse.click(x, y)
    desk.settled()
    assert content(quote) == ["nobody had measured it"]


def drag(desk: Desk, handle: int, words: str) -> None:  # noqa: F811
    """Drag a handle to the end, or the start, of some words."""
    x1, y1, x2, y2 = desk.page.evaluate(EDGES, [words, 0])
    box: Any = desk.page.locator(".edge").nth(handle).bounding_box()
    assert min(box["width"], box["height"]) >= 24
    desk.page.mouse.move(box["x"] + 12, box["y"] + 6)
    desk.page.mouse.down()
    x, y = (x2, y2) if handle else (x1, y1)
    desk.page.mouse.move(x, y + 20, steps=3)
    with desk.answered():
        desk.page.mouse.up()
    desk.settled()


def test_the_mouse_moves_both_edges(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.page.locator("#editor [data-span=content]").click()
    drag(desk, 1, "measured i")
    assert content(quote) == ["nobody had measured it"]
    desk.page.locator("mark.content").last.click()
    expect(desk.page.locator(".edge")).to_have_count(2)
    drag(desk, 0, "had measured")
    assert content(quote) == ["had measured it"]


def test_axe_finds_nothing_while_words_are_chosen(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("v", "Control+ArrowRight")
    for keys in ((), ("w",)):
        desk.keys(*keys)
        found = Axe().run(desk.page, options={"preload": False})
        assert found.violations_count == 0, found.generate_report()
