"""Articles: taking stories in, and adding versions of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar, Unpack

from django.db import IntegrityError, connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.models import Article, ArticleVersion, Change, Delivery, Project, User, fold
from annotations.models.articles import MAX_STORY_BYTES
from annotations.services import bulk, history
from annotations.services.article_changes import write_columns
from annotations.services.article_metadata import (
    COLUMNS,
    ArticleFields,
    Metadata,
    as_json,
    clean_headline,
    clean_metadata,
    guessed_key,
    key_of_file,
)
from annotations.services.changes import Gesture, Replayed, recorded
from annotations.services.errors import Invalid
from annotations.services.shelf import Outcome, Placement, Shelf, Story
from annotations.text.blocks import Kind, blocks
from annotations.text.canonical import (
    Decoded,
    TextRefused,
    canonicalise,
    decode,
    require_words,
    text_sha256,
    with_headline,
)

# A headline is looked for in the first two lines, and in so many characters.
BEGINNING = 600
TWO_LINES = re.compile(r"\s*.+\n\s*.{,20}")
TRIES = 3
VERSION_COLUMNS = (
    "id",
    "article",
    "project",
    "number",
    "headline",
    "text",
    "length",
    "sha256",
    "original",
    "original_sha256",
    "encoding",
    "blocks",
    "search_text",
    "created_at",
    "delivery",
)

Result = TypeVar("Result")


@dataclass(frozen=True)
class Imported:
    """What became of a story: the article it is now, and its version where it has one here."""

    outcome: Outcome
    article: Article
    version: ArticleVersion | None


def import_article(
    *,
    actor: User | None,
    project: Project,
    text: str | None = None,
    data: bytes | None = None,
    charset: str | None = None,
    headline: str | None = None,
    name: str | None = None,
    update: bool = False,
    gesture: str | None = None,
    **fields: Unpack[ArticleFields],
) -> Imported:
    """Take in one story, as words or as the bytes of a file called ``name``.

    The same text again is told as ``same`` and writes nothing. Another text under the same id or address is
    ``changed``: under its address it becomes a new version, under its id alone only where ``update`` says so. What is
    said of a story with its very text, or with a new version, and differs, changes what is known of it. Raises
    ``Invalid`` with line and column.
    """
    metadata = clean_metadata(**fields)
    story = read_story(text=text, data=data, charset=charset, headline=headline, name=name, metadata=metadata)
    try:
        (placement,) = import_stories(actor=actor, project=project, stories=[story], update=update, gesture=gesture)
    except Replayed as replayed:
        return _imported_before(replayed, story)
    if placement.outcome == Outcome.REFUSED:
        raise Invalid(placement.reason, field=placement.field, code=placement.code)
    return _imported(project, placement)


def _imported(project: Project, placement: Placement) -> Imported:
    article = Article.objects.get(project=project, key=placement.key)
    if placement.outcome == Outcome.CHANGED and not placement.is_written:
        return Imported(placement.outcome, article, None)
    return Imported(placement.outcome, article, article.versions.get(number=placement.number))


def _imported_before(replayed: Replayed, story: Story) -> Imported:
    change = replayed.changes[0]
    article = Article.objects.get(project=change.project, key=change.subject_key)
    outcome = Outcome.NEW if (change.after or {}).get("version") == 1 else Outcome.CHANGED
    return Imported(outcome, article, article.versions.get(sha256=story.sha256))


def add_version(
    *,
    actor: User | None,
    article: Article,
    text: str | None = None,
    data: bytes | None = None,
    charset: str | None = None,
    headline: str | None = None,
    gesture: str | None = None,
) -> Imported:
    """Add a corrected text of a story. Quotes stay with the version that they were marked in."""
    story = read_story(
        text=text, data=data, charset=charset, headline=headline, name=None, metadata=Metadata(key=article.key)
    )
    try:
        (placement,) = import_stories(
            actor=actor, project=article.project, stories=[story], update=True, gesture=gesture
        )
    except Replayed as replayed:
        return _imported_before(replayed, story)
    if placement.key != article.key:
        message = _("This very text is already here, as “%(key)s”.") % {"key": placement.key}
        raise Invalid(message, field="text", code="same_text")
    return _imported(article.project, placement)


def read_story(
    *,
    text: str | None = None,
    data: bytes | None = None,
    charset: str | None = None,
    headline: str | None = None,
    name: str | None = None,
    metadata: Metadata,
) -> Story:
    """Return a story as it will be stored. Raises ``Invalid`` saying what cannot be read, and where."""
    original = data if data is not None else _encoded(text or "")
    if len(original) > MAX_STORY_BYTES:
        raise _too_large(len(original))
    line = clean_headline(headline or "")
    try:
        decoded = decode(original, charset) if data is not None else Decoded(text or "", "utf-8")
        body = require_words(canonicalise(decoded.text))
        words = with_headline(line, body) if line else body
    except TextRefused as refused:
        raise refused_text(refused) from refused
    wish = metadata.key or (key_of_file(name) if name else "")
    headline = line or headline_of(words)
    return Story(
        text=words,
        headline=headline,
        sha256=text_sha256(words),
        original=original,
        encoding=decoded.encoding,
        metadata=metadata,
        key_wish=wish,
        key_guess="" if wish else guessed_key(headline, words),
    )


def _too_large(size: int) -> Invalid:
    message = ngettext(
        "The text has %(size)s byte; a story has at most %(most)s (5 MB).",
        "The text has %(size)s bytes; a story has at most %(most)s (5 MB).",
        size,
    ) % {"size": f"{size:,}", "most": f"{MAX_STORY_BYTES:,}"}
    return Invalid(message, field="text", code="too_large", limit=MAX_STORY_BYTES)


def headline_of(text: str) -> str:
    """Return the headline that a text shows in its first lines, or nothing."""
    beginning = TWO_LINES.match(text[:BEGINNING])
    found = blocks(beginning.group()) if beginning else []
    return clean_headline(next((text[block.start : block.end] for block in found if block.kind is Kind.HEADLINE), ""))


def _encoded(text: str) -> bytes:
    # A lone surrogate is kept apart from UTF-8 here, so that it is refused by name and place later on.
    return text.encode("utf-8", "surrogatepass")


def refused_text(refused: TextRefused) -> Invalid:
    """Return the refusal of a text as a service tells it, with its place."""
    return Invalid(
        refused.message,
        field="text",
        code=refused.code,
        line=refused.line,
        column=refused.column,
        offset=refused.offset,
        byte=refused.byte_offset,
        guess=refused.guess,
        preview=refused.preview,
    )


def import_stories(
    *, actor: User | None, project: Project, stories: Sequence[Story], update: bool, gesture: str | None = None
) -> list[Placement]:
    """Write what is new of these stories, all in one transaction, and tell what became of each."""
    return retried(partial(_import_stories, actor, project, stories, update, gesture))


def place_stories(
    *, project: Project, stories: Sequence[Story], update: bool, delivery: Delivery | None = None
) -> list[Placement]:
    """Tell what would become of these stories, and write nothing.

    As part of a delivery, what changes a story that is published is deferred.
    """
    shelf = Shelf(project, update=update, delivery=delivery)
    shelf.look_up(stories)
    return [shelf.place(story) for story in stories]


def retried(write: Callable[[], Result]) -> Result:
    """Run a transaction again if another one made the same rows at the same time.

    What is part of a larger transaction is run again with all of that.
    """
    if connection.in_atomic_block:
        return write()
    for _try in range(TRIES - 1):
        try:
            return write()
        except IntegrityError:
            continue
    return write()


def lock_imports(project: Project) -> None:
    """Let imports into a project come one at a time. Nobody who annotates has to wait for it."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def _import_stories(
    actor: User | None, project: Project, stories: Sequence[Story], update: bool, gesture: str | None
) -> list[Placement]:
    asked = ("import", project.pk, update, [(story.sha256, str(story.metadata)) for story in stories])
    with recorded(project=project, actor=actor, gesture=gesture, asked=asked) as opened:
        lock_imports(project)
        placements = place_stories(project=project, stories=stories, update=update)
        _write_placements(opened, placements)
    return placements


