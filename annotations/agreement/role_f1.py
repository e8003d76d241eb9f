"""F1 on source, cue or addressee, given that two annotators have the same quote.

Over matched quotes: matched / marked is the share of marked roles for which the other annotator marked the same words
(exact) or at least one common character (overlap); the formula is that of `f1.py`. Where neither marked the role there
is nothing to match, and the quote does not count. A role without any word, such as a colon as cue, is compared by its
characters.
"""

from collections.abc import Callable

from annotations.agreement.alignment import Alignment
from annotations.agreement.f1 import MARKED, MATCHED
from annotations.agreement.spans import Spans, shared
from annotations.agreement.tallies import Tally
from annotations.agreement.word_spans import touched

Same = Callable[[Spans, Spans, Spans], bool]
"""Says of the words of the text and two roles, neither of them empty, whether they are the same."""


def exact(words: Spans, one: Spans, other: Spans) -> bool:
    """Say whether both hold the same words."""
    ours, theirs = touched(words, one), touched(words, other)
    return ours == theirs if ours or theirs else one == other


def overlapping(words: Spans, one: Spans, other: Spans) -> bool:
    """Say whether the two share a character."""
    return shared(one, other) > 0


def role(name: str, same: Same) -> Callable[[Alignment], Tally]:
    """Return the tally of one role over all matched quotes."""

    def tally(alignment: Alignment) -> Tally:
        matched = marked = 0
        for match in (match for pair in alignment.pairs for match in pair.matches):
            one, other = getattr(match.one, name), getattr(match.other, name)
            marked += bool(one) + bool(other)
            matched += bool(one and other and same(alignment.story.words, one, other))
        return {MATCHED: matched, MARKED: marked}

    return tally
