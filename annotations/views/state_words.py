"""States of objects in words, as history tells them: names as they were at the time, and what differs marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from annotations.agreement.items import CLAIMS, LABEL, LETTERS, PARENT, SPEAKER, TYPE
from annotations.exports.dataset import claim_records, speaker_records
from annotations.exports.records import ROLES, Record
from annotations.models import Assignment, Change, Decision, Queue, Quote, Role, Speaker, Stance
from annotations.services.article_metadata import in_words
from annotations.services.decisions import UNDOES, WHOLE
from annotations.text.differences import Piece, excerpt, marked
from annotations.views.conflicts import label_names, resolution_in_words, role_name, spans_in_words

NOTHING = "–"
# What only the program counts says nothing to a reader.
_NOT_SHOWN = frozenset({"id", "revision", "type_overridden", "parent_overridden", "no_source", "quote", UNDOES})
# What a part is called, where its name in the record does not say it.
PART_NAMES: Mapping[str, Any] = {
    "label": gettext_lazy("Name"),
    "text": gettext_lazy("Claim"),
    "merged_into": gettext_lazy("Stands for"),
    "wikidata": gettext_lazy("Wikidata id"),
    "sha256": gettext_lazy("SHA-256 of the text"),
    "url": gettext_lazy("Address"),
    "text_exportable": gettext_lazy("Text may be exported"),
    "embargoed_until": gettext_lazy("Embargoed until"),
    "position": gettext_lazy("Place"),
    "active": gettext_lazy("Asked of every quote"),
    "overlap": gettext_lazy("Readers of each story"),
    "sampled_percent": gettext_lazy("Share of stories with more readers"),
    "sampled_overlap": gettext_lazy("Readers of a story in that share"),
    "days": gettext_lazy("Days until an abandoned story returns"),
    "left": gettext_lazy("Given back"),
    "takes_stories": gettext_lazy("Gets stories from the queue"),
    "good": gettext_lazy("Shows how it is done"),
    "pinned": gettext_lazy("Pinned"),
    "outcome": gettext_lazy("Decision"),
    "picks": gettext_lazy("Taken from"),
    "clause": gettext_lazy("Clause of the guidelines"),
    "editor": gettext_lazy("Corrected by"),
}
# What one kind of object calls a part otherwise.
OWN_PART_NAMES: Mapping[tuple[str, str], Any] = {
    (Change.Subject.MEMBERSHIP, "active"): gettext_lazy("Is a member"),
    (Change.Subject.RELEASE, "sha256"): gettext_lazy("SHA-256 of its list of checksums"),
    (Change.Subject.RELEASE, "as_of_change"): gettext_lazy("State of the desk, by the number of a change"),
}
# Parts that are one of some words.
CHOICES: Mapping[str, Any] = {
    "kind": Speaker.Kind,
    "status": Assignment.Status,
    "left": Assignment.Left,
    "order": Queue.Order,
    "role": Role,
    "outcome": Decision.Outcome,
}


@dataclass(frozen=True)
class Difference:
    """One part of an object, before and after, in pieces: those that differ are marked. No pieces are nothing."""

    name: str
    before: list[Piece]
    after: list[Piece]

    @classmethod
    def of(cls, name: str, before: str, after: str) -> Difference:
        """Compare two wordings."""
        if NOTHING in {before, after}:
            return cls(name, *([] if words == NOTHING else [Piece(words, differs=True)] for words in (before, after)))
        return cls(name, *map(excerpt, marked(before, after)))


class Words:
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
            Difference.of(name, before.get(name, NOTHING), after.get(name, NOTHING))
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
        return {
            _part_name(kind, part): self._value(kind, part, value, at)
            for part, value in state.items()
            if part not in _NOT_SHOWN
        }

    def _value(self, kind: Change.Subject, part: str, value: Any, at: int) -> str:
        if part == "merged_into" and value:
            return self._name(kind, value, at)
        if part in CHOICES and value:
            return _choice(CHOICES[part], value)
        special = VALUES.get((kind, part)) or VALUES.get(part)
        return special(value) if special and value not in (None, "") else _plain_value(value)


def _part_name(kind: Change.Subject, part: str) -> str:
    name = OWN_PART_NAMES.get((kind, part)) or PART_NAMES.get(part)
    return str(name) if name else part.replace("_", " ").capitalize()


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


def _plain_value(value: Any) -> str:
    return ", ".join(map(str, value)) if value and isinstance(value, list) else in_words(None if value == [] else value)


def _label_in_words(label: Record) -> str:
    words = f"{label['name']} ({label['id']})" if label["name"] != label["id"] else str(label["name"])
    return words if label["active"] else _("%(label)s, hidden") % {"label": words}


def picks_in_words(picks: dict[str, int]) -> str:
    """Return from whom each part of a quote was taken, by the letters that an adjudication gives them."""
    if WHOLE in picks:
        return LETTERS[picks[WHOLE]]
    return ", ".join(f"{part_name(part)}: {LETTERS[position]}" for part, position in picks.items())


def part_name(part: str) -> str:
    """Return what people call a part of a quote that is compared; a question by its id."""
    names = {SPEAKER: _("Speaker"), TYPE: _("Type"), CLAIMS: _("Claims"), PARENT: _("Inside")}
    return names.get(part) or (part.removeprefix(LABEL) if part.startswith(LABEL) else role_name(part))


def _choice(choices: Any, value: Any) -> str:
    return str(choices(value).label) if value in choices.values else str(value or NOTHING)


# How a part is told, by its name, or by the kind of object and its name; as it stands if it is not here.
VALUES: Mapping[Any, Callable[[Any], str]] = {
    "quotes": lambda value: ngettext("%(count)s quote", "%(count)s quotes", len(value)) % {"count": len(value)},
    "blocks": lambda value: (
        _("%(count)s, as a file has them") % {"count": len(value)} if value else _("found in the text")
    ),
    "picks": lambda value: picks_in_words(value) or NOTHING,
    "looked_at": lambda value: ", ".join(f"{start}–{end}" for start, end in value) or NOTHING,
    "embargoed_until": lambda value: in_words(datetime.fromisoformat(value)),
    (Change.Subject.LABEL_SET, "labels"): lambda value: ", ".join(map(_label_in_words, value)),
    # People count from 1.
    (Change.Subject.LABEL_SET, "position"): lambda value: str(value + 1),
}
