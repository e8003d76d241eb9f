"""A story as a page shows it: blocks of marked text, a card for each quote, the cast.

Read from the database in a fixed number of queries, whatever the number of quotes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from annotations.exports.dataset import claim_records, export_quote, quote_states, redirects, speaker_records
from annotations.exports.records import ROLES, Record, quote_order
from annotations.models import ArticleVersion, Assignment, Claim, Label, Quote, Speaker
from annotations.text.blocks import Block, Kind, blocks
from annotations.text.coverage import clipped, is_covered
from annotations.text.segments import block_segments
from annotations.views.story_parts import (
    MARK_ROLES,
    Card,
    CastMember,
    ClaimOfQuote,
    Mark,
    MarkedPiece,
    Piece,
    StoryBlock,
)

LEVELS = 3


@dataclass
class Story:
    """Everything a page needs to show a story. `tail` is the white space after the last block."""

    version: ArticleVersion
    assignment: Assignment | None
    blocks: list[StoryBlock]
    tail: str
    quotes: list[Card]
    cast: list[CastMember]
    language: str = field(default="")

    @property
    def has_headline(self) -> bool:
        return any(block.kind == "headline" for block in self.blocks)

    @cached_property
    def by_key(self) -> dict[str, Card]:
        return {card.key: card for card in self.quotes}

    @property
    def gaps(self) -> int:
        """The number of blocks of which nobody has said yet what is in them."""
        return sum(block.is_gap for block in self.blocks)

    @property
    def words(self) -> int:
        # As the list of articles counts them.
        return len((self.version.search_text or self.version.text).split())


def load_story(source: Assignment | ArticleVersion) -> Story:
    """Return a story with the live quotes of an assignment, or the bare story of a version.

    The version must come with its article. Who asks may see it: this is not checked here.
    """
    assignment = source if isinstance(source, Assignment) else None
    version = source.version if isinstance(source, Assignment) else source
    cards, cast = _cards(assignment) if assignment else ([], [])
    plain = plain_blocks(version)
    return Story(
        version=version,
        assignment=assignment,
        blocks=story_blocks(version.text, plain, cards, assignment.looked_at if assignment else None),
        tail=version.text[plain[-1].end :] if plain else version.text,
        quotes=cards,
        cast=cast,
        language=version.article.language,
    )


def plain_blocks(version: ArticleVersion) -> list[Block]:
    """Return the blocks of a version: those an import brought, else those found in its text.

    What lies between imported blocks is shown too: a story has no words that nobody sees.
    """
    if version.blocks is None:
        return blocks(version.text, version.headline or None)
    found: list[tuple[str, int, int]] = []
    reached = 0
    for kind, start, end in [*version.blocks, (Kind.PARAGRAPH, version.length, version.length)]:
        between = version.text[reached:start]
        if between.strip():
            found.append((Kind.PARAGRAPH, reached, start))
        if start < end:
            found.append((kind, start, end))
        reached = end
    return [Block(index, Kind(kind), start, end) for index, (kind, start, end) in enumerate(found)]


def _cards(assignment: Assignment) -> tuple[list[Card], list[CastMember]]:
    project_id = assignment.project_id
    states = quote_states(Quote.objects.live().filter(assignment=assignment))
    merged = {model: redirects(model, project_id) for model in (Speaker, Claim)}
    rows = [
        (pk, state, export_quote(state, merged[Speaker], merged[Claim]))
        for pk, state in sorted(states.items(), key=lambda item: quote_order(item[1]))
    ]
    cast = _cast(project_id, [record for _, _, record in rows])
    claims = claim_records(project_id, {link["claim"] for _, _, record in rows for link in record["claims"]})
    names = _label_names(project_id) if any(record["labels"] for _, _, record in rows) else {}
    cards = [
        _card(number, pk, state=state, record=record, cast=cast, claims=claims, names=names)
        for number, (pk, state, record) in enumerate(rows, start=1)
    ]
    _set_depths(cards)
    return cards, list(cast.values())


def _cast(project_id: int, records: list[Record]) -> dict[str, CastMember]:
    counts: dict[str, int] = defaultdict(int)
    for record in records:
        if record["speaker"]:
            counts[record["speaker"]] += 1
    speakers = speaker_records(project_id, counts)
    return {
        key: CastMember(
            number=number,
            key=key,
            label=speakers[key]["label"],
            kind=speakers[key]["kind"],
            named=speakers[key]["named"],
            description=speakers[key]["description"] or "",
            quotes=count,
        )
        for number, (key, count) in enumerate(counts.items(), start=1)
    }


def _label_names(project_id: int) -> dict[tuple[str, str], tuple[str, str]]:
    rows = Label.objects.filter(label_set__project_id=project_id)
    return {
        (set_key, key): (set_name, name)
        for set_key, key, set_name, name in rows.values_list("label_set__key", "key", "label_set__name", "name")
    }


def _card(
    number: int,
    pk: int,
    *,
    state: Record,
    record: Record,
    cast: Mapping[str, CastMember],
    claims: Mapping[str, Record],
    names: Mapping[tuple[str, str], tuple[str, str]],
) -> Card:
    return Card(
        key=record["id"],
        pk=pk,
        number=number,
        revision=state["revision"],
        type=record["type"],
        type_overridden=record["type_overridden"],
        resolution=record["resolution"] or "",
        no_source=record["no_source"] or "",
        speaker=cast.get(record["speaker"]),
        parent=record["parent"],
        parent_overridden=state["parent_overridden"],
        spans={role: record[role] for role in ROLES},
        labels=record["labels"],
        label_names=[names.get(pair, pair) for pair in record["labels"].items()],
        claims=[
            ClaimOfQuote(link["claim"], claims[link["claim"]]["text"], link["stance"]) for link in record["claims"]
        ],
        note=record.get("note", ""),
    )


def _set_depths(cards: list[Card]) -> None:
    by_key = {card.key: card for card in cards}
    for card in cards:
        seen, above = {card.key}, by_key.get(card.parent or "")
        while above is not None and above.key not in seen:
            card.depth += 1
            seen.add(above.key)
            above = by_key.get(above.parent or "")


def story_blocks(
    text: str, plain: list[Block], cards: list[Card], looked_at: Iterable[Sequence[int]] | None = None
) -> list[StoryBlock]:
    """Return the blocks of a text with the marks and cards of these quotes in them.

    ``looked_at`` are the stretches that were looked at; without a list nobody is at work here, and nothing is a gap.
    """
    ranges, marks = _marks(cards)
    cut = block_segments(plain, [(start, end, number) for number, (start, end) in enumerate(ranges)])
    levels = _levels(len(ranges), (segment.keys for segments in cut for segment in segments))
    marks = [Mark(m.role, m.refs, m.colour, m.number, level) for m, level in zip(marks, levels, strict=True)]
    beginning = _cards_by_block(plain, cards)
    quoted = clipped(plain, ((span["start"], span["end"]) for card in cards for span in card.spans["content"]))
    looked = clipped(plain, looked_at or ())
    following = 0
    found = []
    for block, segments in zip(plain, cut, strict=True):
        pieces = [
            Piece(
                text[segment.start : segment.end],
                tuple(
                    MarkedPiece(marks[key], ranges[key][0] == segment.start, ranges[key][1] == segment.end)
                    for key in segment.keys
                ),
            )
            for segment in segments
        ]
        before, following = text[following : block.start], block.end
        stretches = tuple(looked.get(block.index, ()))
        is_looked_at = bool(stretches) and is_covered(text, block, stretches)
        asked = looked_at is not None and block.kind != Kind.BOILERPLATE
        found.append(
            StoryBlock(
                block.index,
                block.kind,
                block.start,
                block.end,
                before,
                pieces,
                beginning.get(block.index, []),
                stretches,
                is_looked_at,
                is_gap=asked and not is_looked_at and block.index not in quoted,
            )
        )
    return found


def _marks(cards: list[Card]) -> tuple[list[tuple[int, int]], list[Mark]]:
    """One mark for each range, role and colour: two quotes with the same source words share its box."""
    shared: dict[tuple[int, int, int, str], list[Card]] = defaultdict(list)
    for card in cards:
        for order, role in enumerate(MARK_ROLES):
            for span in card.spans[role]:
                shared[(span["start"], span["end"], order, card.colour)].append(card)
    ordered = sorted(shared.items(), key=lambda item: (item[0][0], -item[0][1], item[0][2], item[1][0].number))
    ranges = [(start, end) for (start, end, _, _), _ in ordered]
    marks = [
        Mark(MARK_ROLES[order].value, " ".join(card.ref for card in owners), colour, owners[0].badge, 1)
        for (_, _, order, colour), owners in ordered
    ]
    return ranges, marks


def _levels(count: int, covers: Iterable[tuple[int, ...]]) -> list[int]:
    """A line runs one step below the lines of the marks inside it, the same along its whole length."""
    inside: list[set[int]] = [set() for _ in range(count)]
    for keys in covers:
        for outer, inner in pairwise(keys):
            inside[outer].add(inner)
    levels = [1] * count
    # Marks are numbered outer first, so what is inside a mark always has a higher number.
    for number in range(count - 1, -1, -1):
        levels[number] = min(LEVELS, 1 + max((levels[inner] for inner in inside[number]), default=0))
    return levels


def _cards_by_block(plain: list[Block], cards: list[Card]) -> dict[int, list[Card]]:
    found: dict[int, list[Card]] = defaultdict(list)
    index = 0
    for card in cards:
        while index + 1 < len(plain) and plain[index].end <= card.start:
            index += 1
        found[plain[index].index if plain else 0].append(card)
    return found
