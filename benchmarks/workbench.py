"""Annotating in Chromium: from the key press to the words shown and to "Saved", what is swapped, and the actions.

``python -m benchmarks.workbench`` starts the server as ``make run`` does, on a desk of its own, and annotates a story
of 12 quotes, one with 500 spans, and one of 34,000 characters with 214 quotes. Give it a machine that does nothing
else.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks import corpus
from benchmarks.desk import desk, say, spread
from benchmarks.pages import open_cold, served, sign_in
from tests.chromium import launch_arguments

GESTURES = 40
WARM_UP = 5
# The clock starts at the key press. Shown: the frame with the words marked, or the answer pressed, has been painted.
# Saved: the server's answer stands on the page, and the page says "Saved".
CLOCK = """
window.start = (shows) => {
  window.clock = {};
  const shown = (pressed) => new Promise((resolve) => {
    const look = () => {
      if (!shows()) return requestAnimationFrame(look);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve({ shown: performance.now() - pressed });
      port2.postMessage(null);
    };
    requestAnimationFrame(look);
  });
  const saved = (pressed) => new Promise((resolve) => document.addEventListener("gesture-saved", () => {
    const saved = performance.now() - pressed;
    clock.isSaved = true;
    const asked = performance.getEntriesByType("resource").filter((one) => one.name.includes("/assignments/")).at(-1);
    const { responseEnd, decodedBodySize: bytes, encodedBodySize: wire } = asked;
    resolve({ saved, answered: responseEnd - pressed, bytes, wire });
  }, { once: true }));
  clock.done = new Promise((resolve) => addEventListener("keydown", async ({ timeStamp }) => {
    const found = await Promise.all([shown(timeStamp), saved(timeStamp)]);
    performance.clearResourceTimings();
    resolve(Object.assign({}, ...found));
  }, { once: true, capture: true }));
};
"""
IS_PAINTED = "clock.isSaved || [...CSS.highlights.keys()].some((name) => name.startsWith('unsaved-'))"


@dataclass
class Hand:
    """Somebody with a mouse or a keyboard, and how often they press, click or drag."""

    page: Page
    actions: int = field(default=0)

    def drag(self, bench: Any, words: str) -> None:
        """Drag over words."""
        self.actions += 1
        bench.select(words)

    def click(self, selector: str) -> None:
        """Click on something, and wait until the gesture is saved."""
        self.actions += 1
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            self.page.locator(selector).click()
        self.page.locator("#workbench:not([aria-busy])").wait_for()


def annotated(record: dict[str, Any]) -> Any:
    """Import a story into the sample project and let the editor make its quotes; return the assignment."""
    from annotations.models import ArticleVersion, Project, User
    from annotations.services.assignments import start_assignment
    from annotations.services.quotes import create_quote
    from annotations.services.records import import_records

    editor, project = User.objects.get(username="editor"), Project.objects.get(slug="sample")
    import_records(actor=editor, project=project, records=[record])
    version = ArticleVersion.objects.select_related("article", "project").get(article__key=record["article"]["id"])
    assignment = start_assignment(actor=editor, version=version)
    for quote in record["quotes"]:
        parts: Any = {role: quote[role] for role in ("content", "source", "cue", "addressee")}
        parts |= {"speaker": quote["speaker"], "labels": quote["labels"]}
        create_quote(actor=editor, assignment=assignment, parts=parts)
    return assignment


def words_of(text: str, seed: int = 7) -> Iterator[tuple[str, int]]:
    """Yield three words that follow each other in a line, and which of their occurrences is meant."""
    rng = random.Random(seed)  # noqa: S311  a benchmark is to be repeated, not guessed
    places = [found.span() for found in re.finditer(r"\w+ \w+ \w+", text)]
    while True:
        start, end = rng.choice(places)
        nth = len(re.findall(f"(?={re.escape(text[start:end])})", text[:start]))
        yield text[start:end], nth


def gesture(bench: Any, key: str, shows: str) -> dict[str, float]:
    """Press a key and return how long it took, and what was swapped."""
    bench.page.evaluate(f"start(() => {shows})")
    bench.page.keyboard.press(key)
    found: dict[str, float] = bench.page.evaluate("clock.done")
    bench.settled()
    return found


def gestures(bench: Any) -> dict[str, list[dict[str, float]]]:
    """Make quotes with a source, a speaker and a label, again and again; each quote is undone afterwards."""
    found: dict[str, list[dict[str, float]]] = {"quote": [], "source": [], "speaker": [], "label": []}
    words = words_of(bench.assignment.version.text)
    for _ in range(GESTURES + WARM_UP):
        bench.select(*next(words))
        found["quote"].append(gesture(bench, "q", IS_PAINTED))
        bench.select(*next(words))
        found["source"].append(gesture(bench, "s", IS_PAINTED))
        found["speaker"].append(gesture(bench, "1", "document.querySelector('#cast-1[aria-pressed=true]')"))
        bench.page.keyboard.press("a")
        found["label"].append(gesture(bench, "1", "document.querySelector('[name=label]:checked')"))
        for _ in found:
            gesture(bench, "z", "clock.isSaved")
    return {kind: rows[WARM_UP:] for kind, rows in found.items()}


def report(name: str, bench: Any) -> None:
    """Print the times and sizes of each kind of gesture."""
    for kind, rows in gestures(bench).items():
        for what in ("shown", "answered", "saved"):
            say(f"{name}: {kind} {what}", spread([row[what] / 1000 for row in rows]))
        swapped, wire = (sorted(row[size] for row in rows)[len(rows) // 2] for size in ("bytes", "wire"))
        say(f"{name}: {kind}, swapped", f"{swapped / 1000:.1f} kB, {wire / 1000:.1f} kB on the wire")


def count_actions(bench: Any, hand: Hand) -> None:
    """Make one whole quote with the mouse, and see on the server that it is all there."""
    from annotations.models import Quote
    from annotations.services.quote_states import state_of

    text = bench.assignment.version.text
    content, cue, source = (found.group() for found in list(re.finditer(r"\w+ \w+ \w+ \w+", text))[3:6])
    hand.drag(bench, content)
    hand.click("#words [data-key=quote]")
    hand.drag(bench, cue)
    hand.click("#words [data-key=cue]")
    hand.drag(bench, source)
    hand.click("#words [data-key=source]")
    hand.click("#cast-1")
    state = state_of(Quote.objects.filter(assignment=bench.assignment).latest("pk"))
    stored = [state[role][0]["exact"] for role in ("content", "cue", "source")]
    if stored != [content, cue, source] or not state["speaker"] or not state["resolution"]:
        raise RuntimeError(state)
    say("actions for a quote with content, cue, source, link, speaker, type", f"{hand.actions} with the mouse")


@contextmanager
def opened(browser: Any, address: str, state: Any, assignment: Any) -> Iterator[Any]:
    """Open the page of an assignment in a window of its own."""
    from tests.browser.annotating import Desk

    context = browser.new_context(base_url=address, storage_state=state, viewport={"width": 1400, "height": 1000})
    context.add_init_script(CLOCK)
    bench = Desk(context.new_page(), assignment)
    bench.open()
    yield bench
    context.close()


def stories() -> dict[str, Callable[[], dict[str, Any]]]:
    """Return what is annotated, by what it is called."""
    return {
        "12 quotes": lambda: corpus.record(1, seed=7, words=600, quotes=12),
        "500 spans": lambda: corpus.dense_record(2, seed=7, words=600, spans=500),
        "34,000 characters, 214 quotes": lambda: corpus.record(3, seed=7, words=6300, quotes=214),
    }


def weight(cold: dict[str, Any]) -> str:
    """Return what it costs to open a page."""
    sizes = {name: cold[name] / 1000 for name in ("JavaScript", "CSS", "page")}
    return (
        f"text visible {cold['visible']:.0f} ms, JS {sizes['JavaScript']:.1f} + CSS {sizes['CSS']:.1f} kB on the wire,"
        f" page {sizes['page']:.1f} kB, heap {cold['heap'] / 1e6:.1f} MB"
    )


def main() -> None:
    """Measure and print."""
    # Playwright's loop runs in this thread, which is why Django would refuse the ORM here.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with desk() as folder, served(folder) as (address, _pid), sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_arguments())
        state = sign_in(browser, folder, address)
        for what, make in stories().items():
            assignment = annotated(make())
            say(f"{what}: page", weight(open_cold(browser, f"{address}/assignments/{assignment.pk}/", state)))
            with opened(browser, address, state, assignment) as bench:
                report(what, bench)
                if what == "12 quotes":
                    count_actions(bench, Hand(bench.page))
        browser.close()


if __name__ == "__main__":
    main()
