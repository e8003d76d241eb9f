"""Quotation marks one by one: where each stands, and whether its neighbours let it open or close a quotation."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

# What may close what each mark opens. German closes „ with the mark that English opens with; Swedish writes the
# same mark on both sides; some Arabic and Hebrew texts have them the other way round; real texts mix curly and
# straight marks, and slip.
CLOSERS: dict[str, str | tuple[str, ...]] = {
    "“": ("”", "’’", '"', "“"),
    "„": ("“", "”", "‟", '"'),
    "‟": ("”",),
    "”": ("”", "“"),
    '"': ('"', "”"),
    "``": ("''", '"', "”"),
    "''": ("''",),
    "‘‘": ("’’", "”", '"'),
    "«": ("»",),
    "»": ("«", "»"),
    "‹": ("›",),
    "›": ("‹", "›"),
    "‘": ("’",),
    "‛": ("’",),
    "‚": ("‘", "’"),
    "'": ("'",),
    "「": ("」",),
    "『": ("』",),
    "｢": ("｣",),
    "〝": ("〟", "〞"),
    "＂": ("＂",),
    "＇": ("＇",),
    "❝": ("❞",),
    "❛": ("❜",),
}
SINGLE = frozenset("‘’‛‚'＇")
# These open only: whatever stands around them.
ALWAYS_OPEN = frozenset("「『｢〝❝❛„")
# These open or close by their shape, unless an open quotation or the neighbours say otherwise.
OPENS_BY_NATURE = frozenset({"“", "«", "‹", "``", "‘‘", "‟"})
CLOSES_BY_NATURE = frozenset("”»›")
# An opening one of these is believed only if a closing one follows: it may be an apostrophe or a slip.
TENTATIVE = frozenset({"‘", "‛", "‚", "'", "＇", "”", "''"})

_MARK = re.compile("''|``|‘‘|’’|[\"“”„‟«»‹›‘’‛‚'「」『』｢｣〝〟〞＂＇❝❞❛❜]")
_LINE = re.compile(r"[^\n]*\S[^\n]*")
# Feet and inches, and apostrophes before a word that has lost its beginning. The mark itself comes first, since the
# search for one of a few characters is much faster than one that looks behind at every character of a story.
_NO_QUOTATION = re.compile(
    r"['’‘](?:"
    r"(?<=\d['’])\s?\d{1,2}(?:\"|”|''|’’)"
    r"|(?<=(?<!\w)['’‘])n['’](?!\w)"
    r"|(?<=(?<!\w)['’‘])(?=(?:\d0s|\d0er|\d\d(?![\w,.])|em|til|till|cause|tis|twas|bout|round|cos|ere)\b)"
    r")"
)
_PROSE_PUNCTUATION = ".,!?…;:。！？、，"
# Scripts that write no space beside a quotation mark, or hang particles on it.
_UNSPACED = re.compile("[\u0600-\u06ff\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7a3]")
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"
_INVISIBLE_LOOK = 4


class Line(NamedTuple):
    """A line with words; lines of one group have no blank line between them."""

    number: int
    group: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """One quotation mark with the line it stands in and the characters beside it."""

    start: int
    end: int
    glyph: str
    line: Line
    before: str
    after: str

    @property
    def starts_line(self) -> bool:
        """Say whether nothing stands before the mark in its line."""
        return self.start == self.line.start

    @property
    def may_open(self) -> bool:
        """Say whether the neighbours are those of an opening mark: a gap before, words after."""
        if not self.after or self.after.isspace():
            return False
        return _is_gap(self.before) or bool(_UNSPACED.match(self.before)) or self.before in "'’"

    @property
    def may_close(self) -> bool:
        """Say whether the neighbours are those of a closing mark: words before, a gap after."""
        if not self.before or self.before.isspace():
            return False
        return not _is_letter(self.after) or bool(_UNSPACED.match(self.after))

    @property
    def opens_plainly(self) -> bool:
        """Say whether the mark can only open: a gap before and a letter or an opening mark after."""
        return _is_gap(self.before) and not self.may_close

    @property
    def closes_plainly(self) -> bool:
        """Say whether punctuation beside the mark shows that a quotation ends with it."""
        if not self.may_close:
            return False
        return (
            self.before in _PROSE_PUNCTUATION or not self.after or not (self.after.isspace() or _is_letter(self.after))
        )

    @property
    def is_apostrophe(self) -> bool:
        """Say whether a single mark stands inside a word: don’t, O’Neill."""
        inside = _is_letter(self.before) and _is_letter(self.after)
        return inside and not (_UNSPACED.match(self.before) or _UNSPACED.match(self.after))

    @property
    def may_be_possessive(self) -> bool:
        """Say whether a single mark may be the end of a plural: the workers’ pay."""
        return self.before in "sSzxß" and self.after == " "


def lines(text: str) -> list[Line]:
    """Return the lines that hold words, without the white space at their edges."""
    found: list[Line] = []
    group, last_end = -1, -2
    for number, match in enumerate(_LINE.finditer(text)):
        group += match.start() != last_end + 1
        words = match.group()
        start = match.start() + len(words) - len(words.lstrip())
        found.append(Line(number, group, start, start + len(words.strip())))
        last_end = match.end()
    return found


def marks(text: str, lines_of_text: list[Line]) -> Iterator[Mark]:
    """Yield the marks that may be quotation marks, in order; not those of feet, inches and lost beginnings."""
    starts = [line.start for line in lines_of_text]
    ignored_until = 0
    others = _NO_QUOTATION.finditer(text)
    other = next(others, None)
    for match in _MARK.finditer(text):
        start, end = match.span()
        while other and other.end() <= start and other.start() != start:
            other = next(others, None)
        if other and other.start() <= start:
            ignored_until = max(other.end(), start + 1)
        if start < ignored_until:
            continue
        line = lines_of_text[bisect_right(starts, start) - 1]
        yield Mark(start, end, match.group(), line, _beside(text, start - 1, -1, line), _beside(text, end, 1, line))


def _beside(text: str, offset: int, step: int, line: Line) -> str:
    """Return the next character that shows, or nothing at the edge of the line."""
    for _ in range(_INVISIBLE_LOOK):
        if not line.start <= offset < line.end:
            return ""
        if text[offset] not in _INVISIBLE:
            return text[offset]
        offset += step
    return text[offset] if line.start <= offset < line.end else ""


def _is_letter(char: str) -> bool:
    return bool(char) and (char.isalnum() or unicodedata.category(char)[0] == "M")


def _is_gap(char: str) -> bool:
    return not char or char.isspace() or char in '"“„«‹‘‚`:;=/>…*_|' or unicodedata.category(char) in {"Ps", "Pi", "Pd"}
