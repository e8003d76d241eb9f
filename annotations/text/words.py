"""Words: runs of letters and digits with what stands inside them. Scripts without spaces are cut by their letters."""

import re
from functools import cache

from annotations.text.graphemes import extending_class, prepended_class, snap_to_graphemes

_HAN = "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HIRAGANA = "\u3041-\u3096\u309d-\u309f"
_KATAKANA = "\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff\uff66-\uff6f\uff71-\uff9d"
# The mark of a long vowel goes on with whichever kana stands before it.
_LONG_VOWEL = "\u30fc\uff70"
# Thai, Lao, Myanmar, Khmer and their neighbours write no spaces; without a dictionary each cluster stands alone.
_NO_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aad\ua9e0-\ua9fe\uaa60-\uaaef"
# Python counts these as letters, but one is an emoji and two belong to the kana before them.
_LETTERS_BY_NAME = "\u2139\uff9e\uff9f"
# What joins two runs to one word, if it stands alone between them.
_INSIDE = "'’‘ʼ＇\\-\u00ad\u058a\u05be\u05f3\u05f4\u2010\u2011\u2060·&"
_IN_NUMBERS = ".,:/٫٬"


@cache
def _word() -> re.Pattern[str]:
    extend, prepended = extending_class(), prepended_class()
    unspaced = _HAN + _HIRAGANA + _KATAKANA + _LONG_VOWEL + _NO_SPACES
    other = rf"\W{_LETTERS_BY_NAME}{prepended}{unspaced}"
    unit, letter = f"(?:[^{other}][{extend}]*+)", rf"(?:[^{other}\d_][{extend}]*+)"
    stopped = rf"{letter}\.(?![{extend}])"
    runs = (
        # U.S., p.m., J.K.: the full stop belongs to the word.
        rf"(?:(?:{stopped})+{letter}(?!{unit}|\.)|(?:{stopped}){{2,}})(?:[{_INSIDE}]{unit}+)*",
        rf"{unit}+(?:(?:[{_INSIDE}]|(?<=\d)[{_IN_NUMBERS}](?=\d)){unit}+)*",
        f"(?:[{_HAN}][{extend}]*+)+",
        f"[{_HIRAGANA}][{extend}]*+(?:[{_HIRAGANA}{_LONG_VOWEL}][{extend}]*+)*",
        # The middle dot joins the parts of a foreign name: ジョン・カービー.
        f"(?:[{_KATAKANA}{_LONG_VOWEL}][{extend}]*+)+(?:・(?:[{_KATAKANA}{_LONG_VOWEL}][{extend}]*+)+)*",
        rf"(?![{extend}])(?=\w)[{_NO_SPACES}][{extend}]*+",
    )
    return re.compile(rf"(?:(?<![\w{prepended}])[@#])?[{prepended}]*(?:{'|'.join(runs)})")


@cache
def _inside_word() -> re.Pattern[str]:
    """Characters that a word may hold; beside any other, words certainly begin and end."""
    return re.compile(rf"[\w.@#・{_INSIDE}{_IN_NUMBERS}{_HAN}{extending_class()}{prepended_class()}]")


def words(text: str) -> list[tuple[int, int]]:
    """Return the words of the text in order; punctuation, symbols and emoji are none."""
    return [match.span() for match in _word().finditer(text)]


def snap_to_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Grow a range to whole words and graphemes, without white space at its edges; of white space nothing is left."""
    start, end = _without_white_space(text, *snap_to_graphemes(text, start, end))
    if start == end:
        return start, start
    return _word_around(text, start)[0], _word_around(text, end)[1]


def _without_white_space(text: str, start: int, end: int) -> tuple[int, int]:
    words_of_range = text[start:end]
    first = start + len(words_of_range) - len(words_of_range.lstrip())
    last = start + len(words_of_range.rstrip())
    if first >= last:
        return start, start
    # A space can carry a mark, and then it is no edge to be dropped.
    return snap_to_graphemes(text, first, last)


def _word_around(text: str, offset: int) -> tuple[int, int]:
    """Return the word that holds the offset inside it, or the offset twice where none does."""
    inside = _inside_word()
    start = offset
    while start and inside.match(text[start - 1]):
        start -= 1
    for word in _word().finditer(text, start):
        if word.end() > offset:
            return word.span() if word.start() < offset else (offset, offset)
    return offset, offset
