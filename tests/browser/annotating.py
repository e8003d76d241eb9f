"""The annotation page in a real browser: selecting with the mouse, and looking after every step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, Response, expect

from annotations.models import Assignment

# Where the first and the last character of some words are on the screen.
EDGES = """([words, nth]) => {
  const story = document.querySelector("[data-story]");
  let found = -1;
  for (let i = 0; i <= nth; i += 1) found = story.textContent.indexOf(words, found + 1);
  if (found < 0) throw new Error(`not in the story: ${words}`);
  const point = (units) => {
    const walker = document.createTreeWalker(story, NodeFilter.SHOW_TEXT);
    let left = units;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (left < node.length) return [node, left];
      left -= node.length;
    }
  };
  const box = (units, length) => {
    const [node, offset] = point(units);
    const range = document.createRange();
    range.setStart(node, offset);
    range.setEnd(node, Math.min(node.length, offset + length));
    return range.getBoundingClientRect();
  };
  point(found)[0].parentElement.scrollIntoView({ block: "center" });
  const [first, last] = [box(found, 1), box(found + words.length - 1, 1)];
  const back = getComputedStyle(point(found)[0].parentElement.closest(".block")).direction === "rtl";
  const [x1, x2] = back ? [first.right - 1, last.left + 1] : [first.left + 1, last.right - 1];
  return [x1, first.top + first.height / 2, x2, last.top + last.height / 2];
}"""


class Desk:
    """A page of an assignment, and what a person does on it."""

    def __init__(self, page: Page, assignment: Assignment) -> None:
        self.page = page
        self.assignment = assignment

    def open(self) -> None:
        """Load the page."""
        answer = self.page.goto(f"/assignments/{self.assignment.pk}/")
        assert answer is not None
        assert answer.status == 200
        self.settled()

    def select(self, words: str, nth: int = 0, modifier: str = "") -> str:
        """Drag over words with the mouse; return what is selected then."""
        self.put_buttons_away()
        x1, y1, x2, y2 = self.page.evaluate(EDGES, [words, nth])
        if modifier:
            self.page.keyboard.down(modifier)
        self.page.mouse.move(x1, y1)
        self.page.mouse.down()
        self.page.mouse.move((x1 + x2) / 2, (y1 + y2) / 2, steps=3)
        self.page.mouse.move(x2, y2, steps=3)
        self.page.mouse.up()
        if modifier:
            self.page.keyboard.up(modifier)
        return self.chosen()

    def put_buttons_away(self) -> None:
        """Press beside the words, as a person does whose earlier selection has its buttons over other words."""
        if self.page.locator(".words--near").count():
            x1, y1, _x2, _y2 = self.page.evaluate(EDGES, [self.text()[:2], 0])
            self.page.mouse.click(x1, y1)
            expect(self.page.locator(".words--near")).to_have_count(0)

    def chosen(self) -> str:
        """Return the words that are chosen: there is nothing to wait for."""
        return self.page.locator("form[data-words] [name=exact]").input_value()

    def keys(self, *names: str) -> None:
        """Press keys, one after the other, without waiting."""
        for name in names:
            self.page.keyboard.press(name)

    @contextmanager
    def answered(self) -> Iterator[None]:
        """Do something and wait until the gesture that it makes is answered and written."""
        with self.page.expect_response(is_gesture) as answer:
            yield
        assert answer.value.status == 200, answer.value.text()

    def press(self, name: str, within: str = "body") -> None:
        """Press a button and wait until the gesture is saved."""
        with self.answered():
            self.page.locator(within).get_by_role("button", name=name, exact=True).click()
        self.settled()

    def mark(self, words: str, role: str, nth: int = 0) -> None:
        """Select words and give them a role in the open quote, or make a new quote of them."""
        self.select(words, nth)
        self.press(role, "form[data-words]")

    def choose(self, answer: str, question: str) -> None:
        """Choose one of the answers to a question."""
        with self.answered():
            self.page.get_by_role("radiogroup", name=question).get_by_role("radio", name=answer, exact=True).click()
        self.settled()

    def settled(self) -> None:
        """Wait until everything is saved, and see that the words on the page are still those of the article."""
        self.page.wait_for_load_state()
        expect(self.page.locator("#workbench:not([aria-busy])")).to_be_attached()
        expect(self.page.locator("#save-state")).to_have_text("Saved")
        assert self.text() == self.assignment.version.text

    def text(self) -> str:
        """Return the textContent of the story."""
        text: str = self.page.locator("[data-story]").evaluate("story => story.textContent")
        return text

    def marks(self) -> Any:
        """Return what the page shows of quotes, wherever the mouse is: their cards and the marks in the text."""
        return self.page.evaluate(
            """() => [
              [...document.querySelectorAll(".quote-card")].map((card) => card.innerText),
              [...document.querySelectorAll("[data-story] mark")].map((mark) => [
                mark.className.replace(" is-shown", ""), mark.textContent,
              ]),
            ]"""
        )


def is_gesture(response: Response) -> bool:
    """Whether a response answers a gesture."""
    return response.request.method == "POST" and "/assignments/" in response.url
