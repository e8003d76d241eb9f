"""Load annotated documents by the API, read all of it back, and compare.

    python load_corpus.py PROJECT corpus.jsonl.gz ...

A line is one document: {"id", "text", "quotes": [{"content": [[start, end], ...], "cue": [...], "source": [...],
"type"}]}; offsets are code points, half-open. All quotes become yours, in an assignment of yours for each document. A
control character, which no story may hold, is loaded as a space; a text that comes again, which is one story, with
another line end behind it. It needs a token of a manager, and an empty project.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from newsnotes_api import Desk, say, stop

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
ROLES = ("content", "cue", "source")
Quote = tuple[Any, ...]


def documents(paths: list[str]) -> list[dict[str, Any]]:
    """Return all documents of these files."""
    lines = [line for path in paths for line in gzip.decompress(Path(path).read_bytes()).splitlines()]
    found, texts = [json.loads(line) for line in lines], set()
    for one in found:
        one["text"] = CONTROL.sub(" ", one["text"])
        while one["text"] in texts:
            one["text"] += "\n"
        texts.add(one["text"])
    return found


def load(desk: Desk, document: dict[str, Any]) -> None:
    """Take a story up, and make all of its quotes at once."""
    assignment = desk.ask("POST", "assignments", {"article": document["id"]})
    quotes = [
        {"type": quote["type"]} | {role: [{"start": start, "end": end} for start, end in quote[role]] for role in ROLES}
        for quote in document["quotes"]
    ]
    if quotes:
        desk.ask("POST", f"assignments/{assignment['id']}/quotes/bulk", {"quotes": quotes})


def shape(text: str, quotes: list[dict[str, Any]]) -> list[Quote]:
    """Return quotes as they can be compared: their type, and each span with its words."""
    told = []
    for quote in quotes:
        edges = {role: [tuple(span) for span in quote[role]] for role in ROLES}
        told.append((quote["type"], *([(start, end, text[start:end]) for start, end in edges[role]] for role in ROLES)))
    return sorted(told)


def came_back(desk: Desk) -> dict[str, tuple[str, list[Quote]]]:
    """Return the text and the quotes of each story, from one export."""
    found = {}
    with desk.send("GET", "export?annotations=all&format=jsonl") as answer:
        for line in answer:
            record = json.loads(line)
            quotes = [
                (quote["type"], *([(one["start"], one["end"], one["exact"]) for one in quote[role]] for role in ROLES))
                for quote in record["quotes"]
            ]
            found[record["article"]["id"]] = (record["article"]["text"], sorted(quotes))
    return found


def main(project: str, *paths: str) -> None:
    """Load, read back, compare."""
    began, desk, wanted = time.monotonic(), Desk(project), documents(list(paths))
    stories = "\n".join(json.dumps({"id": one["id"], "text": one["text"]}) for one in wanted)
    report = desk.ask("POST", "articles", stories.encode(), "application/x-ndjson")
    if report["told"]:
        stop(f"{report['told'][0]['id']}: {report['told'][0]['reason']}")
    for document in wanted:
        load(desk, document)
    loaded, found = time.monotonic(), came_back(desk)
    for document in wanted:
        if found.get(document["id"]) != (document["text"], shape(document["text"], document["quotes"])):
            stop(f"{document['id']} did not come back as it went in.")
    quotes = sum(len(document["quotes"]) for document in wanted)
    say(f"{len(wanted)} documents with {quotes} quotes in {loaded - began:.1f} s; all came back equal")


if __name__ == "__main__":
    main(*sys.argv[1:])
