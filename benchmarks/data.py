"""Import and export: stories and quotes a second, and the memory they take.

``python -m benchmarks.data`` measures on SQLite, ``python -m tests.postgres -- python -m benchmarks.data`` on
PostgreSQL. ``--stories 84000`` goes to a million quotes.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
from pathlib import Path

from benchmarks import corpus
from benchmarks.desk import desk, machine, project, say, seconds

QUOTES = 12
PLAIN_BATCH = 1000


def measure(stories: int, folder: Path) -> None:
    """Print every figure for a desk of ``stories`` stories."""
    say("machine", machine())
    import_plain(min(stories, 10_000))
    file = folder / "stories.jsonl"
    with file.open("wb") as out:
        out.writelines(corpus.lines(stories, quotes=QUOTES))
    project("whole")
    import_whole(stories, file)
    export(stories, "whole")


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
    took, peak = command("import_articles", "--project", "whole", str(file))
    say(
        f"import {stories:,} stories with {QUOTES} whole quotes each",
        f"{stories / took:,.0f} stories/s, {stories * QUOTES / took:,.0f} quotes/s ({took:.1f} s), peak {peak:.0f} MB",
    )


def export(stories: int, slug: str) -> None:
    """Export the gold by the command, in a process of its own, start-up included."""
    took, peak = command("export_dataset", "--project", slug, "--annotations", "gold", "--output", os.devnull)
    quotes = stories * QUOTES
    say(f"export {quotes:,} quotes", f"{quotes / took:,.0f} quotes/s ({took:.1f} s), peak {peak:.0f} MB")


def command(*arguments: str) -> tuple[float, float]:
    """Run a management command and return its seconds and its peak memory in MB."""
    took = seconds(
        lambda: subprocess.run([sys.executable, "manage.py", *arguments], check=True, stdout=subprocess.DEVNULL)
    )
    return took, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=10_000)
    asked = parser.parse_args()
    with desk() as folder:
        measure(asked.stories, folder)


if __name__ == "__main__":
    main()
