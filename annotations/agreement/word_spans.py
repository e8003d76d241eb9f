"""From code points to words: the same story with every offset counted in words."""

from bisect import bisect_left, bisect_right
from dataclasses import replace

from annotations.agreement.spans import Spans, merged
from annotations.agreement.stories import Assignment, Quote, Story


def touched(words: Spans, spans: Spans) -> Spans:
    """Return which words share a character with the spans, as ranges of their indexes."""
    found = []
    for start, end in spans:
        first = bisect_right(words, start, key=lambda word: word[1])
        last = bisect_left(words, end, key=lambda word: word[0])
        if first < last:
            found.append((first, last))
    return merged(found)


def in_words(story: Story) -> Story:
    """Return the story with its words as the unit; a quote whose content touches no word is left out.

    What stands between words (spaces, punctuation, quotation marks) then makes no difference.
    """
    assignments = tuple(
        Assignment(
            annotator=one.annotator,
            quotes=tuple(_quote(story.words, quote) for quote in one.quotes if touched(story.words, quote.content)),
            unread=touched(story.words, one.unread),
        )
        for one in story.assignments
    )
    count = len(story.words)
    return Story(story.key, count, assignments, tuple((place, place + 1) for place in range(count)))


def _quote(words: Spans, quote: Quote) -> Quote:
    return replace(
        quote,
        content=touched(words, quote.content),
        source=touched(words, quote.source),
        cue=touched(words, quote.cue),
        addressee=touched(words, quote.addressee),
    )
