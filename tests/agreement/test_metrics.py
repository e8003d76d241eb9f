"""Every metric on any stories: a value or a reason, 1 for perfect agreement, the same whoever is who."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.agreement.metrics import METRICS, aligned, label_metrics, measure
from annotations.agreement.records import story_of
from annotations.agreement.stories import Assignment
from annotations.agreement.tallies import pooled
from annotations.text.words import words
from tests.agreement.strategies import NAMES, stories

ALL = METRICS | label_metrics(["act"])
KIRBY = json.loads((Path(__file__).parents[2] / "annotations/sample/kirby.gold.json").read_text())


def value(metric, given_stories):
    return metric.value(pooled(map(metric.tally, aligned(given_stories))))


def close(one, other):
    return one.reason == other.reason and one.value == (other.value and pytest.approx(other.value))


@settings(max_examples=40)
@given(some=st.lists(stories(), max_size=3))
def test_there_is_a_value_of_at_most_1_or_a_reason(some):
    alignments = aligned(some)
    for metric in ALL.values():
        measured = measure(alignments, metric, resamples=5)
        if measured.figure.value is None:
            assert measured.figure.reason
            assert measured.interval.reason == measured.figure.reason
        else:
            assert measured.figure.value <= 1
            assert measured.interval.reason or measured.interval.low <= measured.interval.high


@settings(max_examples=40)
@given(some=st.lists(stories(annotators=1), min_size=1, max_size=3), count=st.integers(2, 4))
def test_those_who_do_the_same_agree_perfectly(some, count):
    once = [replace(story.assignments[0], unread=()) for story in some]
    copied = [
        replace(story, assignments=_renamed([one] * count, NAMES[:count]))
        for story, one in zip(some, once, strict=True)
    ]
    for key, metric in ALL.items():
        figure = value(metric, copied)
        assert figure.value == 1 if figure.value is not None else figure.reason, key


@settings(max_examples=40)
@given(some=st.lists(stories(annotators=3), min_size=1, max_size=2), names=st.permutations("abc"))
def test_names_of_annotators_and_order_of_stories_do_not_matter(some, names):
    told = [replace(one, assignments=tuple(_told(one) for one in one.assignments)) for one in some]
    renamed = [replace(one, assignments=_renamed(one.assignments, names)) for one in reversed(told)]
    for key, metric in ALL.items():
        assert close(value(metric, told), value(metric, renamed)), key


def _renamed(assignments: Iterable[Assignment], names: Iterable[str]) -> tuple[Assignment, ...]:
    return tuple(replace(one, annotator=name) for one, name in zip(assignments, names, strict=True))


def _told(assignment: Assignment) -> Assignment:
    """Return the work with keys that say whose it is, so that nothing is tied but by name."""
    quotes = (replace(quote, key=assignment.annotator + quote.key) for quote in assignment.quotes)
    return replace(assignment, quotes=tuple(quotes))


def test_two_of_the_annotators_make_one_cell_of_a_matrix():
    record = KIRBY | {"annotator": "ann"}
    empty = KIRBY | {"annotator": "bob", "quotes": []}
    story = story_of([record, record | {"annotator": "eve"}, empty], words(KIRBY["article"]["text"]))
    exact = METRICS["content-exact-f1"]
    assert value(exact, [story]).value == pytest.approx(2 * 23 / (4 * 23))
    pair = aligned([story], ["ann", "eve"])
    assert exact.value(exact.tally(pair[0])).value == 1


def test_who_is_measured_apart_from_where():
    """Kirby done twice: the edges differ everywhere, one speaker differs; kappa is about the speaker alone."""
    shifted = json.loads(json.dumps(KIRBY)) | {"annotator": "other"}
    for quote in shifted["quotes"]:
        quote["content"][-1]["end"] -= 1
    shifted["quotes"][0]["speaker"] = "joe-biden"
    story = story_of([KIRBY, shifted], words(KIRBY["article"]["text"]))
    assert value(METRICS["content-exact-code-points-f1"], [story]).value == 0
    # 22 of 23 the same, and chance from the speakers of both: worked out in whole numbers.
    ours = [quote["speaker"] or "" for quote in KIRBY["quotes"]]
    theirs = [quote["speaker"] or "" for quote in shifted["quotes"]]
    chance = sum(ours.count(name) * theirs.count(name) for name in set(ours))
    expected = (23 * 22 - chance) / (23**2 - chance)
    assert value(METRICS["speaker-kappa"], [story]).value == pytest.approx(expected)
