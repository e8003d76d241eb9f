"""One gesture swaps what it changed: after every exchange the page is as it is when it is loaded."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from annotations.models import Quote
from tests.browser.annotating import Desk
from tests.browser.test_annotate import desk  # noqa: F401
from tests.cast import Cast
from tests.factories import make_quote

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The page without what is new at each loading, what scripts put on it to place it, and what is being typed.
LOOK = """() => ["workbench", "steps"].map((id) => {
  const part = document.getElementById(id).cloneNode(true);
  for (const one of part.querySelectorAll("datalist, [name=gesture], [name=csrfmiddlewaretoken]")) one.remove();
  for (const one of [part, ...part.querySelectorAll("*")]) {
    for (const name of ["style", "data-sent", "aria-busy", "hx-swap-oob"]) one.removeAttribute(name);
    one.classList.remove("words--near", "is-here", "is-shown", "htmx-settling", "htmx-swapping", "htmx-added");
    if (!one.classList.length) one.removeAttribute("class");
  }
  for (const one of part.querySelectorAll("[aria-current=location]")) one.removeAttribute("aria-current");
  for (const one of part.querySelectorAll("#words input, #words textarea")) one.removeAttribute("value");
  return part.outerHTML.replace(/>\\s+</g, "><").split(/(?=<)/);
})"""


@pytest.fixture
def fresh(desk: Desk) -> Page:  # noqa: F811
    """Another window, which loads the page anew."""
    return desk.page.context.new_page()


def same(desk: Desk, fresh: Page) -> None:  # noqa: F811
    """Compare the page with the one that is loaded now."""
    desk.settled()
    fresh.goto(desk.page.url)
    fresh.wait_for_load_state("networkidle")
    assert desk.page.evaluate(LOOK) == fresh.evaluate(LOOK)
    assert desk.text() == fresh.locator("[data-story]").evaluate("one => one.textContent")


def test_after_every_exchange_the_page_is_as_a_fresh_one(desk: Desk, fresh: Page, cast: Cast) -> None:  # noqa: F811
    make_quote(desk.assignment, cast.annotator, "nobody had measured it", source="He", speaker=None)
    desk.open()
    desk.mark("“The bridge is safe,”", "New quote")
    same(desk, fresh)
    for words, role in (("“and it will stay open.”", "Add fragment"), ("Mayor Ada Holt", "Source"), ("said", "Cue")):
        desk.mark(words, role)
        same(desk, fresh)
    desk.choose("statement", "Act")
    same(desk, fresh)
    desk.mark("engineers told the council that the old pier “moves a little” in winter", "New quote")
    same(desk, fresh)
    desk.mark("the old pier “moves a little” in winter", "New quote")
    same(desk, fresh)
    desk.choose("reported", "Type")
    same(desk, fresh)
    desk.page.locator("mark", has_text="The bridge is safe").first.click()
    desk.page.locator(f"#open-{Quote.objects.order_by('pk')[1].key}[aria-current]").wait_for()
    same(desk, fresh)
    for step in ("Undo", "Undo", "Undo", "Redo"):
        desk.press(step)
        same(desk, fresh)
    with desk.answered():
        desk.page.locator("#bar [data-key='looked-at']").click()
    same(desk, fresh)
