"""Find a passage in a text from its words and what stands around them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from annotations.text.folding import Folded, fold
from annotations.text.fuzzy import similar
from annotations.text.graphemes import is_boundary
from annotations.text.lines import position

# Words that differ in white space, quotation marks or Unicode form only are nearly the same.
_FOLDED_SCORE = 0.97
# Anything else is a guess: below every folded match, and not at all below this.
_FUZZY_WEIGHT = 0.95
_FUZZY_FLOOR = 0.7
# In a text of one letter every place matches; nobody reads more proposals than this.
_MOST_MATCHES = 10_000
_LISTED = 5


@dataclass(frozen=True, slots=True)
class Match:
    """A place in a text: its words, how like those sought they are, and how well its surroundings agree."""

    start: int
    end: int
    score: float
    exact: str
    context: float = 1.0


class AnchorError(ValueError):
    """A passage that has no one place; `matches` are the places that come near."""

    def __init__(self, message: str, matches: list[Match]) -> None:
        super().__init__(message)
        self.matches = matches


class NotFound(AnchorError):
    """The text does not hold these words."""


class Ambiguous(AnchorError):
    """The text holds these words more than once, and nothing tells which are meant."""


def context(text: str, start: int, end: int, width: int = 32) -> tuple[str, str]:
    """Return the characters before and after a range, at most so many of each."""
    return text[max(start - width, 0) : start], text[end : end + width]


def agreement(text: str, start: int, end: int, prefix: str, suffix: str) -> float:
    """Return which share of what should stand before and after a range stands there, counted from its edges."""
    wanted = len(prefix) + len(suffix)
    if not wanted:
        return 1.0
    before, _ = context(text, start, end, len(prefix))
    _, after = context(text, start, end, len(suffix))
    return (_shared(prefix[::-1], before[::-1]) + _shared(suffix, after)) / wanted


def find(text: str, exact: str, *, prefix: str = "", suffix: str = "", hint: int | None = None) -> list[Match]:
    """Return the places of a passage, best first: the very words, else the same but for typography, else the like."""
    if not exact:
        return []
    around = _Surroundings(text, prefix, suffix)
    matches = [around.match(start, start + len(exact), 1.0) for start in _places(text, exact)]
    if not matches and exact.strip():
        matches = _find_folded(around, fold(text), fold(exact).text.strip())
    return sorted(matches, key=lambda match: (-match.score, -match.context, _distance(match, hint), match.start))


def anchor(text: str, exact: str, prefix: str = "", suffix: str = "") -> Match:
    """Return the one place of a passage; never a guess. Raise `NotFound` or `Ambiguous`."""
    matches = find(text, exact, prefix=prefix, suffix=suffix)
    sure = [match for match in matches if match.score >= _FOLDED_SCORE]
    if not sure:
        nearest = f" The nearest is at {_where(text, matches[:1])}: {matches[0].exact!r:.120}" if matches else ""
        raise NotFound(f"These words are not in the story: {exact!r:.120}.{nearest}", matches)
    equals = [match for match in sure if (match.score, match.context) == (sure[0].score, sure[0].context)]
    if len(equals) > 1:
        message = (
            f"These words stand {len(equals)} times in the story, at {_where(text, equals)}. Give more of the sentence."
        )
        raise Ambiguous(message, equals)
    return sure[0]


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """A text, and what should stand before and after the passage sought in it."""

    text: str
    prefix: str
    suffix: str

    def match(self, start: int, end: int, score: float) -> Match:
        return Match(
            start, end, score, self.text[start:end], agreement(self.text, start, end, self.prefix, self.suffix)
        )


def _shared(wanted: str, there: str) -> int:
    """Count the characters from the start on which both agree, typography aside."""
    if there.startswith(wanted):
        return len(wanted)
    folded = fold(wanted).text
    pairs = zip(folded, fold(there).text, strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return len(wanted) if same == len(folded) else min(same, len(wanted))


def _places(text: str, exact: str) -> Iterator[int]:
    place = text.find(exact)
    for _ in range(_MOST_MATCHES):
        if place < 0:
            return
        yield place
        place = text.find(exact, place + 1)


def _find_folded(around: _Surroundings, folded: Folded, exact: str) -> list[Match]:
    if not exact:
        return []
    ranges = [folded.original(start, start + len(exact)) for start in _places(folded.text, exact)]
    # A match that ends inside a grapheme is another word: “cafe” is not in “café”.
    found = [place for place in ranges if place and all(is_boundary(around.text, edge) for edge in place)]
    if found:
        return [around.match(start, end, _FOLDED_SCORE) for start, end in found]
    return list(_find_similar(around, folded, exact))


def _find_similar(around: _Surroundings, folded: Folded, exact: str) -> Iterator[Match]:
    for likeness in similar(folded.text, exact, _FUZZY_FLOOR):
        words = folded.text[likeness.start : likeness.end]
        start = likeness.start + len(words) - len(words.lstrip())
        end = likeness.start + len(words.rstrip())
        place = folded.original(start, end) if start < end else None
        if place:
            yield around.match(*place, _FUZZY_WEIGHT * likeness.ratio)


def _distance(match: Match, hint: int | None) -> int:
    return 0 if hint is None else abs(match.start - hint)


def _where(text: str, matches: list[Match]) -> str:
    listed = "; ".join(str(position(text, match.start)) for match in matches[:_LISTED])
    return listed + ("; …" if len(matches) > _LISTED else "")
