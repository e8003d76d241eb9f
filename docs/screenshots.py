"""The pictures of the docs, taken from a desk of its own: ``python -m docs.screenshots`` writes docs/images/.

It needs Chromium and its fonts (``python -m tests.chromium`` finds or installs them).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from benchmarks.pages import manage, served, sign_in
from tests.chromium import launch_arguments

IMAGES = Path(__file__).parent / "images"
SAMPLE = Path(__file__).parent.parent / "annotations" / "sample"
PARTS = ("content", "cue", "source", "addressee", "resolution", "no_source", "labels", "claims")
Act = Callable[[Page], object]


@dataclass
class Desk:
    """A desk with the sample project, an editor who is signed in to it, and a token of theirs."""

    browser: Browser
    address: str
    state: Any
    secret: str

    def page(self, **look: Any) -> Page:
        """Open a browser window: how large, light or dark, under a finger or not."""
        size = ViewportSize(width=look.get("width", 1360), height=look.get("height", 850))
        scheme, touch = look.get("scheme", "light"), look.get("touch", False)
        context = self.browser.new_context(
            storage_state=self.state, viewport=size, color_scheme=scheme, has_touch=touch, is_mobile=touch
        )
        return context.new_page()

    def send(self, method: str, path: str, body: dict[str, Any], **headers: str) -> Any:
        """Ask the API."""
        request = urllib.request.Request(  # noqa: S310  our own server
            f"{self.address}/api/v1/projects/sample/{path}",
            data=json.dumps(body).encode(),
            method=method,
            headers={"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json", **headers},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  our own server
            return json.load(answer)

    def annotate(self, story: str, *, leave: int = 0) -> str:
        """Make the gold quotes of a story in an assignment of the editor, but the last few; return its address."""
        page = self.page()
        page.goto(f"{self.address}/projects/sample/articles/{story}/")
        page.locator(".article-head .button--primary").click()
        page.wait_for_url("**/assignments/*/")
        address = page.url
        page.context.close()
        number = address.rstrip("/").rsplit("/", 1)[-1]
        quotes = json.loads((SAMPLE / f"{story}.gold.json").read_text())["quotes"]
        for quote in quotes[: len(quotes) - leave]:
            body = {part: quote[part] for part in PARTS} | {"speaker": quote["speaker"]}
            if quote["type_overridden"]:
                body["type"] = quote["type"]
            self.send("POST", f"assignments/{number}/quotes", body, **{"Idempotency-Key": f"picture-{quote['id']}"})
        return address

    def end_tour(self, address: str) -> None:
        """Say that the editor has seen the tour."""
        page = self.page()
        page.goto(address)
        page.get_by_role("button", name="End the tour").click()
        page.locator("#tour").wait_for(state="detached")
        page.context.close()

    def shoot(self, address: str, name: str, act: Act | None = None, **look: Any) -> None:
        """Take one picture; ``look`` is of the window."""
        page = self.page(**look)
        page.goto(address)
        if act:
            act(page)
            page.wait_for_timeout(500)
        page.screenshot(path=IMAGES / f"{name}.png")
        page.context.close()


def opened(nth: int) -> Act:
    """Return what opens a quote in the upper part of the window."""

    def act(page: Page) -> None:
        card = page.locator(".quote-card__open").nth(nth)
        card.evaluate("card => card.parentElement.scrollIntoView({ block: 'start', behavior: 'instant' })")
        card.press("Enter")
        page.locator("#editor").wait_for()
        page.mouse.move(0, 0)

    return act


def clash(desk: Desk) -> Act:
    """Return what makes a gesture come too late: a program of the same editor was faster."""

    def act(page: Page) -> None:
        opened(4)(page)
        card = page.locator(".quote-card.is-active")
        key, revision = card.get_attribute("data-revision-of"), card.get_attribute("data-revision")
        desk.send("PATCH", f"quotes/{key}", {"type": "free_indirect"}, **{"If-Match": f'"{revision}"'})
        page.get_by_role("radio", name="reported").click()
        page.locator("#conflict").wait_for()

    return act


def begun(page: Page) -> None:
    """Begin to adjudicate, with what stands first taken."""
    page.get_by_role("button", name="Compare").click()
    page.wait_for_load_state("load")


def read_by_two(desk: Desk, folder: Path) -> None:
    """Take the pictures of what comes after annotating: review, adjudication, agreement."""
    environment = os.environ | {"NEWSNOTES_VAR": str(folder / "var"), "LOG_LEVEL": "ERROR"}
    made = subprocess.run(
        [sys.executable, "-m", "benchmarks.readers"], env=environment, check=True, text=True, stdout=subprocess.PIPE
    )
    found = json.loads(made.stdout)
    desk.shoot(desk.address + found["review"], "review", height=800)
    desk.shoot(desk.address + found["adjudicate"], "adjudicate", begun, height=800)
    desk.shoot(desk.address + found["agreement"], "agreement", width=1280, height=1000)


def main() -> None:
    """Serve a desk, annotate, and take every picture."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="newsnotes-pictures-") as name, sync_playwright() as playwright:
        folder = Path(name)
        with served(folder) as (address, _):
            browser = playwright.chromium.launch(**launch_arguments())
            state = sign_in(browser, folder, address)
            secret = manage(folder, "create_token", "editor", "--scope", "write", "--name", "pictures").split()[-1]
            desk = Desk(browser, address, state, secret)
            kirby = desk.annotate("kirby", leave=23)
            desk.shoot(kirby, "annotate-tour", lambda page: page.locator("#tour").wait_for())
            desk.end_tour(kirby)
            desk.annotate("kirby", leave=3)
            desk.shoot(kirby, "annotate-light", opened(8))
            desk.shoot(kirby, "annotate-dark", opened(8), scheme="dark")
            desk.shoot(kirby, "annotate-phone", opened(4), width=390, height=844, touch=True)
            desk.shoot(kirby, "annotate-conflict", clash(desk))
            desk.shoot(kirby, "annotate-keys", lambda page: page.locator("#open-help").click())
            desk.shoot(desk.annotate("miyah-ar"), "annotate-arabic", opened(1))
            desk.shoot(desk.annotate("snowbus"), "annotate-nested", opened(2))
            desk.shoot(f"{address}/projects/sample/articles/", "articles", width=1280)
            read_by_two(desk, folder)
            browser.close()


if __name__ == "__main__":
    main()
