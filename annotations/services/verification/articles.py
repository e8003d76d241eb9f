"""Is what the rows say of articles and their versions what history says, and could it have been written so?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, cast

from annotations.exports.records import Record
from annotations.models import Article, ArticleVersion, Change
from annotations.services.article_changes import state_of
from annotations.services.article_metadata import COLUMNS, ArticleFields, Metadata, as_json, clean_metadata
from annotations.services.erasure import MARK
from annotations.services.errors import Invalid
from annotations.services.verification.breach import Breach, batches
from annotations.services.verification.scope import Scope
from annotations.services.verification.texts import removed_articles

ROWS = 200
# What the first import of an article does not tell, since it is from before there was anything to tell.
UNTOLD: Record = {**as_json(Metadata().columns()), "revision": 1}
KNOWN = (*COLUMNS, "revision")


def articles_are_as_recorded(scope: Scope) -> Iterator[Breach]:
    """What is known of each article is what its history says and what could be written, and so are its versions."""
    removed = removed_articles(scope)
    rows = scope.rows(Article).order_by("pk")
    for batch in batches(rows.iterator(chunk_size=ROWS), ROWS):
        replays = _replays(scope, [article.pk for article in batch])
        for article in batch:
            is_removed = article.pk in removed
            yield from replays[article.pk].compare_versions(is_removed)
            if not is_removed:
                yield from replays[article.pk].breaches
                yield from _article_breaches(article, replays[article.pk].state)


def _article_breaches(article: Article, recorded: Record) -> Iterator[Breach]:
    present = state_of(article)
    wrong = [name for name in KNOWN if not agrees(recorded.get(name), present[name])]
    if wrong:
        yield Breach("article", article.key, f"it is not what its history says: {', '.join(wrong)}")
    columns = {name: getattr(article, name) for name in COLUMNS}
    try:
        cleaned = clean_metadata(**cast("ArticleFields", {"key": article.key, **columns}))
        faults = [name for name, value in cleaned.columns().items() if value != columns[name]]
        faults += ["key"] if cleaned.key != article.key else []
    except Invalid as invalid:
        faults = [invalid.field]
    if faults:
        yield Breach("article", article.key, f"nobody could have written this: {', '.join(faults)}")


def agrees(recorded: Any, present: Any) -> bool:
    """Whether history and a row say the same. Where a name was removed from history, the two cannot be compared."""
    return recorded == present or (isinstance(recorded, str) and MARK in recorded)


def _replays(scope: Scope, articles: list[int]) -> dict[int, Replay]:
    """Play the history of these articles, beside their versions."""
    found: dict[int, Replay] = defaultdict(Replay)
    changes = scope.rows(Change).filter(article__in=articles, subject_kind=Change.Subject.ARTICLE)
    for article, pk, before, after in changes.order_by("pk").values_list("article_id", "pk", "before", "after"):
        found[article].play(pk, before or {}, after or {})
    versions = scope.rows(ArticleVersion).filter(article__in=articles).order_by("pk")
    for article, *version in versions.values_list("article_id", "pk", "number", "sha256", "headline", "blocks"):
        found[article].versions.append(tuple(version))
    return found


class Replay:
    """The history of one article, played, and the versions that it has."""

    def __init__(self) -> None:
        self.state: Record = {}
        self.texts: dict[int, Record] = {}
        self.versions: list[tuple[Any, ...]] = []
        self.breaches: list[Breach] = []

    def play(self, pk: int, before: Record, after: Record) -> None:
        """Take the next change."""
        if "sha256" in after:
            self.texts[after["version"]] = after
            # Once the article is there, an import of a text is about nothing but the text.
            self.state = self.state or UNTOLD | {name: after[name] for name in KNOWN if name in after}
        elif "blocks" in after:
            text = self.texts.setdefault(after["version"], {})
            if text.get("blocks") != before.get("blocks"):
                self.breaches.append(Breach("change", str(pk), "it does not follow from the blocks before it"))
            text["blocks"] = after["blocks"]
        elif "outlet" in after:
            if not all(agrees(self.state.get(name), before.get(name)) for name in KNOWN):
                self.breaches.append(Breach("change", str(pk), "it does not follow from what was known before it"))
            self.state = {name: after.get(name) for name in KNOWN}

    def compare_versions(self, is_removed: bool) -> Iterator[Breach]:
        """Yield what the versions are other than history says. Of a text that was removed it keeps the hash alone."""
        for pk, number, sha256, headline, blocks in self.versions:
            text = self.texts.get(number, {})
            if text.get("sha256") != sha256:
                yield Breach("version", str(pk), "history does not know of it")
            elif not is_removed and not agrees(text.get("headline"), headline):
                yield Breach("version", str(pk), "its headline is not what its history says")
            elif not is_removed and "blocks" in text and text["blocks"] != (blocks or None):
                yield Breach("version", str(pk), "its blocks are not what its history says")
