"""Restoring: a quote as it stood at an earlier revision, as a new change."""

from __future__ import annotations

from django.utils.translation import gettext as _

from annotations.exports.records import ROLES, Record
from annotations.models import Assignment, Change, Claim, Quote, Speaker, User
from annotations.services.assignments import require_text
from annotations.services.changes import Replayed, state_at
from annotations.services.errors import Invalid
from annotations.services.label_sets import hidden_answers
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
