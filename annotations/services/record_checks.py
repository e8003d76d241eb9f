"""Does a record fit what the project has? Each check raises ``DoesNotFit`` with the path to what differs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from annotations.exports.dataset import block_records
from annotations.exports.records import ROLES, Record, quote_order
from annotations.models import ArticleVersion, fold
from annotations.services.article_metadata import Metadata, clean_headline, clean_key, clean_metadata
from annotations.services.errors import Invalid
from annotations.services.quote_parts import clean_note
from annotations.services.quote_states import false_types
from annotations.services.shelf import Placement, Story
from annotations.services.speakers import DESCRIPTION_LENGTH, LABEL_LENGTH, clean_name

METADATA = ("outlet", "url", "byline", "published", "language", "licence")


class DoesNotFit(Exception):
    """A record that cannot be taken here, with the path to what stands against it."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message


@dataclass(frozen=True)
class Known:
    """A version that the project has."""

    pk: int
    article_pk: int
    key: str
    number: int
    metadata: Metadata
    headline: str
    blocks: list[Record]
    has_own_blocks: bool
    # Somebody works on it, or it has gold.
    is_held: bool = False


def checked_metadata(article: Record) -> Metadata:
    """Return the metadata of a record's article. Raises ``DoesNotFit`` for what would not be kept as it is."""
    try:
        cleaned = clean_metadata(key=article["id"], **{name: article[name] for name in METADATA})
        headline = clean_headline(article["headline"] or "")
    except Invalid as invalid:
        field = {"key": "id"}.get(invalid.field, invalid.field)
        raise DoesNotFit(f"article.{field}", invalid.message) from None
    columns = {name: value for name, value in cleaned.columns().items() if name in METADATA}
    for name, value in (("id", cleaned.key), ("headline", headline), *columns.items()):
        if name != "published" and value != (article[name] or ""):
            raise DoesNotFit(f"article.{name}", _("This has white space at an end, or a line break."))
    return cleaned


def comparable(record: Record) -> Record:
    """Return a record in a form in which the same work is equal, in whatever order it is listed.

    Blocks are compared with their version: a record may leave them to be found. Under which guidelines it was made is
    no part of the work.
    """
    quotes = [
        quote
        | {"guidelines": None}
        | {role: sorted(quote[role], key=lambda span: (span["start"], span["end"])) for role in ROLES}
        for quote in record["quotes"]
    ]
    cast = {quote["speaker"] for quote in quotes}
    said = {link["claim"] for quote in quotes for link in quote["claims"]}
    return record | {
        "guidelines": None,
        "article": record["article"] | {"blocks": None},
        "quotes": sorted(quotes, key=quote_order),
        "speakers": {row["id"]: row for row in record["speakers"] if row["id"] in cast},
        "claims": {row["id"]: row for row in record["claims"] if row["id"] in said},
    }


def story_of(article: Record, metadata: Metadata) -> Story:
    """Return the story of a record's article."""
    return Story(
        text=article["text"],
        headline=article["headline"] or "",
        sha256=article["sha256"],
        original=article["text"].encode(),
        encoding="utf-8",
        metadata=metadata,
        key_wish=metadata.key,
        blocks=blocks_of(article),
    )


def blocks_of(article: Record) -> list[list[Any]] | None:
    """Return the blocks of a record's article as their column holds them. Where it lists none, they are to be found."""
    return [[block["kind"], block["start"], block["end"]] for block in article["blocks"]] or None


def known_of(version: ArticleVersion) -> Known:
    """Return what is compared of a version."""
    article = version.article
    columns = {name: getattr(article, name) for name in METADATA}
    return Known(
        pk=version.pk,
        article_pk=article.pk,
        key=article.key,
        number=version.number,
        metadata=Metadata(key=article.key, **columns),
        headline=version.headline,
        blocks=block_records(version),
        has_own_blocks=bool(version.blocks),
    )


def known_of_new(placement: Placement) -> Known:
    """Return what is compared of a version that another record of the batch brings, with its work."""
    story = placement.story
    return Known(
        pk=0,
        article_pk=0,
        key=placement.key,
        number=placement.number,
        metadata=story.metadata,
        headline=story.headline,
        blocks=block_records(story),
        has_own_blocks=bool(story.blocks),
        is_held=True,
    )


