"""Fetch the gold of a project as JSON lines, and check that all of it came.

    python fetch_gold.py PROJECT gold.jsonl

Then, in pandas:  stories = pandas.read_json("gold.jsonl", lines=True, dtype=False, convert_dates=False)
Offsets count code points: row.article["text"][start:end].
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from newsnotes_api import Desk, say, stop

project, output = sys.argv[1:]
desk, digest = Desk(project), hashlib.sha256()
part = Path(f"{output}.part")
with part.open("wb") as file, desk.send("GET", "export?annotations=gold&format=jsonl") as answer:
    while piece := answer.read(1 << 16):
        file.write(piece)
        digest.update(piece)
if answer.status != 200:
    stop(part.read_text())
manifest = desk.ask("GET", "export/manifest?annotations=gold&format=jsonl")
if digest.hexdigest() != manifest["files"][0]["sha256"]:
    stop("What came is not what the manifest says: the gold changed meanwhile, or the connection broke. Fetch again.")
part.replace(output)
say(f"{manifest['counts']['articles']} stories, {manifest['counts']['quotes']} quotes")
