"""The shelf of a project: which stories it has, and where a new one belongs.

Everything is looked up for a whole batch at once, and what the batch itself adds is remembered, so that a preview
tells exactly what an import does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from annotations.models import Article, ArticleVersion, Delivery, Project, Removal
from annotations.models.fields import new_key
from annotations.services.article_metadata import COLUMNS, Columns, Metadata
from annotations.text.canonical import text_sha256

# SQLite takes a limited number of parameters in one statement.
CHUNK = 500

Item = TypeVar("Item")
# What an import changes of what is known of a story that is here: each column's value before and after.
Changes = dict[str, tuple[Any, Any]]


class Outcome(StrEnum):
    """What becomes of a story that is imported."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Story:
    """A story as it will be stored. ``key_wish`` is an id from outside; without one, ``key_guess`` is made to fit."""

    text: str
    headline: str
    sha256: str
    original: bytes
    encoding: str
    metadata: Metadata
    key_wish: str = ""
    key_guess: str = ""
    blocks: list[list[Any]] | None = None


@dataclass
class Placement:
    """Where a story belongs, and what an import writes for it: its text, unless that is here, and its ``changes``."""

    story: Story
    outcome: Outcome
    key: str = ""
    number: int = 1
    is_written: bool = False
    is_text_here: bool = False
    changes: Changes = field(default_factory=dict)
    reason: str = ""
    field: str = ""
    code: str = ""
    article_pk: int = 0
    version_pk: int = 0
    # It changes a story that is published: not a part of the delivery, but written after it.
    is_deferred: bool = False


@dataclass
class _Slot:
    """An article on the shelf."""

    pk: int
    key: str
    columns: Columns
    newest: int
    # The delivery that brought it, if that is not published yet.
    delivery: int | None = None

    def changes(self, metadata: Metadata) -> Changes:
        """Return what would be known of the article otherwise. What is not given changes nothing."""
        given = metadata.given().items()
        return {name: (self.columns[name], value) for name, value in given if value != self.columns[name]}


