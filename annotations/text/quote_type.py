"""The type of a quote, from how much of its content stands in quotation marks."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from annotations.text.quotation import Region
from annotations.text.quotation import regions as find_regions
from annotations.text.quotation_marks import CLOSERS

QuoteType = Literal["direct", "indirect", "mixed"]
Range = tuple[int, int]

_GLYPHS = frozenset("".join(glyph + "".join(closing) for glyph, closing in CLOSERS.items()))


def derive_type(
    text: str,
    content: Iterable[Range],
    regions: Sequence[Region] | None = None,
    *,
    outer: Iterable[Range] = (),
) -> QuoteType:
    """Return direct if all words of the content are quoted, indirect if none is, mixed if some are.

    Only letters and digits count, not the marks, white space or punctuation. `outer` is the content of the parent
    of a nested quote. Marks around words of the parent that are not in this content are the marks of the parent's
    speaker, and say nothing here: in “The mayor said she would resign,” the words of the mayor are indirect.
    """
    pieces = sorted(content)
    around = find_regions(text) if regions is None else regions
    parent = list(outer)
    if not pieces:
        return "indirect"
    first, last = pieces[0][0], max(end for _start, end in pieces)
    near = [r for r in around if r.start < last and first < r.end and _touches(r, pieces)]
    if not near:
        return "indirect"
    own = [r.inner for r in near if not _is_of(text, r, parent, pieces)]
    quoted = [common for piece in pieces for common in _common(piece, own)]
    if not quoted:
        return "indirect"
    # A content without letters and digits, such as an emoji, is judged by whatever shows.
    words = _counted(text, pieces, _words)
    counts, all_of_it = (_words, words) if words else (_shown, _counted(text, pieces, _shown))
    inside = _counted(text, quoted, counts)
    if inside == 0:
        return "indirect"
    return "direct" if inside == all_of_it else "mixed"


def _touches(region: Region, pieces: list[Range]) -> bool:
    return any(region.start < end and start < region.end for start, end in pieces)


def _is_of(text: str, region: Region, parent: list[Range], pieces: list[Range]) -> bool:
    """Say whether the region holds words of the parent beside those of the content."""
    shared = [common for piece in parent for common in _common(piece, [region.inner])]
    return any(_count(text, rest, _words) for common in shared for rest in _without(common, pieces))


def _common(piece: Range, ranges: Iterable[Range]) -> list[Range]:
    """Return what the piece shares with any of the ranges, without counting nested ones twice."""
    found: list[Range] = []
    reached = piece[0]
    for start, end in sorted(ranges):
        common = (max(start, reached), min(end, piece[1]))
        if common[0] < common[1]:
            found.append(common)
            reached = common[1]
    return found


def _without(piece: Range, ranges: list[Range]) -> list[Range]:
    """Return what is left of the piece outside the ordered ranges."""
    left: list[Range] = []
    reached = piece[0]
    for start, end in _common(piece, ranges):
        left.append((reached, start))
        reached = end
    return [*left, (reached, piece[1])]


_words = str.isalnum


def _shown(char: str) -> bool:
    return char not in _GLYPHS and not char.isspace()


def _counted(text: str, pieces: Iterable[Range], counts: Callable[[str], bool]) -> int:
    return sum(_count(text, piece, counts) for piece in pieces)


def _count(text: str, piece: Range, counts: Callable[[str], bool]) -> int:
    return sum(map(counts, text[slice(*piece)]))
