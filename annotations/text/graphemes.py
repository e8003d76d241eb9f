"""What a reader takes for one character: extended grapheme clusters, as Unicode Standard Annex 29 defines them.

The standard library knows the categories of characters but not their cluster properties. The few properties that
categories do not give are written out here; the rest follows the Unicode version of the running Python.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

_CONTROL_CATEGORIES = {"Cc", "Zl", "Zp", "Cs"}
_ZWJ = "\u200d"
_PREPEND = (
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd\U000111c2\U000111c3\U0001193f\U00011941"
    "\U00011a3a\U00011a84-\U00011a89\U00011d46\U00011f02"
)
# Letters and symbols that extend what stands before them, although their category is no mark's.
_EXTENDING_OTHERS = "\u0e33\u0eb3\uff9e\uff9f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\u200c\u200d"
# Spacing marks that nevertheless begin a cluster of their own.
_SPACING_ALONE = set("\u102b\u102c\u1038\u1062\u1063\u1064\u1067\u1068\u1069\u106a\u106b\u106c\u106d\u1083\u1087\u1088")
_SPACING_ALONE |= set(
    "\u1089\u108a\u108b\u108c\u108f\u109a\u109b\u109c\u1a61\u1a63\u1a64\uaa7b\uaa7d\U00011720\U00011721"
)
_PICTOGRAPH = (
    "©®‼⁉™ℹ↔-↙↩↪⌚⌛⌨⎈⏏⏩-⏳⏸-⏺Ⓜ▪▫▶◀◻-◾☀-★☇-☒☔-⚅⚐-✅✈-✒✔✖✝✡✨✳✴❄❇❌❎❓-❕❗❣-❧➕-➗➡➰➿⤴⤵⬅-⬇⬛⬜⭐⭕〰〽㊗㊙"
    "\U0001f000-\U0001f0ff\U0001f10d-\U0001f10f\U0001f12f\U0001f16c-\U0001f171\U0001f17e\U0001f17f\U0001f18e"
    "\U0001f191-\U0001f19a\U0001f1ad-\U0001f1e5\U0001f201-\U0001f20f\U0001f21a\U0001f22f\U0001f232-\U0001f23a"
    "\U0001f23c-\U0001f23f\U0001f249-\U0001f3fa\U0001f400-\U0001f53d\U0001f546-\U0001f64f\U0001f680-\U0001f6ff"
    "\U0001f774-\U0001f77f\U0001f7d5-\U0001f7ff\U0001f80c-\U0001f80f\U0001f848-\U0001f84f\U0001f85a-\U0001f85f"
    "\U0001f888-\U0001f88f\U0001f8ae-\U0001f8ff\U0001f90c-\U0001f93a\U0001f93c-\U0001f945\U0001f947-\U0001faff"
    "\U0001fc00-\U0001fffd"
)
_REGIONAL = "\U0001f1e6-\U0001f1ff"
_JAMO_L, _JAMO_V, _JAMO_T = "\u1100-\u115f\ua960-\ua97c", "\u1160-\u11a7\ud7b0-\ud7c6", "\u11a8-\u11ff\ud7cb-\ud7fb"
_SYLLABLES = "\uac00-\ud7a3"
_OPEN_SYLLABLES = "".join(chr(code) for code in range(0xAC00, 0xD7A4, 28))
# In six Indic scripts a virama ties the consonant after it to the one before it.
_VIRAMAS = "\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d"
_CONSONANTS = (
    "\u0915-\u0939\u0958-\u095f\u0978-\u097f\u0995-\u09a8\u09aa-\u09b0\u09b2\u09b6-\u09b9\u09dc\u09dd\u09df\u09f0\u09f1"
    "\u0a95-\u0aa8\u0aaa-\u0ab0\u0ab2\u0ab3\u0ab5-\u0ab9\u0af9\u0b15-\u0b28\u0b2a-\u0b30\u0b32\u0b33\u0b35-\u0b39\u0b5c"
    "\u0b5d\u0b5f\u0b71\u0c15-\u0c28\u0c2a-\u0c39\u0c58-\u0c5a\u0d15-\u0d3a"
)
# What may join a neighbour beside the marks: between two others of the Basic Multilingual Plane is always a boundary.
_JOINING_OTHERS = "\r" + _PREPEND + _JAMO_L + _JAMO_V + _JAMO_T + "\ud800-\udfff"
# Marks stand below U+20000 and among the variation selectors; looking no further keeps the first use quick.
_MARK_RANGES = (range(0x300, 0x20000), range(0xE0000, 0xE0200))


class _Classes(NamedTuple):
    """The insides of the character classes of regular expressions."""

    control: str
    extending: str
    plain: str


@cache
def _classes() -> _Classes:
    control, extending = [], set(_codes(_EXTENDING_OTHERS))
    formats_that_join = extending | set(_codes(_PREPEND))
    for code in (code for codes in (range(0x300), *_MARK_RANGES) for code in codes):
        category = unicodedata.category(chr(code))
        if category in {"Mn", "Me"} or (category == "Mc" and chr(code) not in _SPACING_ALONE):
            extending.add(code)
        elif category in _CONTROL_CATEGORIES or (category == "Cf" and code not in formats_that_join):
            control.append(code)
    joining = extending.union(_codes(_JOINING_OTHERS))
    plain = [code for code in range(0x10000) if code not in joining]
    return _Classes(_as_class(control), _as_class(sorted(extending)), _as_class(plain))


def _codes(inside: str) -> Iterator[int]:
    """Yield the code points of the inside of a character class: single characters and ranges."""
    for first, last in re.findall("(.)(?:-(.))?", inside, re.DOTALL):
        yield from range(ord(first), ord(last or first) + 1)


def _as_class(codes: list[int]) -> str:
    """Write ordered code points as ranges; a regular expression tests ranges quicker than single characters."""
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


def extending_class() -> str:
    """Return, for use in a regular expression's class, the characters that belong to what stands before them."""
    return _classes().extending


