"""JSON lines of a stream: articles as programs send them, and records of ``newsnotes/1``, read one line at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from django.utils.translation import gettext as _

from annotations.exports.jsonl_v1_reader import MAX_LINE_BYTES
from annotations.services.article_metadata import COLUMNS, clean_metadata
from annotations.services.articles import read_story
from annotations.services.errors import Invalid
from annotations.services.imports import Item, Row, record_item
from annotations.services.shelf import Outcome, Story
from annotations.text.strict_json import JsonRefused, loads

# What a line may say of an article; ``text_exportable`` is true or false, everything else a text or null.
FIELDS = ("id", "text", "headline", *COLUMNS)
SHOWN = 60


class Lines(Protocol):
    """Whatever bytes can be read from by lines."""

    def readline(self, size: int, /) -> bytes:
        """Return the next line, or its first ``size`` bytes."""


def items_of_lines(stream: Lines, *, longest: int = MAX_LINE_BYTES) -> Iterator[Item]:
    """Yield what stands in each line that is not blank, or why it is refused. Holds one line at a time."""
    number = 0
    while line := stream.readline(longest + 1):
        number += 1
        if len(line) > longest and not line.endswith(b"\n"):
            _skip_rest(stream, longest)
            message = _("The line has more than %(most)s bytes.") % {"most": f"{longest:,}"}
            yield refused_line(number, message)
        elif line.strip():
            yield line_item(number, line.strip())


def _skip_rest(stream: Lines, size: int) -> None:
    while (rest := stream.readline(size)) and not rest.endswith(b"\n"):
        pass


def line_item(number: int, line: bytes) -> Item:
    """Return the article or record of one line, or why it is refused."""
    try:
        found = loads(line)
    except JsonRefused as refused:
        column = _("column %(column)s") % {"column": refused.column} if refused.column else ""
        return refused_line(number, refused.message, place=refused.path or column)
    if isinstance(found, dict) and "format" in found:
        return record_item("", number, line)
    try:
        return Item("", number, story=story_of(found))
    except Invalid as invalid:
        field = "id" if invalid.field == "key" else invalid.field
        return refused_line(number, invalid.message, place=field)


def story_of(found: Any) -> Story:
    """Return the story that these fields describe. Raises ``Invalid``."""
    if not isinstance(found, dict):
        raise Invalid(_("An object belongs here."))
    for name, value in found.items():
        if name not in FIELDS:
            raise Invalid(_("There is no such field here."), field=name[:SHOWN])
        if name == "text_exportable" and not isinstance(value, bool):
            raise Invalid(_("It must be true or false."), field=name)
        if name != "text_exportable" and not (isinstance(value, str) or (value is None and name != "text")):
            raise Invalid(_("It must be a text."), field=name)
    if "text" not in found:
        raise Invalid(_("It is missing."), field="text")
    given = {name: found[name] for name in COLUMNS if name in found}
    metadata = clean_metadata(key=found.get("id"), **given)
    return read_story(text=found["text"], headline=found.get("headline"), metadata=metadata)


def refused_line(number: int, reason: str, *, place: str = "") -> Item:
    """Return a line that is refused."""
    return Item("", number, refusal=Row("", Outcome.REFUSED.value, line=number, reason=reason, place=place))
