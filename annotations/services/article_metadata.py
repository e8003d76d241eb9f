"""What is known of an article beside its text: checked, never changed on the quiet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import PurePath
from typing import Any, TypedDict, Unpack
from urllib.parse import urlsplit

from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from annotations.exports.records import Record
from annotations.models import Article, ArticleVersion
from annotations.models.fields import KEY_MAX_LENGTH, new_key
from annotations.services.errors import Invalid
from annotations.text.canonical import TextRefused, canonicalise, check_name


def _length_of(model: type[models.Model], name: str) -> int:
    field: Any = model._meta.get_field(name)
    return int(field.max_length)


LENGTHS = {
    "key": KEY_MAX_LENGTH,
    **{name: _length_of(Article, name) for name in ("outlet", "url", "byline", "language", "licence")},
    "headline": _length_of(ArticleVersion, "headline"),
}
# What a message calls a field.
FIELDS = {
    "key": gettext_lazy("key"),
    "outlet": gettext_lazy("outlet"),
    "url": gettext_lazy("url"),
    "byline": gettext_lazy("byline"),
    "published": gettext_lazy("published"),
    "language": gettext_lazy("language"),
    "licence": gettext_lazy("licence"),
    "text_exportable": gettext_lazy("text may be exported"),
    "embargoed_until": gettext_lazy("embargoed until"),
    "headline": gettext_lazy("headline"),
}
# The columns of an article that can be corrected, in the order in which history tells them.
COLUMNS = ("outlet", "url", "byline", "published", "language", "licence", "text_exportable", "embargoed_until")
FLAGS = {"yes": True, "no": False, True: True, False: False}
# A tag that BCP 47 could hold: language, script, region, variants, extensions, private use. No registry is asked.
LANGUAGE_TAG = re.compile(
    r"[a-z]{2,3}(-[a-z]{3}){0,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-([a-z0-9]{5,8}|\d[a-z0-9]{3}))*"
    r"(-[a-wy-z0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?",
    re.ASCII | re.IGNORECASE,
)
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# A day alone would leave open whether the embargo ends at its beginning or at its end.
ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})?", re.ASCII)
NOT_IN_URL = re.compile(r"[\s\\\x00-\x20\x7f-\x9f\ud800-\udfff]")
# An index of PostgreSQL takes no longer ones.
URL_BYTES = 2600
READABLE_LENGTH = 60
BEFORE_WORDS = re.compile(r"^[\s\ufeff]+")


Columns = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """The checked metadata of an article, as far as they are given. An empty key means that one is to be found."""

    key: str = ""
    outlet: str = ""
    url: str = ""
    byline: str = ""
    published: date | None = None
    language: str = ""
    licence: str = ""
    text_exportable: bool | None = None
    embargoed_until: datetime | None = None

    def columns(self) -> Columns:
        """Return the columns of the row of a new article, without the key."""
        columns = {name: getattr(self, name) for name in COLUMNS}
        return columns | {"text_exportable": self.text_exportable is not False}

    def given(self) -> Columns:
        """Return the columns of which something is said. One that is empty says nothing of a story that is here."""
        return {name: value for name in COLUMNS if (value := getattr(self, name)) not in ("", None)}


class CorrectableFields(TypedDict, total=False):
    """What can be corrected of an article, as it comes from outside.

    A date is YYYY-MM-DD, a moment YYYY-MM-DD HH:MM and in UTC unless it says otherwise, a flag yes or no.
    """

    outlet: str | None
    url: str | None
    byline: str | None
    published: str | date | None
    language: str | None
    licence: str | None
    text_exportable: bool | str | None
    embargoed_until: str | datetime | None


class ArticleFields(CorrectableFields, total=False):
    """The metadata of a new article as it comes from outside."""

    key: str | None


def clean_metadata(**fields: Unpack[ArticleFields]) -> Metadata:
    """Return checked metadata. Raises ``Invalid`` naming the field."""
    return Metadata(
        key=clean_key(fields.get("key") or ""),
        outlet=clean_line(fields.get("outlet") or "", "outlet"),
        url=clean_url(fields.get("url") or ""),
        byline=clean_line(fields.get("byline") or "", "byline"),
        published=clean_date(fields.get("published")),
        language=clean_language(fields.get("language") or ""),
        licence=clean_line(fields.get("licence") or "", "licence"),
        text_exportable=clean_flag(fields.get("text_exportable"), "text_exportable"),
        embargoed_until=clean_moment(fields.get("embargoed_until"), "embargoed_until"),
    )


def clean_line(value: str, field: str) -> str:
    """Return one line without white space at its ends; the words in it stay as they are."""
    value = value.strip()
    if not value:
        return ""
    _check_length(value, field)
    try:
        return check_name(value)
    except TextRefused as refused:
        raise _refused(refused, field) from refused


def _refused(refused: TextRefused, field: str) -> Invalid:
    message = _("The %(field)s cannot be used: %(why)s") % {"field": FIELDS[field], "why": refused.message}
    return Invalid(message, field=field, code=refused.code)


def clean_key(value: str) -> str:
    """Return the id of an article, which also stands in its address."""
    value = clean_line(value, "key")
    if "/" in value or value in {".", ".."}:
        message = _("“%(key)s” cannot be the id of a story: it stands in an address.") % {"key": value}
        raise Invalid(message, field="key", code="bad_key")
    return value


def clean_headline(value: str) -> str:
    """Return a headline as one line. Doing it twice changes nothing, so what was exported can be imported."""
    try:
        lines = canonicalise(BEFORE_WORDS.sub("", value)).split("\n")
    except TextRefused as refused:
        raise _refused(refused, "headline") from None
    headline = " ".join(filter(None, (line.strip() for line in lines)))
    _check_length(headline, "headline")
    return headline


def clean_url(value: str) -> str:
    """Return a web address that a page may link to."""
    value = value.strip()
    if not value:
        return ""
    _check_length(value, "url")
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and parts.hostname and not NOT_IN_URL.search(value)
        # Reading the port is what finds a bad one.
        usable = usable and parts.port != 0 and not parts.username and not parts.password
    except ValueError:
        usable = False
    if not usable:
        message = _("The address must begin with http:// or https://, name a host, and hold no spaces or passwords.")
        raise Invalid(message, field="url", code="bad_url")
    if len(value.encode()) > URL_BYTES:
        message = _("The address has more than %(most)s bytes: leave away what follows the story's own address.")
        raise Invalid(message % {"most": f"{URL_BYTES:,}"}, field="url", code="too_long")
    return value


def clean_date(value: str | date | None) -> date | None:
    """Return a date given as YYYY-MM-DD."""
    if not value or isinstance(value, date):
        return value or None
    try:
        if ISO_DATE.fullmatch(value.strip()):
            return date.fromisoformat(value.strip())
    except ValueError:
        pass
    message = _("“%(value)s” is no date: write it as 2026-03-31.") % {"value": value[:40]}
    raise Invalid(message, field="published", code="bad_date")


def clean_flag(value: bool | str | None, field: str) -> bool | None:
    """Return a flag given as yes or no, or None where nothing is said."""
    if value in ("", None):
        return None
    if value not in FLAGS:
        message = _("“%(value)s” is neither yes nor no.") % {"value": str(value)[:40]}
        raise Invalid(message, field=field, code="bad_flag")
    return FLAGS[value]


def clean_moment(value: str | datetime | None, field: str) -> datetime | None:
    """Return a moment given as YYYY-MM-DD HH:MM, in UTC unless it says otherwise."""
    if not value:
        return None
    try:
        if isinstance(value, datetime) or ISO_MOMENT.fullmatch(value := value.strip()):
            found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    message = _("“%(value)s” is no day and time: write it as 2026-03-31 06:00.") % {"value": str(value)[:40]}
    raise Invalid(message, field=field, code="bad_moment")


def as_json(columns: Columns) -> Record:
    """Return columns of an article as history keeps them."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in columns.items()}