class Shelf:
    """The stories of a project that a batch could meet, those too that nobody sees yet."""

    def __init__(self, project: Project, *, update: bool = False, delivery: Delivery | None = None) -> None:
        self.project = project
        self.update = update
        self.delivery = delivery.pk if delivery else None
        hidden = Delivery.objects.filter(project=project, published_at=None)
        self._hidden = set(hidden.order_by().values_list("pk", flat=True))
        self._by_text: dict[str, tuple[str, int]] = {}
        self._by_key: dict[str, _Slot] = {}
        self._by_url: dict[str, _Slot] = {}
        self._removed: set[str] = set()

    def look_up(self, stories: Sequence[Story]) -> None:
        """Read what the project has of these stories. Unordered: sorted by id, SQLite would go through all of them."""
        keys = {story.key_wish or story.key_guess for story in stories}
        urls = {story.metadata.url for story in stories} - {""}
        shas = {story.sha256 for story in stories}
        for chunk in chunks(shas):
            self._by_text |= {
                sha: (key, number)
                for sha, key, number in ArticleVersion.every.filter(project=self.project, sha256__in=chunk)
                .order_by()
                .values_list("sha256", "article__key", "number")
            }
        for chunk in chunks(keys | {key for key, _number in self._by_text.values()}):
            self._add(Article.every.filter(project=self.project, key__in=chunk))
        for chunk in chunks(urls):
            # What stands in the index of addresses: a story without one does not.
            self._add(Article.every.filter(project=self.project, url__in=chunk).exclude(url=""))
        removals = Removal.objects.filter(project=self.project, article__isnull=False)
        for key, hashes in removals.values_list("article__key", "hashes"):
            self._removed |= {text_sha256(key), *hashes}

    def _add(self, articles: Any) -> None:
        rows = list(articles.order_by().values("pk", "key", "delivery_id", *COLUMNS))
        newest: dict[int, int] = {}
        versions = ArticleVersion.every.filter(article_id__in=[row["pk"] for row in rows]).order_by("number")
        for pk, number in versions.values_list("article_id", "number"):
            newest[pk] = number
        for row in rows:
            pk, key, delivery = row.pop("pk"), row.pop("key"), row.pop("delivery_id")
            self._put(_Slot(pk, key, row, newest.get(pk, 0), delivery if delivery in self._hidden else None))

    def _put(self, slot: _Slot) -> None:
        self._by_key[slot.key] = slot
        if slot.columns["url"]:
            self._by_url[slot.columns["url"]] = slot

    def is_underway(self, delivery: int | None) -> bool:
        """Whether another delivery, which nobody sees yet, has brought a row."""
        return delivery in self._hidden and delivery != self.delivery

    def meets_underway(self, story: Story) -> bool:
        """Whether another delivery, which nobody sees yet, has brought the story, its text or its address."""
        slots = (
            self._by_key.get(self.key_of_text(story.sha256)),
            self._by_key.get(story.key_wish),
            self._by_url.get(story.metadata.url),
        )
        return any(slot is not None and self.is_underway(slot.delivery) for slot in slots)

    def is_published(self, key: str) -> bool:
        """Whether an article is here for everybody to see."""
        slot = self._by_key.get(key)
        return slot is not None and slot.pk != 0 and slot.delivery is None

    def key_of_text(self, sha256: str) -> str:
        """Return the id of the article that has this text, or nothing."""
        return self._by_text.get(sha256, ("", 0))[0]

    def key_of_url(self, url: str) -> str:
        """Return the id of the article that has this address, or nothing."""
        return self._by_url[url].key if url in self._by_url else ""

    def is_removed(self, key: str) -> bool:
        """Whether this is, or was until the removal, the id of a story that was removed for good."""
        return text_sha256(key) in self._removed

    def pk_of(self, key: str) -> int:
        """Return the primary key of an article, or 0 where there is none yet."""
        return self._by_key[key].pk if key in self._by_key else 0

    def remember(self, placement: Placement) -> None:
        """Put a story on the shelf that was placed by hand."""
        story = placement.story
        self._by_text[story.sha256] = (placement.key, placement.number)
        if placement.key not in self._by_key:
            self._put(_Slot(0, placement.key, story.metadata.columns(), placement.number))

    def place(self, story: Story) -> Placement:
        """Say what becomes of a story, and remember it as if it were written."""
        if self.meets_underway(story):
            return refused(story, underway(), "text", "underway")
        placement = self._place(story)
        if self.delivery and placement.is_written and self.is_published(placement.key):
            placement.is_written, placement.is_deferred = False, True
        return placement

    def _place(self, story: Story) -> Placement:
        same = self._by_text.get(story.sha256)
        slot, other = self._by_key.get(story.key_wish), self._by_url.get(story.metadata.url)
        found = self._by_key[same[0]] if same else slot or other
        if self.is_removed(found.key if found else story.key_wish):
            reason = _("This story was removed for good. It cannot be imported again.")
            return refused(story, reason, "text", "removed")
        if found is None:
            return self._place_new(story)
        changes = found.changes(story.metadata)
        if same and not changes:
            return Placement(story, Outcome.SAME, key=same[0], number=same[1])
        strange = next((one for one in (slot, other) if one is not None and one is not found), None)
        if strange is not None:
            return _of_two_stories(story, found, strange, is_text_here=bool(same))
        if same:
            return self._place_change(story, found, same[1], changes)
        return self._place_version(story, found, changes)

    def _place_change(self, story: Story, slot: _Slot, number: int, changes: Changes) -> Placement:
        self._change(slot, changes)
        placement = Placement(story, Outcome.CHANGED, key=slot.key, number=number, changes=changes)
        placement.is_written = placement.is_text_here = True
        return placement

    def _place_version(self, story: Story, slot: _Slot, changes: Changes) -> Placement:
        number = slot.newest + 1
        placement = Placement(story, Outcome.CHANGED, key=slot.key, number=number, article_pk=slot.pk)
        # An address is that of one story, whoever imports it; an id may be no more than the name of a file.
        if self.update or (story.metadata.url and slot.columns["url"] == story.metadata.url):
            slot.newest = number
            self._by_text[story.sha256] = (slot.key, number)
            self._change(slot, changes)
            placement.is_written, placement.changes = True, changes
        return placement

    def _change(self, slot: _Slot, changes: Changes) -> None:
        slot.columns = slot.columns | {name: after for name, (_before, after) in changes.items()}
        self._put(slot)

    def _place_new(self, story: Story) -> Placement:
        key = story.key_wish or self._free_key(story.key_guess)
        self._put(_Slot(0, key, story.metadata.columns(), 1))
        self._by_text[story.sha256] = (key, 1)
        return Placement(story, Outcome.NEW, key=key, is_written=True)

    def _free_key(self, wish: str) -> str:
        return new_key(wish) if wish in self._by_key or self.is_removed(wish) else wish


def _of_two_stories(story: Story, found: _Slot, strange: _Slot, *, is_text_here: bool) -> Placement:
    reason = (
        _("Its text is that of the story “%(key)s”, its id or its address that of “%(other)s”.")
        if is_text_here
        else _("Its id is that of the story “%(key)s”, its address that of “%(other)s”.")
    )
    return refused(story, reason % {"key": found.key, "other": strange.key}, "url", "two_stories")


def underway() -> str:
    """Say why nothing can be done with what another import brings at this time."""
    return _("An import that is under way brings this. Wait until it has ended, or cancel it.")


def refused(story: Story, reason: str, field: str, code: str) -> Placement:
    """Return the placement of a story that the desk cannot take."""
    return Placement(story, Outcome.REFUSED, reason=reason, field=field, code=code)


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """Yield the items in lists of at most ``size``."""
    ordered = list(items)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]
