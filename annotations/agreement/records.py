"""From records of the native format `newsnotes/1` to what agreement is measured on."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from annotations.agreement.spans import Spans
from annotations.agreement.stories import NO_SPEAKER, ROLES, Assignment, Quote, Story

Record = Mapping[str, Any]

GOLD = ""
"""The annotator of a record that names none: no other annotator has an empty name."""


def quote_of(record: Record) -> Quote:
    """Return a quote of a record. The resolution "none" is the answer `NO_SPEAKER`; no resolution is no answer."""
    nobody = NO_SPEAKER if record["resolution"] == "none" else None
    spans = {role: tuple((span["start"], span["end"]) for span in record[role]) for role in ROLES}
    return Quote(
        key=record["id"],
        **spans,
        speaker=record["speaker"] if record["speaker"] is not None else nobody,
        type=record["type"],
        resolution=record["resolution"],
        labels=dict(record["labels"]),
        links=frozenset((link["claim"], link["stance"]) for link in record["claims"]),
    )


def assignment_of(record: Record) -> Assignment:
    """Return the assignment of a record; what lies behind `read_up_to` was not read."""
    length = len(record["article"]["text"])
    reached = record.get("read_up_to", length)
    return Assignment(
        annotator=record["annotator"] if record["annotator"] is not None else GOLD,
        quotes=tuple(quote_of(quote) for quote in record["quotes"]),
        unread=((reached, length),) if reached < length else (),
    )


def story_of(records: Sequence[Record], words: Iterable[tuple[int, int]]) -> Story:
    """Return the story that all records annotate, with the words of its text.

    Raises ValueError for no record, for records of different texts, and for two of one annotator.
    """
    articles = {(one["article"]["id"], one["article"]["version"], one["article"]["text"]) for one in records}
    if len(articles) != 1:
        raise ValueError(f"Agreement is measured on one version of one article, not on {len(articles)}.")
    (key, version, text) = articles.pop()
    assignments = tuple(assignment_of(record) for record in records)
    return Story(f"{key}/{version}", len(text), assignments, _ordered(words))


def _ordered(words: Iterable[tuple[int, int]]) -> Spans:
    return tuple(sorted(words))
