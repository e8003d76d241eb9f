"""Which quote stands in which, for all quotes of a story at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from annotations.exports.records import Record
from annotations.text.spans import Span, covers


def parents_of(quotes: Iterable[Record]) -> dict[str, str | None]:
    """Return for each quote the id of the smallest quote whose content holds all of its content and more."""
    found: dict[str, str | None] = {}
    sized = sorted((_size(quote), quote["id"], quote) for quote in quotes)
    bounds = [(quote["content"][0]["start"], max(span["end"] for span in quote["content"])) for _, _, quote in sized]
    for place, (size, key, quote) in enumerate(sized):
        start, end = bounds[place]
        found[key] = next(
            (
                other_key
                for (other_size, other_key, other), (other_start, other_end) in zip(
                    sized[place + 1 :], bounds[place + 1 :], strict=True
                )
                if other_start <= start
                and end <= other_end
                and other_size > size
                and covers(_spans(other), _spans(quote))
            ),
            None,
        )
    return found


def parents_first(parents: Mapping[str, str | None]) -> list[str]:
    """Return the ids in an order in which each stands after its parent, where that is one of them."""
    ordered: dict[str, None] = {}
    for key in parents:
        above = [key]
        while (parent := parents[above[-1]]) in parents and parent not in ordered and parent not in above:
            above.append(str(parent))
        ordered |= dict.fromkeys(reversed(above))
    return list(ordered)


def _size(quote: Record) -> int:
    return sum(span["end"] - span["start"] for span in quote["content"])


def _spans(quote: Record) -> list[Span]:
    return [Span(span["start"], span["end"]) for span in quote["content"]]
