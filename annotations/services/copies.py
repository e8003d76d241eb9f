"""Copies: drafts that a reviewer corrects or an adjudicator makes. What annotators made stays as it is."""

from __future__ import annotations

from collections.abc import Iterable

from annotations.exports.dataset import quote_states
from annotations.exports.records import Record
from annotations.models import ArticleVersion, Assignment, Change, Quote, QuoteAncestor, User
from annotations.models.quotes import new_quote_key
from annotations.services.assignments import state_of
from annotations.services.changes import Gesture
from annotations.services.containment import parents_first
from annotations.services.quote_states import References, insert_state

Status = Assignment.Status


def start_draft(
    opened: Gesture, version: ArticleVersion, editor: User, *, like: Assignment | None = None
) -> Assignment:
    """Make an empty draft, with what was looked at and how far was read in the assignment that it is ``like``."""
    draft = Assignment(project=version.project, version=version, editor=editor, status=Status.DRAFT)
    if like is not None:
        draft.looked_at, draft.read_up_to = like.looked_at, like.read_up_to
        draft.speaker_order, draft.claim_order = like.speaker_order, like.claim_order
    draft.save(force_insert=True)
    looked_at = {"looked_at": draft.looked_at} if draft.looked_at else {}
    opened.record(
        Change.Action.COPY,
        Change.Subject.ASSIGNMENT,
        str(draft.pk),
        after=state_of(draft) | looked_at,
        assignment=draft,
    )
    return draft


def copy_assignment(opened: Gesture, source: Assignment, editor: User) -> Assignment:
    """Make a draft with all quotes of an assignment, each with its ancestor."""
    draft = start_draft(opened, source.version, editor, like=source)
    live = Quote.objects.live().filter(assignment=source)
    insert_copies(opened, draft, ((state, [pk]) for pk, state in quote_states(live).items()))
    return draft


def insert_copies(opened: Gesture, draft: Assignment, copies: Iterable[tuple[Record, list[int]]]) -> dict[str, Quote]:
    """Insert quotes with these states, under new ids, each made of the quotes with these primary keys.

    A state names as its parent another one of them. Returns the new quotes by the ids that their states had.
    """
    asked = {state["id"]: (state, ancestors) for state, ancestors in copies}
    sources = Quote.objects.in_bulk({pk for _, ancestors in asked.values() for pk in ancestors})
    references = References(draft, speakers={key: row.pk for key, row in opened.speakers.items()})
    made: dict[str, Quote] = {}
    lines = []
    for key in parents_first({key: state["parent"] for key, (state, _) in asked.items()}):
        state, ancestors = asked[key]
        parent = made.get(state["parent"])
        after = {**state, "id": new_quote_key(), "parent": parent.key if parent else None, "revision": 1}
        if parent is None:
            after["parent_overridden"] = False
        references.load([after])
        made[key] = insert_state(draft, after, references, copied=sources[ancestors[0]] if ancestors else None)
        lines += [QuoteAncestor(quote=made[key], ancestor_id=pk) for pk in ancestors]
        opened.record(Change.Action.COPY, Change.Subject.QUOTE, after["id"], after=after, assignment=draft)
    QuoteAncestor.objects.bulk_create(lines)
    return made
