"""What several people's quotes of one story are compared by: items, and the parts in which each differs.

An item is what is taken as one attribution, as `clusters.py` joins quotes that overlap by a half. People agree on it if
each of them has it and all parts are the same. Parts that nobody chose follow from others and are not compared: the
type that the quotation marks give, and the quote around it. Pure functions on states of quotes.
"""

import hashlib
import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotations.agreement.clusters import Cluster, clusters
from annotations.agreement.matching import HALF
from annotations.agreement.records import quote_of
from annotations.agreement.spans import Spans, merged
from annotations.agreement.stories import ROLES, Assignment

State = Mapping[str, Any]

LETTERS = "ABCDEF"
"""What sources are called, by their position."""
SPEAKER, TYPE, CLAIMS, PARENT = "speaker", "type", "claims", "parent"
LABEL = "label:"


@dataclass(frozen=True)
class Source:
    """What one annotator made: the states of the quotes, and what was not read."""

    states: tuple[State, ...]
    unread: Spans = ()


@dataclass(frozen=True)
class Item:
    """One attribution: the state of each source's quote, or None, by the source's position.

    `values` gives for each part what each source says of it, in a form that can be compared; `parent` names for each
    source the key of the item around it that was chosen there.
    """

    key: str
    states: tuple[State | None, ...]
    values: Mapping[str, tuple[Hashable, ...]]
    parents: tuple[str | None, ...]

    @property
    def positions(self) -> tuple[int, ...]:
        """Return the positions of the sources that have it."""
        return tuple(position for position, state in enumerate(self.states) if state is not None)

    @property
    def differing(self) -> tuple[str, ...]:
        """Return the parts in which those who have it differ."""
        held = self.positions
        return tuple(part for part, values in self.values.items() if len({values[one] for one in held}) > 1)

    @property
    def is_agreed(self) -> bool:
        """Whether all have it, with the same parts."""
        return len(self.positions) == len(self.states) and not self.differing


def items_of(sources: Sequence[Source]) -> tuple[Item, ...]:
    """Return all quotes of all sources as items, in the order of the text."""
    assignments = [
        Assignment(letter, tuple(map(quote_of, source.states)), source.unread)
        for letter, source in zip(LETTERS, sources, strict=False)
    ]
    by_key = [{state["id"]: state for state in source.states} for source in sources]
    grouped = [_states(cluster, by_key) for cluster in clusters(assignments, HALF)]
    keys = [_key(states) for states in grouped]
    around = {
        (position, state["id"]): key
        for key, states in zip(keys, grouped, strict=True)
        for position, state in enumerate(states)
        if state is not None
    }
    return tuple(_item(key, states, around) for key, states in zip(keys, grouped, strict=True))


def _states(cluster: Cluster, by_key: Sequence[Mapping[str, State]]) -> tuple[State | None, ...]:
    found: list[State | None] = [None] * len(by_key)
    for letter, quote in cluster.members:
        position = LETTERS.index(letter)
        found[position] = by_key[position][quote.key]
    return tuple(found)


def _key(states: Sequence[State | None]) -> str:
    """Return a name for these very states: a quote that is changed makes another item."""
    named = [[state["id"], state["revision"]] if state else None for state in states]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()


def _item(key: str, states: tuple[State | None, ...], around: Mapping[tuple[int, str], str]) -> Item:
    held = [state for state in states if state is not None]
    parents = tuple(
        around.get((position, state["parent"])) if state and state["parent_overridden"] else None
        for position, state in enumerate(states)
    )
    is_type_chosen = any(state["type_overridden"] for state in held)
    is_parent_chosen = any(state["parent_overridden"] for state in held)
    sets = sorted({name for state in held for name in state["labels"]})
    values: dict[str, tuple[Hashable, ...]] = {
        role: _each(states, lambda state, role=role: _places(state[role])) for role in ROLES
    }
    values[SPEAKER] = _each(states, lambda state: (state["speaker"], state["resolution"], state["no_source"]))
    values[TYPE] = _each(states, lambda state: state["type"] if is_type_chosen else None)
    values |= {f"{LABEL}{name}": _each(states, lambda state, name=name: state["labels"].get(name)) for name in sets}
    links = _each(states, lambda state: frozenset((link["claim"], link["stance"]) for link in state["claims"]))
    values[CLAIMS] = links
    values[PARENT] = tuple(
        around.get((position, state["parent"])) if state and is_parent_chosen else None
        for position, state in enumerate(states)
    )
    return Item(key, states, values, parents)


def _each(states: Sequence[State | None], value: Any) -> tuple[Hashable, ...]:
    return tuple(value(state) if state is not None else None for state in states)


def _places(spans: Sequence[State]) -> Spans:
    return merged((span["start"], span["end"]) for span in spans)


def mixed(item: Item, picks: Mapping[str, int]) -> dict[str, Any]:
    """Return the parts of a quote that takes each part from the source that `picks` names, else from the first.

    Its parent is left out: what stands around it depends on what is made of the other items.
    """
    first = item.positions[0]
    made: dict[str, Any] = {"labels": {}}
    for part in item.values:
        state = item.states[picks.get(part, first)]
        if state is None:
            raise ValueError(f"Source {picks[part]} has nothing here.")
        made |= _part(part, state, made["labels"])
    return made


def _part(part: str, state: State, labels: Mapping[str, str]) -> dict[str, Any]:
    if part == SPEAKER:
        return {name: state[name] for name in (SPEAKER, "resolution", "no_source")}
    if part == TYPE:
        return {name: state[name] for name in (TYPE, "type_overridden")}
    if part == PARENT:
        return {}
    if part.startswith(LABEL):
        name = part.removeprefix(LABEL)
        return {"labels": {**labels, **({name: state["labels"][name]} if name in state["labels"] else {})}}
    return {part: state[part]}
