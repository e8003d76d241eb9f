"""A story as a page shows it: blocks of marked text, a card for each quote, the cast.

Read from the database in a fixed number of queries, whatever the number of quotes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from annotations.exports.dataset import claim_records, export_quote, quote_states, redirects, speaker_records
from annotations.exports.records import ROLES, Record, quote_order
from annotations.models import ArticleVersion, Assignment, Claim, LabelSet, Quote, Speaker
from annotations.services.notices import touched
from annotations.text.blocks import Block, Kind, blocks
from annotations.text.coverage import clipped, is_covered
from annotations.text.segments import Range, block_spans
from annotations.views.story_parts import (
    MARK_ROLES,
    BlockMark,
    Card,
    CastMember,
    ClaimOfQuote,
    Mark,
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
    # The speakers that were merged into others, by key.
    merged: Mapping[str, str] = field(default_factory=dict)

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
    def last_read(self) -> StoryBlock | None:
        """The last block that was read, where a story was submitted partly read."""
        end = self.assignment.read_up_to if self.assignment else None
        return next((block for block in self.blocks if block.end == end), None)

    @property
    def words(self) -> int:
        # As the list of articles counts them.
        return len((self.version.search_text or self.version.text).split())


def load_story(source: Assignment | ArticleVersion, label_sets: Iterable[LabelSet] | None = None) -> Story:
    """Return a story with the live quotes of an assignment, or the bare story of a version.

    The version must come with its article; ``label_sets`` are those of its project with their labels, if they are read
    already. Who asks may see it: this is not checked here.
    """
    assignment = source if isinstance(source, Assignment) else None
    version = source.version if isinstance(source, Assignment) else source
    merged = redirects(Speaker, version.project_id) if assignment else {}
    cards, cast = _cards(assignment, merged, label_sets) if assignment else ([], [])
    corrections = touched(version, ({"id": card.key, **card.spans} for card in cards))
    for card in cards:
        card.corrections = corrections.get(card.key, [])
    plain = plain_blocks(version)
    return Story(
        version=version,
        assignment=assignment,
        blocks=story_blocks(version.text, plain, cards, assignment.looked_at if assignment else None),
        tail=version.text[plain[-1].end :] if plain else version.text,
        quotes=cards,
        cast=cast,
        language=version.article.language,
        merged=merged,
    )


@lru_cache(maxsize=32)
def _found_blocks(text: str, headline: str | None) -> tuple[Block, ...]:
    """Kept for the stories that are being worked on."""
    return tuple(blocks(text, headline))


def plain_blocks(version: ArticleVersion) -> list[Block]:
    """Return the blocks of a version: those an import brought, else those found in its text.

    What lies between imported blocks is shown too: a story has no words that nobody sees.
    """
    if not version.blocks:
        return list(_found_blocks(version.text, version.headline or None))
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


def _cards(
    assignment: Assignment, merged: Mapping[str, str], label_sets: Iterable[LabelSet] | None
) -> tuple[list[Card], list[CastMember]]:
    project_id = assignment.project_id
    states = quote_states(Quote.objects.live().filter(assignment=assignment))
    merged_claims = redirects(Claim, project_id)
    rows = [
        (pk, state, export_quote(state, merged, merged_claims))
        for pk, state in sorted(states.items(), key=lambda item: quote_order(item[1]))
    ]
    cast = _cast(project_id, [record for _, _, record in rows])
    claims = claim_records(project_id, {link["claim"] for _, _, record in rows for link in record["claims"]})
    if label_sets is None and any(record["labels"] for _, _, record in rows):
        label_sets = LabelSet.objects.filter(project_id=project_id).prefetch_related("labels")
    names = {(one.key, label.key): (one.name, label.name) for one in label_sets or () for label in one.labels.all()}
    cards = [
        _card(number, pk, state=state, record=record, cast=cast, claims=claims, names=names)
        for number, (pk, state, record) in enumerate(rows, start=1)
    ]
    made_under = dict(Quote.objects.filter(assignment=assignment).values_list("pk", "guidelines__number"))
    around = depths({card.key: card.parent for card in cards})
    for card in cards:
        card.depth = around[card.key]
        card.guidelines = made_under[card.pk]
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


def depths(parents: Mapping[str, str | None]) -> dict[str, int]:
    """Return how many quotes stand around each quote, from the key of the one directly around it."""
    found = {}
    for key in parents:
        seen, above = {key}, parents[key]
        while above is not None and above in parents and above not in seen:
            seen.add(above)
            above = parents[above]
        found[key] = len(seen) - 1
    return found


def story_blocks(
    text: str, plain: list[Block], cards: list[Card], looked_at: Iterable[Sequence[int]] | None = None
) -> list[StoryBlock]:
    """Return the blocks of a text with the marks and cards of these quotes in them.

    ``looked_at`` are the stretches that were looked at; without a list nobody is at work here, and nothing is a gap.
    """
    marks = _marks(cards)
    shares = block_spans(plain, [(start, end, number) for number, (start, end, _) in enumerate(marks)])
    beginning: dict[int, list[Card]] = defaultdict(list)
    for card in cards:
        beginning[block_at(plain, card.start)].append(card)
    quoted = clipped(plain, ((span["start"], span["end"]) for card in cards for span in card.spans["content"]))
    looked = clipped(plain, looked_at or ())
    following = 0
    found = []
    for place, (block, share) in enumerate(zip(plain, shares, strict=True)):
        before, following = text[following : block.start], block.end
        stretches = tuple(looked.get(block.index, ()))
        is_looked_at = bool(stretches) and is_covered(text, block, stretches)
        asked = looked_at is not None and block.kind != Kind.BOILERPLATE
        found.append(
            StoryBlock(
                index=block.index,
                kind=block.kind,
                start=block.start,
                end=block.end,
                gap=before,
                words=text[block.start : block.end],
                marks=[marks[number] for _, _, number in share],
                cards=beginning[place],
                looked_at=stretches,
                is_looked_at=is_looked_at,
                is_gap=asked and not is_looked_at and block.index not in quoted,
            )
        )
    return found


def block_at(blocks: Sequence[Range], offset: int) -> int:
    """Return the place of the block beside which a quote stands that begins at ``offset``."""
    return max(0, min(bisect_right(blocks, offset, key=lambda block: block.end), len(blocks) - 1))


def _marks(cards: list[Card]) -> list[BlockMark]:
    """One mark for each range, role and colour, outer ones first: quotes with the same source words share its box."""
    shared: dict[tuple[int, int, int, str], list[Card]] = defaultdict(list)
    for card in cards:
        for order, role in enumerate(MARK_ROLES):
            for span in card.spans[role]:
                shared[(span["start"], span["end"], order, card.colour)].append(card)
    ordered = sorted(shared.items(), key=lambda item: (item[0][0], -item[0][1], item[0][2], item[1][0].number))
    levels = _levels([(start, end) for (start, end, _, _), _ in ordered])
    return [
        BlockMark(
            start,
            end,
            Mark(MARK_ROLES[order].value, " ".join(card.ref for card in owners), colour, owners[0].badge, level),
        )
        for ((start, end, order, colour), owners), level in zip(ordered, levels, strict=True)
    ]


def _levels(ranges: list[tuple[int, int]]) -> list[int]:
    """A line runs one step below the lines of the marks that follow it and meet it, the same along its whole length."""
    levels = [1] * len(ranges)
    for number in range(len(ranges) - 1, -1, -1):
        inner = number + 1
        while inner < len(ranges) and ranges[inner][0] < ranges[number][1] and levels[number] < LEVELS:
            levels[number] = min(LEVELS, max(levels[number], levels[inner] + 1))
            inner += 1
    return levels
