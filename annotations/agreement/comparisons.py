"""Quote by quote: what two annotators have in common, and what differs. These are the quotes behind every figure.

A comparison is of two matched quotes (an overlap of at least a half), or of one that only one of the two has. Its parts
are `QUOTE` (both have it), the four roles, compared in words as exact F1 does, `SPEAKER`, `TYPE`, `RESOLUTION`, each
label set as "label-" and its key, and `CLAIMS` with their stances.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from annotations.agreement.alignment import Alignment, Pair
from annotations.agreement.matching import comparable, place
from annotations.agreement.role_f1 import exact
from annotations.agreement.spans import Spans
from annotations.agreement.stories import ROLES, Quote

QUOTE, SPEAKER, TYPE, RESOLUTION, CLAIMS = "quote", "speaker", "type", "resolution", "claims"
LABEL = "label-"
CLOSED = (TYPE, RESOLUTION)
Answer = str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The quote of the one and that of the other, by their keys; of one of them None, where only one has it.

    `compared` are the parts that at least one of the two marked or answered, `differing` those that are not the same,
    `answers` what both answered to questions with a fixed set of answers.
    """

    one: str
    other: str
    ours: str | None
    theirs: str | None
    compared: tuple[str, ...]
    differing: tuple[str, ...]
    answers: Mapping[str, tuple[Answer, Answer]] = field(default_factory=dict, hash=False)

    def turned(self) -> "Comparison":
        """Return the same comparison, with the other one first."""
        answers = {part: (second, first) for part, (first, second) in self.answers.items()}
        return replace(self, one=self.other, other=self.one, ours=self.theirs, theirs=self.ours, answers=answers)


def comparisons(alignment: Alignment, label_sets: Sequence[str] = ()) -> Iterator[Comparison]:
    """Yield the comparisons of each two annotators, in the order of the text."""
    for pair in alignment.pairs:
        yield from _of_pair(pair, alignment.story.words, label_sets)


def parts(label_sets: Sequence[str]) -> tuple[str, ...]:
    """Return every part of a quote that is compared."""
    return (QUOTE, *ROLES, SPEAKER, TYPE, RESOLUTION, *(LABEL + key for key in label_sets), CLAIMS)


def _of_pair(pair: Pair, words: Spans, label_sets: Sequence[str]) -> list[Comparison]:
    ours, theirs = comparable(pair.one, pair.other)
    taken = {match.one.key for match in pair.matches}, {match.other.key for match in pair.matches}
    both: list[tuple[Quote | None, Quote | None]] = [(match.one, match.other) for match in pair.matches]
    both += [(quote, None) for quote in ours if quote.key not in taken[0]]
    both += [(None, quote) for quote in theirs if quote.key not in taken[1]]
    both.sort(key=lambda found: next(place(quote) for quote in found if quote))
    return [_compared(pair, one, other, words, label_sets) for one, other in both]


def _compared(
    pair: Pair, one: Quote | None, other: Quote | None, words: Spans, label_sets: Sequence[str]
) -> Comparison:
    names = pair.one.annotator, pair.other.annotator
    if one is None or other is None:
        alone = (QUOTE, ROLES[0])
        return Comparison(*names, one.key if one else None, other.key if other else None, alone, alone)
    said = {role: (getattr(one, role), getattr(other, role)) for role in ROLES}
    roles = {role: exact(words, *both) for role, both in said.items() if any(both)}
    closed = {TYPE: (one.type, other.type), RESOLUTION: (one.resolution, other.resolution)}
    closed |= {LABEL + key: (one.labels.get(key), other.labels.get(key)) for key in label_sets}
    answered = {part: both for part, both in closed.items() if both != (None, None)}
    same = {QUOTE: True, **roles}
    if (one.speaker, other.speaker) != (None, None):
        same[SPEAKER] = one.speaker == other.speaker
    same |= {part: first == second for part, (first, second) in answered.items()}
    if one.links or other.links:
        same[CLAIMS] = one.links == other.links
    differing = tuple(part for part, is_same in same.items() if not is_same)
    return Comparison(*names, one.key, other.key, tuple(same), differing, answered)