def prepended_class() -> str:
    """Return, for use in a regular expression's class, the characters that belong to what stands after them."""
    return _PREPEND


def pictograph_class() -> str:
    """Return, for use in a regular expression's class, the symbols that are emoji or may become some."""
    return _PICTOGRAPH


@cache
def _cluster() -> re.Pattern[str]:
    control, extend, plain = (f"[{inside}]" for inside in _classes())
    not_joiner = f"(?:(?!{_ZWJ}){extend})"
    tie = f"(?:(?![{_VIRAMAS}]){extend})*[{_VIRAMAS}]{extend}*"
    hangul = (
        f"[{_JAMO_L}]*(?:(?:[{_OPEN_SYLLABLES}][{_JAMO_V}]*|[{_JAMO_V}]+)[{_JAMO_T}]*|[{_SYLLABLES}][{_JAMO_T}]*)"
        f"|[{_JAMO_L}]+|[{_JAMO_T}]+"
    )
    pictographs = f"[{_PICTOGRAPH}](?:{not_joiner}*{_ZWJ}[{_PICTOGRAPH}])*"
    conjunct = f"[{_CONSONANTS}](?:{tie}[{_CONSONANTS}])+"
    core = f"(?:{hangul}|[{_REGIONAL}]{{2}}|{pictographs}|{conjunct}|(?!{control})[\\s\\S])"
    # The first way is the common one, and quick: one character, and none after it that could join it.
    return re.compile(f"{plain}(?={plain}|\\Z)|\r\n|[{_PREPEND}]*{core}{extend}*|[{_PREPEND}]+{extend}*|[\\s\\S]")


@cache
def _plain() -> re.Pattern[str]:
    return re.compile(f"[{_classes().plain}]")


def graphemes(text: str) -> list[tuple[int, int]]:
    """Return the grapheme clusters of the text; they tile it."""
    if text.isascii() and "\r" not in text:
        return [(offset, offset + 1) for offset in range(len(text))]
    return [match.span() for match in _cluster().finditer(text)]


def snap_to_graphemes(text: str, start: int, end: int) -> tuple[int, int]:
    """Grow a range so that neither of its edges is inside a grapheme cluster."""
    return _around(text, start)[0], _around(text, end)[1]


def is_boundary(text: str, offset: int) -> bool:
    """Say whether no grapheme cluster goes on over the offset."""
    return _around(text, offset) == (offset, offset)


def _around(text: str, offset: int) -> tuple[int, int]:
    """Return the cluster that holds the offset inside it, or the offset twice where a boundary is."""
    if not 0 < offset < len(text):
        return offset, offset
    start = offset
    plain = _plain()
    while start and not (plain.match(text[start]) and plain.match(text[start - 1])):
        start -= 1
    while start < offset:
        cluster = _cluster().match(text, start)
        # Every character begins a cluster, so there is always a match; mypy cannot know.
        end = cluster.end() if cluster else start + 1
        if end > offset:
            return start, end
        start = end
    return offset, offset
