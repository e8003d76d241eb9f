"""Making, changing and deleting quotes: each a single gesture with all the parts of the quote."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from annotations.exports.dataset import quote_states, redirects
from annotations.exports.records import Record
from annotations.models import Assignment, Change, Claim, Quote, Span, User
from annotations.models.quotes import is_quote_key, new_quote_key
from annotations.services.changes import UNDOABLE, Gesture, Replayed, recorded
from annotations.services.claims import NewClaim
from annotations.services.containment import parents_first, parents_of
from annotations.services.errors import Conflict, Invalid, Locked, NotAllowed
from annotations.services.guidelines import begin_under
from annotations.services.members import require_manager
from annotations.services.quote_parts import LinkParts, QuoteParts, apply_parts
from annotations.services.quote_states import (
    References,
    blank_state,
    derived_type,
    insert_states,
    rewrite_state,
    seen_state,
    state_of,
)
from annotations.services.speakers import NewSpeaker

# A change of these may give the quote, or another, a different parent or type.
SETTLED_BY = ("content", "deleted", "parent", "parent_overridden", "type", "type_overridden")


@contextmanager
def editing(
    *, assignment: Assignment, actor: User, gesture: str | None, asked: tuple[Any, ...], by_manager: bool = False
) -> Iterator[tuple[Gesture, Assignment]]:
    """Open a gesture on the quotes of an assignment: lock it, check that ``actor`` may write, count it up after.

    ``by_manager``: a manager does it for the annotator, who has not begun by that. Raises ``NotAllowed``, ``Locked``,
    ``Replayed``, ``KeyReused``.
    """
    with recorded(project=assignment.project, actor=actor, gesture=gesture, asked=asked) as opened:
        # The text is read with the row, and the row is locked, so two gestures on one assignment come one by one.
        locked = (
            Assignment.objects.select_for_update(of=("self",))
            .select_related("version__article", "annotator", "project")
            .get(pk=assignment.pk)
        )
        if by_manager:
            require_manager(actor=actor, project=locked.project)
            _check_open(locked)
        else:
            _check_may_edit(locked, actor)
        yield opened, locked
        if opened.changes:
            _count_up(locked, None if by_manager else actor)
    for name in ("revision", "status", "looked_at", "left_out"):
        setattr(assignment, name, getattr(locked, name))


def _count_up(assignment: Assignment, annotator: User | None) -> None:
    if annotator and assignment.status == Assignment.Status.ASSIGNED:
        begin_under(project_id=assignment.project_id, user_id=annotator.pk)
        assignment.status = Assignment.Status.IN_PROGRESS
    assignment.revision += 1
    assignment.save(update_fields=["revision", "status", "updated_at"])


def _check_may_edit(assignment: Assignment, actor: User) -> None:
    if not (assignment.is_of(actor.pk) or (assignment.annotator_id is None and assignment.editor_id == actor.pk)):
        raise NotAllowed(_("Only its annotator changes the quotes of an assignment."))
    _check_open(assignment)


def _check_open(assignment: Assignment) -> None:
    if assignment.left:
        told = {"how": assignment.get_left_display()}
        raise Locked(_("This story is in your hands no more: %(how)s. Take it up again before you change it.") % told)
    if not assignment.is_open:
        told = {"status": assignment.get_status_display()}
        raise Locked(_("This assignment is %(status)s. Take it back before you change it.") % told)


def create_quote(
    *, actor: User, assignment: Assignment, parts: QuoteParts, key: str = "", gesture: str | None = None
) -> Quote:
    """Make a quote with all its parts and its history.

    The type is derived from the quotation marks unless given, the parent from containment. ``key`` is the id that a
    page has given to the quote already, so that it could go on with it. Raises ``Invalid`` for a part that cannot be,
    ``NotAllowed``, ``Locked``, ``KeyReused``.
    """
    asked = ("create", assignment.pk, dict(parts), *([key] if key else []))
    try:
        with editing(assignment=assignment, actor=actor, gesture=gesture, asked=asked) as (opened, locked):
            before = blank_state(_free_key(locked, key) if key else new_quote_key())
            after = apply_parts(assignment=locked, before=before, parts=parts, opened=opened, actor=actor)
            save_states(opened, locked, [(None, after)], Change.Action.CREATE)
    except Replayed as replayed:
        return _quote_of(replayed, assignment)
    return Quote.objects.get(assignment=assignment, key=after["id"])


def _free_key(assignment: Assignment, key: str) -> str:
    if not is_quote_key(key):
        message = _("“%(key)s” is no id for a new quote. Load the page again.") % {"key": key}
        raise Invalid(message, field="quote", code="bad_key")
    if Quote.objects.filter(project_id=assignment.project_id, key=key).exists():
        raise Invalid(_("This quote was made before. Load the page again."), field="quote", code="key_taken")
    return key


def change_quote(*, actor: User, quote: Quote, revision: int, parts: QuoteParts, gesture: str | None = None) -> Quote:
    """Change the named parts of a quote.

    ``revision`` is what the actor saw: raises ``Conflict`` with the present state if the quote moved on.
    """
    try:
        with editing(
            assignment=quote.assignment,
            actor=actor,
            gesture=gesture,
            asked=("change", quote.pk, revision, dict(parts)),
        ) as (opened, locked):
            before = current_state(quote, revision)
            after = apply_parts(assignment=locked, before=before, parts=parts, opened=opened, actor=actor)
            if differs(before, after):
                save_states(opened, locked, [(before, after)], Change.Action.CHANGE)
    except Replayed:
        pass
    return Quote.objects.get(pk=quote.pk)


def delete_quote(*, actor: User, quote: Quote, revision: int, gesture: str | None = None) -> Quote:
    """Hide a quote; its children move up to the next quote around them. Undo brings it back."""
    try:
        with editing(
            assignment=quote.assignment, actor=actor, gesture=gesture, asked=("delete", quote.pk, revision)
        ) as (opened, locked):
            before = current_state(quote, revision)
            save_states(opened, locked, [(before, before | {"deleted": True})], Change.Action.DELETE)
    except Replayed:
        pass
    return Quote.objects.get(pk=quote.pk)


def attribute_quote(
    *,
    actor: User,
    quote: Quote,
    revision: int,
    speaker: str | NewSpeaker | None,
    gesture: str | None = None,
) -> Quote:
    """Say who is quoted."""
    return change_quote(actor=actor, quote=quote, revision=revision, parts={"speaker": speaker}, gesture=gesture)


def link_claim(
    *,
    actor: User,
    quote: Quote,
    revision: int,
    claim: str | NewClaim,
    stance: str | None,
    gesture: str | None = None,
) -> Quote:
    """Say how a quote stands to a claim; a stance of None takes the link away.

    A link to a claim that was merged is one to the claim that it stands for.
    """
    merged = redirects(Claim, quote.project_id)
    links: list[LinkParts] = [
        {"claim": link["claim"], "stance": link["stance"]}
        for link in seen_state(quote, revision)["claims"]
        if claim not in {link["claim"], merged.get(link["claim"])}
    ]
    if stance is not None:
        links.append({"claim": claim, "stance": stance})
    return change_quote(actor=actor, quote=quote, revision=revision, parts={"claims": links}, gesture=gesture)


def _quote_of(replayed: Replayed, assignment: Assignment) -> Quote:
    key = next(row.subject_key for row in replayed.changes if row.subject_kind == Change.Subject.QUOTE)
    return Quote.objects.get(assignment=assignment, key=key)


def current_state(quote: Quote, revision: int) -> Record:
    """Return the state of a quote that is to be changed. Raises ``Conflict`` unless it is the one that was seen."""
    state = state_of(quote)
    if state["revision"] != revision:
        raise stale(state)
    refuse_deleted(state)
    return state


def refuse_deleted(state: Record) -> None:
    """Raise ``Conflict`` for the state of a quote that was deleted."""
    if state["deleted"]:
        raise Conflict(_("This quote was deleted. Undo brings it back."), current=state)


def stale(state: Record) -> Conflict:
    """Return the refusal of a gesture on a quote that moved on."""
    return Conflict(_("This quote was changed since you saw it. Nothing of yours was written."), current=state)


def differs(before: Record, after: Record) -> bool:
    """Whether two states of a quote differ in more than their revision."""
    return {**before, "revision": 0} != {**after, "revision": 0}


def save_states(
    opened: Gesture,
    assignment: Assignment,
    asked: list[tuple[Record | None, Record]],
    action: Change.Action,
    ancestors: Mapping[str, Quote] = MappingProxyType({}),
) -> None:
    """Write the states that were asked for, and give every quote that they touch its right parent, in one gesture.

    ``ancestors`` are the quotes of which new ones are made, by the ids of the new ones.
    """
    pairs = {after["id"]: (before, after) for before, after in asked}
    if any(before is None or any(before[part] != after[part] for part in SETTLED_BY) for before, after in asked):
        relatives = _relatives(assignment, [state for pair in asked for state in pair if state])
        pairs |= {state["id"]: (state, {**state}) for state in relatives if state["id"] not in pairs}
        _settle([new for _, new in pairs.values()], assignment.version.text, asked={after["id"] for _, after in asked})
    changed = [(old, new) for old, new in pairs.values() if old is None or differs(old, new)]
    new = {state["id"]: state for old, state in changed if old is None}
    first = [(None, new[key]) for key in parents_first({key: state["parent"] for key, state in new.items()})]
    about = {after["id"] for _, after in asked}
    then = [pair for pair in changed if pair[0]]
    write_states(opened, assignment, [*first, *then], action, about=about, ancestors=ancestors)


def placed_among_themselves(states: list[Record], text: str) -> list[Record]:
    """Give new states, the only ones of a story, their parents and types; each after the one in which it stands."""
    _settle(states, text, asked={state["id"] for state in states})
    named = {state["id"]: state for state in states}
    return [named[key] for key in parents_first({key: state["parent"] for key, state in named.items()})]


def _settle(states: list[Record], text: str, *, asked: Container[str]) -> None:
    """Set what follows from a quote's place among others, where no person chose it: its parent, then its type.

    A person who chooses for a quote they ``asked`` about what would be derived anyway has not overridden anything.
    A choice that can no longer be, because its parent is gone or came to stand in this very quote, is given up.
    """
    gone = {state["id"] for state in states if state["deleted"]}
    standing = {state["id"]: state for state in states if not state["deleted"]}
    contained = parents_of(standing.values())
    for state in standing.values():
        if state["parent"] in gone:
            state["parent_overridden"] = False
        if not state["parent_overridden"]:
            state["parent"] = contained[state["id"]]
    for state in standing.values():
        if _stands_in_itself(state, standing):
            state["parent"], state["parent_overridden"] = contained[state["id"]], False
    for state in standing.values():
        parent = standing.get(state["parent"])
        derived = derived_type(text, state["content"], parent["content"] if parent else ())
        if not state["type_overridden"] or (state["id"] in asked and state["type"] == derived):
            state["type"], state["type_overridden"] = derived, False


def _stands_in_itself(state: Record, standing: Mapping[str, Record]) -> bool:
    seen: set[str] = set()
    above = standing.get(state["parent"])
    while above is not None and above["id"] not in seen:
        seen.add(above["id"])
        above = standing.get(above["parent"])
    return state["id"] in seen


def _relatives(assignment: Assignment, states: list[Record]) -> list[Record]:
    """Return the live quotes whose place among others may depend on ``states``: those whose content meets theirs.

    Where a person has chosen a parent, which may stand anywhere in the story, these are all.
    """
    live = Quote.objects.live().filter(assignment=assignment)
    start = min(span["start"] for state in states for span in state["content"])
    end = max(span["end"] for state in states for span in state["content"])
    meeting = Span.objects.filter(quote=OuterRef("pk"), role=Span.Role.CONTENT, start__lt=end, end__gt=start)
    chosen = Q(parent_overridden=True, parent__isnull=False)
    found = live.filter(chosen | Exists(meeting)).values_list("pk", "parent_overridden", "parent")
    is_chosen = any(state["parent_overridden"] and state["parent"] for state in states)
    if is_chosen or any(overridden and parent for _, overridden, parent in found):
        return list(quote_states(live).values())
    return list(quote_states(Quote.objects.filter(pk__in=[pk for pk, _, _ in found])).values()) if found else []


def write_states(
    opened: Gesture,
    assignment: Assignment,
    pairs: list[tuple[Record | None, Record]],
    action: Change.Action,
    *,
    reverses: str = "",
    about: Container[str] = (),
    ancestors: Mapping[str, Quote] = MappingProxyType({}),
) -> None:
    """Write each new state over its old one, in one gesture, each with its history row.

    New quotes and those of the ids ``about`` are what the gesture is about; a new quote stands before those that name
    it as parent. Raises ``Invalid`` for an id that does not exist.
    """
    references = References(assignment, speakers={key: row.pk for key, row in opened.speakers.items()})
    standing = [before["id"] for before, _ in pairs if before]
    found = Quote.objects.filter(assignment=assignment, key__in=standing).values_list("key", "pk")
    rows = dict(found) if standing else {}
    if new := [after for before, after in pairs if before is None]:
        insert_states(assignment, new, references, ancestors)
    for before, after in pairs:
        if before:
            references.load([after])
            after["revision"] = before["revision"] + 1
            rewrite_state(rows[after["id"]], before, after, references)
        opened.record(
            # What can be undone here says apart what it was about and what merely followed from it.
            action
            if reverses or action not in UNDOABLE or before is None or after["id"] in about
            else Change.Action.CHANGE,
            Change.Subject.QUOTE,
            after["id"],
            before=before,
            after=after,
            assignment=assignment,
            reverses=reverses,
        )


def write_lists(
    opened: Gesture,
    assignment: Assignment,
    after: Mapping[str, list[Any]],
    action: Change.Action,
    reverses: str = "",
) -> None:
    """Write what was ``looked_at``, or ``left_out``, of a locked assignment with its history row, if it changes."""
    before = {name: getattr(assignment, name) for name in after}
    if after == before:
        return
    Assignment.objects.filter(pk=assignment.pk).update(**after)
    for name, value in after.items():
        setattr(assignment, name, value)
    opened.record(
        action,
        Change.Subject.ASSIGNMENT,
        str(assignment.pk),
        before={**before, "revision": assignment.revision},
        after={**after, "revision": assignment.revision + 1},
        assignment=assignment,
        reverses=reverses,
    )
