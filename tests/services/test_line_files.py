"""Files are read line by line from any line on, and a line that is wrong takes no other with it."""

from __future__ import annotations

import csv
import io
import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.services.errors import Invalid
from annotations.services.line_files import READERS, CsvTable, JsonLines, LineFile

VALUES = st.text(st.sampled_from('aé“ ,"\n\r;\t🌉'), max_size=12)


def outcomes(reader: LineFile) -> list[tuple[int, str]]:
    """Return the text of each story, or nothing where it is refused, and see that one can begin at any of them."""
    lines = list(reader.lines(0, 0))
    for before, line in pairwise(lines):
        assert next(reader.lines(before.end, before.last)) == line
    items = [reader.item(line) for line in lines]
    return [(line.number, item.story.text if item.story else "") for line, item in zip(lines, items, strict=True)]


@given(st.lists(st.tuples(VALUES, st.text(st.sampled_from('aé,"“'), max_size=5)), max_size=6), st.booleans())
def test_what_a_spreadsheet_writes_is_read(rows: list[tuple[str, str]], mark: bool) -> None:
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(["text", "byline"])
    writer.writerows((f"Story {text}!", name) for text, name in rows)
    data = (b"\xef\xbb\xbf" if mark else b"") + table.getvalue().encode()
    texts = [text for _number, text in outcomes(CsvTable(io.BytesIO(data)))]
    assert texts == [f"Story {text}!".replace("\r\n", "\n").replace("\r", "\n") for text, _name in rows]


def test_a_row_that_is_wrong_is_refused_alone() -> None:
    data = (
        'id,text\na,One\nb,"Two, whose mark is not closed\nc,Three\nd,"Four\n\nin two"\ne,5" wide\nf,Six,7\n\ng,Eight\n'
    )
    assert outcomes(CsvTable(io.BytesIO(data.encode() + b"h,\xff\n"))) == [
        (2, "One"), (3, ""), (4, "Three"), (5, "Four\n\nin two"), (8, ""), (9, ""), (11, "Eight"), (12, ""),
    ]  # fmt: skip


@pytest.mark.parametrize("head", ["", "id,outlet", "text,text", "text,colour", 'text,"id', "text;id", "text\xff"])
def test_a_table_whose_first_line_does_not_name_its_columns_is_refused(head: str) -> None:
    with pytest.raises(Invalid):
        CsvTable(io.BytesIO(f"{head}\n".encode("latin-1")))


def test_json_lines_are_numbered_as_an_editor_numbers_them() -> None:
    story = json.dumps({"text": "One"}).encode()
    data = b"\n".join([story, b"", b"{", b"  " + story + b" \r", b'{"text": 5}', b"[" * 100_000])
    assert outcomes(JsonLines(io.BytesIO(data))) == [(1, "One"), (3, ""), (4, "One"), (5, ""), (6, "")]
    assert set(READERS) == {"jsonl", "csv"}