def write_stories(*, actor: User | None, delivery: Delivery, placements: Sequence[Placement]) -> None:
    """Write what is new of stories that were placed as a part of a delivery, which nobody sees yet; no deferred ones.

    Where somebody wrote the same meanwhile the database refuses it: place the stories anew.
    """
    project = delivery.project
    with recorded(project=project, actor=actor, gesture=None, asked=("import", project.pk)) as opened:
        opened.delivery = delivery
        _write_placements(opened, [placement for placement in placements if not placement.is_deferred])


def _write_placements(opened: Gesture, placements: Sequence[Placement]) -> None:
    texts = [placement for placement in placements if placement.is_written and not placement.is_text_here]
    insert_stories(opened.project, texts, opened.delivery)
    history.insert(opened, map(article_change, texts))
    _write_changes(opened, placements)


def _write_changes(opened: Gesture, placements: Sequence[Placement]) -> None:
    for placement in placements:
        if placement.changes:
            rows = Article.every.select_for_update(no_key=True)
            locked = rows.get(project=opened.project, key=placement.key)
            write_columns(opened, locked, {name: after for name, (_before, after) in placement.changes.items()})


def insert_stories(project: Project, placements: Sequence[Placement], delivery: Delivery | None = None) -> None:
    """Insert the articles and versions of these placements. Their history is the caller's."""
    now, brought_by = timezone.now(), delivery.pk if delivery else None
    new = [placement for placement in placements if placement.outcome == Outcome.NEW]
    for placement, pk in zip(new, bulk.allocate(Article, len(new)), strict=True):
        placement.article_pk = pk
    made = {placement.key: placement.article_pk for placement in new}
    for placement, pk in zip(placements, bulk.allocate(ArticleVersion, len(placements)), strict=True):
        placement.version_pk = pk
        placement.article_pk = placement.article_pk or made[placement.key]
    bulk.insert(
        Article,
        ("id", "project", "key", *COLUMNS, "revision", "created_at", "delivery"),
        (
            (placement.article_pk, project.pk, placement.key, *_columns(placement), 1, now, brought_by)
            for placement in new
        ),
    )
    versions = (version_row(project, placement, now, brought_by) for placement in placements)
    bulk.insert(ArticleVersion, VERSION_COLUMNS, versions)


