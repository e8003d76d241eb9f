"""A text with its typography taken off, and the way back to the offsets it came from."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

_TYPOGRAPHY = {
    **dict.fromkeys("‘’‚‛′´`ʼ‹›＇❛❜", "'"),
    **dict.fromkeys("“”„‟″«»＂〝〟〞❝❞", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys(
        "\u00ad\u200b\u200c\u200d\u200e\u200f\u061c\u2060\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff", ""
    ),
}
# Only what changes is looked at: white space other than one space, and whatever is not plain ASCII.
_CHANGES = re.compile(r"\s{2,}|[^\S ]|[`]|''|[^\x00-\x7f\s]+")
_CHANGED = re.compile(f"[{''.join(map(re.escape, _TYPOGRAPHY))}]")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. Each piece of it is either the same as in the original or comes from one stretch of it."""

    text: str
    # Where pieces begin in the folded text, and the stretch of the original that each comes from.
    _starts: list[int]
    _origins: list[tuple[int, int]]

    def original(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the range of the original that a range of the folded text is, or None if it cuts a character."""
        first = self._place(start, at_end=False)
        last = self._place(end, at_end=True)
        return None if first is None or last is None else (first, last)

    def _place(self, offset: int, *, at_end: bool) -> int | None:
        piece = bisect_right(self._starts, offset - at_end) - 1
        begin, origin = self._starts[piece], self._origins[piece]
        length = (self._starts[piece + 1] if piece + 1 < len(self._starts) else len(self.text)) - begin
        if length == origin[1] - origin[0]:
            return origin[0] + offset - begin
        if offset == (begin + length if at_end else begin):
            return origin[1] if at_end else origin[0]
        return None


def fold(text: str) -> Folded:
    """Fold white space to single spaces, marks and dashes to the plain ones, and compatible characters to one form."""
    pieces: list[str] = []
    starts: list[int] = []
    origins: list[tuple[int, int]] = []
    length = 0
    for piece, start, end in _pieces(text):
        if piece:
            pieces.append(piece)
            starts.append(length)
            origins.append((start, end))
            length += len(piece)
    return Folded("".join(pieces), starts or [0], origins or [(0, 0)])


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    reached = 0
    for change in _CHANGES.finditer(text):
        start, end = change.span()
        yield text[reached:start], reached, start
        reached = end
        found = change.group()
        if found.isspace():
            yield " ", start, end
        elif found == "''":
            yield '"', start, end
        elif unicodedata.is_normalized("NFKD", found) and not _CHANGED.search(found):
            yield found, start, end
        else:
            yield from _characters(found, start)
    yield text[reached:], reached, len(text)


def _characters(run: str, offset: int) -> Iterator[tuple[str, int, int]]:
    """Yield each character with the combining marks after it, folded together: their order may differ."""
    start = 0
    for end in range(1, len(run) + 1):
        if end == len(run) or not unicodedata.combining(run[end]):
            # Some typography decomposes: the acute accent would become a space and a mark.
            plain = "".join(_TYPOGRAPHY.get(char, char) for char in run[start:end])
            yield unicodedata.normalize("NFKD", plain), offset + start, offset + end
            start = end
