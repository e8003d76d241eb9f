"""Reads ``newsnotes/1``: a line is taken as it is or refused with the path to its fault. Nothing is mended.

What a line says of itself is checked here. Whether it fits the desk (labels, ids that are taken) is checked by the
service that imports it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.exports.line_checks import (
    LineRefused,
    check_choice,
    check_flag,
    check_keys,
    check_number,
    check_part,
    check_reference,
    check_rows,
    check_text,
    list_of,
    refuse_twice,
    short,
)
from annotations.exports.records import FORMAT, OFFSET_UNIT, ROLES, Record, newest_guidelines
from annotations.models import Assignment, Quote, Speaker, Stance
from annotations.models.articles import MAX_STORY_BYTES
from annotations.models.fields import KEY_MAX_LENGTH
from annotations.text.blocks import Kind
from annotations.text.canonical import TextRefused, canonicalise, decode, is_blank, text_sha256
from annotations.text.strict_json import JsonRefused, loads

MAX_LINE_BYTES = 20_000_000
MAX_NUMBER = 2**31 - 1
# Of speakers, and of claims: each becomes a row of one gesture's history.
MOST_NAMES = 10_000

RECORD_KEYS = frozenset(
    {
        "format",
        "offset_unit",
        "status",
        "annotator",
        "guidelines",
        "article",
        "speakers",
        "claims",
        "quotes",
    }
)
ARTICLE_TEXTS = ("headline", "outlet", "url", "byline", "published", "language", "licence")
ARTICLE_KEYS = frozenset({"id", "version", *ARTICLE_TEXTS, "sha256", "text", "blocks"})
BLOCK_KEYS = frozenset({"kind", "start", "end"})
SPEAKER_KEYS = frozenset({"id", "label", "kind", "named", "description", "aliases", "wikidata"})
CLAIM_KEYS = frozenset({"id", "text"})
LINK_KEYS = frozenset({"claim", "stance"})
SPAN_KEYS = frozenset({"start", "end", "exact"})
QUOTE_KEYS = frozenset(
    {
        "id",
        "type",
        "type_overridden",
        *ROLES,
        "speaker",
        "resolution",
        "no_source",
        "parent",
        "labels",
        "claims",
    }
)
# What stands in a line only where there is something to say.
MAYBE_IN_RECORD = frozenset({"looked_at", "read_up_to"})
MAYBE_IN_QUOTE = frozenset({"note", "guidelines"})
KINDS = frozenset(kind.value for kind in Kind)
STATUSES = frozenset(Assignment.Status.values) - frozenset(Assignment.COPIES)
SPEAKER_KINDS = frozenset(Speaker.Kind.values)
TYPES = frozenset(Quote.Type.values)
CHOSEN_TYPES = TYPES - set(Quote.DERIVED_TYPES)
RESOLUTIONS = frozenset(Quote.Resolution.values)
REASONS = frozenset(Quote.NoSource.values)
STANCES = frozenset(Stance.values)
WIKIDATA = re.compile(r"Q[1-9]\d{0,18}", re.ASCII)
# The number of the version, and the beginning of the hash of its text.
GUIDELINES = re.compile(r"[1-9]\d{0,8}-[0-9a-f]{8}", re.ASCII)
SHA256 = re.compile(r"[0-9a-f]{64}")


def read_line(data: bytes) -> Record:
    """Return the record of one line. Raises ``LineRefused``."""
    if len(data) > MAX_LINE_BYTES:
        raise _too_large(len(data))
    try:
        record = loads(decode(data).text.removeprefix("\ufeff"))
    except TextRefused as refused:
        raise LineRefused(refused.code, refused.message, column=refused.column, byte=refused.byte_offset) from None
    except JsonRefused as refused:
        raise LineRefused(refused.code, refused.message, path=refused.path, column=refused.column) from None
    check_record(record)
    return record


def _too_large(size: int) -> LineRefused:
    message = ngettext(
        "The line has %(size)s byte; %(most)s is the most.", "The line has %(size)s bytes; %(most)s is the most.", size
    )
    return LineRefused("too_large", message % {"size": f"{size:,}", "most": f"{MAX_LINE_BYTES:,}"})


def check_record(record: Any) -> None:
    """Raise ``LineRefused`` unless this is a whole and consistent record of ``newsnotes/1``."""
    check_keys(record, RECORD_KEYS, MAYBE_IN_RECORD)
    if record["format"] != FORMAT:
        raise LineRefused("format", _("The format must be “%(format)s”.") % {"format": FORMAT}, path="format")
    if record["offset_unit"] != OFFSET_UNIT:
        message = _("Offsets must count in “%(unit)s”.") % {"unit": OFFSET_UNIT}
        raise LineRefused("offset_unit", message, path="offset_unit")
    check_choice(record, "status", STATUSES)
    _check_annotator(record)
    check_part(record, "article", check_article)
    for name, check in (("speakers", check_speaker), ("claims", check_claim)):
        check_rows(record, name, check)
        if len(record[name]) > MOST_NAMES:
            message = _("%(most)s %(name)s are the most.") % {"most": f"{MOST_NAMES:,}", "name": name}
            raise LineRefused("too_many", message, path=name)
    text = record["article"]["text"]
    speakers = {speaker["id"] for speaker in record["speakers"]}
    claims = {claim["id"] for claim in record["claims"]}
    check_rows(record, "quotes", lambda quote: check_quote(quote, text, speakers, claims))
    _check_parents(record["quotes"])
    if record["guidelines"] != newest_guidelines(record["quotes"]):
        message = _("This must be the newest version that a quote of the line names, or null where none does.")
        raise LineRefused("guidelines", message, path="guidelines")
    if "looked_at" in record:
        _check_looked_at(record, text)
    if "read_up_to" in record:
        check_number(record, "read_up_to", 1, len(text))


def _check_looked_at(record: Record, text: str) -> None:
    check_rows(record, "looked_at", lambda stretch: _check_span(stretch, text), unique=False)
    if not record["looked_at"]:
        raise LineRefused("empty", _("This is empty. Leave it out instead."), path="looked_at")
    for place, (one, other) in enumerate(pairwise(record["looked_at"]), 1):
        if other["start"] <= one["end"]:
            raise LineRefused("order", _("Stretches stand in order and apart."), path=f"looked_at[{place}].start")


def _check_annotator(record: Record) -> None:
    if record["status"] == Assignment.Status.GOLD:
        if record["annotator"] is not None:
            raise LineRefused("annotator", _("Gold has no annotator: this must be null."), path="annotator")
    else:
        check_text(record, "annotator", KEY_MAX_LENGTH)


def check_article(article: Any) -> None:
    """Check an article with its text, hash and blocks."""
    check_keys(article, ARTICLE_KEYS)
    check_text(article, "id", KEY_MAX_LENGTH)
    check_number(article, "version", 1, MAX_NUMBER)
    for name in ARTICLE_TEXTS:
        check_text(article, name, nullable=True)
    if article["text"] is None:
        message = _("The text is left out of this line. Join it again from a copy of the story, with join_text.py.")
        raise LineRefused("text_left_out", message, path="text")
    check_text(article, "text")
    check_text(article, "sha256")
    text = article["text"]
    try:
        same = canonicalise(text) == text
    except TextRefused as refused:
        raise LineRefused(refused.code, refused.message, path="text") from None
    if not same:
        message = _("Lines must end with \\n, and no byte order mark may stand first.")
        raise LineRefused("not_canonical", message, path="text")
    if is_blank(text):
        raise LineRefused("blank", _("There is no text."), path="text")
    if len(text.encode()) > MAX_STORY_BYTES:
        message = _("A story has at most %(most)s bytes (5 MB).") % {"most": f"{MAX_STORY_BYTES:,}"}
        raise LineRefused("too_large", message, path="text")
    if article["sha256"] != text_sha256(text):
        message = _("The hash of the text is %(sha256)s.") % {"sha256": text_sha256(text)}
        raise LineRefused("sha256", message, path="sha256")
    check_rows(article, "blocks", lambda block: _check_block(block, len(text)), unique=False)
    _check_order(article["blocks"])


def _check_block(block: Any, length: int) -> None:
    check_keys(block, BLOCK_KEYS)
    check_choice(block, "kind", KINDS)
    _check_offsets(block, length)


def _check_order(blocks: list[Record]) -> None:
    for place, block in enumerate(blocks[1:], 1):
        if block["start"] < blocks[place - 1]["end"]:
            message = _("Blocks stand in order and do not overlap.")
            raise LineRefused("order", message, path=f"blocks[{place}].start")


def check_speaker(speaker: Any) -> None:
    """Check a speaker."""
    check_keys(speaker, SPEAKER_KEYS)
    check_text(speaker, "id", KEY_MAX_LENGTH)
    check_text(speaker, "label")
    check_choice(speaker, "kind", SPEAKER_KINDS)
    check_flag(speaker, "named")
    check_text(speaker, "description", nullable=True)
    aliases = list_of(speaker, "aliases")
    if not all(isinstance(alias, str) and alias for alias in aliases):
        raise LineRefused("not_text", _("Aliases are texts."), path="aliases")
    check_text(speaker, "wikidata", nullable=True)
    if speaker["wikidata"] is not None and not WIKIDATA.fullmatch(speaker["wikidata"]):
        raise LineRefused("wikidata", _("A Wikidata id looks like Q42."), path="wikidata")


def check_claim(claim: Any) -> None:
    """Check a claim."""
    check_keys(claim, CLAIM_KEYS)
    check_text(claim, "id", KEY_MAX_LENGTH)
    check_text(claim, "text")


def check_quote(quote: Any, text: str, speakers: set[str], claims: set[str]) -> None:
    """Check a quote: its words, its references, and that its parts agree."""
    check_keys(quote, QUOTE_KEYS, MAYBE_IN_QUOTE)
    check_text(quote, "id", KEY_MAX_LENGTH)
    check_choice(quote, "type", TYPES)
    check_flag(quote, "type_overridden")
    if quote["type"] in CHOSEN_TYPES and not quote["type_overridden"]:
        message = _("“%(type)s” is always chosen: it needs true.") % {"type": quote["type"]}
        raise LineRefused("type", message, path="type_overridden")
    for role in ROLES:
        for place, span in enumerate(list_of(quote, role)):
            try:
                _check_span(span, text)
            except LineRefused as refused:
                raise refused.under(f"{role}[{place}]") from None
        refuse_twice(quote, role, [(span["start"], span["end"]) for span in quote[role]])
    if not quote["content"]:
        raise LineRefused("no_content", _("A quote needs its content."), path="content")
    check_reference(quote, "speaker", speakers)
    check_text(quote, "parent", KEY_MAX_LENGTH, nullable=True)
    _check_labels(quote)
    check_rows(quote, "claims", lambda link: _check_link(link, claims), unique=False)
    refuse_twice(quote, "claims", [link["claim"] for link in quote["claims"]])
    _check_resolution(quote)
    if "note" in quote:
        check_text(quote, "note")
    if "guidelines" in quote:
        check_text(quote, "guidelines")
        if not GUIDELINES.fullmatch(quote["guidelines"]):
            raise LineRefused("guidelines", _("A version of guidelines looks like 3-0f1e2d3c."), path="guidelines")


def _check_span(span: Any, text: str) -> None:
    check_keys(span, SPAN_KEYS)
    _check_offsets(span, len(text))
    true = text[span["start"] : span["end"]]
    if span["exact"] != true:
        message = _("The words there are %(true)s, not %(given)s.")
        told = {"true": short(true), "given": short(span["exact"])}
        raise LineRefused("wrong_words", message % told, path="exact")
    if is_blank(true):
        raise LineRefused("blank", _("These characters cannot be seen: mark some words."), path="exact")


def _check_offsets(span: Record, length: int) -> None:
    start, end = span["start"], span["end"]
    # To Python, true is a whole number too.
    for name in ("start", "end"):
        if type(span[name]) is not int:
            message = _("An offset is a whole number, not %(given)s.") % {"given": short(span[name])}
            raise LineRefused("offsets", message, path=name)
    if not 0 <= start < end <= length:
        message = ngettext(
            "%(start)s..%(end)s is no range of a text of %(length)s character.",
            "%(start)s..%(end)s is no range of a text of %(length)s characters.",
            length,
        ) % {"start": short(start), "end": short(end), "length": length}
        raise LineRefused("offsets", message, path="start")


def _check_link(link: Any, claims: set[str]) -> None:
    check_keys(link, LINK_KEYS)
    check_reference(link, "claim", claims, nullable=False)
    check_choice(link, "stance", STANCES)


def _check_labels(quote: Record) -> None:
    labels = quote["labels"]
    if type(labels) is not dict or not all(type(label) is str and label for label in labels.values()):
        raise LineRefused("labels", _("Labels map each label set to one label."), path="labels")


def _check_resolution(quote: Record) -> None:
    resolution, reason = quote["resolution"], quote["no_source"]
    check_choice(quote, "resolution", RESOLUTIONS, nullable=True)
    check_choice(quote, "no_source", REASONS, nullable=True)
    if fault := resolution_fault(resolution, reason, bool(quote["source"]), quote["speaker"] is not None):
        field, message = fault
        raise LineRefused("resolution", message, path=field)


def resolution_fault(
    resolution: str | None, reason: str | None, has_source: bool, has_speaker: bool
) -> tuple[str, str] | None:
    """Say which part of a quote contradicts its resolution, and how; None if all agree."""
    if resolution in {"explicit", "anaphoric"} and not has_source:
        return "resolution", _("“%(resolution)s” needs source words.") % {"resolution": resolution}
    if resolution in {"implicit", "none"} and has_source:
        return "resolution", _("“%(resolution)s” has no source words.") % {"resolution": resolution}
    if resolution == "implicit" and not has_speaker:
        return "speaker", _("“implicit” needs a speaker.")
    if resolution == "none" and has_speaker:
        return "speaker", _("“none” has no speaker.")
    if (resolution == "none") != (reason is not None):
        return "no_source", _("“none”, and nothing else, has a reason.")
    return None


def _check_parents(quotes: list[Record]) -> None:
    parents = {quote["id"]: quote["parent"] for quote in quotes}
    for place, quote in enumerate(quotes):
        seen, above = {quote["id"]}, quote["parent"]
        while above is not None:
            if above not in parents:
                message = _("There is no quote %(key)s.") % {"key": short(above)}
                raise LineRefused("unknown_parent", message, path=f"quotes[{place}].parent")
            if above in seen:
                message = _("A quote cannot stand inside itself.")
                raise LineRefused("cycle", message, path=f"quotes[{place}].parent")
            seen.add(above)
            above = parents[above]


def lines_of(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file that are not blank, each with its number."""
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.strip():
            yield number, line
