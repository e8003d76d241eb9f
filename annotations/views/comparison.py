"""What is compared, as a page shows it: a card for each item, its parts beside each other, its words in the story."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

from django.utils.translation import gettext as _

from annotations.agreement.items import CLAIMS, LABEL, LETTERS, PARENT, SPEAKER, TYPE, Item, State
from annotations.agreement.spans import Spans, merged
from annotations.exports.dataset import claim_records, speaker_records
from annotations.exports.records import ROLES
from annotations.models import Decision, Quote, Stance
from annotations.services.adjudication_sources import Compared, Contender
from annotations.services.decisions import WHOLE
from annotations.text.segments import segments
from annotations.views.conflicts import label_names, resolution_in_words
from annotations.views.state_words import part_name, picks_in_words

SAID_LENGTH = 90


class Words(NamedTuple):
    """A stretch of what a cell says, and whether not everybody has it."""

    text: str
    differs: bool


@dataclass(frozen=True)
class Cell:
    """What one source says of a part."""

    position: int
    letter: str
    words: list[Words]

    @property
    def place(self) -> str:
        """Its position, as a form sends it."""
        return str(self.position)


@dataclass(frozen=True)
class Part:
    """A part of an item with what each source that has it says, and who is chosen for it in a mix."""

    key: str
    name: str
    cells: list[Cell]
    differs: bool
    chosen: str

    @property
    def said(self) -> list[Words]:
        """What all say alike."""
        return self.cells[0].words


@dataclass(frozen=True)
class Side:
    """A source with regard to one item: whether it has it, or did not read so far."""

    contender: Contender
    has_it: bool
    unread: bool

    @property
    def action(self) -> str:
        """What a key does to take it."""
        return f"take-{self.contender.position + 1}"


@dataclass
class ItemCard:
    """One item. Only the current one has its parts; ``seen`` is the revision of a decision that was taken back."""

    number: int
    item: Item
    decision: Decision | None
    said: str
    sides: list[Side]
    parts: list[Part]
    first: int
    is_current: bool
    seen: int

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided it."""
        return self.decision is None

    @property
    def revision(self) -> int:
        """What a decision says that it has seen."""
        return self.decision.revision if self.decision else self.seen

    @property
    def differing(self) -> list[Part]:
        """The parts in which those who have it differ."""
        return [part for part in self.parts if part.differs]

    @property
    def alike(self) -> list[Part]:
        """The parts that are the same, where there is something to say."""
        return [part for part in self.parts if not part.differs and part.said]

    @property
    def outcome(self) -> str:
        """What was decided, in words."""
        return outcome_in_words(self.decision) if self.decision else ""

    @property
    def is_agreed(self) -> bool:
        """Whether it was merged by itself."""
        return self.decision is not None and self.decision.outcome == Decision.Outcome.AGREED

    @property
    def anchor(self) -> str:
        """The id of the card on the page."""
        return anchor_of(self.item.key)

    @property
    def quote_key(self) -> str:
        """The id of its quote in the draft, if there is one."""
        return self.decision.quote.key if self.decision and self.decision.quote else ""

    @property
    def holders(self) -> str:
        """The letters of those who have it."""
        return ", ".join(LETTERS[position] for position in self.item.positions)


def anchor_of(item: str) -> str:
    """Return the id of the card of an item."""
    return f"item-{item[:12]}"


def runs(cards: Iterable[ItemCard]) -> list[list[ItemCard]]:
    """Return the cards in order, those on which all agree and that follow each other together, to be folded."""
    grouped = groupby(cards, key=lambda card: card.number if card.is_current or not card.is_agreed else 0)
    return [list(group) for _key, group in grouped]


def outcome_in_words(decision: Decision) -> str:
    """Return what was decided about an item."""
    if decision.outcome == Decision.Outcome.AGREED:
        return _("all agree")
    if decision.outcome == Decision.Outcome.DROPPED:
        return _("no quote")
    if decision.quote is None:
        return _("deleted in the draft")
    told = {"picks": picks_in_words(decision.picks)}
    return _("from %(picks)s") % told if WHOLE in decision.picks else _("mixed: %(picks)s") % told


