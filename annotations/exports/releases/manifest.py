"""``manifest.json``: what a release holds, in which splits, and the checksums of its files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict

from annotations.exports.manifest import SCHEMA
from annotations.exports.records import FORMAT as LINE_FORMAT
from annotations.exports.records import OFFSET_UNIT, Record
from annotations.exports.releases.edition import FORMAT, Edition
from annotations.splits import near_duplicates

MANIFEST = "manifest.json"
CHECKSUMS = "SHA256SUMS"


def manifest(edition: Edition, files: Iterable[Record]) -> bytes:
    """Return the manifest. ``files`` are those besides itself and the list of checksums."""
    asked, summary = edition.asked, edition.summary
    found = {
        "format": FORMAT,
        "lines": LINE_FORMAT,
        "schema": SCHEMA,
        "offset_unit": OFFSET_UNIT,
        "project": edition.project,
        "number": edition.number,
        "title": edition.title,
        "licence": asked["licence"] or None,
        "as_of": asked["as_of"],
        "as_of_change": edition.as_of_change,
        "guidelines": edition.guidelines,
        "previous": edition.previous,
        "filters": {name: asked[name] for name in ("published_from", "published_to", "outlet") if asked[name]},
        "split": asdict(edition.shares) | {"train": edition.shares.wanted["train"]},
        "near_duplicates": summary["near_duplicates"]
        | {"threshold": near_duplicates.THRESHOLD, "run": near_duplicates.RUN},
        "counts": summary["counts"],
        "splits": summary["splits"],
        "held_back": summary["embargoed"],
        "files": list(files),
    }
    return json.dumps(found, ensure_ascii=False, indent=2).encode() + b"\n"


def checksums(files: Iterable[Record]) -> bytes:
    """Return the list of checksums that ``sha256sum -c`` reads."""
    return "".join(f"{file['sha256']}  {file['name']}\n" for file in files).encode()
