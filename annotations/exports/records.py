"""What a row of a dataset is: plain dictionaries in a fixed order of keys. No Django here.

``newsnotes/1`` is one object per assignment. History keeps the state of a quote in the same shape, with three more
keys (``STATE_KEYS``), so that the two can never drift apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from annotations.text.canonical import text_sha256

FORMAT = "newsnotes/1"
OFFSET_UNIT = "codepoint"
ROLES = ("content", "cue", "source", "addressee")
STATE_KEYS = ("parent_overridden", "deleted", "revision")

Record = dict[str, Any]


def span_record(start: int, end: int, exact: str) -> Record:
    """Return one span: code points, half-open, with its words."""
    return {"start": start, "end": end, "exact": exact}


def hashed_span(span: Record) -> Record:
    """Return a span without its words: their hash tells whether somebody else's copy has them in the same place."""
    return {"start": span["start"], "end": span["end"], "sha256": text_sha256(span["exact"])}


def without_words(record: Record) -> Record:
    """Return a line without the words of the story: its text is null, and spans have hashes."""
    quotes = [quote | {role: [*map(hashed_span, quote[role])] for role in ROLES} for quote in record["quotes"]]
    looked_at = {name: [*map(hashed_span, record[name])] for name in ("looked_at",) if name in record}
    return record | {"article": record["article"] | {"text": None}, "quotes": quotes} | looked_at


def quote_record(
    *,
    key: str,
    type: str,
    type_overridden: bool,
    spans: Mapping[str, list[Record]],
    speaker: str | None,
    resolution: str | None,
    no_source: str | None,
    parent: str | None,
    labels: Record,
    claims: list[Record],
    note: str,
) -> Record:
    """Return one quote with all its parts; ``spans`` maps each role to its spans in order.

    A quote without a note has no key for it, so that a file without notes is as it was before there were any.
    """
    return {
        "id": key,
        "type": type,
        "type_overridden": type_overridden,
        **{role: spans.get(role, []) for role in ROLES},
        "speaker": speaker,
        "resolution": resolution or None,
        "no_source": no_source or None,
        "parent": parent,
        "labels": labels,
        "claims": claims,
        **({"note": note} if note else {}),
    }


def quote_order(quote: Record) -> tuple[int, int, str]:
    """Sort key of quotes in a story: by where the content starts, the longer first, then by id."""
    content = quote["content"]
    if not content:
        return (0, 0, quote["id"])
    return (content[0]["start"], -max(span["end"] for span in content), quote["id"])


def newest_guidelines(quotes: Iterable[Record]) -> str | None:
    """Return the newest version of the guidelines under which any of these quotes was made; None if nobody knows."""
    known = [quote["guidelines"] for quote in quotes if "guidelines" in quote]
    return max(known, key=lambda one: (int(one.partition("-")[0]), one), default=None)


def in_order(rows: Iterable[Record], listed: list[str], appearance: list[str]) -> list[Record]:
    """Return ``rows`` (with an ``id``) in the order an import listed them, then by first appearance."""
    rank = {key: position for position, key in enumerate(dict.fromkeys([*listed, *appearance]))}
    return sorted(rows, key=lambda row: (rank.get(row["id"], len(rank)), row["id"]))


def assignment_record(
    *,
    status: str,
    annotator: str | None,
    guidelines: str | None,
    article: Record,
    speakers: list[Record],
    claims: list[Record],
    quotes: list[Record],
    looked_at: list[Record],
    read_up_to: int | None,
) -> Record:
    """Return one line of ``newsnotes/1``. It says what was looked at, and how far, only where there is something."""
    return {
        "format": FORMAT,
        "offset_unit": OFFSET_UNIT,
        "status": status,
        "annotator": annotator,
        "guidelines": guidelines,
        "article": article,
        "speakers": speakers,
        "claims": claims,
        "quotes": quotes,
        **({"looked_at": looked_at} if looked_at else {}),
        **({"read_up_to": read_up_to} if read_up_to else {}),
    }