def item_cards(
    found: Compared,
    decisions: Mapping[str, Decision],
    undone: Mapping[str, int],
    current: str,
    typed: Mapping[str, str],
) -> list[ItemCard]:
    """Return a card for each item; parts only of the current one, each with what was ``typed`` for it, if anything."""
    names = _Names(found, [item for item in found.items if item.key == current])
    cards = []
    for number, item in enumerate(found.items, start=1):
        decision = decisions.get(item.key)
        card = ItemCard(
            number=number,
            item=item,
            decision=decision,
            said=said_in(item),
            sides=[_side(found, item, one) for one in found.contenders],
            parts=names.parts(item, decision, typed) if item.key == current else [],
            first=item.positions[0],
            is_current=item.key == current,
            seen=undone.get(item.key, 0),
        )
        cards.append(card)
    return cards


def said_in(item: Item) -> str:
    """Return what was said, as the first has it who has it."""
    state = item.states[item.positions[0]] or {}
    words = " … ".join(span["exact"] for span in state["content"])
    return words if len(words) <= SAID_LENGTH else words[: SAID_LENGTH - 1].rstrip() + "…"


def _side(found: Compared, item: Item, contender: Contender) -> Side:
    has_it = item.states[contender.position] is not None
    starts = [state["content"][0]["start"] for state in item.states if state]
    end = contender.read_up_to
    return Side(contender, has_it, unread=not has_it and end is not None and min(starts) >= end)


def shared_places(spans: Sequence[Spans]) -> Spans:
    """Return the places that are in all of these."""
    edges = sorted({edge for one in spans for span in one for edge in span})
    pieces = [
        (start, end)
        for start, end in pairwise(edges)
        if all(any(s <= start and end <= e for s, e in one) for one in spans)
    ]
    return merged(pieces)


def places(state: State, role: str) -> Spans:
    """Return the places that a quote has in a role."""
    return merged((span["start"], span["end"]) for span in state[role])


class _Names:
    """Words for the parts of items; names are looked up once for all."""

    def __init__(self, found: Compared, items: Iterable[Item]) -> None:
        states = [state for item in items for state in item.states if state]
        project = found.adjudication.project_id
        self.speakers = speaker_records(project, {state["speaker"] for state in states})
        self.claims = claim_records(project, {link["claim"] for state in states for link in state["claims"]})
        self.labels = label_names(project)
        self.said = {item.key: said_in(item) for item in found.items}

    def parts(self, item: Item, decision: Decision | None, typed: Mapping[str, str]) -> list[Part]:
        """Return all parts of an item in words."""
        picks = decision.picks if decision else {}
        usual = picks.get(WHOLE, item.positions[0])
        return [
            Part(
                key=part,
                name=self.labels.get((part.removeprefix(LABEL), ""), "") or part_name(part),
                cells=[
                    Cell(position, LETTERS[position], self._words(item, part, position)) for position in item.positions
                ],
                differs=part in item.differing,
                chosen=typed.get(f"part-{part}", str(picks.get(part, usual))),
            )
            for part in item.values
        ]

    def _words(self, item: Item, part: str, position: int) -> list[Words]:
        state = item.states[position]
        if state is None:
            return []
        if part in ROLES:
            return self._of_role(item, part, state)
        text = self._of_part(item, part, position, state)
        return [Words(text, part in item.differing)] if text else []

    def _of_role(self, item: Item, role: str, state: State) -> list[Words]:
        shared = [(*span, "") for span in shared_places([places(one, role) for one in item.states if one])]
        found: list[Words] = []
        for span in state[role]:
            if found:
                found.append(Words(" … ", differs=False))
            for piece in segments(span["start"], span["end"], shared):
                words = span["exact"][piece.start - span["start"] : piece.end - span["start"]]
                found.append(Words(words, not piece.keys))
        return found

    def _of_part(self, item: Item, part: str, position: int, state: State) -> str:
        if part == SPEAKER:
            names = [self.speakers[state["speaker"]]["label"]] if state["speaker"] else []
            how = [resolution_in_words(state["resolution"], state["no_source"])] if state["resolution"] else []
            return " · ".join([*names, *how])
        if part == TYPE:
            return str(Quote.Type(state["type"]).label)
        if part == CLAIMS:
            links = ((Stance(link["stance"]).label, self.claims[link["claim"]]["text"]) for link in state["claims"])
            return "; ".join(f"{stance}: {text}" for stance, text in links)
        if part == PARENT:
            around = item.parents[position]
            if around:
                return f"“{self.said[around]}”"
            return _("in no other quote") if state["parent_overridden"] else ""
        key = part.removeprefix(LABEL)
        return self.labels.get((key, state["labels"].get(key, "")), "") if key in state["labels"] else ""