def _columns(placement: Placement) -> Iterable[object]:
    return placement.story.metadata.columns().values()


def version_row(project: Project, placement: Placement, now: datetime, delivery: int | None = None) -> bulk.Row:
    """Return the values of ``VERSION_COLUMNS`` for a story's text."""
    story = placement.story
    return (
        placement.version_pk,
        placement.article_pk,
        project.pk,
        placement.number,
        story.headline,
        story.text,
        len(story.text),
        story.sha256,
        story.original,
        # The bytes of most files are those of their text.
        story.sha256 if story.original == story.text.encode() else hashlib.sha256(story.original).hexdigest(),
        story.encoding,
        story.blocks,
        fold(story.text),
        now,
        delivery,
    )


def article_change(placement: Placement) -> history.NewChange:
    """Return the history row of an imported text: its hash, never itself, and what is known of a new article."""
    story = placement.story
    is_new = placement.outcome == Outcome.NEW
    after = {
        "id": placement.key,
        "version": placement.number,
        "headline": story.headline,
        **(as_json(story.metadata.columns()) | {"revision": 1} if is_new else {}),
        "sha256": story.sha256,
        "length": len(story.text),
        "blocks": story.blocks,
    }
    return history.NewChange(
        Change.Action.IMPORT, Change.Subject.ARTICLE, placement.key, after, article_pk=placement.article_pk
    )
