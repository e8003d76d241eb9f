"""A seeded generator of stories and quotes, as ``newsnotes/1`` records.

``python -m benchmarks.corpus --stories 1000 --quotes 12 > stories.jsonl`` writes about 600 words a story. The same
seed gives the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sys
from collections.abc import Iterator
from typing import Any

from annotations.text.blocks import blocks

NOUNS = [
    "bridge",
    "harbour",
    "council",
    "budget",
    "school",
    "river",
    "station",
    "report",
    "ferry",
    "market",
    "tower",
    "line",
    "fund",
    "vote",
    "permit",
    "road",
]
VERBS = [
    "opens",
    "closes",
    "delays",
    "funds",
    "repairs",
    "rejects",
    "approves",
    "reviews",
    "moves",
    "sells",
    "plans",
    "measures",
    "inspects",
    "rebuilds",
]
PLACES = [
    "Aldmere",
    "Brackwell",
    "Corliss",
    "Dunmore",
    "Elstow",
    "Farrow",
    "Glanton",
    "Harle",
    "Ivering",
    "Jarrow",
    "Kelby",
    "Lorne",
    "Merrow",
    "Norby",
]
FIRST = [
    "Ada",
    "Ben",
    "Cleo",
    "Dov",
    "Ema",
    "Finn",
    "Gita",
    "Hal",
    "Ines",
    "Jun",
    "Kaya",
    "Leo",
    "Mina",
    "Nils",
    "Oda",
    "Per",
]
LAST = [
    "Holt",
    "Ruiz",
    "Okafor",
    "Lind",
    "Moreau",
    "Sato",
    "Varga",
    "Weiss",
    "Adler",
    "Brandt",
    "Costa",
    "Dahl",
    "Eriks",
    "Falk",
]
CUES = ["said", "argued", "warned", "insisted", "added", "explained", "claimed", "noted"]
FILL = [
    "the",
    "old",
    "of",
    "a",
    "new",
    "for",
    "and",
    "with",
    "late",
    "early",
    "on",
    "Monday",
    "since",
    "winter",
    "under",
    "public",
    "local",
    "small",
    "long",
    "open",
    "quiet",
]


class Writer:
    """Puts a text together piece by piece and knows where each piece stands."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0

    def put(self, words: str) -> dict[str, Any]:
        """Append ``words`` and return their span."""
        start = self.length
        self.pieces.append(words)
        self.length += len(words)
        return {"start": start, "end": self.length, "exact": words}


def sentence(rng: random.Random, words: int) -> str:
    """Return about ``words`` words that read like news from far away."""
    found = [rng.choice(FILL) if place % 3 else rng.choice(NOUNS) for place in range(words - 2)]
    return " ".join([*found, rng.choice(VERBS), rng.choice(PLACES)])


