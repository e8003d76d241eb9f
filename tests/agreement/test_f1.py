"""F1 on content, roles and links to claims, worked out by hand on one small story."""

import re

import pytest

from annotations.agreement import claim_f1, content_f1, role_f1
from annotations.agreement.alignment import Alignment
from annotations.agreement.f1 import MARKED, MATCHED, f1
from annotations.agreement.matching import EXACT, HALF
from annotations.agreement.stories import Assignment, Quote, Story

TEXT = "Rain is likely, Ann Lee said. Bob: “We stay.” Nobody was told that it snows."
WORDS = tuple(match.span() for match in re.finditer(r"\w+", TEXT))


def at(words):
    return ((TEXT.index(words), TEXT.index(words) + len(words)),)


ONE = Assignment(
    "one",
    (
        Quote(
            "rain",
            at("Rain is likely,"),
            source=at("Ann Lee"),
            cue=at("said"),
            links=frozenset({("rain", "asserts"), ("storm", "doubts")}),
        ),
        Quote("stay", at("“We stay.”"), source=at("Bob"), cue=at(":"), links=frozenset({("stay", "asserts")})),
        Quote("snow", at("that it snows")),
    ),
)
OTHER = Assignment(
    "other",
    (
        Quote("a", at("Rain is likely"), source=at("Lee"), cue=at("said."), links=frozenset({("rain", "denies")})),
        Quote("b", at("We stay."), source=at("Bob"), cue=at(":"), links=frozenset({("stay", "asserts")})),
        Quote("c", at("it snows")),
        Quote("d", at("Nobody")),
    ),
)
ALIGNMENT = Alignment(Story("story", len(TEXT), (ONE, OTHER), WORDS))


@pytest.mark.parametrize(
    ("tally", "matched", "marked"),
    [
        # In words "rain" and "stay" are the same; "that it snows" and "it snows" share two words of three.
        (content_f1.words(EXACT), 2, 7),
        (content_f1.words(HALF), 3, 7),
        # In characters the comma and the quotation marks count.
        (content_f1.code_points(EXACT), 0, 7),
        (content_f1.code_points(HALF), 3, 7),
        # "Ann Lee" and "Lee" overlap; "Bob" is the same; nobody is named in the third.
        (role_f1.role("source", role_f1.exact), 1, 4),
        (role_f1.role("source", role_f1.overlapping), 2, 4),
        # The full stop after "said" is no word; a colon alone is compared as it is.
        (role_f1.role("cue", role_f1.exact), 2, 4),
        (role_f1.role("addressee", role_f1.exact), 0, 0),
        # Three links and two; the claim on rain has different stances.
        (claim_f1.links, 1, 5),
        (claim_f1.claims, 2, 5),
    ],
)
def test_counts(tally, matched, marked):
    assert tally(ALIGNMENT) == {MATCHED: matched, MARKED: marked}


def test_f1_is_the_harmonic_mean_of_precision_and_recall():
    precision, recall = 3 / 4, 3 / 3
    assert f1({MATCHED: 3, MARKED: 7}).value == pytest.approx(2 * precision * recall / (precision + recall))


def test_nothing_marked_is_undefined():
    assert f1({MATCHED: 0, MARKED: 0}).reason
    assert f1({MATCHED: 0, MARKED: 3}).value == 0
