"""What a person asks of a quote, turned into the state that it will have. Everything that cannot be is refused here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from django.utils.translation import gettext as _

from annotations.exports.records import ROLES, Record
from annotations.models import Assignment, LabelSet, Quote, Stance, User
from annotations.services import claims as claim_services
from annotations.services import speakers as speaker_services
from annotations.services.changes import Gesture
from annotations.services.claims import NewClaim
from annotations.services.errors import Invalid
from annotations.services.label_sets import hidden_answers
from annotations.services.quote_states import clean_spans
from annotations.services.speakers import NewSpeaker
from annotations.text.canonical import TextRefused, canonicalise

NOTE_LENGTH = 2000


class LinkParts(TypedDict):
    """A claim, by id or to be made, and the stance of the quote to it."""

    claim: str | NewClaim
    stance: str


class QuoteParts(TypedDict, total=False):
    """What a gesture asks for. A part that is not named stays as it is.

    Spans are ``{"start", "end"}`` in code points, with ``exact`` to have the words checked. ``type`` None means
    "derive it"; ``parent`` may be left to containment by naming ``derive_parent``.
    """

    content: Iterable[Mapping[str, Any]]
    source: Iterable[Mapping[str, Any]]
    cue: Iterable[Mapping[str, Any]]
    addressee: Iterable[Mapping[str, Any]]
    speaker: str | NewSpeaker | None
    type: str | None
    resolution: str | None
    no_source: str | None
    parent: str | None
    derive_parent: bool
    labels: Mapping[str, str | None]
    claims: Iterable[LinkParts]
    note: str


def apply_parts(*, assignment: Assignment, before: Record, parts: QuoteParts, opened: Gesture, actor: User) -> Record:
    """Return the state that ``parts`` makes of ``before``; what follows from its place among others comes later.

    Raises ``Invalid`` naming the part.
    """
    text = assignment.version.text
    after = {**before}
    for role in ROLES:
        if role in parts:
            after[role] = clean_spans(text, role, parts[role])  # type: ignore[literal-required]
    if not after["content"]:
        raise Invalid(_("A quote needs its content: mark the words that were said."), field="content")
    _apply_speaker(after=after, before=before, parts=parts, assignment=assignment, opened=opened, actor=actor)
    _apply_type(after, parts)
    _apply_parent(after, parts, assignment)
    if "labels" in parts:
        after["labels"] = _answers(before["labels"], parts["labels"], assignment)
    if "claims" in parts:
        after["claims"] = _links(parts["claims"], assignment, opened, actor)
    if "note" in parts:
        after["note"] = clean_note(parts["note"])
    # As in a record, a note that is not there has no key.
    return after if after.get("note") else {part: value for part, value in after.items() if part != "note"}


def clean_note(note: str) -> str:
    """Return a note as it is kept. Raises ``Invalid`` for characters that no text may hold, or too many."""
    try:
        note = canonicalise(note).strip()
    except TextRefused as refused:
        raise Invalid(_("The note cannot be used: %(why)s") % {"why": refused.message}, field="note") from refused
    if len(note) > NOTE_LENGTH:
        told = {"most": f"{NOTE_LENGTH:,}", "length": f"{len(note):,}"}
        raise Invalid(_("A note has at most %(most)s characters. This one has %(length)s.") % told, field="note")
    return note


def _apply_speaker(
    *, after: Record, before: Record, parts: QuoteParts, assignment: Assignment, opened: Gesture, actor: User
) -> None:
    if "speaker" in parts:
        after["speaker"] = speaker_services.key_for_quote(
            speaker=parts["speaker"], assignment=assignment, opened=opened, actor=actor
        )
    if "resolution" in parts:
        after["resolution"] = parts["resolution"] or None
        after["no_source"] = parts.get("no_source") or None
    else:
        after["resolution"] = _still_true(before["resolution"], after, opened)
        after["no_source"] = before["no_source"] if after["resolution"] == Quote.Resolution.NONE else None
    _check_resolution(after)


def _still_true(resolution: str | None, after: Record, opened: Gesture) -> str | None:
    """Return the resolution if the other parts still bear it out, else the one they suggest, else None."""
    by_words = resolution in {Quote.Resolution.EXPLICIT, Quote.Resolution.ANAPHORIC}
    if after["source"] and not by_words:
        return speaker_services.resolution_of(source=after["source"], speaker=after["speaker"], opened=opened)
    if by_words and not after["source"]:
        return None
    if resolution == Quote.Resolution.IMPLICIT and not after["speaker"]:
        return None
    if resolution == Quote.Resolution.NONE and after["speaker"]:
        return Quote.Resolution.IMPLICIT.value
    return resolution


def _check_resolution(after: Record) -> None:
    resolution, source = after["resolution"], after["source"]
    told = {"resolution": resolution, "known": ", ".join(Quote.Resolution.values)}
    if resolution not in {None, *Quote.Resolution.values}:
        raise Invalid(_("“%(resolution)s” is no resolution: %(known)s.") % told, field="resolution")
    if resolution in {"explicit", "anaphoric"} and not source:
        message = _("“%(resolution)s” needs source words: mark the words that name the speaker.")
        raise Invalid(message % told, field="resolution")
    if resolution in {"implicit", "none"} and source:
        message = _("“%(resolution)s” means that no words name the speaker: unmark the source first.")
        raise Invalid(message % told, field="source")
    if resolution == "implicit" and not after["speaker"]:
        raise Invalid(_("“implicit” needs a speaker: say whom the context names."), field="speaker")
    _check_no_source(after)


def _check_no_source(after: Record) -> None:
    is_none, reason = after["resolution"] == "none", after["no_source"]
    if is_none and after["speaker"]:
        message = _("“No source” means that nobody is named: take the speaker away first.")
        raise Invalid(message, field="speaker")
    if is_none != (reason in Quote.NoSource.values) or (not is_none and reason):
        told = {"reasons": ", ".join(Quote.NoSource.values)}
        raise Invalid(_("“No source”, and nothing else, needs one reason: %(reasons)s.") % told, field="no_source")


def _apply_type(after: Record, parts: QuoteParts) -> None:
    if parts.get("type"):
        if parts["type"] not in Quote.Type.values:
            told = {"type": parts["type"], "known": ", ".join(Quote.Type.values)}
            raise Invalid(_("“%(type)s” is no type: %(known)s.") % told, field="type")
        after["type"], after["type_overridden"] = parts["type"], True
    elif "type" in parts:
        after["type_overridden"] = False


def _apply_parent(after: Record, parts: QuoteParts, assignment: Assignment) -> None:
    if "parent" in parts:
        after["parent"], after["parent_overridden"] = parts["parent"] or None, True
        _refuse_cycle(after, assignment)
    if parts.get("derive_parent"):
        after["parent_overridden"] = False


def _refuse_cycle(after: Record, assignment: Assignment) -> None:
    parents = dict(Quote.objects.live().filter(assignment=assignment).values_list("key", "parent__key"))
    if after["parent"] and after["parent"] not in parents:
        message = _("There is no quote “%(key)s” in this assignment.") % {"key": after["parent"]}
        raise Invalid(message, field="parent")
    above = after["parent"]
    while above:
        if above == after["id"]:
            message = _("A quote cannot stand inside itself, nor inside a quote that stands in it.")
            raise Invalid(message, field="parent")
        above = parents.get(above)


def _answers(before: Mapping[str, str], asked: Mapping[str, str | None], assignment: Assignment) -> dict[str, str]:
    """Return the labels that the quote has then. That an answer is one of its set is checked where all ids are."""
    project = assignment.project_id
    if taken := {key for key, label in asked.items() if not label} - before.keys():
        known = LabelSet.objects.filter(project=project, key__in=taken).values_list("key", flat=True)
        for key in sorted(taken - set(known)):
            message = _("This project has no label set “%(set)s”.") % {"set": key}
            raise Invalid(message, field=f"labels.{key}", code="unknown_label")
    given = {key: label for key, label in asked.items() if label}
    for key, label in hidden_answers(project, given.items() - before.items()):
        message = _("The label “%(label)s” of “%(set)s” is hidden, and cannot be given any more.")
        raise Invalid(message % {"label": label, "set": key}, field=f"labels.{key}", code="hidden_label")
    return {key: label for key, label in {**before, **asked}.items() if label}


def _links(links: Iterable[LinkParts], assignment: Assignment, opened: Gesture, actor: User) -> list[Record]:
    found: dict[str, Record] = {}
    for link in links:
        if link["stance"] not in Stance.values:
            told = {"stance": link["stance"], "known": ", ".join(Stance.values)}
            raise Invalid(_("“%(stance)s” is no stance: %(known)s.") % told, field="claims")
        key = claim_services.key_for_quote(claim=link["claim"], assignment=assignment, opened=opened, actor=actor)
        found[key] = {"claim": key, "stance": link["stance"]}
    return list(found.values())
