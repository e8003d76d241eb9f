"""Opening pages in Chromium with a cold cache, and what the server costs: time, bytes, requests, memory.

``python -m benchmarks.pages`` starts the server as ``make run`` does, on a desk of its own. It needs Chromium
(``python -m tests.chromium`` finds or installs one). Give it a machine that does nothing else.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks import corpus
from benchmarks.desk import say
from tests.chromium import launch_arguments

RUNS = 7
WORDS = 600
KINDS = {"Script": "JavaScript", "Stylesheet": "CSS", "Document": "page"}


@contextlib.contextmanager
def served(folder: Path) -> Iterator[tuple[str, int]]:
    """Serve a fresh desk and give its address and the process; what it says goes to ``folder``/log."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"PORT": str(port), "NEWSNOTES_VAR": str(folder / "var"), "SITE_URL": ""}
    environment.pop("DATABASE_URL", None)
    started = time.perf_counter()
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "newsnotes.serve"], env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/health/")
        say("start with an empty var/, until the health page answers", f"{time.perf_counter() - started:.1f} s")
        yield address, server.pid
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def wait_for(address: str) -> None:
    """Wait until an address answers."""
    for _ in range(600):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):  # noqa: S310  our own server
            return
        time.sleep(0.05)
    raise TimeoutError(address)


def manage(folder: Path, *arguments: str, text: str | None = None) -> str:
    """Run a management command on the desk."""
    environment = os.environ | {"NEWSNOTES_VAR": str(folder / "var"), "LOG_LEVEL": "ERROR"}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=environment,
        input=text,
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    )
    return done.stdout


def memory(pid: int) -> tuple[float, float]:
    """Return the resident and the proportional memory of a process and all its children, in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    sizes = {line.partition(":")[0]: line.split()[1] for line in lines[1:]}
    resident, proportional = int(sizes["Rss"]) / 1000, int(sizes["Pss"]) / 1000
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        more = memory(int(child))
        resident, proportional = resident + more[0], proportional + more[1]
    return resident, proportional


def stories(folder: Path) -> None:
    """Import a story of 600 words with 12 quotes, one with 500 spans, and one with 500 quotes of one word."""
    made = (
        corpus.record(1, seed=7, words=WORDS, quotes=12),
        corpus.dense_record(2, seed=7, words=WORDS, spans=500),
        corpus.dense_record(3, seed=7, words=WORDS, spans=500, roles=1),
    )
    lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in made) + "\n"
    file = folder / "stories.jsonl"
    file.write_text(lines)
    manage(folder, "import_articles", "--project", "sample", str(file))


def open_cold(browser: Browser, address: str, state: Any) -> dict[str, Any]:
    """Open a page in a browser context that has seen nothing, and return what it cost."""
    context = browser.new_context(storage_state=state, viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    cdp = context.new_cdp_session(page)
    cdp.send("Network.enable")
    kinds: dict[str, str] = {}
    wire: dict[str, float] = {}
    cdp.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    cdp.on(
        "Network.loadingFinished",
        lambda event: wire.update({event["requestId"]: event["encodedDataLength"]}),
    )
    page.goto(address, wait_until="load")
    page.wait_for_timeout(300)
    paints = page.evaluate(
        """() => new Promise(done => new PerformanceObserver(list =>
            done(Math.max(...list.getEntries().map(entry => entry.startTime))))
            .observe({type: 'largest-contentful-paint', buffered: true}))"""
    )
    answered = page.evaluate("performance.getEntriesByType('navigation')[0].responseStart")
    marks = page.locator("mark").count()
    cdp.send("HeapProfiler.collectGarbage")
    heap = cdp.send("Runtime.getHeapUsage")["usedSize"]
    nodes = page.evaluate("document.querySelectorAll('*').length")
    context.close()
    sizes = {name: sum(size for one, size in wire.items() if kinds.get(one) == kind) for kind, name in KINDS.items()}
    return {
        "answered": answered,
        "visible": paints,
        "requests": len(wire),
        "heap": heap,
        "nodes": nodes,
        "marks": marks,
    } | sizes


def measure(browser: Browser, name: str, address: str, state: Any) -> None:
    """Print the medians of several openings."""
    runs = [open_cold(browser, address, state) for _ in range(RUNS + 1)][1:]
    middle = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    say(
        name,
        f"text visible {middle['visible']:.0f} ms, of which {middle['answered']:.0f} for the server,"
        f" {middle['requests']:.0f} requests,"
        f" JS {middle['JavaScript'] / 1000:.1f} + CSS {middle['CSS'] / 1000:.1f} kB on the wire,"
        f" page {middle['page'] / 1000:.1f} kB, heap {middle['heap'] / 1e6:.1f} MB, {middle['nodes']:.0f} elements",
    )


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="newsnotes-bench-") as name, sync_playwright() as playwright:
        folder = Path(name)
        with served(folder) as (address, pid):
            time.sleep(3)
            say("server idle, resident / proportional", "{:.0f} / {:.0f} MB".format(*memory(pid)))
            stories(folder)
            browser = playwright.chromium.launch(**launch_arguments())
            state = sign_in(browser, folder, address)
            measure(browser, "one line of text: the least that this browser takes here", f"{address}/health/", state)
            for story, what in (
                ("story-1", "12 quotes"),
                ("story-2", "500 spans in 125 quotes"),
                ("story-3", "500 quotes of one word"),
            ):
                path = f"{address}/projects/sample/articles/{story}/"
                measure(browser, f"article, {WORDS} words, {what}", path, state)
            measure(browser, "annotation page, Kirby", assignment(browser, address, state), state)
            browser.close()
            say("server after that, resident / proportional", "{:.0f} / {:.0f} MB".format(*memory(pid)))


def sign_in(browser: Browser, folder: Path, address: str) -> Any:
    """Sign in by a one-time link and return the cookies."""
    path = manage(folder, "sign_in_link", "editor").strip().split("/sign-in/")[-1]
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/sign-in/{path}")
    page.locator("main form button").first.click()
    page.wait_for_url(f"{address}/")
    state = context.storage_state()
    context.close()
    return state


def assignment(browser: Browser, address: str, state: Any) -> str:
    """Return the address of the blank assignment that everybody gets."""
    context = browser.new_context(storage_state=state)
    page = context.new_page()
    page.goto(f"{address}/")
    path = page.locator("a[href^='/assignments/']").first.get_attribute("href")
    context.close()
    return f"{address}{path}"


if __name__ == "__main__":
    main()
