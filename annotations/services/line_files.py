"""Files that are imported line by line, from any of their lines on: JSON lines, and CSV."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from django.utils.translation import gettext as _

from annotations.exports.jsonl_v1_reader import MAX_LINE_BYTES
from annotations.services.article_lines import FIELDS, line_item, refused_line, story_of
from annotations.services.errors import Invalid
from annotations.services.imports import Item

# For each line with a quotation mark too many, the file is read on in vain.
MOST_IN_VAIN = 2_000_000_000
TRUE_OR_FALSE = {"true": True, "yes": True, "false": False, "no": False}

csv.field_size_limit(MAX_LINE_BYTES)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, or a row of a table, which may go on for some lines; the next byte is at ``end``."""

    number: int
    last: int
    data: bytes
    end: int
    refusal: str = ""


class LineFile(Protocol):
    """What there is to read in a file."""

    def lines(self, start: int, number: int) -> Iterator[Line]:
        """Yield the lines from the byte ``start`` on, before which there are ``number`` lines."""

    def item(self, line: Line) -> Item:
        """Return what stands in a line, or why it is refused."""


class JsonLines:
    """A file of JSON lines."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def lines(self, start: int, number: int) -> Iterator[Line]:
        """Yield the lines from the byte ``start`` on."""
        self.file.seek(start)
        while data := self.file.readline(MAX_LINE_BYTES + 1):
            number += 1
            refusal = _skip_rest(self.file, data)
            if refusal or data.strip():
                yield Line(number, number, b"" if refusal else data.strip(), self.file.tell(), refusal)

    def item(self, line: Line) -> Item:
        """Return the article or record of a line, or why it is refused."""
        return refused_line(line.number, line.refusal) if line.refusal else line_item(line.number, line.data)


class CsvTable:
    """A file of comma-separated values in UTF-8, whose first line names the columns: one story a row."""

    def __init__(self, file: BinaryIO) -> None:
        """Read the names of the columns. Raises ``Invalid``."""
        self.file = file
        self.in_vain = 0
        head = file.readline(MAX_LINE_BYTES + 1)
        self.body = file.tell()
        self.columns = [name.strip() for name in _row(head.removeprefix(codecs.BOM_UTF8))]
        _check_columns(self.columns)

    def lines(self, start: int, number: int) -> Iterator[Line]:
        """Yield the rows from the byte ``start`` on; each has the number of its first line."""
        number = max(number, 1)
        self.file.seek(max(start, self.body))
        while data := self.file.readline(MAX_LINE_BYTES + 1):
            refusal = _skip_rest(self.file, data)
            more = 0
            if not refusal and data.count(b'"') % 2:
                data, more, refusal = self._whole(data)
            first, number = number + 1, number + 1 + more
            if refusal or data.strip():
                yield Line(first, number, b"" if refusal else data, self.file.tell(), refusal)

    def _whole(self, data: bytes) -> tuple[bytes, int, str]:
        """Return a row that goes on in the next lines, how many those are, and why it is refused if it has no end."""
        after = self.file.tell()
        found, size, more = [data], len(data), 0
        while (data := self.file.readline(MAX_LINE_BYTES + 1)) and size + len(data) <= MAX_LINE_BYTES:
            found.append(data)
            size += len(data)
            more += 1
            if data.count(b'"') % 2:
                if self._is_row(row := b"".join(found)):
                    return row, more, ""
                break
        self.in_vain += size
        if self.in_vain > MOST_IN_VAIN:
            message = _("Too many lines have a quotation mark that nothing closes: this is no CSV that we read.")
            raise Invalid(message, field="upload", code="not_csv")
        # Only this line is refused: those after it may be in order.
        self.file.seek(after)
        return b"", 0, _("A quotation mark is opened in this line, and nothing closes it.")

    def _is_row(self, data: bytes) -> bool:
        try:
            return len(_row(data)) == len(self.columns)
        except Invalid:
            return False

    def item(self, line: Line) -> Item:
        """Return the story of a row, or why it is refused."""
        if line.refusal:
            return refused_line(line.number, line.refusal)
        try:
            return Item("", line.number, story=story_of(self._fields(_row(line.data))))
        except Invalid as invalid:
            field = "id" if invalid.field == "key" else invalid.field
            return refused_line(line.number, invalid.message, place=field)

    def _fields(self, values: list[str]) -> dict[str, Any]:
        if len(values) != len(self.columns):
            told = {"count": len(values), "columns": len(self.columns)}
            raise Invalid(_("This row has %(count)s values, and the first line names %(columns)s columns.") % told)
        fields: dict[str, Any] = {name: value for name, value in zip(self.columns, values, strict=True) if value}
        if (given := fields.get("text_exportable")) is not None:
            fields["text_exportable"] = TRUE_OR_FALSE.get(given.strip().lower(), given)
        return fields


READERS: dict[str, Callable[[BinaryIO], LineFile]] = {"jsonl": JsonLines, "csv": CsvTable}


def _skip_rest(file: BinaryIO, data: bytes) -> str:
    """Read a line that is too long to its end, and return why it is refused; nothing where it is whole already."""
    if len(data) <= MAX_LINE_BYTES or data.endswith(b"\n"):
        return ""
    while (rest := file.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass
    return _("The line has more than %(most)s bytes.") % {"most": f"{MAX_LINE_BYTES:,}"}


def _row(data: bytes) -> list[str]:
    """Return the values of a row. Raises ``Invalid``."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Invalid(_("This is not UTF-8, at byte %(byte)s of the row.") % {"byte": error.start + 1}) from None
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise Invalid(_("This is no row of CSV: %(why)s.") % {"why": error}) from None
    if len(rows) != 1:
        raise Invalid(_("A value with a line break, or a quotation mark in it, must stand in quotation marks."))
    return rows[0]


def _check_columns(columns: list[str]) -> None:
    known = ", ".join(FIELDS)
    if "text" not in columns:
        message = _("The first line must name the columns, text among them. There are: %(known)s.") % {"known": known}
        raise Invalid(message, field="upload", code="not_csv")
    for place, name in enumerate(columns):
        if name not in FIELDS:
            told = {"name": f"{name:.60}", "known": known}
            raise Invalid(
                _("There is no column “%(name)s”. There are: %(known)s.") % told, field="upload", code="not_csv"
            )
        if name in columns[:place]:
            message = _("The first line names the column “%(name)s” twice.") % {"name": name}
            raise Invalid(message, field="upload", code="not_csv")
