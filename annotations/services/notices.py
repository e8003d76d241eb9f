"""Correction notices: what a paper says that it got wrong, and the quotes that are touched by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from annotations.exports.dataset import block_records
from annotations.exports.records import ROLES, Record
from annotations.models import ArticleVersion
from annotations.text.blocks import Kind
from annotations.text.citing import cites
from annotations.text.reanchoring import reanchoring


class Notice(NamedTuple):
    """A block of a version that corrects the story: its range in that version, and its words."""

    number: int
    start: int
    end: int
    text: str


def notices_of(version: ArticleVersion) -> list[Notice]:
    """Return the correction notices that a version prints."""
    found = [block for block in block_records(version) if block["kind"] == Kind.CORRECTION]
    return [Notice(version.number, one["start"], one["end"], version.text[one["start"] : one["end"]]) for one in found]


def touched(version: ArticleVersion, quotes: Iterable[Record]) -> dict[str, list[str]]:
    """Return the words of the notices that touch each of these quotes of a version, by the id of the quote.

    These are the notices of this version and of the newest. A notice touches a quote if it repeats words of it, or if
    the quote has words that the version before this one, or the newest, does not have. A quote that stands in a notice
    is not touched by that.
    """
    found: dict[str, list[str]] = {}
    quotes = list(quotes)
    for notices, other in _compared(version) if quotes else ():
        for quote in quotes:
            is_changed = other is not None and not reanchoring(version.text, other).has_same_words(_ranges(quote))
            found.setdefault(quote["id"], []).extend(
                notice.text
                for notice in notices
                if (is_changed or _is_cited(quote, notice)) and not _is_within(quote, notice, version)
            )
    return {key: list(dict.fromkeys(words)) for key, words in found.items() if words}


def _compared(version: ArticleVersion) -> Iterator[tuple[list[Notice], str | None]]:
    """Yield the notices of a version with the text before it, and those of the newest version with that text."""
    others = ArticleVersion.objects.filter(article=version.article_id).exclude(pk=version.pk).order_by("number")
    is_only_one = version.number == version.newest_number == 1
    numbers = [] if is_only_one else list(others.values_list("number", flat=True))
    if own := notices_of(version):
        earlier = [number for number in numbers if number < version.number]
        yield own, others.get(number=earlier[-1]).text if earlier else None
    if numbers and numbers[-1] > version.number:
        newest = others.get(number=numbers[-1])
        yield notices_of(newest), newest.text


def _is_cited(quote: Record, notice: Notice) -> bool:
    return any(cites(notice.text, span["exact"]) for role in ROLES for span in quote[role])


def _is_within(quote: Record, notice: Notice, version: ArticleVersion) -> bool:
    inside = all(notice.start <= span["start"] and span["end"] <= notice.end for span in quote["content"])
    return inside and notice.number == version.number


def _ranges(quote: Record) -> list[tuple[int, int]]:
    return [(span["start"], span["end"]) for role in ROLES for span in quote[role]]
