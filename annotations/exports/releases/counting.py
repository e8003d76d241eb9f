"""What a release holds, counted while its stories pass by."""

from __future__ import annotations

from collections import Counter, defaultdict

from annotations.exports.records import ROLES, Record
from annotations.splits.shares import SPLITS

# Of a table in the card: the rest is counted together.
MOST_ROWS = 12
REST = "other"
UNKNOWN = "not known"


class Counts:
    """Counts stories, quotes and what they are, in all and in each split."""

    def __init__(self) -> None:
        self.totals: Counter[str] = Counter()
        self.splits: dict[str, Counter[str]] = defaultdict(Counter)
        self.tables: dict[str, Counter[str]] = defaultdict(Counter)
        self._speakers: set[str] = set()
        self._claims: set[str] = set()
        self._label_sets: set[str] = set()

    def add_gold(self, record: Record, split: str) -> None:
        """Count a story with its gold."""
        quotes, article = record["quotes"], record["article"]
        found = Counter(
            stories=1,
            quotes=len(quotes),
            spans=sum(len(quote[role]) for quote in quotes for role in ROLES),
            texts_left_out=article["text"] is None,
        )
        self.totals += found
        self.splits[split] += Counter(stories=1, quotes=len(quotes))
        for name in ("language", "outlet", "licence"):
            self.tables[name][article[name] or UNKNOWN] += 1
        self.tables["month"][article["published"][:7] if article["published"] else UNKNOWN] += 1
        for quote in quotes:
            self.tables["type"][quote["type"]] += 1
            self.tables["resolution"][quote["resolution"] or UNKNOWN] += 1
        self._speakers |= {speaker["id"] for speaker in record["speakers"]}
        self._claims |= {claim["id"] for claim in record["claims"]}
        self._label_sets |= {label_set for quote in quotes for label_set in quote["labels"]}

    def add_work(self, record: Record, split: str) -> None:
        """Count what one annotator made of a story."""
        self._label_sets |= {label_set for quote in record["quotes"] for label_set in quote["labels"]}
        self.splits[split]["annotators_quotes"] += len(record["quotes"])
        self.splits[split]["annotators_lines"] += 1
        self.totals += Counter(annotators_lines=1, annotators_quotes=len(record["quotes"]))

    def summary(self) -> Record:
        """Return it all. The order of everything depends on the counts and the words alone."""
        names = ("stories", "quotes", "spans", "texts_left_out", "annotators_lines", "annotators_quotes")
        in_all = {name: self.totals[name] for name in names}
        return {
            "counts": in_all | {"speakers": len(self._speakers), "claims": len(self._claims)},
            "splits": {split: _split(self.splits[split]) for split in SPLITS if split in self.splits},
            "label_sets": sorted(self._label_sets),
            "tables": {name: _table(name, counted) for name, counted in sorted(self.tables.items())},
        }


def _split(counted: Counter[str]) -> Record:
    return {name: counted[name] for name in ("stories", "quotes", "annotators_lines", "annotators_quotes")}


def _table(name: str, counted: Counter[str]) -> list[tuple[str, int]]:
    """Return the rows of a table: months in their order, everything else by how much there is of it."""
    if name == "month":
        return sorted(counted.items())
    rows = sorted(counted.items(), key=lambda row: (-row[1], row[0]))
    shown, rest = rows[:MOST_ROWS], rows[MOST_ROWS:]
    return shown + ([(REST, sum(count for _, count in rest))] if rest else [])
