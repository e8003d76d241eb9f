"""Guidelines as clauses: every heading of the Markdown begins one, with its own address.

Beside the layers, because services, templates and tests read guidelines alike. No Django here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from annotations.text.differences import GONE, NEW, SAME, Change, changes

# What a clause can speak of, beside the label sets of its project.
CONCERNS = ("content", "source", "cue", "addressee", "type", "resolution", "speaker", "claims", "parent")
KEY_LENGTH = 60
CHANGED = "changed"
_WORD = r"[^\W_]+(?:-[^\W_]+)*"
ANCHOR = re.compile(rf'\s*\{{#(?P<key>{_WORD})(?:\s+concerns="(?P<concerns>[^"]*)")?\s*\}}\Z')
# What somebody meant as an anchor, however it is written.
_LIKE_ANCHOR = re.compile(r"\{#[^{}]*\}?\Z")


@dataclass(frozen=True, slots=True)
class Clause:
    """One heading with what stands below it, up to the next heading of any level.

    ``text`` is Markdown and begins with the heading; ``line`` counts from 1.
    """

    key: str
    title: str
    level: int
    text: str
    concerns: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an anchor cannot be kept: it is malformed (``anchor``), there ``twice``, or names an unknown ``concern``."""

    code: str
    line: int
    given: str


def _take_anchors(state: StateCore) -> None:
    """Take the anchors off the headings before the words of these are parsed."""
    for heading, inline in pairwise(state.tokens):
        if begins_clause(heading) and (found := ANCHOR.search(inline.content)):
            heading.meta = {"key": found["key"], "concerns": tuple((found["concerns"] or "").split())}
            inline.content = inline.content[: found.start()]


def begins_clause(token: Token) -> bool:
    """Whether a token opens a clause. A heading inside a list or a quotation is part of the clause around it."""
    return token.type == "heading_open" and token.level == 0


# Nothing is loaded from elsewhere, and HTML stays the text that was typed.
PARSER = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
PARSER.disable(["image"])
PARSER.core.ruler.after("block", "anchors", _take_anchors)


@lru_cache(maxsize=16)
def clauses_in(text: str) -> tuple[Clause, ...]:
    """Return the clauses of guidelines in order. Their keys differ; whatever stands in the text, this does not fail."""
    tokens = PARSER.parse(text)
    begun = [place for place, token in enumerate(tokens) if begins_clause(token)]
    starts = [(tokens[place].map or [0])[0] for place in begun]
    lines = text.split("\n")
    titles = [_title(tokens[place + 1]) for place in begun]
    metas = [tokens[place].meta for place in begun]
    keys = _keys([meta.get("key", "") for meta in metas], titles)
    parts = ["\n".join(lines[start:end]) for start, end in pairwise([*starts, len(lines)])]
    return tuple(
        Clause(
            key=key,
            title=title or key,
            level=int(tokens[place].tag[1]),
            text=part if nth == len(begun) else part + "\n",
            concerns=meta.get("concerns", ()),
            line=start + 1,
        )
        for nth, (place, start, key, title, meta, part) in enumerate(
            zip(begun, starts, keys, titles, metas, parts, strict=True), start=1
        )
    )


def preamble_of(text: str) -> str:
    """Return what stands before the first clause."""
    clauses = clauses_in(text)
    return text[: len(text) - sum(len(clause.text) for clause in clauses)]


def section_of(clauses: Iterable[Clause], key: str) -> list[Clause]:
    """Return a clause with those that stand below its heading; nothing for a key that is not there."""
    found: list[Clause] = []
    for clause in clauses:
        if found and clause.level <= found[0].level:
            break
        if found or clause.key == key:
            found.append(clause)
    return found


def concerning(clauses: Iterable[Clause], concern: str) -> list[Clause]:
    """Return the clauses that say that they concern this."""
    return [clause for clause in clauses if concern in clause.concerns]


def faults_in(text: str, allowed: Collection[str]) -> Iterator[Fault]:
    """Yield what is wrong with the anchors of a text; ``allowed`` are the words that a clause may concern."""
    seen: set[str] = set()
    tokens = PARSER.parse(text)
    for token, inline in pairwise(tokens):
        if not begins_clause(token):
            continue
        line = (token.map or [0])[0] + 1
        if not token.meta:
            if found := _LIKE_ANCHOR.search(inline.content):
                yield Fault("anchor", line, found[0])
            continue
        key = token.meta["key"]
        if len(key) > KEY_LENGTH:
            yield Fault("anchor", line, key)
        if key in seen:
            yield Fault("twice", line, key)
        seen.add(key)
        yield from (Fault("concern", line, word) for word in token.meta["concerns"] if word not in allowed)


def _title(inline: Token) -> str:
    """Return the words of a heading without their marks."""
    words = (" " if child.type.endswith("break") else child.content for child in inline.children or ())
    return " ".join("".join(words).split())


def _slug(title: str) -> str:
    return re.sub(r"[\W_]+", "-", title.casefold()).strip("-")[:KEY_LENGTH].strip("-") or "clause"


def _keys(anchors: list[str], titles: list[str]) -> list[str]:
    """Return a key for each heading: its anchor, else its words; a number makes one that is taken another."""
    asked = set(anchors)
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    keys = []
    for anchor, title in zip(anchors, titles, strict=True):
        base = key = anchor or _slug(title)
        free = key not in taken if anchor else key not in taken | asked
        while not free:
            numbers[base] = numbers.get(base, 1) + 1
            key = f"{base}-{numbers[base]}"
            free = key not in taken and key not in asked
        taken.add(key)
        keys.append(key)
    return keys


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause that is new, gone or other than it was. What stands before all clauses has neither key nor title."""

    key: str
    title: str
    kind: str
    pieces: list[Change]


def clause_changes(before: str, after: str) -> list[ClauseChange]:
    """Return what changed between two versions, clause by clause as the newer has them, those that are gone last."""
    old = {clause.key: clause for clause in clauses_in(before)}
    new = {clause.key: clause for clause in clauses_in(after)}
    found = [_change("", "", preamble_of(before), preamble_of(after))]
    for key, clause in new.items():
        found.append(_change(key, clause.title, old[key].text if key in old else "", clause.text))
    found += [_change(key, clause.title, clause.text, "") for key, clause in old.items() if key not in new]
    return [change for change in found if any(piece.kind != SAME for piece in change.pieces)]


def is_reordered(before: str, after: str) -> bool:
    """Whether the clauses that both versions have stand in another order."""
    old, new = ([clause.key for clause in clauses_in(text)] for text in (before, after))
    return [key for key in old if key in set(new)] != [key for key in new if key in set(old)]


def _change(key: str, title: str, before: str, after: str) -> ClauseChange:
    kind = NEW if not before else GONE if not after else CHANGED
    # The empty lines before the next heading say nothing.
    return ClauseChange(key, title, kind, changes(before.strip("\n"), after.strip("\n")))
