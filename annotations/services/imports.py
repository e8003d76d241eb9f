"""Imports of whole files: what is in them, what of it is new, and what came of it, row by row."""

from __future__ import annotations

import codecs
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as of_dataclass
from functools import partial
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.exports.jsonl_v1_reader import LineRefused, lines_of, read_line
from annotations.exports.records import FORMAT, Record
from annotations.models import Delivery, Project, User
from annotations.services.article_metadata import FIELDS, ArticleFields, clean_metadata, in_words
from annotations.services.articles import import_stories, place_stories, read_story, retried, write_stories
from annotations.services.errors import Invalid
from annotations.services.record_shelf import RecordPlacement
from annotations.services.records import import_records, place_records, placed_records, write_placed
from annotations.services.shelf import Changes, Outcome, Placement, Story

MAX_BYTES = 5_000_000
MAX_FILES = 200
STORY_ENDINGS = frozenset({".txt", ".text"})
RECORD_ENDINGS = frozenset({".jsonl", ".ndjson"})
ONE_RECORD_ENDING = ".json"
# A batch is one transaction: small enough that whoever saves meanwhile hardly waits.
BATCH_ITEMS = 500
BATCH_CHARACTERS = 2_000_000


@dataclass(frozen=True)
class Source:
    """A file, or a text that was typed or pasted, which has no name."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Options:
    """What somebody says about all files of an import."""

    charset: str = ""
    update: bool = False
    headline: str = ""
    fields: ArticleFields = of_dataclass(default_factory=ArticleFields)


@dataclass(frozen=True)
class Row:
    """What becomes of one story or record. ``place`` says where in its file a refusal is about.

    ``changes`` says what of a story that is here becomes otherwise, beside a new version of its text.
    """

    source: str
    outcome: str
    line: int | None = None
    key: str = ""
    title: str = ""
    quotes: int | None = None
    reason: str = ""
    place: str = ""
    guess: str = ""
    field: str = ""
    is_written: bool = False
    is_text_here: bool = False
    changes: str = ""
    is_deferred: bool = False

    def as_json(self) -> Record:
        """Return the row as the report of an import keeps it."""
        return asdict(self)


@dataclass(frozen=True)
class Item:
    """One story or record of a file, or why it cannot be read."""

    source: str
    line: int | None = None
    story: Story | None = None
    record: Record | None = None
    refusal: Row | None = None


def check_size(sources: Sequence[Source]) -> None:
    """Raise ``Invalid`` if this is more than one request takes."""
    if len(sources) > MAX_FILES:
        message = ngettext(
            "This is %(count)s file; %(most)s at a time are the most.",
            "These are %(count)s files; %(most)s at a time are the most.",
            len(sources),
        ) % {"count": len(sources), "most": MAX_FILES}
        raise Invalid(message, code="too_many")
    size = sum(len(source.data) for source in sources)
    if size > MAX_BYTES:
        message = ngettext(
            "This is %(size)s byte; %(most)s (5 MB) at a time are the most. The command import_articles takes more.",
            "This is %(size)s bytes; %(most)s (5 MB) at a time are the most. The command import_articles takes more.",
            size,
        ) % {"size": f"{size:,}", "most": f"{MAX_BYTES:,}"}
        raise Invalid(message, code="too_large", limit=MAX_BYTES)


def check_options(options: Options) -> None:
    """Raise ``Invalid`` naming the field that cannot be said of any story."""
    clean_metadata(**options.fields)


def items_of(source: Source, options: Options) -> Iterator[Item]:
    """Yield what is in a file, one story or record at a time."""
    ending = PurePath(source.name).suffix.lower()
    if ending in RECORD_ENDINGS:
        for number, line in lines_of(source.data):
            yield record_item(source.name, number, line)
    elif ending == ONE_RECORD_ENDING:
        yield record_item(source.name, None, source.data)
    elif not source.name or ending in STORY_ENDINGS:
        yield story_item(source, options)
    else:
        reason = _("Only .txt, .jsonl and .json files can be imported.")
        yield Item(source.name, refusal=Row(source.name, Outcome.REFUSED.value, reason=reason))


def is_record(line: bytes) -> bool:
    """Say whether a line is one of ``newsnotes/1``, whatever else may be wrong with it."""
    try:
        found = json.loads(line.removeprefix(codecs.BOM_UTF8))
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("format") == FORMAT


def story_item(source: Source, options: Options) -> Item:
    """Return the story of a text file, or why it is refused. A dataset would be kept as a story for good."""
    if is_record(source.data.lstrip().partition(b"\n")[0]):
        reason = _("This is a dataset (newsnotes/1) and no story. Import it as a file whose name ends in .jsonl.")
        return Item(source.name, refusal=Row(source.name, Outcome.REFUSED.value, reason=reason))
    try:
        story = read_story(
            data=source.data,
            charset=options.charset or None,
            headline=options.headline,
            name=source.name or None,
            metadata=clean_metadata(**options.fields),
        )
    except Invalid as invalid:
        # The message says line, column and byte; a record's place stands beside its message.
        guess = invalid.details.get("guess") or ""
        return Item(
            source.name,
            refusal=Row(source.name, Outcome.REFUSED.value, reason=invalid.message, guess=guess, field=invalid.field),
        )
    return Item(source.name, story=story)


def record_item(name: str, number: int | None, data: bytes) -> Item:
    """Return the record of one line, or why it is refused."""
    try:
        return Item(name, number, record=read_line(data))
    except LineRefused as refused:
        column = _("column %(column)s") % {"column": refused.column} if refused.column else ""
        return Item(
            name,
            number,
            refusal=Row(name, Outcome.REFUSED.value, line=number, reason=refused.message, place=refused.path or column),
        )


def preview(*, actor: User | None, project: Project, items: Sequence[Item], update: bool) -> list[Row]:
    """Tell what an import of these items would do, and write nothing."""
    stories = place_stories(project=project, stories=_stories(items), update=update)
    records = place_records(actor=actor, project=project, records=_records(items))
    return _rows(items, stories, records)


def run(*, actor: User | None, project: Project, items: Sequence[Item], update: bool) -> list[Row]:
    """Import these items in one transaction. What is refused is told and not written; the rest is."""
    return retried(partial(_run, actor, project, items, update))


def _run(actor: User | None, project: Project, items: Sequence[Item], update: bool) -> list[Row]:
    with transaction.atomic(savepoint=False):
        stories = import_stories(actor=actor, project=project, stories=_stories(items), update=update)
        records = import_records(actor=actor, project=project, records=_records(items))
    return _rows(items, stories, records)


def placed(
    *, actor: User | None, items: Sequence[Item], update: bool, delivery: Delivery
) -> tuple[list[Row], Callable[[], None]]:
    """Look up what becomes of these items as a part of a delivery, and return that with what writes it.

    So nobody has to wait for the looking up. Where somebody wrote the same meanwhile, the database refuses the writing.
    """
    project = delivery.project
    stories = place_stories(project=project, stories=_stories(items), update=update, delivery=delivery)
    found = _records(items)
    records = placed_records(actor=actor, project=project, records=found, delivery=delivery) if found else None

    def write() -> None:
        if any(story.is_written for story in stories):
            write_stories(actor=actor, delivery=delivery, placements=stories)
        if records:
            write_placed(actor=actor, placed=records)

    return _rows(items, stories, records.placements if records else []), write


def batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    """Yield the items in lists that one short transaction takes."""
    batch: list[Item] = []
    size = 0
    for item in items:
        batch.append(item)
        size += len(item.story.text if item.story else item.record["article"]["text"] if item.record else "")
        if len(batch) >= BATCH_ITEMS or size >= BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def counts(rows: Iterable[Row]) -> dict[str, int]:
    """Count the rows by what became of them."""
    found = Counter(str(row.outcome) for row in rows)
    return {outcome.value: found[outcome.value] for outcome in Outcome}


def _stories(items: Sequence[Item]) -> list[Story]:
    return [item.story for item in items if item.story]


def _records(items: Sequence[Item]) -> list[Record]:
    return [item.record for item in items if item.record]


def _rows(items: Sequence[Item], stories: list[Placement], records: list[RecordPlacement]) -> list[Row]:
    placed, fitted = iter(stories), iter(records)
    return [
        item.refusal or (_story_row(item, next(placed)) if item.story else _record_row(item, next(fitted)))
        for item in items
    ]


def _story_row(item: Item, placement: Placement) -> Row:
    return Row(
        item.source,
        placement.outcome.value,
        line=item.line,
        key=placement.key,
        title=placement.story.headline,
        reason=placement.reason,
        is_written=placement.is_written,
        is_text_here=placement.is_text_here,
        changes=changes_in_words(placement.changes),
        is_deferred=placement.is_deferred,
    )


def changes_in_words(changes: Changes) -> str:
    """Return what changes of an article in one line."""
    return "; ".join(
        _("%(field)s: %(before)s → %(after)s")
        % {"field": FIELDS[name], "before": in_words(before), "after": in_words(after)}
        for name, (before, after) in changes.items()
    )


def _record_row(item: Item, placement: RecordPlacement) -> Row:
    article: dict[str, Any] = placement.record["article"]
    return Row(
        item.source,
        placement.outcome.value,
        line=item.line,
        key=article["id"],
        title=article["headline"] or "",
        quotes=len(placement.record["quotes"]),
        reason=placement.reason,
        place=placement.path,
        is_written=placement.outcome == Outcome.NEW and not placement.is_deferred,
        is_deferred=placement.is_deferred,
        changes=_("blocks: found in the text → those of the file") if placement.new_blocks else "",
    )
