"""What the inputs refuse and put in order, and the change to words as the unit."""

import pytest
from hypothesis import given

from annotations.agreement.stories import Assignment, Quote, Story
from annotations.agreement.word_spans import in_words
from tests.agreement.strategies import WORDS, stories


def test_spans_are_kept_merged():
    assert Quote("q", ((5, 9), (0, 2), (2, 4))).content == ((0, 4), (5, 9))


def test_assignments_are_kept_in_the_order_of_names():
    story = Story("s", 9, (Assignment("b"), Assignment("a")))
    assert [one.annotator for one in story.assignments] == ["a", "b"]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Quote("q", ()), "has no content"),
        (lambda: Quote("q", ((2, 2),)), "0 <= start < end"),
        (lambda: Assignment("a", (Quote("q", ((0, 1),)), Quote("q", ((2, 3),)))), "two quotes with one key"),
        (lambda: Story("s", 9, (Assignment("a"), Assignment("a"))), "two assignments of one annotator"),
        (lambda: Story("s", 9, (Assignment("a", (Quote("q", ((0, 1),), cue=((8, 10),)),)),)), "beyond its length of 9"),
        (lambda: Story("s", 9, (), ((8, 10),)), "beyond its length of 9"),
    ],
)
def test_what_is_no_input_is_refused(make, reason):
    with pytest.raises(ValueError, match=reason):
        make()


def test_words_take_the_place_of_code_points():
    # “No,” he said.
    words = ((1, 3), (6, 8), (9, 13))
    quote = Quote("q", ((0, 5),), source=((6, 8),), cue=((9, 14),))
    mark = Quote("mark", ((4, 5),))
    story = in_words(Story("s", 14, (Assignment("a", (quote, mark), unread=((13, 14),)),), words))
    assert story.length == 3
    assert story.assignments[0].unread == ()
    assert [(q.key, q.content, q.source, q.cue) for q in story.assignments[0].quotes] == [
        ("q", ((0, 1),), ((1, 2),), ((2, 3),))
    ]


@given(stories())
def test_words_of_words_are_the_same(story):
    once = in_words(story)
    assert once.length == len(WORDS)
    assert in_words(once) == once
