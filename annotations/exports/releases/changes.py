"""What is different from the release before: story by story for programs, and readable for people."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from annotations.exports.records import Record

DIGEST = 8
MOST_SHOWN = 200
KINDS = {
    "new": "New stories",
    "gone": "Stories that are gone",
    "text": "Stories with another text",
    "split": "Stories that moved to another split",
    "known": "Stories of which something else is said (outlet, date, licence, …)",
    "quotes": "Stories with other quotes",
}
QUOTES = {"quotes_new": "new", "quotes_gone": "gone", "quotes_changed": "changed"}


@dataclass(frozen=True, slots=True)
class Print:
    """What is kept of a story to compare it: a few bytes for each quote, since there are many."""

    headline: str
    split: str
    text: str
    known: bytes
    quotes: bytes

    def by_quote(self) -> dict[bytes, bytes]:
        """Return the digest of each quote by that of its id."""
        step = range(0, len(self.quotes), 2 * DIGEST)
        return {self.quotes[at : at + DIGEST]: self.quotes[at + DIGEST : at + 2 * DIGEST] for at in step}


def print_of(record: Record, split: str) -> Print:
    """Return the print of a story with its gold. Of a speaker or claim, what is said counts wherever it is used."""
    article = record["article"]
    known = {name: value for name, value in article.items() if name not in {"version", "text", "sha256", "blocks"}}
    used = {row["id"]: row for row in (*record["speakers"], *record["claims"])}
    quotes = b"".join(sorted(_digest(quote["id"]) + _digest(_whole(quote, used)) for quote in record["quotes"]))
    withheld = article["text"] is None
    return Print(article["headline"] or "", split, article["sha256"], _digest([known, withheld]), quotes)


def _whole(quote: Record, used: Mapping[str, Record]) -> list[Record | None]:
    return [quote, used.get(quote["speaker"]), *(used.get(link["claim"]) for link in quote["claims"])]


def _digest(value: object) -> bytes:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).digest()[:DIGEST]


def differences(before: Mapping[str, Print], after: Mapping[str, Print]) -> Iterator[Record]:
    """Yield a record for each story that differs, in the order of the ids."""
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            here = new or old
            yield {"story": key, "headline": here.headline if here else "", "changes": ["new" if new else "gone"]}
        elif old != new:
            yield {"story": key, "headline": new.headline, **_difference(old, new)}


def _difference(old: Print, new: Print) -> Record:
    then, now = old.by_quote(), new.by_quote()
    counted = {
        "quotes_new": len(now.keys() - then.keys()),
        "quotes_gone": len(then.keys() - now.keys()),
        "quotes_changed": sum(then[key] != now[key] for key in then.keys() & now.keys()),
    }
    names = [name for name in ("text", "split", "known") if getattr(old, name) != getattr(new, name)]
    quotes = ["quotes"] if any(counted.values()) else []
    split = {"split": [old.split, new.split]} if old.split != new.split else {}
    return {"changes": [*names, *quotes], **split, **(counted if quotes else {})}


class Tally:
    """Counts differences while they pass by, and keeps the first of each kind to be read."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._first: dict[str, list[str]] = {kind: [] for kind in KINDS}

    def lines(self, found: Iterator[Record]) -> Iterator[bytes]:
        """Yield the differences as JSON lines."""
        for record in found:
            for kind in record["changes"]:
                self.counts[kind] += 1
                if len(self._first[kind]) < MOST_SHOWN:
                    self._first[kind].append(_told(record, kind))
            for name in QUOTES:
                self.counts[name] += record.get(name, 0)
            yield json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    def summary(self) -> dict[str, int]:
        """Return how many stories and quotes differ, and how."""
        return {name: self.counts[name] for name in (*KINDS, *QUOTES)}

    def page(self, title: str, number: int, previous: int | None) -> bytes:
        """Return ``CHANGES.md``."""
        parts = [f"# {title}, release {number}: changes", ""]
        if previous is None:
            return "\n".join([*parts, "This is the first release that stands.", ""]).encode()
        parts += [f"Compared with release {previous}.", ""]
        if not any(self.counts.values()):
            parts += ["Nothing is different in any story.", ""]
        for kind, words in KINDS.items():
            if count := self.counts[kind]:
                parts += [f"## {words}: {count:,}", "", *self._first[kind], ""]
                if count > MOST_SHOWN:
                    parts += [f"… and {count - MOST_SHOWN:,} more; changes.jsonl has all.", ""]
        return "\n".join(parts).encode()


def _told(record: Record, kind: str) -> str:
    name = f"- `{record['story']}` {plain(record['headline'])}".rstrip()
    if kind == "split":
        return f"{name}: {record['split'][0]} → {record['split'][1]}"
    if kind == "quotes":
        return f"{name}: " + ", ".join(f"{record[key]} {word}" for key, word in QUOTES.items() if record[key])
    return name


def plain(words: str) -> str:
    """Return words of a story so that Markdown shows them as they are, on one line."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>#|~&!" else char for char in " ".join(words.split()))
