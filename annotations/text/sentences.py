"""Sentences, without a model: end marks, closing quotation marks, abbreviations, initials, ordinals."""

import re
from collections.abc import Iterator

from annotations.text import abbreviations
from annotations.text.graphemes import snap_to_graphemes

_CLOSERS = r"[\"'”’“‘»›«‹)\]}」』】）〕］｝〟]"
_SPACED_END = r"[.!?…؟۔।॥։።]"
_UNSPACED_END = r"[。！？｡．]"
# Closers may stand apart from the end mark in French: « Oui ! »
_END = re.compile(
    rf"(?P<stops>(?:{_SPACED_END})+)(?P<closers>(?:[\xa0\u202f]?{_CLOSERS})*)(?=\s|\Z)|{_UNSPACED_END}+(?P<cjk>{_CLOSERS}*)"
)
_LINE = re.compile(r"[^\n]+")
_TOKEN_BEFORE = re.compile(r"[^\s\"“”„«»(\[‘]*\Z")
_OPENING = "\"'“”„‚‘«»‹›([{「『¿¡—–- \t\xa0\u202f*_"
_NEXT_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_TOKEN_LENGTH = 24
_NEXT_LENGTH = 80
_QUOTE_PARTICLE = re.compile("[\u3041-\u309f、，,]")
_INITIAL = re.compile(r"(?:[^\W\d_]\.-?)*[^\W\d_]")
_ORDINAL = re.compile(r"\d{1,2}|[IVX]{1,5}")


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences in order, without white space at their edges; a line break always ends one."""
    found: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        start = line.start()
        for end in _ends(text, line.start(), line.end()):
            found.extend(_trimmed(text, start, end))
            start = end
        found.extend(_trimmed(text, start, line.end()))
    return found


def _ends(text: str, start: int, end: int) -> Iterator[int]:
    for mark in _END.finditer(text, start, end):
        if mark["cjk"] is None:
            ends = _ends_sentence(text, mark, end)
        else:
            # 「行く。」と述べた: the particle goes on with the sentence that holds the quote.
            ends = not (mark["cjk"] and _QUOTE_PARTICLE.match(text, mark.end(), end))
        if ends:
            # A mark that carries a combining character is one grapheme with it.
            yield snap_to_graphemes(text, mark.end(), mark.end())[1]


def _ends_sentence(text: str, mark: re.Match[str], line_end: int) -> bool:
    following = text[mark.end() : min(mark.end() + _NEXT_LENGTH, line_end)].lstrip(_OPENING)
    if not following:
        return True
    if following[0].islower():
        return False
    stops = mark["stops"]
    if stops[-1] in "?!؟" and mark["closers"] and _is_saying(following):
        return False
    return stops != "." or bool(mark["closers"]) or _stop_ends_sentence(text, mark.start(), following)


def _is_saying(following: str) -> bool:
    words = _LETTERS.findall(following)[1:4]
    return following[0].isupper() and any(word.lower() in abbreviations.SAYING for word in words)


def _stop_ends_sentence(text: str, stop: int, following: str) -> bool:
    found = _TOKEN_BEFORE.search(text[max(stop - _TOKEN_LENGTH, 0) : stop])
    before = found.group() if found else ""
    next_word = _NEXT_WORD.match(following)
    opens = next_word is not None and next_word.group().lower() in abbreviations.SENTENCE_OPENERS
    if before.lower() in abbreviations.BEFORE_SOMETHING:
        return False
    if before.lower() in abbreviations.MAYBE_LAST or (_INITIAL.fullmatch(before) and before != "I"):
        return opens
    if _ORDINAL.fullmatch(before):
        return not _is_ordinal(text, stop - len(before), next_word)
    return True


def _is_ordinal(text: str, start: int, next_word: re.Match[str] | None) -> bool:
    if next_word is None:
        return False
    if next_word.group().lower() in abbreviations.AFTER_ORDINAL:
        return True
    before = text[max(start - _TOKEN_LENGTH, 0) : start].split()
    opens = next_word.group().lower() in abbreviations.SENTENCE_OPENERS
    return bool(before) and before[-1].lower() in abbreviations.BEFORE_ORDINAL and not opens


def _trimmed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    words = text[start:end]
    first, last = start + len(words) - len(words.lstrip()), start + len(words.rstrip())
    if first >= last:
        return []
    # A space may carry a combining mark; a sentence never begins inside such a cluster.
    return [snap_to_graphemes(text, first, last)]