def record(number: int, *, seed: int, words: int = 600, quotes: int = 12) -> dict[str, Any]:
    """Return one annotated story as gold."""
    rng = random.Random(f"{seed}-{number}")  # noqa: S311  a benchmark is to be repeated, not guessed
    writer = Writer()
    headline = f"{rng.choice(PLACES)} {rng.choice(VERBS)} {rng.choice(NOUNS)} {number}"
    writer.put(headline)
    cast = [f"{rng.choice(FIRST)} {rng.choice(LAST)}" for _ in range(6)]
    made = []
    for place in range(quotes):
        writer.put("\n\n" + sentence(rng, max(4, words // max(quotes, 1) - 22)).capitalize() + ". ")
        made.append(_quote(rng, writer, f"s{number}-q{place:03}", cast[rng.randrange(len(cast))], number))
        writer.put(".")
    if not quotes:
        for _ in range(12):
            writer.put("\n\n" + sentence(rng, words // 12).capitalize() + ".")
    text = "".join(writer.pieces)
    return _assignment(number, headline, text, made)


def _quote(rng: random.Random, writer: Writer, key: str, name: str, number: int) -> dict[str, Any]:
    direct = rng.random() < 0.5
    source = writer.put(name)
    writer.put(" ")
    cue = writer.put(rng.choice(CUES))
    writer.put(" ")
    said = sentence(rng, 16)
    content = writer.put(f"“{said}”" if direct else f"that {said}")
    if not direct:
        content = {"start": content["start"] + 5, "end": content["end"], "exact": content["exact"][5:]}
    claims = [{"claim": f"claim-{number % 500}", "stance": "asserts"}] if rng.random() < 0.25 else []
    return {
        "id": key,
        "type": "direct" if direct else "indirect",
        "type_overridden": False,
        "content": [content],
        "cue": [cue],
        "source": [source],
        "addressee": [],
        "speaker": name.lower().replace(" ", "-"),
        "resolution": "explicit",
        "no_source": None,
        "parent": None,
        "labels": {"act": "statement", "engagement": "acknowledges", "factuality": "said"},
        "claims": claims,
    }


def _assignment(number: int, headline: str, text: str, quotes: list[dict[str, Any]]) -> dict[str, Any]:
    names = dict.fromkeys(quote["speaker"] for quote in quotes)
    claims = dict.fromkeys(link["claim"] for quote in quotes for link in quote["claims"])
    return {
        "format": "newsnotes/1",
        "offset_unit": "codepoint",
        "status": "gold",
        "annotator": None,
        "guidelines": None,
        "article": {
            "id": f"story-{number}",
            "version": 1,
            "headline": headline,
            "outlet": "The Generated Times",
            "url": f"https://times.example/{number}",
            "byline": None,
            "published": "2026-03-01",
            "language": "en",
            "licence": "CC0-1.0",
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "text": text,
            "blocks": [
                {"kind": block.kind.value, "start": block.start, "end": block.end} for block in blocks(text, headline)
            ],
        },
        "speakers": [
            {
                "id": key,
                "label": key.replace("-", " ").title(),
                "kind": "person",
                "named": True,
                "description": None,
                "aliases": [],
                "wikidata": None,
            }
            for key in names
        ],
        "claims": [{"id": key, "text": f"The {key.replace('-', ' ')} stands."} for key in claims],
        "quotes": quotes,
    }


def dense_record(number: int, *, seed: int, words: int = 600, spans: int = 500, roles: int = 4) -> dict[str, Any]:
    """Return a story with ``spans`` spans of one word each, in quotes of ``roles`` spans.

    With one role every word is the content of a quote of its own, which is how peers were measured.
    """
    plain = record(number, seed=seed, words=words, quotes=12)
    text = plain["article"]["text"]
    found = [
        {"start": word.start(), "end": word.end(), "exact": word.group()}
        for word in list(re.finditer(r"\w+", text))[-spans:]
    ]
    cast = plain["speakers"]
    quotes = [
        {
            **plain["quotes"][0],
            "id": f"s{number}-w{place:03}",
            "type": "indirect",
            "type_overridden": True,
            "content": found[place : place + 1],
            "source": found[place + 1 : place + 2] if roles > 1 else [],
            "cue": found[place + 2 : place + 3] if roles > 1 else [],
            "addressee": found[place + 3 : place + 4] if roles > 1 else [],
            "speaker": cast[place % len(cast)]["id"],
            "resolution": "explicit" if roles > 1 else "implicit",
            "claims": [],
        }
        for place in range(0, len(found), roles)
    ]
    return plain | {"quotes": quotes, "claims": []}


def lines(stories: int, *, seed: int = 7, words: int = 600, quotes: int = 12) -> Iterator[bytes]:
    """Yield the stories as JSON lines."""
    for number in range(stories):
        made = record(number, seed=seed, words=words, quotes=quotes)
        yield json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def main() -> None:
    """Write stories to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("stories", 1000), ("seed", 7), ("words", 600), ("quotes", 12)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    for line in lines(asked.stories, seed=asked.seed, words=asked.words, quotes=asked.quotes):
        sys.stdout.buffer.write(line)


if __name__ == "__main__":
    main()
