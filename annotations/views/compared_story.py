"""The text of a story with the words of one item, each with the letters of those who have it."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from annotations.agreement.items import LETTERS, Item
from annotations.agreement.spans import Spans
from annotations.exports.records import ROLES
from annotations.models import ArticleVersion
from annotations.text.segments import block_spans
from annotations.views.comparison import places, shared_places
from annotations.views.story import Story, plain_blocks
from annotations.views.story_parts import BlockMark, Mark, StoryBlock

DIFFERS = "differs"
LEVELS = 3


def compared_story(version: ArticleVersion, item: Item | None) -> Story:
    """Return the story with the marks of an item."""
    plain = plain_blocks(version)
    marks = _marks(item) if item else []
    shares = block_spans(plain, [(start, end, number) for number, (start, end, _) in enumerate(marks)])
    blocks, reached = [], 0
    for block, share in zip(plain, shares, strict=True):
        blocks.append(
            StoryBlock(
                index=block.index,
                kind=block.kind,
                start=block.start,
                end=block.end,
                gap=version.text[reached : block.start],
                words=version.text[block.start : block.end],
                marks=[marks[number] for _, _, number in share],
                cards=[],
            )
        )
        reached = block.end
    return Story(version, None, blocks, version.text[reached:], [], [], language=version.article.language)


def letters_of(item: Item, role: str) -> list[str]:
    """Return the letters of those who have the same words in a role, once each."""
    return list(dict.fromkeys(_letters(held) for held in _owners(item, role).values()))


def _owners(item: Item, role: str) -> dict[tuple[int, int], list[int]]:
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for position in item.positions:
        for span in places(item.states[position] or {}, role):
            found[span].append(position)
    return found


def _letters(held: list[int]) -> str:
    return "".join(LETTERS[position] for position in held)


def _marks(item: Item) -> list[BlockMark]:
    """One mark for each range and role, with the letters of all that have it; and one for what not all have."""
    marks = [
        BlockMark(start, end, _mark(role, held, len(item.positions)))
        for role in ROLES
        for (start, end), held in _owners(item, role).items()
    ]
    marks += [BlockMark(start, end, Mark(DIFFERS, "", "s0", "", 1)) for start, end in _differing(item)]
    return sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.mark.role == DIFFERS, mark.mark.number))


def _mark(role: str, held: list[int], holders: int) -> Mark:
    letters = _letters(held)
    colour = "s0" if len(held) == holders else f"s{held[0] + 1}"
    return Mark(role, " ".join(letters), colour, letters, min(LEVELS, held[0] + 1))


def _differing(item: Item) -> Spans:
    """Return the places of the content that not all have who have the item."""
    contents = [places(state, "content") for state in item.states if state]
    shared = shared_places(contents)
    edges = sorted({edge for one in [*contents, shared] for span in one for edge in span})

    def inside(spans: Spans, start: int, end: int) -> bool:
        return any(s <= start and end <= e for s, e in spans)

    return tuple(
        (start, end)
        for start, end in pairwise(edges)
        if any(inside(one, start, end) for one in contents) and not inside(shared, start, end)
    )
