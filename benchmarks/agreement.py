"""How much people agree on what was said: every metric of ``annotations/agreement`` on a corpus read by several.

``python -m benchmarks.agreement CORPUS.jsonl.gz`` takes JSON lines under gzip, one annotator's work on one story each:
``{"id", "text", "meta": {"annotator", "discard"}, "quotes": [{"id", "content", "cue", "source", "type"}]}``, where a
span is ``[start, end]`` in code points. The same id and text with several annotators is one story.
"""

from __future__ import annotations

import argparse
import gzip
import json
import platform
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotations.agreement.bootstrap import RESAMPLES
from annotations.agreement.metrics import METRICS, aligned, measure_all
from annotations.agreement.report import shown
from annotations.agreement.spans import Spans
from annotations.agreement.stories import Assignment, Quote, Story
from annotations.text.words import words
from benchmarks.desk import say


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Read the documents of a file, one a line."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def read(path: Path) -> list[Story]:
    """Read the stories of a file with the work of all annotators."""
    works: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for document in lines(path):
        works[document["id"], document["text"]].append(document)
    return [
        Story(key, len(text), tuple(map(assignment, documents)), tuple(words(text)))
        for (key, text), documents in works.items()
    ]


def assignment(document: dict[str, Any]) -> Assignment:
    """Return one annotator's work; what was discarded counts as not read."""
    quotes = (
        Quote(one["id"], spans(one["content"]), spans(one["source"]), spans(one["cue"]), type=one["type"])
        for one in document["quotes"]
    )
    return Assignment(document["meta"]["annotator"], tuple(quotes), spans(document["meta"].get("discard", [])))


def spans(pairs: list[list[int]]) -> Spans:
    """Return pairs of offsets as spans."""
    return tuple((start, end) for start, end in pairs)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--resamples", type=int, default=RESAMPLES)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    started, used = time.perf_counter(), time.process_time()
    stories = read(asked.corpus)
    say("machine", f"Python {platform.python_version()}, {platform.machine()}")
    people = {one.annotator for story in stories for one in story.assignments}
    marked = sum(len(one.quotes) for story in stories for one in story.assignments)
    say("corpus", f"{len(stories)} stories, {len(people)} annotators, {marked:,} quotes")
    say("", f"figure   95 % interval over stories, {asked.resamples:,} resamples")
    groups = [(alignment,) for alignment in aligned(stories)]
    for key, one in measure_all(groups, METRICS, resamples=asked.resamples, seed=asked.seed).items():
        say(METRICS[key].name, shown(one))
    say("time", f"{time.perf_counter() - started:.1f} s, {time.process_time() - used:.1f} s CPU")


if __name__ == "__main__":
    main()
