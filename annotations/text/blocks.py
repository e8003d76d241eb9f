"""The blocks of a story: headline, subheads, paragraphs and the rest, by the conventions of news texts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from math import ceil
from typing import NamedTuple

from annotations.text import block_phrases
from annotations.text.characters import is_blank


class Kind(StrEnum):
    """What a block is. Boilerplate alone is not annotated."""

    HEADLINE = "headline"
    SUBHEAD = "subhead"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    CAPTION = "caption"
    EMBEDDED = "embedded"
    CORRECTION = "correction"
    BOILERPLATE = "boilerplate"


@dataclass(frozen=True, slots=True)
class Block:
    """A line of the text that holds more than white space, without the white space at its edges.

    Of a text with very many lines it is several neighbouring ones.
    """

    index: int
    kind: Kind
    start: int
    end: int


class _Line(NamedTuple):
    start: int
    end: int
    after_blank: bool
    before_blank: bool


# The longest real story has some hundreds of lines. A page takes a moment for each block, so there are never many more.
MOST_BLOCKS = 2000
# What decides the kind stands at the ends of a line: of a very long one no more is looked at.
_LOOK = 300
_HEADLINE_LENGTH = 250
_SUBHEAD_LENGTH = 100
_SUBHEAD_WORDS = 16
# A line without spaces between its words holds more words in as many characters.
_SUBHEAD_LENGTH_UNSPACED = 40
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_DIRECTION_MARKS = "\u200b\u200e\u200f\u061c\u202a\u202b\u2066\u2067\u2068\ufeff"
_CLOSING = "\"'”’“‘»«›‹」』）)]】》*_ \t\xa0"
_SENTENCE_END = ".!?…。！？｡؟۔।॥։።"
_QUESTION_END = "?!？！؟"
_CLAUSE_END = ",;:，、；：؛،—–"
_BODY_KINDS = frozenset({Kind.PARAGRAPH, Kind.LIST_ITEM})


def blocks(text: str, headline: str | None = None) -> list[Block]:
    """Return a block for each line that is not blank. A headline known from elsewhere is one whatever its shape."""
    lines = list(_lines(text))
    kinds = [_kind_of_line(_beginning(text, line), line.end - line.start) for line in lines]
    _mark_embedded_posts(text, lines, kinds)
    _mark_headline(text, lines, kinds, headline)
    _mark_subheads(text, lines, kinds)
    parts = [(kind, line.start, line.end) for line, kind in zip(lines, kinds, strict=True)]
    if len(parts) > MOST_BLOCKS:
        parts = list(_joined(parts))
    return [Block(index, *part) for index, part in enumerate(parts)]


def _joined(lines: list[tuple[Kind, int, int]]) -> Iterator[tuple[Kind, int, int]]:
    """Yield neighbouring lines together, so many at once that there are not too many pieces; a headline stays alone."""
    # Beside a headline up to three pieces are shorter than the others.
    together = ceil(len(lines) / (MOST_BLOCKS - 3))
    for is_headline, group in groupby(lines, key=lambda line: line[0] is Kind.HEADLINE):
        run = list(group)
        for first in range(0, len(run), together):
            piece = run[first : first + together]
            kinds = {kind for kind, _, _ in piece}
            yield kinds.pop() if is_headline or len(kinds) == 1 else Kind.PARAGRAPH, piece[0][1], piece[-1][2]


def _lines(text: str) -> Iterator[_Line]:
    offset, after_blank, held = 0, True, None
    for raw in text.split("\n"):
        words = raw.strip()
        if words:
            if held:
                yield held
            start = offset + len(raw) - len(raw.lstrip())
            held = _Line(start, start + len(words), after_blank, before_blank=False)
        elif held and not held.before_blank:
            held = held._replace(before_blank=True)
        after_blank = not words
        offset += len(raw) + 1
    if held:
        yield held._replace(before_blank=True)


def _beginning(text: str, line: _Line) -> str:
    # Direction marks often stand before the first word of an Arabic or Hebrew line.
    return text[line.start : min(line.end, line.start + _LOOK)].lstrip(_DIRECTION_MARKS)


def _kind_of_line(line: str, length: int) -> Kind:
    if is_blank(line):
        return Kind.BOILERPLATE
    if block_phrases.EMBEDDED_POST.match(line) or block_phrases.EMBEDDED_SIGNATURE.match(line):
        return Kind.EMBEDDED
    if any(phrase.match(line) for phrase in block_phrases.CORRECTION):
        return Kind.CORRECTION
    if length < _LOOK and any(phrase.match(line) for phrase in block_phrases.CAPTION):
        return Kind.CAPTION
    if length < _LOOK and _is_boilerplate(line):
        return Kind.BOILERPLATE
    return Kind.LIST_ITEM if block_phrases.LIST_ITEM.match(line) else Kind.PARAGRAPH


def _is_boilerplate(line: str) -> bool:
    if any(phrase.match(line) for phrase in block_phrases.BOILERPLATE):
        return True
    return bool(block_phrases.BYLINE.match(line) or block_phrases.BYLINE_WITHOUT_CASE.match(line))


def _mark_embedded_posts(text: str, lines: list[_Line], kinds: list[Kind]) -> None:
    """The lines of a post stand above the line that signs it, with no blank line between."""
    for index, line in enumerate(lines):
        if not block_phrases.EMBEDDED_SIGNATURE.match(_beginning(text, line)):
            continue
        above = index
        while above and not lines[above].after_blank and kinds[above - 1] is not Kind.EMBEDDED:
            above -= 1
            kinds[above] = Kind.EMBEDDED


def _mark_headline(text: str, lines: list[_Line], kinds: list[Kind], headline: str | None) -> None:
    """The headline is the first line that is neither boilerplate nor a notice, if it stands apart."""
    first = next((i for i, kind in enumerate(kinds) if kind not in (Kind.BOILERPLATE, Kind.CORRECTION)), None)
    if first is None:
        return
    words = text[lines[first].start : lines[first].end]
    known = headline is not None and words.split() == headline.split()
    alone = len(lines) == first + 1
    if known or (kinds[first] is Kind.PARAGRAPH and not alone and _reads_as_headline(words, lines[first])):
        kinds[first] = Kind.HEADLINE


def _reads_as_headline(words: str, line: _Line) -> bool:
    if not line.before_blank or len(words) > _HEADLINE_LENGTH:
        return False
    last = words.rstrip(_CLOSING)[-1:]
    # A headline may ask or exclaim, but it is one sentence.
    if last in _QUESTION_END:
        return not any(mark in words.rstrip(_CLOSING)[:-1] for mark in ".。")
    return last not in _SENTENCE_END and last not in _CLAUSE_END


def _mark_subheads(text: str, lines: list[_Line], kinds: list[Kind]) -> None:
    """A subhead is a short line without an end mark that stands apart, with a paragraph somewhere below it."""
    spaced = any(line.before_blank for line in lines[:-1])
    body_below = False
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        stands_apart = (line.after_blank and line.before_blank) or not spaced
        if kinds[index] is Kind.PARAGRAPH and body_below and index and stands_apart and _reads_as_subhead(text, line):
            kinds[index] = Kind.SUBHEAD
        body_below = body_below or kinds[index] in _BODY_KINDS


def _reads_as_subhead(text: str, line: _Line) -> bool:
    if line.end - line.start > _SUBHEAD_LENGTH:
        return False
    words = text[line.start : line.end]
    if _UNSPACED.search(words) and len(words) > _SUBHEAD_LENGTH_UNSPACED:
        return False
    last = words.rstrip(_CLOSING)[-1:]
    return len(words.split()) <= _SUBHEAD_WORDS and bool(last) and last not in _SENTENCE_END + _CLAUSE_END
