"""Decisions of an adjudicator: what becomes of each item, and taking the last one back.

What a decision writes of quotes is no step of the draft's own undo: it is taken back here, together with the decision.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from annotations.agreement.items import LETTERS, PARENT, Item, mixed
from annotations.exports.dataset import quote_states
from annotations.exports.records import Record
from annotations.models import Adjudication, Assignment, Change, Decision, Quote, QuoteAncestor, User
from annotations.models.quotes import new_quote_key
from annotations.services.adjudication_bench import Bench, at_bench
from annotations.services.adjudication_sources import Compared, compared
from annotations.services.changes import Gesture, Replayed
from annotations.services.errors import Conflict, Invalid
from annotations.services.guidelines import require_clause
from annotations.services.quote_states import blank_state
from annotations.services.quotes import save_states, write_states
from annotations.services.undo import restored
from annotations.text.canonical import TextRefused, canonicalise

REASON_LENGTH = 2000
# A pick of the whole quote.
WHOLE = "whole"
# In the history row of a decision that was taken back: the gesture that made it.
UNDOES = "undoes"
Outcome = Decision.Outcome


@dataclass(frozen=True)
class Choice:
    """What an adjudicator chooses: an outcome, and from which source (by its position) each part comes."""

    outcome: Decision.Outcome
    picks: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def take(cls, position: int) -> Choice:
        """All of what one source has: if it has nothing, no quote."""
        return cls(Outcome.TAKEN, {WHOLE: position})

    @classmethod
    def mix(cls, picks: Mapping[str, int]) -> Choice:
        """Part by part; what is not named comes from the first source that has the quote."""
        return cls(Outcome.MIXED, dict(picks))

    @classmethod
    def drop(cls) -> Choice:
        """No quote."""
        return cls(Outcome.DROPPED)


class Decided(NamedTuple):
    """A decision as it stands now, and what was compared for it."""

    decision: Decision
    compared: Compared


def decide(
    *,
    actor: User,
    adjudication: Adjudication,
    key: str,
    revision: int,
    choice: Choice,
    reason: str = "",
    clause: str = "",
    gesture: str | None = None,
) -> Decided:
    """Decide what becomes of an item; deciding again rewrites its quote.

    ``revision`` is that of the decision that the actor saw, 0 if there was none. Raises ``Invalid`` for parts that do
    not go together, ``Conflict`` if somebody decided it meanwhile or the compared work moved on.
    """
    reason = clean_reason(reason)
    asked = ("decide", key, revision, choice.outcome.value, dict(choice.picks), reason, clause)
    found = None
    try:
        with at_bench(adjudication=adjudication, actor=actor, gesture=gesture, asked=asked) as bench:
            found = bench.compared
            bench.require_unmoved()
            if clause:
                require_clause(adjudication.project, clause)
            item = _item(bench.compared, key)
            decision = _seen(adjudication, key, revision)
            before = decision_state(decision) if decision.pk else None
            choice = _checked(item, choice)
            decision.quote = _make(bench, item, choice, decision.quote)
            decision.outcome, decision.picks = choice.outcome, dict(choice.picks)
            decision.reason, decision.clause = reason, clause
            _save(bench.opened, bench.draft, decision, before)
            bench.count_up()
    except Replayed:
        pass
    row = Decision.objects.select_related("quote").get(adjudication=adjudication, key=key)
    return Decided(row, found or compared(adjudication))


def clean_reason(reason: str) -> str:
    """Return a reason as it is kept. Raises ``Invalid`` for characters that no text may hold, or too many."""
    try:
        reason = canonicalise(reason).strip()
    except TextRefused as refused:
        raise Invalid(_("The reason cannot be used: %(why)s") % {"why": refused.message}, field="reason") from refused
    if len(reason) > REASON_LENGTH:
        told = {"most": f"{REASON_LENGTH:,}"}
        raise Invalid(_("A reason has at most %(most)s characters.") % told, field="reason")
    return reason


def _item(found: Compared, key: str) -> Item:
    for item in found.items:
        if item.key == key:
            return item
    raise Conflict(_("What you saw is compared no longer like that. Load the page again."))


def _seen(adjudication: Adjudication, key: str, revision: int) -> Decision:
    rows = Decision.objects.filter(adjudication=adjudication, key=key).select_related("quote")
    decision = rows.first() or Decision(adjudication=adjudication, key=key, revision=0)
    if decision.revision != revision:
        message = _("This was decided otherwise since you saw it. Nothing was written.")
        raise Conflict(message, current=decision_state(decision))
    return decision


def decision_state(decision: Decision) -> Record:
    """Return what history keeps of a decision."""
    return {
        "outcome": str(decision.outcome),
        "picks": decision.picks,
        "reason": decision.reason,
        "clause": decision.clause,
        "quote": decision.quote.key if decision.quote else None,
        "revision": decision.revision,
    }


def _save(
    opened: Gesture,
    draft: Assignment,
    decision: Decision,
    before: Record | None,
    undoes: Mapping[str, str] | None = None,
) -> None:
    decision.revision += 1
    decision.save()
    after = {**decision_state(decision), **(undoes or {})}
    opened.record(
        Change.Action.DECIDE, Change.Subject.DECISION, decision.key, before=before, after=after, assignment=draft
    )


def _checked(item: Item, choice: Choice) -> Choice:
    known = {WHOLE} if choice.outcome == Outcome.TAKEN else item.values.keys()
    for part, position in choice.picks.items():
        if part not in known:
            raise Invalid(_("There is no part “%(part)s” here.") % {"part": f"{part:.60}"}, field="picks")
        if not 0 <= position < len(item.states):
            raise Invalid(_("There is no such source: %(number)s.") % {"number": position}, field="picks")
        if choice.outcome == Outcome.MIXED and item.states[position] is None:
            told = {"letter": LETTERS[position]}
            raise Invalid(_("%(letter)s has nothing here that could be taken.") % told, field="picks")
    if choice.outcome == Outcome.TAKEN and item.states[choice.picks[WHOLE]] is None:
        return Choice(Outcome.DROPPED, choice.picks)
    return choice


def _by_part(item: Item, picks: Mapping[str, int]) -> dict[str, int]:
    """Return from which source each part of an item comes."""
    usual = picks.get(WHOLE, item.positions[0])
    return {part: picks.get(part, usual) for part in item.values}


def _make(bench: Bench, item: Item, choice: Choice, quote: Quote | None) -> Quote | None:
    """Make the quote of an item what was chosen, and let quotes stand in it for which that was chosen."""
    before = quote_states(Quote.objects.filter(pk=quote.pk))[quote.pk] if quote else None
    if choice.outcome == Outcome.DROPPED:
        if before and not before["deleted"]:
            save_states(bench.opened, bench.draft, [(before, before | {"deleted": True})], Change.Action.DECIDE)
        return quote
    standing = standing_decisions(bench.compared.adjudication)
    picks = _by_part(item, choice.picks)
    after = {**(before or blank_state(new_quote_key())), **mixed(item, picks), "deleted": False}
    after |= _chosen_parent(item, picks, {key: row.quote.key for key, row in standing.items() if row.quote})
    _require_fit(after, picks)
    children = _to_link(bench.compared, standing, {item.key: after["id"]})
    save_states(bench.opened, bench.draft, [(before, after), *children], Change.Action.DECIDE)
    return quote or _with_ancestors(bench.draft, bench.compared, {after["id"]: item})[after["id"]]


def _chosen_parent(item: Item, picks: Mapping[str, int], made: Mapping[str, str]) -> Record:
    """Return the parent that was chosen for a quote, if it is made already; else it follows from containment."""
    state = item.states[picks[PARENT]]
    around = item.parents[picks[PARENT]]
    if state is None or not state["parent_overridden"] or (state["parent"] and around not in made):
        return {"parent": None, "parent_overridden": False}
    return {"parent": made[around] if around else None, "parent_overridden": True}


def _to_link(
    found: Compared, standing: Mapping[str, Decision], made: Mapping[str, str]
) -> list[tuple[Record | None, Record]]:
    """Return the quotes for which one of the items in ``made`` was chosen as parent, with that parent."""
    wanted = {}
    for item in found.items:
        decision = standing.get(item.key)
        if decision is not None and decision.quote is not None and any(item.parents):
            picks = _by_part(item, decision.picks)
            if item.parents[picks[PARENT]] in made:
                wanted[decision.quote.pk] = _chosen_parent(item, picks, made)
    states = quote_states(Quote.objects.filter(pk__in=list(wanted))) if wanted else {}
    return [(state, {**state, **wanted[pk]}) for pk, state in states.items()]


def _require_fit(after: Record, picks: Mapping[str, int]) -> None:
    """Raise ``Invalid`` if source words and speaker are of two people, and say different things of each other."""
    by_words = after["resolution"] in {Quote.Resolution.EXPLICIT, Quote.Resolution.ANAPHORIC}
    if not after["resolution"] or by_words == bool(after["source"]):
        return
    told = {
        "one": LETTERS[picks["source"]],
        "other": LETTERS[picks["speaker"]],
        "resolution": Quote.Resolution(after["resolution"]).label,
    }
    if by_words:
        message = _(
            "Source of %(one)s and speaker of %(other)s do not go together: “%(resolution)s” needs source words."
        )
    else:
        message = _(
            "Source of %(one)s and speaker of %(other)s do not go together: “%(resolution)s” means that no words name"
            " the speaker."
        )
    raise Invalid(message % told, field="source", code="do_not_fit")


def _with_ancestors(draft: Assignment, found: Compared, made: Mapping[str, Item]) -> dict[str, Quote]:
    """Say from which quotes each of these new ones was made; return them by their ids."""
    quotes = {quote.key: quote for quote in Quote.objects.filter(assignment=draft, key__in=list(made))}
    QuoteAncestor.objects.bulk_create(
        QuoteAncestor(quote=quotes[key], ancestor_id=found.pks[state["id"]])
        for key, item in made.items()
        for state in item.states
        if state is not None
    )
    return quotes


def standing_decisions(adjudication: Adjudication) -> dict[str, Decision]:
    """Return the decisions that stand, by the key of their item; one whose quote was deleted in the draft has none."""
    rows = list(adjudication.decisions.exclude(outcome=Outcome.OPEN).select_related("quote"))
    for row in rows:
        if row.quote is not None and row.quote.is_deleted:
            row.quote = None
    return {row.key: row for row in rows}


def open_items(found: Compared) -> list[Item]:
    """Return what nobody has decided yet."""
    standing = standing_decisions(found.adjudication)
    return [item for item in found.items if item.key not in standing]


def next_open(found: Compared, key: str) -> str:
    """Return the key of the next item that is open after this one, in the order of the story; the same if none is."""
    keys, still_open = [item.key for item in found.items], {item.key for item in open_items(found)}
    place = keys.index(key) if key in keys else 0
    return next((one for one in [*keys[place:], *keys[:place]] if one in still_open), key)


def merge_agreed(opened: Gesture, found: Compared, draft: Assignment) -> None:
    """Make the quotes of what everybody agrees on and nobody has decided about."""
    known = set(found.adjudication.decisions.values_list("key", flat=True))
    agreed = [item for item in found.items if item.is_agreed and item.key not in known]
    if not agreed:
        return
    # Larger ones first: a quote is written before those that stand in it.
    made = {new_quote_key(): item for item in sorted(agreed, key=_size, reverse=True)}
    states: list[tuple[Record | None, Record]] = [
        (None, {**blank_state(key), **mixed(item, {})}) for key, item in made.items()
    ]
    save_states(opened, draft, states, Change.Action.COPY)
    quotes = _with_ancestors(draft, found, made)
    for key, item in made.items():
        decision = Decision(adjudication=found.adjudication, key=item.key, outcome=Outcome.AGREED, revision=0)
        decision.quote, decision.picks = quotes[key], {WHOLE: 0}
        _save(opened, draft, decision, None)
    standing = standing_decisions(found.adjudication)
    linked = _to_link(found, standing, {key: row.quote.key for key, row in standing.items() if row.quote})
    if linked:
        save_states(opened, draft, linked, Change.Action.COPY)


def _size(item: Item) -> int:
    state = item.states[0]
    return sum(span["end"] - span["start"] for span in state["content"]) if state else 0


def take_back(opened: Gesture, draft: Assignment, adjudication: Adjudication, *, keep: Container[str]) -> None:
    """Open the decisions on what is compared no longer; their quotes go."""
    for decision in adjudication.decisions.exclude(outcome=Outcome.OPEN).select_related("quote"):
        if decision.key in keep:
            continue
        before = decision_state(decision)
        if decision.quote is not None and not decision.quote.is_deleted:
            state = quote_states(Quote.objects.filter(pk=decision.quote.pk))[decision.quote.pk]
            save_states(opened, draft, [(state, state | {"deleted": True})], Change.Action.DECIDE)
        decision.outcome, decision.picks = Outcome.OPEN, {}
        _save(opened, draft, decision, before)


def undo_decision(*, actor: User, adjudication: Adjudication, revision: int, gesture: str | None = None) -> Decision:
    """Take the actor's last decision back: what it found stands again. ``revision`` is the draft's.

    Raises ``Conflict`` if there is none, or if its quote was changed since.
    """
    key = ""
    try:
        with at_bench(adjudication=adjudication, actor=actor, gesture=gesture, asked=("undo", revision)) as bench:
            if bench.draft.revision != revision:
                raise Conflict(_("This was changed since you saw it. Look at it again first."))
            last = last_decision(bench.draft, actor)
            if last is None:
                raise Conflict(_("There is no decision to take back."))
            key = last.subject_key
            _restore(bench, last)
            bench.count_up()
    except Replayed as replayed:
        key = next(row.subject_key for row in replayed.changes if row.subject_kind == Change.Subject.DECISION)
    return Decision.objects.select_related("quote").get(adjudication=adjudication, key=key)


def last_decision(draft: Assignment, actor: User) -> Change | None:
    """Return the history row of the actor's last decision in a draft that can be taken back."""
    rows = Change.objects.filter(assignment=draft, actor=actor, subject_kind=Change.Subject.DECISION)
    stack: list[Change] = []
    for row in rows.filter(action=Change.Action.DECIDE).order_by("pk"):
        after = row.after or {}
        if UNDOES in after:
            stack = [one for one in stack if one.gesture != after[UNDOES]]
        elif after.get("outcome") == Outcome.OPEN:
            stack = [one for one in stack if one.subject_key != row.subject_key]
        elif after.get("outcome") != Outcome.AGREED:
            stack.append(row)
    return stack[-1] if stack else None


def _restore(bench: Bench, last: Change) -> None:
    decision = Decision.objects.select_related("quote").get(
        adjudication=bench.compared.adjudication, key=last.subject_key
    )
    before = decision_state(decision)
    if {**before, "revision": 0} != {**(last.after or {}), "revision": 0}:
        raise Conflict(_("This was decided otherwise since, so it stays as it is."))
    rows = Change.objects.filter(assignment=bench.draft, actor=last.actor_id, gesture=last.gesture)
    quotes = list(rows.filter(subject_kind=Change.Subject.QUOTE).order_by("sequence"))
    if pairs := restored(bench.draft, quotes, Change.Action.UNDO):
        write_states(bench.opened, bench.draft, pairs, Change.Action.DECIDE)
    found = last.before or {"outcome": Outcome.OPEN, "picks": {}, "reason": "", "clause": ""}
    for name in ("outcome", "picks", "reason", "clause"):
        setattr(decision, name, found[name])
    _save(bench.opened, bench.draft, decision, before, {UNDOES: last.gesture})
