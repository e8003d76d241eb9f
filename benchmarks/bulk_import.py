"""Bulk import in the background: stories a second, memory, and what an editor notices who saves meanwhile.

``python -m benchmarks.bulk_import`` measures on SQLite,
``python -m tests.postgres -- python -m benchmarks.bulk_import`` on PostgreSQL. The worker is a
process of its own, as in ``make run``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks import corpus
from benchmarks.desk import desk, machine, project, say

QUOTES = 12
LONGEST = 1800
STORY = "The Bridge\n\n" + "\n\n".join(f"“Pier {number} is safe,” said Ada Holt." for number in range(600))


def measure(stories: int, folder: Path, pause: float) -> None:
    """Import once, and print every figure."""
    say("machine", machine())
    file = folder / "stories.jsonl"
    with file.open("wb") as out:
        out.writelines(corpus.lines(stories, quotes=QUOTES))
    bench, manager = project()
    idle, starting = worker()
    saved, stop = [], threading.Event()
    editor = threading.Thread(target=save, args=(bench, manager, pause, saved, stop))
    editor.start()
    try:
        time.sleep(5 * pause)
        alone = len(saved)
        task = ask(bench, manager, file)
        peak, busy = worker()
    finally:
        stop.set()
        editor.join()
    task.refresh_from_db()
    if task.state != task.State.DONE or task.result["counts"]["new"] != stories:
        raise RuntimeError(f"{task.state}: {task.reason or task.result}")
    took = (task.finished_at - task.started_at).total_seconds()
    say(
        f"import {stories:,} stories with {QUOTES} quotes",
        f"{stories / took:,.0f} stories/s ({took:.1f} s, {busy - starting:.1f} s CPU)",
    )
    say("memory of the worker, more than of one that does nothing", f"{(peak - idle) / 1000:.0f} MB")
    say(f"{alone} saves before it", percentiles(saved[:alone]))
    say(f"{len(saved) - alone} saves while it runs", percentiles(saved[alone:]))


def ask(bench: Any, manager: Any, file: Path) -> Any:
    """Ask for the import."""
    from annotations.access import get_membership
    from annotations.services.uploads import pieces_of
    from annotations.tasks.starting import start_import

    with file.open("rb") as stream:
        membership = get_membership(manager, bench.slug)
        return start_import(membership=membership, pieces=pieces_of(stream), name=file.name, file_format="jsonl")


def worker() -> tuple[int, float]:
    """Let a worker do what there is to do, and return its peak memory in kB and its seconds on the processor."""
    process = subprocess.Popen([sys.executable, "manage.py", "worker", "--batch"], stdout=subprocess.DEVNULL)
    timer = threading.Timer(LONGEST, process.kill)
    timer.start()
    try:
        _pid, status, used = os.wait4(process.pid, 0)
    finally:
        timer.cancel()
    if status:
        raise RuntimeError("The worker failed.")
    return used.ru_maxrss, used.ru_utime + used.ru_stime


def save(bench: Any, editor: Any, pause: float, seconds: list[float], stop: threading.Event) -> None:
    """Make a quote every so often, by the service that pages and the API use, and note how long each takes."""
    from django.db import connection

    from annotations.services.articles import import_article
    from annotations.services.assignments import start_assignment
    from annotations.services.quotes import create_quote

    article = import_article(actor=editor, project=bench, text=STORY).article
    assignment = start_assignment(actor=editor, version=article.versions.select_related("article", "project").get())
    number = 0
    while not stop.wait(pause):
        words = f"Pier {number % 600} is safe,"
        start = STORY.index(words)
        parts: Any = {"content": [{"start": start, "end": start + len(words), "exact": words}]}
        began = time.perf_counter()
        create_quote(actor=editor, assignment=assignment, parts=parts)
        seconds.append(time.perf_counter() - began)
        number += 1
    connection.close()


def percentiles(seconds: list[float]) -> str:
    """Return the median, the 99th percentile and the longest, in milliseconds."""
    ordered = sorted(seconds) or [0.0]
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 for share in (0.5, 0.99)]
    return f"median {at[0]:.0f} ms, p99 {at[1]:.0f} ms, longest {ordered[-1] * 1000:.0f} ms"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=10_000)
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between two saves of the editor")
    asked = parser.parse_args()
    with desk() as folder:
        measure(asked.stories, folder, asked.pause)


if __name__ == "__main__":
    main()
