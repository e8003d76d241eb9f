"""Where in a text an offset lies, in the words of a person: line and column."""

import re
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Position:
    """A line and a column, both counted from 1, the column in code points."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


def position(text: str, offset: int) -> Position:
    """Return where `offset` lies; CRLF, CR and LF each end one line, and a leading BOM takes no column."""
    line, line_start = 1, int(text.startswith("\ufeff"))
    for end in _LINE_END.finditer(text, 0, offset):
        line, line_start = line + 1, end.end()
    return Position(line, max(offset - line_start, 0) + 1)