def in_words(value: Any) -> str:
    """Return the value of a column, or of a part of history, as a person reads it."""
    if value in (None, ""):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else str(value)


def clean_language(value: str) -> str:
    """Return a language tag such as ``en`` or ``pt-BR``."""
    value = value.strip()
    if value and (len(value) > LENGTHS["language"] or not LANGUAGE_TAG.fullmatch(value)):
        message = _("“%(value)s” is no language tag: write it as en, de or pt-BR.") % {"value": value[:40]}
        raise Invalid(message, field="language", code="bad_language")
    return value


def _check_length(value: str, field: str) -> None:
    if len(value) > LENGTHS[field]:
        message = ngettext(
            "The %(field)s has %(length)s character; %(most)s is the most.",
            "The %(field)s has %(length)s characters; %(most)s is the most.",
            len(value),
        ) % {"field": FIELDS[field], "length": len(value), "most": LENGTHS[field]}
        raise Invalid(message, field=field, code="too_long")


def key_of_file(name: str) -> str:
    """Return the id that a file's name gives to its story: the name without folders and ending."""
    stem = PurePath(name.replace("\\", "/")).stem.strip()
    try:
        return clean_key(stem)
    except Invalid:
        return readable_key(stem)


def guessed_key(headline: str, text: str) -> str:
    """Return the id that a story gets where none is given: made of its headline, or of its first line."""
    return readable_key(headline or text.lstrip("\n").partition("\n")[0])


def readable_key(words: str) -> str:
    """Return an id made of words: letters and digits of any script, joined by hyphens."""
    return slugify(words, allow_unicode=True)[:READABLE_LENGTH].strip("-_") or new_key("story")
