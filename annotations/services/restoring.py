"""Restoring what stood earlier, as a new change: a quote, a label set, the guidelines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from annotations.exports.records import ROLES, Record
from annotations.models import (
    Assignment,
    Change,
    Claim,
    GuidelinesVersion,
    LabelSet,
    Project,
    Quote,
    Speaker,
    User,
)
from annotations.services.assignments import require_text
from annotations.services.changes import Replayed, fingerprint, state_at
from annotations.services.errors import Invalid
from annotations.services.guidelines import change_guidelines
from annotations.services.label_sets import as_asked, asked_of, change_label_set, hidden_answers
from annotations.services.quote_states import clean_spans, state_of
from annotations.services.quotes import differs, editing, save_states, stale


def restore_quote(*, actor: User, quote: Quote, to: int, revision: int, gesture: str | None = None) -> Quote:
    """Make a quote what it was at its revision ``to``, also one that was deleted since. Undo takes that back.

    ``revision`` is what the actor saw: raises ``Conflict`` if the quote moved on. Raises ``Invalid`` if history keeps
    no such state, or if it names a speaker, claim or label that stands no more, ``NotAllowed``, ``Locked``.
    """
    asked = ("restore", quote.pk, to, revision)
    try:
        with editing(assignment=quote.assignment, actor=actor, gesture=gesture, asked=asked) as (opened, locked):
            before = state_of(quote)
            if before["revision"] != revision:
                raise stale(before)
            after = _standing(locked, _state_at(quote, to), before)
            if differs(before, after):
                save_states(opened, locked, [(before, after)], Change.Action.RESTORE)
    except Replayed:
        pass
    return Quote.objects.get(pk=quote.pk)


def _state_at(quote: Quote, revision: int) -> Record:
    kind = Change.Subject.QUOTE
    changes = Change.objects.filter(assignment=quote.assignment_id, subject_kind=kind, subject_key=quote.key)
    state = state_at(changes, revision)
    if state is None:
        message = _("History keeps no revision %(number)s of this quote.") % {"number": revision}
        raise Invalid(message, field="to", code="unknown_state")
    if state["deleted"]:
        message = _("The quote was deleted at revision %(number)s. Delete it instead.") % {"number": revision}
        raise Invalid(message, field="to", code="deleted_state")
    return state


def _standing(assignment: Assignment, state: Record, present: Record) -> Record:
    """Return an earlier state as it can stand now: its words are those of the story, its parent is one that is there.

    Raises ``Invalid`` naming the part that cannot.
    """
    require_text(assignment.version)
    text = assignment.version.text
    # History may have had to give words up, but never offsets.
    places = {role: [{"start": span["start"], "end": span["end"]} for span in state[role]] for role in ROLES}
    after = {**state, **{role: clean_spans(text, role, spans) for role, spans in places.items()}}
    _require_standing(assignment, after, present)
    if after["parent"] and not Quote.objects.live().filter(assignment=assignment, key=after["parent"]).exists():
        after |= {"parent": None, "parent_overridden": False}
    return after


def _require_standing(assignment: Assignment, state: Record, present: Record) -> None:
    project = assignment.project_id
    if state["speaker"] and not Speaker.objects.standing().filter(project=project, key=state["speaker"]).exists():
        message = _("The speaker of that state is not there any more.")
        raise Invalid(message, field="speaker", code="unknown_speaker")
    claims = {link["claim"] for link in state["claims"]}
    if Claim.objects.standing().filter(project=project, key__in=claims).count() != len(claims):
        raise Invalid(_("A claim of that state is not there any more."), field="claims", code="unknown_claim")
    given = state["labels"].items() - present["labels"].items()
    for set_key, label in hidden_answers(project, given):
        message = _("The label “%(label)s” of “%(set)s” is hidden, and cannot be given any more.")
        raise Invalid(message % {"label": label, "set": set_key}, field=f"labels.{set_key}", code="hidden_label")


def restore_guidelines(
    *, actor: User | None, project: Project, number: int, seen: str, gesture: str | None = None
) -> GuidelinesVersion | None:
    """Put the text of an earlier version in force again, as a new version, and return that.

    ``seen`` is the mark of the guidelines that the actor saw. Raises ``Conflict`` if they changed since, ``Invalid``
    if there is no such version or it cannot stand any more.
    """
    version = GuidelinesVersion.objects.filter(project=project, number=number).first()
    if version is None:
        message = _("There is no version %(number)s of the guidelines.") % {"number": number}
        raise Invalid(message, field="to", code="unknown_state")
    restored: dict[str, Any] = {"guidelines": version.text, "action": Change.Action.RESTORE}
    return change_guidelines(actor=actor, project=project, seen=seen, gesture=gesture, **restored)


def label_set_states(label_set: LabelSet) -> Iterator[tuple[Change, Record]]:
    """Yield each state of a label set that history keeps, the latest first, with the change that tells of it."""
    rows = Change.objects.filter(project=label_set.project_id, subject_kind=Change.Subject.LABEL_SET)
    for row in rows.filter(subject_key=label_set.key).select_related("actor").order_by("-pk"):
        yield from ((row, state) for state in (row.after, row.before) if state)


def restore_label_set(
    *, actor: User | None, label_set: LabelSet, to: str, seen: str, gesture: str | None = None
) -> LabelSet:
    """Make a label set what it was in the state with the mark ``to``, the ``fingerprint`` of it, at its place of then.

    Labels that were added since are hidden: quotes may have them. ``seen`` is the mark of what the actor saw. Raises
    ``Conflict`` if it changed since, ``Invalid`` if history keeps no such state.
    """
    state = next((state for _row, state in label_set_states(label_set) if fingerprint(state) == to), None)
    if state is None:
        raise Invalid(_("History keeps no such state of this label set."), field="to", code="unknown_state")
    earlier = as_asked(state)
    known = {label.key for label in earlier.labels}
    added = (replace(label, active=False) for label in asked_of(label_set).labels if label.key not in known)
    restored: dict[str, Any] = {"place": state["position"], "action": Change.Action.RESTORE}
    asked = replace(earlier, labels=(*earlier.labels, *added))
    return change_label_set(actor=actor, label_set=label_set, seen=seen, state=asked, gesture=gesture, **restored)
