"""Import, export, backup and restore: stories and quotes a second, and the memory they take.

``python -m benchmarks.data`` measures on SQLite, ``python -m tests.postgres -- python -m benchmarks.data`` on
PostgreSQL. ``--stories 84000`` goes to a million quotes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import corpus
from benchmarks.desk import desk, machine, project, say, seconds
from tests.killing import own_database

QUOTES = 12
PLAIN_BATCH = 1000


def measure(stories: int, folder: Path) -> None:
    """Print every figure for a desk of ``stories`` stories."""
    say("machine", machine())
    file = folder / "stories.jsonl"
    with file.open("wb") as out:
        out.writelines(corpus.lines(stories, quotes=QUOTES))
    project("whole")
    import_whole(stories, file)
    export(stories, "whole")
    back_up_and_restore(stories, folder)
    # Last, since a process that is started counts what its parent held as its own peak.
    import_plain(min(stories, 10_000))


def import_plain(stories: int) -> None:
    """Import bare texts of 600 words by the service that the command and the page use."""
    from annotations.services.article_metadata import Metadata
    from annotations.services.articles import import_stories, read_story

    desk_project, manager = project("plain")
    texts = [corpus.record(number, seed=7, quotes=QUOTES)["article"]["text"] for number in range(stories)]

    def act() -> None:
        for start in range(0, stories, PLAIN_BATCH):
            batch = [
                read_story(data=text.encode(), name=f"{start + place}.txt", metadata=Metadata())
                for place, text in enumerate(texts[start : start + PLAIN_BATCH])
            ]
            import_stories(actor=manager, project=desk_project, stories=batch, update=False)

    took = seconds(act)
    say(f"import {stories:,} bare stories of 600 words", f"{stories / took:,.0f} stories/s ({took:.2f} s)")


def import_whole(stories: int, file: Path) -> None:
    """Import annotated stories by the command, in a process of its own, start-up included."""
    took, cost = command("import_articles", "--project", "whole", str(file))
    say(
        f"import {stories:,} stories with {QUOTES} whole quotes each",
        f"{stories / took:,.0f} stories/s, {stories * QUOTES / took:,.0f} quotes/s {cost}",
    )


def export(stories: int, slug: str) -> None:
    """Export the gold by the command, in a process of its own, start-up included."""
    took, cost = command("export_dataset", "--project", slug, "--annotations", "gold", "--output", os.devnull)
    quotes = stories * QUOTES
    say(f"export {quotes:,} quotes", f"{quotes / took:,.0f} quotes/s {cost}")


def back_up_and_restore(stories: int, folder: Path) -> None:
    """Back the desk up, restore it elsewhere, and verify it there, by the commands, each in a process of its own."""
    backup, place = str(folder / "backup.gz"), folder / "elsewhere"
    place.mkdir()
    what = f"the desk of {stories * QUOTES:,} quotes"
    with own_database(place, os.environ.get("DATABASE_URL", ""), "restored") as elsewhere:
        say(f"back up {what}", command("backup", backup)[1])
        say("size of the backup", f"{Path(backup).stat().st_size / 1e6:.1f} MB")
        say(f"restore {what}", command("restore", backup, environment=elsewhere)[1])
        say(f"verify {what}", command("verify", environment=elsewhere)[1])


def command(*arguments: str, environment: dict[str, str] | None = None) -> tuple[float, str]:
    """Run a management command; return its seconds, and in words those of them on the processor and its peak memory."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "manage.py", *arguments], stdout=subprocess.DEVNULL, env=environment)
    # The usage of this one process: that of all of them would show the largest so far.
    _pid, status, used = os.wait4(process.pid, 0)
    took = time.perf_counter() - started
    if status:
        raise RuntimeError(f"{arguments[0]} failed.")
    return took, f"({took:.1f} s, {used.ru_utime + used.ru_stime:.1f} s CPU), peak {used.ru_maxrss / 1000:.0f} MB"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=10_000)
    asked = parser.parse_args()
    with desk() as folder:
        measure(asked.stories, folder)


if __name__ == "__main__":
    main()
