"""Which blocks of a text some ranges touch, and which of them they cover."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence

from annotations.text.blocks import Block
from annotations.text.characters import is_blank
from annotations.text.spans import Span


def clipped(blocks: Sequence[Block], ranges: Iterable[Sequence[int]]) -> dict[int, list[Span]]:
    """Return by index of each block that a range touches the parts of the ranges in it."""
    starts = [block.start for block in blocks]
    found: dict[int, list[Span]] = defaultdict(list)
    for start, end in ranges:
        for block in blocks[max(0, bisect_right(starts, start) - 1) : bisect_left(starts, end)]:
            if start < block.end:
                found[block.index].append(Span(max(start, block.start), min(end, block.end)))
    return found


def is_covered(text: str, block: Block, spans: Iterable[Span]) -> bool:
    """Say whether all that can be seen of a block is in one of the spans, which are parts of it in order."""
    reached = block.start
    for span in spans:
        if not is_blank(text[reached : span.start]):
            return False
        reached = span.end
    return is_blank(text[reached : block.end])
