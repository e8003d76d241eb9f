"""``newsnotes/1`` as JSON lines: UTF-8, one object a line, ``\\n`` at the end of each. Frozen once published."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from annotations.exports.records import Record

ID = "jsonl"
LABEL = "JSON lines (newsnotes/1)"
EXTENSION = "jsonl"
CONTENT_TYPE = "application/x-ndjson"
# A record is never part of itself.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False)


def line(record: Record) -> bytes:
    """Return one record as a line. Keys keep the order of the record; floats do not occur."""
    return _ENCODER.encode(record).encode() + b"\n"


def lines(records: Iterable[Record]) -> Iterator[bytes]:
    """Yield the records as lines, one at a time."""
    return map(line, records)
