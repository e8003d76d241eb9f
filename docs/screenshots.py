"""The pictures of the docs, taken from a desk of its own: ``python -m docs.screenshots`` writes docs/images/.

It needs Chromium and its fonts (``python -m tests.chromium`` finds or installs them).
"""

from __future__ import annotations

import json
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.pages import assignment, manage, served, sign_in
from tests.chromium import launch_arguments

IMAGES = Path(__file__).parent / "images"
GOLD = Path(__file__).parent.parent / "annotations" / "sample" / "kirby.gold.json"
PARTS = ("content", "cue", "source", "addressee", "resolution", "no_source", "labels", "claims")
DONE = 20


def annotate(folder: Path, address: str, path: str) -> None:
    """Make most quotes of the Kirby story in the blank assignment, by the API."""
    secret = manage(folder, "create_token", "editor", "--scope", "write", "--name", "screenshots").split()[-1]
    number = path.rstrip("/").rsplit("/", 1)[-1]
    for quote in json.loads(GOLD.read_text())["quotes"][:DONE]:
        body = {part: quote[part] for part in PARTS} | {"speaker": quote["speaker"]}
        if quote["type_overridden"]:
            body["type"] = quote["type"]
        request = urllib.request.Request(  # noqa: S310  our own server
            f"{address}/api/v1/projects/sample/assignments/{number}/quotes",
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {secret}",
                "Content-Type": "application/json",
                "Idempotency-Key": f"screenshot-{quote['id']}",
            },
        )
        urllib.request.urlopen(request, timeout=30).close()  # noqa: S310  our own server


def shoot(browser: Browser, state: Any, address: str, name: str, **look: Any) -> None:
    """Take one picture; ``look`` says how wide, and light or dark."""
    size = {"width": look.get("width", 1280), "height": look.get("height", 860)}
    context = browser.new_context(storage_state=state, viewport=size, color_scheme=look.get("scheme", "light"))
    page = context.new_page()
    page.goto(address)
    if place := look.get("open"):
        page.locator(".quote-card__open").nth(place).click()
        page.wait_for_timeout(600)
    page.screenshot(path=IMAGES / f"{name}.png")
    context.close()


def main() -> None:
    """Serve a desk, annotate, and take every picture."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="newsnotes-pictures-") as name, sync_playwright() as playwright:
        folder = Path(name)
        with served(folder) as (address, _):
            browser = playwright.chromium.launch(**launch_arguments())
            state = sign_in(browser, folder, address)
            page = assignment(browser, address, state)
            annotate(folder, address, page)
            sample = f"{address}/projects/sample"
            shoot(browser, state, page, "annotate-light", open=8, height=900)
            shoot(browser, state, page, "annotate-dark", open=8, height=900, scheme="dark")
            shoot(browser, state, page, "annotate-phone", width=390, height=844)
            shoot(browser, state, f"{sample}/articles/miyah-ar/", "article-arabic")
            shoot(browser, state, f"{sample}/articles/snowbus/", "article-nested")
            shoot(browser, state, f"{sample}/articles/", "articles")
            browser.close()


if __name__ == "__main__":
    main()