def refuse_other_metadata(given: Metadata, known: Metadata) -> None:
    """Refuse metadata that differ from those of the article that is here."""
    for name in METADATA:
        value = getattr(known, name)
        if getattr(given, name) != value:
            told = {"key": known.key, "value": value or _("none")}
            message = _("The story “%(key)s” is here with other data: %(value)s.") % told
            raise DoesNotFit(f"article.{name}", message)


def compare_version(article: Record, known: Known) -> bool:
    """Refuse a version that differs from what is here; return whether the record brings its first own blocks."""
    if article["version"] != known.number:
        message = _("This very text is here as version %(number)s.") % {"number": known.number}
        raise DoesNotFit("article.version", message)
    if (article["headline"] or "") != known.headline:
        message = _("This version is here with the headline “%(headline)s”.") % {"headline": known.headline}
        raise DoesNotFit("article.headline", message)
    if not article["blocks"] or article["blocks"] == known.blocks:
        return False
    if known.has_own_blocks:
        raise DoesNotFit("article.blocks", _("This version is here with other blocks."))
    if known.is_held:
        # Which paragraphs hold no quote is told by blocks, and so is how far a story was read.
        message = _("This version is here with other blocks, and somebody works on it already or it has gold.")
        raise DoesNotFit("article.blocks", message)
    return True


def compare_speaker(path: str, given: Record, scope: str | None, known: Record, known_scope: str | None) -> None:
    """Refuse a speaker whose id is here with other data."""
    for name, value in known.items():
        if given[name] != value:
            message = _("The id “%(key)s” is that of a speaker with other data: %(value)s.")
            raise DoesNotFit(f"{path}.{name}", message % {"key": given["id"], "value": value})
    if scope != known_scope:
        message = _("The speaker “%(key)s” belongs to the story “%(story)s”.")
        raise DoesNotFit(f"{path}.id", message % {"key": given["id"], "story": known_scope})


def check_speaker(path: str, speaker: Record) -> None:
    """Refuse a new speaker whose texts would not be kept as they are."""
    check_key(speaker["id"], f"{path}.id")
    check_name(speaker["label"], f"{path}.label", LABEL_LENGTH)
    if speaker["description"] is not None:
        check_name(speaker["description"], f"{path}.description", DESCRIPTION_LENGTH)
    for alias in speaker["aliases"]:
        check_name(alias, f"{path}.aliases", LABEL_LENGTH)


def check_types(record: Record) -> None:
    """Refuse a type that is said to be derived and is not the one that the quotation marks give."""
    for place, derived in false_types(record["article"]["text"], record["quotes"]):
        message = _(
            "The quotation marks make this “%(type)s”. A type that somebody chose needs “type_overridden”: true."
        )
        raise DoesNotFit(f"quotes[{place}].type", message % {"type": derived})


def check_note(path: str, note: str) -> None:
    """Refuse a note that would not be kept as it is."""
    try:
        same = clean_note(note) == note
    except Invalid as invalid:
        raise DoesNotFit(path, invalid.message) from None
    if not same:
        raise DoesNotFit(path, _("A note has no white space at an end, and its lines end with \\n."))


def name_of(speaker: Record, scope: str | None) -> tuple[Any, ...]:
    """Return what must be unique of a speaker."""
    return (scope, fold(speaker["label"]), speaker["kind"], fold(speaker["description"] or ""))


def check_name(value: str, path: str, length: int) -> None:
    """Refuse a text that could deceive, is too long, or would be trimmed."""
    try:
        _check_name(value, length)
    except Invalid as invalid:
        raise DoesNotFit(path, invalid.message) from None


def check_key(value: str, path: str) -> None:
    """Refuse an id that could not stand in an address."""
    try:
        _check_key(value)
    except Invalid as invalid:
        raise DoesNotFit(path, invalid.message) from None


# Only what passes is kept: a refusal is told in the language of whoever meets it.
@lru_cache(maxsize=4096)
def _check_name(value: str, length: int) -> None:
    if clean_name(value, field="text", length=length) != value:
        raise Invalid(_("Write single spaces, none at an end."))


@lru_cache(maxsize=4096)
def _check_key(value: str) -> None:
    if clean_key(value) != value:
        raise Invalid(_("An id has no white space at an end."))
