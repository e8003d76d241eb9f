"""The native format as what agreement is measured on."""

import json
from pathlib import Path

import pytest

from annotations.agreement.records import GOLD, story_of
from annotations.agreement.stories import NO_SPEAKER
from annotations.text.words import words

SAMPLE = Path(__file__).parents[2] / "annotations/sample/kirby.gold.json"


@pytest.fixture
def record():
    return json.loads(SAMPLE.read_text())


def test_the_kirby_story_keeps_all_that_is_compared(record):
    text = record["article"]["text"]
    story = story_of([record], words(text))
    (gold,) = story.assignments
    assert (gold.annotator, gold.unread, story.length, len(gold.quotes)) == (GOLD, (), len(text), 23)
    first = gold.quotes[0]
    assert (first.key, first.content, first.source, first.cue) == ("q01", ((40, 96),), ((113, 142),), ((98, 112),))
    assert (first.speaker, first.type, first.labels["act"]) == ("john-kirby", "indirect", "statement")
    assert first.links == {("no-contact", "asserts")}


def test_no_source_is_an_answer_and_no_resolution_is_none(record):
    quote = record["quotes"][0]
    record["quotes"] = [
        quote | {"id": "none", "speaker": None, "resolution": "none", "no_source": "passive", "source": []},
        quote | {"id": "open", "speaker": None, "resolution": None},
    ]
    none, unanswered = story_of([record], ()).assignments[0].quotes
    assert (none.speaker, unanswered.speaker) == (NO_SPEAKER, None)


def test_what_was_not_read_is_said(record):
    length = len(record["article"]["text"])
    assert story_of([record | {"read_up_to": 300}], ()).assignments[0].unread == ((300, length),)
    assert story_of([record | {"read_up_to": length}], ()).assignments[0].unread == ()


def test_two_texts_are_no_story(record):
    other = record | {"annotator": "ann", "article": record["article"] | {"version": 2}}
    with pytest.raises(ValueError, match="one version of one article, not on 2"):
        story_of([record, other], ())
    with pytest.raises(ValueError, match="not on 0"):
        story_of([], ())
    with pytest.raises(ValueError, match="two assignments of one annotator"):
        story_of([record, record], ())
