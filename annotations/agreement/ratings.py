"""Who gave which unit which category: words in or out of content, and answers about matched quotes.

Two shapes. *Paired*: (annotator, other annotator, category, category) for each unit that both rated, as Cohen's kappa
wants it. *Units*: the sorted categories that one unit was given, whoever gave them, as Fleiss' kappa and Krippendorff's
alpha want it; what an annotator did not answer is left out of the unit.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import combinations

from annotations.agreement.alignment import Alignment
from annotations.agreement.stories import Assignment, Quote, Story
from annotations.agreement.tallies import Tally, counted

Rating = Callable[[Quote], str | None]
"""What a quote was answered, or None where nothing was."""

IN, OUT = "in", "out"


def speaker(quote: Quote) -> str | None:
    """Return whom the quote is attributed to."""
    return quote.speaker


def quote_type(quote: Quote) -> str | None:
    """Return direct, indirect, mixed, reported or free indirect."""
    return quote.type


def resolution(quote: Quote) -> str | None:
    """Return how the text names the speaker."""
    return quote.resolution


def label(label_set: str) -> Rating:
    """Return the rating that gives the label of a label set."""
    return lambda quote: quote.labels.get(label_set)


def paired_quotes(rating: Rating) -> Callable[[Alignment], Tally]:
    """Return the tally of how each two annotators rated the quotes that both have."""

    def tally(alignment: Alignment) -> Tally:
        return counted(
            (pair.one.annotator, pair.other.annotator, first, second)
            for pair in alignment.pairs
            for match in pair.matches
            if (first := rating(match.one)) is not None and (second := rating(match.other)) is not None
        )

    return tally


def quote_units(rating: Rating) -> Callable[[Alignment], Tally]:
    """Return the tally of how the quotes of each cluster were rated."""

    def tally(alignment: Alignment) -> Tally:
        return counted(_unit(rating(quote) for _annotator, quote in one.members) for one in alignment.clusters)

    return tally


def paired_words(alignment: Alignment) -> Tally:
    """Return the tally of the words that each two annotators put in content or leave out of it."""
    story = alignment.in_words
    found: Counter[tuple[str, ...]] = Counter()
    columns = [(one.annotator, _column(story, one)) for one in story.assignments]
    for (one, ours), (other, theirs) in combinations(columns, 2):
        for (first, second), count in Counter(zip(ours, theirs, strict=True)).items():
            if first is not None and second is not None:
                found[one, other, first, second] += count
    return found


def word_units(alignment: Alignment) -> Tally:
    """Return the tally of how the words were rated, in content or out of it; of one annotator alone, nothing."""
    story = alignment.in_words
    if len(story.assignments) < 2:
        return {}
    found: Counter[tuple[str, ...]] = Counter()
    columns = [_column(story, one) for one in story.assignments]
    for ratings, count in Counter(zip(*columns, strict=True)).items():
        found[_unit(ratings)] += count
    return found


def _column(story: Story, assignment: Assignment) -> list[str | None]:
    """Return one rating a word; None where the annotator did not read."""
    column: list[str | None] = [OUT] * story.length
    for quote in assignment.quotes:
        for start, end in quote.content:
            column[start:end] = [IN] * (end - start)
    for start, end in assignment.unread:
        column[start:end] = [None] * (end - start)
    return column


def _unit(ratings: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted(rating for rating in ratings if rating is not None))
