"""Code points to UTF-16 units and back. Browsers count UTF-16 units; everything else here counts code points."""

import re
from bisect import bisect_left

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Utf16Map:
    """The conversion for one text: linear to make, then logarithmic for each offset."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        # Only characters of two units make the two counts differ.
        self._astral = [match.start() for match in _ASTRAL.finditer(text)]
        self._astral_units = [offset + before for before, offset in enumerate(self._astral)]

    @property
    def length(self) -> int:
        """Return the length of the text in UTF-16 units."""
        return self._length + len(self._astral)

    def to_utf16(self, offset: int) -> int:
        """Return the UTF-16 offset of a code point offset."""
        if not 0 <= offset <= self._length:
            raise ValueError(f"Offset {offset} is outside the text, which has {self._length} code points.")
        return offset + bisect_left(self._astral, offset)

    def from_utf16(self, offset: int) -> int:
        """Return the code point offset of a UTF-16 offset."""
        if not 0 <= offset <= self.length:
            raise ValueError(f"Offset {offset} is outside the text, which has {self.length} UTF-16 units.")
        before = bisect_left(self._astral_units, offset)
        if before and self._astral_units[before - 1] == offset - 1:
            raise ValueError(f"Offset {offset} is inside a character, between the two halves of a surrogate pair.")
        return offset - before


def to_utf16(text: str, offset: int) -> int:
    """Return the UTF-16 offset of a code point offset; for many offsets of one text make a `Utf16Map`."""
    return Utf16Map(text).to_utf16(offset)


def from_utf16(text: str, offset: int) -> int:
    """Return the code point offset of a UTF-16 offset; for many offsets of one text make a `Utf16Map`."""
    return Utf16Map(text).from_utf16(offset)
