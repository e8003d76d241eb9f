"""Carrying over: an annotator's quotes of an earlier version of a story, taken into their work on a corrected one.

The earlier work stays as it is. Each of its quotes stands unchanged in the new text, is proposed, or needs repair,
until it is carried over or left out; none is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from annotations.exports.dataset import quote_states
from annotations.exports.records import ROLES, Record, quote_order
from annotations.models import Assignment, Change, Quote, QuoteAncestor, User
from annotations.models.quotes import new_quote_key
from annotations.services.changes import Gesture, Replayed
from annotations.services.quote_states import NAMES, clean_spans
from annotations.services.quotes import editing, save_states, write_lists
from annotations.text.anchoring import context
from annotations.text.differences import Change as Difference
from annotations.text.differences import changes
from annotations.text.reanchoring import Kind, Place, reanchoring
from annotations.text.spans import Span as TextSpan
from annotations.text.spans import joined


class Fate(StrEnum):
    """What becomes of a quote in a later version: all its words stand, some are only proposed, or some are gone."""

    STANDS = "stands"
    PROPOSED = "proposed"
    REPAIR = "repair"


@dataclass(frozen=True)
class Anchored:
    """A span of the earlier version, and where its words stand in the later one."""

    role: str
    before: Record
    place: Place
    # The characters before and after the words in the earlier version, and what stands at their place in the later one.
    around: tuple[str, str]
    after: str

    @property
    def role_name(self) -> str:
        """The role, for people."""
        return str(NAMES[self.role]).capitalize()

    @property
    def pieces(self) -> list[Difference]:
        """What changed from the words to those at their place."""
        return changes(self.before["exact"], self.after)


@dataclass(frozen=True)
class Earlier:
    """A quote of an earlier version, or one that a suggester made of this one.

    ``copies`` are those in this assignment that were made of it.
    """

    quote: Quote
    number: int
    state: Record
    spans: list[Anchored]
    copies: list[str] = field(default_factory=list)
    # The name of the suggester, and of the speaker whom it names; empty for an annotator's own.
    suggester: str = ""
    speaker: str = ""

    @property
    def key(self) -> str:
        """The id of the earlier quote."""
        return self.quote.key

    @property
    def fate(self) -> Fate:
        """What becomes of it, by the worst of its words."""
        kinds = {one.place.kind for one in self.spans}
        if Kind.GONE in kinds:
            return Fate.REPAIR
        return Fate.PROPOSED if Kind.MOVED in kinds else Fate.STANDS

    @property
    def score(self) -> float:
        """How sure its places are, from 0 to 1: the lowest score of its words, or what its suggester says."""
        if self.quote.score is not None:
            return self.quote.score
        return min(one.place.score for one in self.spans)

    @property
    def percent(self) -> int:
        """The score as people read it; rounded down, so that nothing but all is 100."""
        return int(100 * self.score)

    @property
    def proposal(self) -> dict[str, list[Record]]:
        """The spans that it would have, by role, in story order; what is gone is not among them."""
        found = [one for one in self.spans if one.place.kind is not Kind.GONE]
        edges = {role: {(one.place.start, one.place.end) for one in found if one.role == role} for role in ROLES}
        return {role: [{"start": start, "end": end} for start, end in sorted(edges[role])] for role in ROLES}


@dataclass(frozen=True)
class CarryOver:
    """All quotes of earlier versions that concern an assignment, in story order, each counted once."""

    quotes: list[Earlier]
    left_out_keys: frozenset[str]

    @cached_property
    def waiting(self) -> list[Earlier]:
        """Those of which nobody has said yet what becomes of them."""
        return [one for one in self.quotes if not one.copies and one.key not in self.left_out_keys]

    @property
    def standing(self) -> list[Earlier]:
        """Those that wait and can be carried over as they are."""
        return [one for one in self.waiting if one.fate is Fate.STANDS]

    @property
    def proposed(self) -> list[Earlier]:
        """Those that wait for a person's word, the surest first."""
        found = [one for one in self.waiting if one.fate is Fate.PROPOSED]
        return sorted(found, key=lambda one: -one.score)

    @property
    def repair(self) -> list[Earlier]:
        """Those that wait and have lost words."""
        return [one for one in self.waiting if one.fate is Fate.REPAIR]

    @property
    def carried(self) -> list[Earlier]:
        """Those that were carried over."""
        return [one for one in self.quotes if one.copies]

    @property
    def left_out(self) -> list[Earlier]:
        """Those that were left out."""
        return [one for one in self.quotes if not one.copies and one.key in self.left_out_keys]


def earlier_work(assignment: Assignment) -> list[Assignment]:
    """Return the annotator's own work on earlier versions of the story, the newest version first."""
    rows = Assignment.objects.filter(
        annotator__isnull=False,
        annotator=assignment.annotator_id,
        version__article=assignment.version.article_id,
        version__number__lt=assignment.version.number,
    )
    return list(rows.select_related("version").order_by("-version__number")) if assignment.annotator_id else []


