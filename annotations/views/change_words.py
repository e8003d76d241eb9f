"""History in words: what happened, and what was there before and after, part by part.

What a new action or a new kind of object is called stands in the tables here and in ``state_words``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from annotations.access import Act, may
from annotations.models import Change, LabelSet, Membership, User
from annotations.services.changes import UNDOABLE, fingerprint, new_gesture
from annotations.services.erasure import MARK
from annotations.services.guidelines import guidelines_seen, mark_of_text
from annotations.services.label_sets import seen_mark
from annotations.views.conflicts import spans_in_words
from annotations.views.state_words import Difference, Words

Action, Subject = Change.Action, Change.Subject
GUIDELINES, QUEUE, DELIVERY = "guidelines", "queue", "delivery"
# What a change of a project is about, by a part that its states have.
PARTS_OF_PROJECT = {"guidelines": GUIDELINES, "overlap": QUEUE, "task": DELIVERY}
# What was done, by what it was done to and how; by what alone; else as ``NAMED``.
SENTENCES: Mapping[Any, Any] = {
    GUIDELINES: gettext_lazy("%(action)s the guidelines"),
    QUEUE: gettext_lazy("%(action)s how stories are handed out"),
    DELIVERY: gettext_lazy("%(action)s a file as a whole"),
    (QUEUE, Action.DELETE): gettext_lazy("switched off how stories are handed out"),
    Subject.ASSIGNMENT: gettext_lazy("%(action)s the story"),
    Subject.DECISION: gettext_lazy("%(action)s what becomes of a quote"),
    Subject.VERDICT: gettext_lazy("did not find a quote right after all"),
    (Subject.VERDICT, Action.APPROVE): gettext_lazy("found a quote right"),
    (Subject.COMMENT, Action.CREATE): gettext_lazy("wrote a comment"),
    Subject.COMMENT: gettext_lazy("resolved a comment, or opened it again"),
    Subject.EXAMPLE: gettext_lazy("took an example off the clause “%(name)s” of the guidelines"),
    (Subject.EXAMPLE, Action.CREATE): gettext_lazy("pinned an example to the clause “%(name)s” of the guidelines"),
    **{(Subject.ASSIGNMENT, action): gettext_lazy("%(action)s what was looked at in the story") for action in UNDOABLE},
}
# Parts by which an object is called, and objects of which the id says nothing to a reader.
NAMING_PARTS = ("label", "text", "headline", "name", "user")
NUMBERED = frozenset({Subject.PROJECT, Subject.MEMBERSHIP})
NAMED, UNNAMED = gettext_lazy("%(action)s the %(kind)s “%(name)s”"), gettext_lazy("%(action)s the %(kind)s")
# The page of an object, from a change of it.
PAGES: Mapping[str, Callable[[Change], str]] = {
    **dict.fromkeys(
        (Subject.QUOTE, Subject.VERDICT), lambda change: _page("quote-history", change, change.subject_key)
    ),
    Subject.SPEAKER: lambda change: _page("speaker-detail", change, change.subject_key),
    Subject.CLAIM: lambda change: _page("claim-detail", change, change.subject_key),
    Subject.ARTICLE: lambda change: _page("article-detail", change, change.subject_key),
    **dict.fromkeys(
        (Subject.ASSIGNMENT, Subject.DECISION, Subject.COMMENT),
        lambda change: _page("article-detail", change, change.article.key) if change.article else "",
    ),
    Subject.PROJECT: lambda change: _page("guidelines", change),
    Subject.LABEL_SET: lambda change: _page("guidelines", change),
    Subject.EXAMPLE: lambda change: _page("guidelines", change),
    GUIDELINES: lambda change: _page("guidelines", change),
    Subject.RELEASE: lambda change: _page("release", change, change.subject_key),
    DELIVERY: lambda change: _page("article-list", change),
}
# The form in which what stood before a change can be looked at and saved again, and who may do that.
EDITED: Mapping[str, tuple[Act, Callable[[Change], str]]] = {
    Subject.SPEAKER: (Act.EDIT_REGISTRY, lambda change: _earlier("speaker-edit", change)),
    Subject.CLAIM: (Act.EDIT_REGISTRY, lambda change: _earlier("claim-edit", change)),
    Subject.ARTICLE: (Act.EDIT_ARTICLES, lambda change: _earlier("article-edit", change)),
    QUEUE: (Act.MANAGE, lambda change: f"{_page('queue', change)}?to={fingerprint(change.before)}"),
}


@dataclass(frozen=True)
class Press:
    """A form of one button that brings back what stood before a change: where it goes, and what it says."""

    url: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """One row of history in words.

    ``whose`` is the annotator whose work it is, if somebody else did it; ``back`` the form that brings back what stood
    before, ``press`` the button that does so at once.
    """

    change: Change
    sentence: str
    url: str
    differences: list[Difference]
    whose: User | None = None
    back: str = ""
    press: Press | None = None

    @property
    def has_before(self) -> bool:
        """Whether there was anything before."""
        return bool(self.change.before)


@dataclass(frozen=True)
class Gesture:
    """What one person did at once, in one line."""

    change: Change
    sentence: str
    url: str


def gestures(changes: Iterable[Change], most: int) -> list[Gesture]:
    """Return the latest gestures of rows that come newest first, each as one line."""
    found = []
    for _key, group in groupby(changes, key=lambda change: (change.actor_id, change.gesture)):
        rows = list(group)
        # The row that the person meant stands last: what it needed was made before it.
        main = max(rows, key=lambda row: row.sequence)
        found.append(Gesture(main, _counted(rows), url_of(main)) if len(rows) > 1 else _single(main))
        if len(found) == most:
            break
    return found


def _single(change: Change) -> Gesture:
    return Gesture(change, sentence_of(change), url_of(change))


def _counted(rows: list[Change]) -> str:
    """One sentence for many rows: told by what there is most of, which is what the gesture was about."""
    main = max(rows, key=lambda row: row.sequence)
    same = [row for row in rows if (row.action, row.subject_kind) == (main.action, main.subject_kind)]
    if len(same) == 1:
        return sentence_of(main)
    return ngettext("%(action)s %(count)s %(kind)s", "%(action)s %(count)s %(kind)ss", len(same)) % {
        "action": main.get_action_display(),
        "count": len(same),
        "kind": main.get_subject_kind_display(),
    }


def sentence_of(change: Change) -> str:
    """Return what was done to which object, without who and when."""
    name, topic = _name(change), _topic(change)
    words = {"action": change.get_action_display(), "kind": change.get_subject_kind_display(), "name": name}
    sentence = SENTENCES.get((topic, change.action)) or SENTENCES.get(topic) or (NAMED if name else UNNAMED)
    return str(sentence) % words


def _topic(change: Change) -> str:
    """Return what a change is about: the kind of its object, or the part of the project."""
    if change.subject_kind != Subject.PROJECT or change.action == Action.CREATE:
        return change.subject_kind
    parts = {**(change.before or {}), **(change.after or {})}
    return next((topic for part, topic in PARTS_OF_PROJECT.items() if part in parts), change.subject_kind)


def _name(change: Change) -> str:
    state = change.after or change.before or {}
    if change.subject_kind == Subject.QUOTE:
        return _shortened(spans_in_words(state.get("content") or [])) if state.get("content") else ""
    if change.subject_kind == Subject.EXAMPLE:
        # A removal leaves nothing of it.
        return str(state.get("clause", MARK))
    for part in NAMING_PARTS:
        if isinstance(state.get(part), str) and state[part]:
            return _shortened(state[part])
    return "" if change.subject_kind in NUMBERED else change.subject_key


def _shortened(words: str, most: int = 60) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def url_of(change: Change) -> str:
    """Return the page of the object of a change, or nothing."""
    page = PAGES.get(_topic(change))
    return page(change) if page else ""


def _page(name: str, change: Change, *keys: str) -> str:
    return reverse(name, args=[change.project.slug, *keys])


def _earlier(name: str, change: Change) -> str:
    seen = (change.before or {}).get("revision")
    return f"{_page(name, change, change.subject_key)}?to={seen}" if seen else ""


def latest(changes: QuerySet[Change]) -> QuerySet[Change]:
    """Return rows of history, the latest first, with all that ``entries`` reads of each."""
    return changes.select_related("actor", "article", "project", "assignment__annotator__user").order_by("-pk")


def entries(changes: Sequence[Change], membership: Membership) -> list[Entry]:
    """Return rows of history with every difference in words; names are looked up for all rows at once."""
    words, presses = Words(membership.project_id, changes), Presses(membership)
    return [
        Entry(
            change,
            sentence_of(change),
            url_of(change),
            words.differences(change),
            whose=_whose(change),
            back=_back(change, membership),
            press=presses.of(change),
        )
        for change in changes
    ]


def _whose(change: Change) -> User | None:
    annotator = change.assignment.annotator if change.assignment else None
    return annotator.user if annotator and annotator.user_id != change.actor_id else None


def _back(change: Change, membership: Membership) -> str:
    act, form = EDITED.get(_topic(change), (None, None))
    changed = change.action in {Action.CHANGE, Action.DELETE} and change.before
    return form(change) if act and form and changed and may(membership, act) else ""


class Presses:
    """The buttons that bring back guidelines and label sets, for who manages them."""

    def __init__(self, membership: Membership) -> None:
        self.project = membership.project
        self.is_manager = may(membership, Act.MANAGE)

    def of(self, change: Change) -> Press | None:
        """Return the button that brings back what stood before a change, unless it stands like that."""
        topic, before = _topic(change), change.before or {}
        if not (self.is_manager and before):
            return None
        if topic == GUIDELINES and (number := before.get("version")):
            stands = mark_of_text(before["guidelines"]) == self._guidelines
            return None if stands else self._press("guidelines-restore", [], number, self._guidelines)
        if topic == Subject.LABEL_SET and change.subject_key in self._label_sets:
            seen = self._label_sets[change.subject_key]
            to = fingerprint(before)
            return None if to == seen else self._press("label-set-restore", [change.subject_key], to, seen)
        return None

    def _press(self, name: str, keys: list[str], to: Any, seen: str) -> Press:
        url = reverse(name, args=[self.project.slug, *keys])
        return Press(url, {"to": to, "seen": seen, "gesture": new_gesture()})

    @cached_property
    def _guidelines(self) -> str:
        return guidelines_seen(self.project)

    @cached_property
    def _label_sets(self) -> dict[str, str]:
        return {one.key: seen_mark(one) for one in LabelSet.objects.filter(project=self.project)}
