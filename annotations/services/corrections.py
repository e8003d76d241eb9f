"""Corrections: what a reviewer changed in a copy, and an annotator taking it into their own work."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from annotations.exports.dataset import quote_states
from annotations.exports.records import Record
from annotations.models import Assignment, Change, Quote, QuoteAncestor, User
from annotations.models.quotes import new_quote_key
from annotations.services.changes import Replayed
from annotations.services.errors import Conflict, Invalid
from annotations.services.quotes import editing, save_states

# What is no part of what a quote says: it differs between a quote and its copy.
_OF_THE_ROW = ("id", "revision", "parent_overridden")


@dataclass(frozen=True)
class Correction:
    """A quote as its annotator left it, and as it stands in the copy; None where it is only in one of them.

    ``key`` is the id of the quote in the copy. Both states name their parents by the ids of the annotator's quotes.
    """

    key: str
    before: Record | None
    after: Record | None

    @property
    def original(self) -> str:
        """The id of the annotator's quote, or nothing for one that the reviewer added."""
        return self.before["id"] if self.before else ""


def corrections_in(copy: Assignment) -> list[Correction]:
    """Return what differs between a copy and the quotes that it was made of, in the order in which it was copied.

    What the annotator took in already is no correction any more.
    """
    lines = dict(QuoteAncestor.objects.filter(quote__assignment=copy).values_list("quote_id", "ancestor_id"))
    copied = quote_states(Quote.objects.filter(assignment=copy))
    originals = quote_states(Quote.objects.filter(pk__in=lines.values()))
    names = {copied[pk]["id"]: originals[ancestor]["id"] for pk, ancestor in lines.items()}
    taken_in = _taken_in(copy)
    found = []
    for pk, state in copied.items():
        before = originals[lines[pk]] if pk in lines else None
        after = None if state["deleted"] else {**state, "parent": names.get(state["parent"], state["parent"])}
        if pk in taken_in or (before and before["deleted"] and after is None):
            continue
        if (before or after) and not (before and after and _says_the_same(before, after)):
            found.append(Correction(state["id"], before, after))
    return found


def _taken_in(copy: Assignment) -> set[int]:
    """Return the quotes that a reviewer added and the annotator made their own."""
    own = Quote.objects.live().filter(assignment__annotator__isnull=False, ancestors__ancestor__assignment=copy)
    return set(own.values_list("ancestors__ancestor", flat=True))


def _says_the_same(before: Record, after: Record) -> bool:
    return {**before, **dict.fromkeys(_OF_THE_ROW)} == {**after, **dict.fromkeys(_OF_THE_ROW)}


def adopt_correction(
    *, actor: User, assignment: Assignment, copy: Assignment, key: str, revision: int, gesture: str | None = None
) -> None:
    """Take one correction of a review into one's own work. It can be undone as any gesture.

    ``revision`` is that of the assignment as the actor saw it. Raises ``Conflict``, ``Invalid`` if there is no such
    correction, ``Locked``, ``NotAllowed``.
    """
    asked = ("adopt", assignment.pk, copy.pk, key, revision)
    try:
        with editing(assignment=assignment, actor=actor, gesture=gesture, asked=asked) as (opened, locked):
            if locked.revision != revision:
                raise Conflict(_("Your story was changed since you saw it. Look at it again, then repeat this."))
            correction = next((one for one in corrections_in(copy) if one.key == key), None)
            if correction is None:
                raise Invalid(_("Nothing was corrected there."), field="quote")
            before, after, action = _wanted(locked, correction)
            save_states(opened, locked, [(before, after)], action)
            if action == Change.Action.CREATE:
                own = Quote.objects.get(assignment=locked, key=after["id"])
                QuoteAncestor.objects.create(quote=own, ancestor=Quote.objects.get(assignment=copy, key=key))
    except Replayed:
        pass


def _wanted(assignment: Assignment, correction: Correction) -> tuple[Record | None, Record, Change.Action]:
    """Return the state of the annotator's quote as it is now, as it is to be, and what that is called."""
    live = {state["id"]: state for state in quote_states(Quote.objects.live().filter(assignment=assignment)).values()}
    before = live.get(correction.original)
    if correction.before is None and correction.after is not None:
        after = {**correction.after, "id": new_quote_key(), "revision": 1}
        return None, _with_known_parent(after, live), Change.Action.CREATE
    if before is None:
        raise Conflict(_("This quote was deleted. Undo brings it back."))
    if correction.after is None:
        return before, before | {"deleted": True}, Change.Action.DELETE
    after = {**correction.after, "id": before["id"], "revision": before["revision"]}
    return before, _with_known_parent(after, live), Change.Action.CHANGE


def _with_known_parent(state: Record, live: dict[str, Record]) -> Record:
    """A parent that the reviewer added is none of the annotator's: containment decides."""
    if state["parent"] in live:
        return state
    return {**state, "parent": None, "parent_overridden": False}