def carry_over_of(assignment: Assignment) -> CarryOver:
    """Return what concerns an assignment of its annotator's earlier work: nobody else's is looked at.

    A quote that was carried over into a version between is that one's matter, and so is one that was left out there.
    """
    work = {one.pk: one for one in earlier_work(assignment)}
    if not work or not assignment.version.text:
        return CarryOver([], frozenset())
    quotes = list(Quote.objects.live().filter(assignment__in=work))
    copies, settled = _copies(assignment, work, quotes)
    settled |= {key for one in work.values() for key in one.left_out}
    rows = {quote.pk: quote for quote in quotes if quote.key not in settled}
    states = quote_states(Quote.objects.filter(pk__in=rows))
    found = [
        _earlier(rows[pk], work[rows[pk].assignment_id], state, assignment.version.text, copies.get(pk, []))
        for pk, state in states.items()
    ]
    found.sort(key=lambda one: (-one.number, quote_order(one.state)))
    return CarryOver(found, frozenset(assignment.left_out))


def _copies(
    assignment: Assignment, work: Mapping[int, Assignment], quotes: Iterable[Quote]
) -> tuple[dict[int, list[str]], set[str]]:
    """Return the live copies in this assignment by quote, and the ids of quotes that live on in a version between."""
    lines = QuoteAncestor.objects.filter(ancestor__in=[quote.pk for quote in quotes], quote__is_deleted=False)
    lines = lines.filter(quote__assignment__in=[assignment.pk, *work])
    copies: dict[int, list[str]] = {}
    settled = set()
    for ancestor, key, holder, copy in lines.order_by("pk").values_list(
        "ancestor_id", "ancestor__key", "quote__assignment_id", "quote__key"
    ):
        if holder == assignment.pk:
            copies.setdefault(ancestor, []).append(copy)
        else:
            settled.add(key)
    return copies, settled


def _earlier(quote: Quote, work: Assignment, state: Record, text: str, copies: list[str]) -> Earlier:
    later = reanchoring(work.version.text, text)
    spans = []
    for role in ROLES:
        for span in state[role]:
            place = later.place(span["start"], span["end"])
            around = context(work.version.text, span["start"], span["end"])
            spans.append(Anchored(role, span, place, around, text[place.start : place.end]))
    return Earlier(quote, work.version.number, state, spans, copies)


def carry_over(
    *, actor: User, assignment: Assignment, by_manager: bool = False, gesture: str | None = None
) -> Assignment:
    """Carry over every earlier quote whose words all stand unchanged, and the stretches that were looked at.

    What is carried over already stays; doing it again adds only what is new. One gesture, which undo takes back.
    Raises ``NotAllowed``, ``Locked``, ``KeyReused``.
    """
    asked = ("carry over", assignment.pk)
    # It may take a while to find all words, and is kept: nobody waits for it while the assignment is locked.
    carry_over_of(assignment)
    try:
        with editing(assignment=assignment, actor=actor, gesture=gesture, asked=asked, by_manager=by_manager) as (
            opened,
            locked,
        ):
            found = carry_over_of(locked)
            insert_made_of(opened, locked, [(one, _carried_state(one, locked)) for one in found.standing])
            write_lists(opened, locked, {"looked_at": _stretches(locked)}, Change.Action.CHANGE)
    except Replayed:
        assignment.refresh_from_db()
    return assignment


def insert_made_of(opened: Gesture, assignment: Assignment, copies: list[tuple[Earlier, Record]]) -> None:
    """Insert quotes with these states, each made of another one, in the quotes around them as they were."""
    if not copies:
        return
    names = _names(assignment) | {one.key: state["id"] for one, state in copies}
    for one, state in copies:
        state["parent"] = names.get(one.state["parent"])
        state["parent_overridden"] = one.state["parent_overridden"] and bool(state["parent"]) == bool(
            one.state["parent"]
        )
    ancestors = {state["id"]: one.quote for one, state in copies}
    # Who takes a suggestion makes a quote under the guidelines that they have before them.
    own = {state["id"]: one.quote for one, state in copies if not one.suggester}
    save_states(opened, assignment, [(None, state) for _, state in copies], Change.Action.CREATE, own)
    made = Quote.objects.filter(assignment=assignment, key__in=ancestors).order_by("pk")
    QuoteAncestor.objects.bulk_create(QuoteAncestor(quote=quote, ancestor=ancestors[quote.key]) for quote in made)


def _names(assignment: Assignment) -> dict[str | None, str]:
    """Return what the quotes of an assignment were called in earlier versions."""
    lines = QuoteAncestor.objects.filter(quote__assignment=assignment, quote__is_deleted=False)
    return dict(lines.values_list("ancestor__key", "quote__key"))


def _carried_state(one: Earlier, assignment: Assignment) -> Record:
    text = assignment.version.text
    spans = {role: clean_spans(text, role, found) for role, found in one.proposal.items()}
    return {**one.state, **spans, "id": new_quote_key(), "revision": 1}


def _stretches(assignment: Assignment) -> list[list[int]]:
    """Return what is looked at, with those stretches of the version before whose words stand unchanged."""
    before = next(iter(earlier_work(assignment)), None)
    present = [TextSpan(*stretch) for stretch in assignment.looked_at]
    if before is None or not before.looked_at:
        return [[one.start, one.end] for one in present]
    later = reanchoring(before.version.text, assignment.version.text)
    places = [later.place(start, end) for start, end in before.looked_at]
    present += [TextSpan(place.start, place.end) for place in places if place.kind is Kind.STANDS]
    return [[one.start, one.end] for one in joined(assignment.version.text, present)]
