"""The manifest of a dataset: what it holds, and how to check it. A file of its own, never a line of the data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from annotations.exports.filters import Asked
from annotations.exports.records import FORMAT, OFFSET_UNIT, ROLES, Record

# Where every desk shows the shape of a line, to everybody.
SCHEMA = "/api/v1/schemas/newsnotes-1.json"
SCHEMA_FILE = Path(__file__).with_name("newsnotes-1.schema.json")


class Tally:
    """Counts the records of a dataset and hashes its bytes while they pass by, in constant memory."""

    def __init__(self) -> None:
        self.counts = {"assignments": 0, "articles": 0, "quotes": 0, "spans": 0}
        # Stories without their text, and stories that are held back.
        self.left_out = {"texts": 0, "embargoed": 0}
        self.bytes = 0
        self._article: str | None = None
        self._hash = hashlib.sha256()

    def counted(self, records: Iterable[Record]) -> Iterator[Record]:
        """Yield the records, counted. Those of one article stand together."""
        for record in records:
            counts, quotes = self.counts, record["quotes"]
            counts["assignments"] += 1
            is_next = record["article"]["id"] != self._article
            counts["articles"] += is_next
            self.left_out["texts"] += is_next and record["article"]["text"] is None
            counts["quotes"] += len(quotes)
            counts["spans"] += sum(len(quote[role]) for quote in quotes for role in ROLES)
            self._article = record["article"]["id"]
            yield record

    def hashed(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the lines, hashed."""
        for line in lines:
            self._hash.update(line)
            self.bytes += len(line)
            yield line

    @property
    def sha256(self) -> str:
        """The hash of the bytes so far."""
        return self._hash.hexdigest()


def manifest(*, project: str, asked: Asked, name: str, tally: Tally, as_of_change: int) -> bytes:
    """Return the manifest of a dataset as a file. The same data has the same manifest.

    It holds no clock: ``as_of`` is the day that was asked for, on which embargoes depend.
    """
    found = {
        "format": FORMAT,
        "schema": SCHEMA,
        "offset_unit": OFFSET_UNIT,
        "project": project,
        "annotations": asked.annotations,
        "filters": asked.record(),
        "restricted": asked.restricted,
        "as_of": asked.as_of.isoformat(),
        "as_of_change": as_of_change,
        "counts": tally.counts,
        "left_out": tally.left_out,
        "files": [{"name": name, "bytes": tally.bytes, "sha256": tally.sha256}],
    }
    return json.dumps(found, ensure_ascii=False, indent=2).encode() + b"\n"
