"""History in words: what happened, and what was there before and after, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.exports.dataset import claim_records, speaker_records
from annotations.exports.records import ROLES, Record
from annotations.models import Assignment, Change, Queue, Quote, Role, Speaker, Stance
from annotations.services.article_metadata import in_words
from annotations.services.changes import UNDOABLE
from annotations.services.erasure import MARK
from annotations.views.conflicts import label_names, resolution_in_words, role_name, spans_in_words

NOTHING = "–"
# What only the program counts says nothing to a reader.
_NOT_SHOWN = frozenset({"id", "revision", "type_overridden", "parent_overridden", "no_source"})


@dataclass(frozen=True)
class Difference:
    """One part of an object, before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One row of history in words."""

    change: Change
    sentence: str
    url: str
    differences: list[Difference]


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
    if change.subject_kind == Change.Subject.PROJECT and "guidelines" in (change.before or {}):
        return _("%(action)s the guidelines") % {"action": change.get_action_display()}
    if change.subject_kind == Change.Subject.EXAMPLE:
        return _of_example(change.after or {})
    if _is_of_queue(change):
        return _("%(action)s how stories are handed out") % {"action": change.get_action_display()}
    words = {"action": change.get_action_display(), "kind": change.get_subject_kind_display(), "name": _name(change)}
    if change.subject_kind == Change.Subject.ASSIGNMENT:
        looked = change.action in UNDOABLE
        return (_("%(action)s what was looked at in the story") if looked else _("%(action)s the story")) % words
    if words["name"]:
        return _("%(action)s the %(kind)s “%(name)s”") % words
    return _("%(action)s the %(kind)s") % words


def _of_example(state: Record) -> str:
    pinned = _("pinned an example to the clause “%(clause)s” of the guidelines")
    taken_off = _("took an example off the clause “%(clause)s” of the guidelines")
    # A removal leaves nothing of it.
    return (pinned if state.get("pinned", True) else taken_off) % {"clause": state.get("clause", MARK)}


def _is_of_queue(change: Change) -> bool:
    return change.subject_kind == Change.Subject.PROJECT and "overlap" in (change.after or {})


def _name(change: Change) -> str:
    state = change.after or change.before or {}
    if change.subject_kind == Change.Subject.QUOTE:
        return _shortened(spans_in_words(state.get("content") or [])) if state.get("content") else ""
    for part in ("label", "text", "headline", "name"):
        if isinstance(state.get(part), str) and state[part]:
            return _shortened(state[part])
    return "" if change.subject_kind in {Change.Subject.PROJECT, Change.Subject.MEMBERSHIP} else change.subject_key


def _shortened(words: str, most: int = 60) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def url_of(change: Change) -> str:
    """Return the page of the object of a change, or nothing."""
    names = {
        Change.Subject.QUOTE: "quote-history",
        Change.Subject.SPEAKER: "speaker-detail",
        Change.Subject.CLAIM: "claim-detail",
        Change.Subject.ARTICLE: "article-detail",
    }
    name = names.get(Change.Subject(change.subject_kind))
    if name:
        return reverse(name, args=[change.project.slug, change.subject_key])
    # Only managers have a page of it.
    if _is_of_queue(change):
        return ""
    if change.subject_kind in {Change.Subject.PROJECT, Change.Subject.LABEL_SET, Change.Subject.EXAMPLE}:
        return reverse("guidelines", args=[change.project.slug])
    if change.subject_kind == Change.Subject.ASSIGNMENT and change.article:
        return reverse("article-detail", args=[change.project.slug, change.article.key])
    return ""


def entries(changes: Sequence[Change], project_id: int) -> list[Entry]:
    """Return rows of history with every difference in words; names are looked up for all rows at once."""
    words = _Words(project_id, changes)
    return [Entry(change, sentence_of(change), url_of(change), words.differences(change)) for change in changes]


class _Words:
    """Names for the keys in many states: as they were when each change was made."""

    def __init__(self, project_id: int, changes: Sequence[Change]) -> None:
        states = [state for change in changes for state in (change.before, change.after) if state]
        speakers = {state.get("speaker") for state in states} | {state.get("merged_into") for state in states}
        claims = {link["claim"] for state in states for link in state.get("claims") or []}
        claims |= {state["merged_into"] for state in states if state.get("merged_into")}
        self.speakers = speaker_records(project_id, speakers)
        self.claims = claim_records(project_id, claims)
        self.labels = label_names(project_id)
        self.called = _called(project_id, Change.Subject.SPEAKER, self.speakers)
        self.called |= _called(project_id, Change.Subject.CLAIM, self.claims)

    def differences(self, change: Change) -> list[Difference]:
        """Return the parts that differ between before and after."""
        kind = Change.Subject(change.subject_kind)
        before, after = (self._in_words(kind, state, change.pk) for state in (change.before, change.after))
        return [
            Difference(name, before.get(name, NOTHING), after.get(name, NOTHING))
            for name in dict.fromkeys([*before, *after])
            if before.get(name, NOTHING) != after.get(name, NOTHING)
        ]

    def _in_words(self, kind: Change.Subject, state: Record | None, at: int) -> dict[str, str]:
        if not state:
            return {}
        return self._quote(state, at) if kind == Change.Subject.QUOTE else self._plain(kind, state, at)

    def _name(self, kind: Change.Subject, key: str, at: int) -> str:
        """Return what a speaker or claim was called at the time of a change; what it is called now if nothing tells."""
        earlier = [words for pk, words in self.called.get((kind, key), ()) if pk <= at]
        record = (self.speakers if kind == Change.Subject.SPEAKER else self.claims).get(key, {})
        return earlier[-1] if earlier else str(record.get("label") or record.get("text") or key)

    def _quote(self, state: Record, at: int) -> dict[str, str]:
        words = {role_name(role): spans_in_words(state.get(role) or []) for role in ROLES}
        known = state.get("speaker") in self.speakers
        words[_("Speaker")] = self._name(Change.Subject.SPEAKER, state["speaker"], at) if known else NOTHING
        words[_("Type")] = _choice(Quote.Type, state.get("type"))
        words[_("Resolution")] = resolution_in_words(state.get("resolution"), state.get("no_source"))
        words[_("Parent")] = state.get("parent") or NOTHING
        for set_key, key in (state.get("labels") or {}).items():
            words[self.labels.get((set_key, ""), set_key)] = self.labels.get((set_key, key), key)
        for link in state.get("claims") or []:
            claim = self._name(Change.Subject.CLAIM, link["claim"], at)
            words[_("Claim “%(text)s”") % {"text": claim}] = _choice(Stance, link["stance"])
        words[_("Note")] = state.get("note") or NOTHING
        words[_("Deleted")] = _("yes") if state.get("deleted") else NOTHING
        return words

    def _plain(self, kind: Change.Subject, state: Record, at: int) -> dict[str, str]:
        names = _part_names()
        return {
            names.get(part, part.replace("_", " ").capitalize()): self._value(kind, part, value, at)
            for part, value in state.items()
            if part not in _NOT_SHOWN
        }

    def _value(self, kind: Change.Subject, part: str, value: Any, at: int) -> str:
        if part == "merged_into" and value:
            return self._name(kind, value, at)
        choices = {
            "kind": Speaker.Kind,
            "status": Assignment.Status,
            "left": Assignment.Left,
            "order": Queue.Order,
            "role": Role,
        }.get(part)
        if choices is not None and value:
            return _choice(choices, value)
        return _label_set_value(part, value) if kind == Change.Subject.LABEL_SET else _plain_value(part, value)


def _called(
    project_id: int, kind: Change.Subject, keys: Iterable[str]
) -> dict[tuple[Change.Subject, str], list[tuple[int, str]]]:
    """Return what history calls these speakers or claims, from the change on that says so."""
    rows = Change.objects.filter(project=project_id, subject_kind=kind, subject_key__in=keys).order_by("pk")
    found: dict[tuple[Change.Subject, str], list[tuple[int, str]]] = {}
    for pk, key, after in rows.values_list("pk", "subject_key", "after"):
        if words := (after or {}).get("label") or (after or {}).get("text"):
            found.setdefault((kind, key), []).append((pk, words))
    return found


def _label_set_value(part: str, value: Any) -> str:
    if part == "labels":
        return ", ".join(_label_in_words(label) for label in value)
    # People count from 1.
    return str(value + 1) if part == "position" else _plain_value(part, value)


def _plain_value(part: str, value: Any) -> str:
    if part == "quotes":
        return ngettext("%(count)s quote", "%(count)s quotes", len(value)) % {"count": len(value)}
    if part == "blocks":
        return _("%(count)s, as a file has them") % {"count": len(value)} if value else _("found in the text")
    if part == "looked_at" and value:
        return ", ".join(f"{start}–{end}" for start, end in value)
    if part == "embargoed_until" and value:
        return in_words(datetime.fromisoformat(value))
    return ", ".join(map(str, value)) if value and isinstance(value, list) else in_words(None if value == [] else value)


def _label_in_words(label: Record) -> str:
    words = f"{label['name']} ({label['id']})" if label["name"] != label["id"] else str(label["name"])
    return words if label["active"] else _("%(label)s, hidden") % {"label": words}


def _part_names() -> dict[str, str]:
    return {
        "label": _("Name"),
        "text": _("Claim"),
        "merged_into": _("Stands for"),
        "wikidata": _("Wikidata id"),
        "sha256": _("SHA-256 of the text"),
        "url": _("Address"),
        "text_exportable": _("Text may be exported"),
        "embargoed_until": _("Embargoed until"),
        "position": _("Place"),
        "active": _("Asked of every quote"),
        "overlap": _("Readers of each story"),
        "sampled_percent": _("Share of stories with more readers"),
        "sampled_overlap": _("Readers of a story in that share"),
        "days": _("Days until an abandoned story returns"),
        "left": _("Given back"),
        "good": _("Shows how it is done"),
        "pinned": _("Pinned"),
        "takes_stories": _("Gets stories from the queue"),
    }


def _choice(choices: Any, value: Any) -> str:
    return str(choices(value).label) if value in choices.values else str(value or NOTHING)
