"""Words of one version of a text are found in a later one: surely where they stand unchanged, else with a score."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.text.citing import cites
from annotations.text.reanchoring import Kind, Reanchoring
from tests.text.strategies import ranges, texts

OLD = (
    "Mayor Opens Bridge\n\n"
    "“The bridge is safe,” said Mayor Ada Holt, “and it will stay open.”\n\n"
    "“We will go on,” she said. “We will go on,” said Ben Ruiz.\n\n"
    "Engineers told the council that the old pier moves a little in winter."
)


def place(new: str, words: str, nth: int = 0, old: str = OLD):
    start = -1
    for _ in range(nth + 1):
        start = old.index(words, start + 1)
    return Reanchoring(old, new).place(start, start + len(words))


def said(new: str, found) -> str:
    return new[found.start : found.end]


@given(ranges())
def test_in_the_same_text_words_are_proposed_where_they_stand_if_they_do_not_surely_stand_there(given_range):
    text, start, end = given_range
    found = Reanchoring(text, text).place(start, end)
    assert found.score == 1.0
    assert text[found.start : found.end] == text[start:end]
    if found.kind is Kind.STANDS:
        assert (found.start, found.end) == (start, end)


@given(ranges(), texts)
def test_a_score_is_a_share_and_a_place_has_words(given_range, new):
    text, start, end = given_range
    found = Reanchoring(text, new).place(start, end)
    assert 0.0 <= found.score <= 1.0
    assert 0 <= found.start <= found.end <= len(new)
    assert (found.kind is Kind.GONE) == (found.start == found.end) == (found.score == 0.0)
    if found.kind is Kind.STANDS:
        assert new[found.start : found.end] == text[start:end]


@given(
    st.sampled_from(["", "CITY HALL\n\n", "A new paragraph stands here now.\n\n"]),
    st.integers(0, len(OLD) - 1),
    st.data(),
)
def test_what_is_put_before_or_behind_a_text_moves_no_words(before, start, data):
    end = data.draw(st.integers(start + 1, len(OLD)))
    found = Reanchoring(OLD, f"{before}{OLD}\n\n1961").place(start, end)
    assert (found.kind, found.start, found.end) == (Kind.STANDS, start + len(before), end + len(before))


def test_words_that_stand_twice_are_told_apart_by_what_stands_around_them():
    new = OLD.replace("Mayor Opens Bridge", "Mayor Opens the Old Bridge")
    assert place(new, "We will go on,", 1).kind is Kind.STANDS
    assert said(new, place(new, "We will go on,", 1)) == "We will go on,"
    assert place(new, "We will go on,", 1).start > place(new, "We will go on,", 0).start


def test_of_words_that_stood_twice_one_that_is_left_is_only_proposed_for_the_other():
    new = OLD.replace("“We will go on,” she said. ", "")
    assert place(new, "We will go on,", 1).kind is not Kind.GONE
    gone = place(new, "We will go on,", 0)
    assert gone.kind is Kind.MOVED
    assert gone.score < 1.0


def test_words_that_were_moved_to_other_surroundings_are_proposed_with_a_score():
    sentence = "Engineers told the council that the old pier moves a little in winter."
    new = sentence + "\n\n" + OLD.replace(sentence, "It was built in 1961.")
    found = place(new, sentence)
    assert (found.kind, said(new, found)) == (Kind.MOVED, sentence)
    assert 0.5 < found.score < 0.9


@pytest.mark.parametrize(
    ("change", "words", "now"),
    [
        (("The bridge is safe", "The bridge is quite safe"), "The bridge is safe,", "The bridge is quite safe,"),
        (("safe,” said", "safe,” insisted"), "said", "insisted"),
        (("Mayor Ada Holt", "Mayor Ada Holtz"), "Mayor Ada Holt", "Mayor Ada Holt"),
    ],
)
def test_changed_words_are_proposed_in_their_place(change, words, now):
    new = OLD.replace(*change)
    found = place(new, words)
    assert (found.kind, said(new, found)) == (Kind.MOVED, now)
    assert 0.3 <= found.score < 1.0


def test_words_that_are_gone_are_nowhere():
    new = "Mayor Opens Bridge\n\nNobody spoke."
    assert place(new, "the old pier moves a little in winter").kind is Kind.GONE


def test_unchanged_words_beside_a_change_stand():
    new = OLD.replace("said Mayor Ada Holt", "said the mayor, Ada Holt")
    assert place(new, "The bridge is safe,").kind is Kind.STANDS
    assert place(new, "and it will stay open.").kind is Kind.STANDS


@pytest.mark.parametrize(
    ("words", "is_cited"),
    [
        ("the bridge is “safe” and sound", True),
        ("Mayor Ada Holt", True),
        ("Holt", False),
        ("the bridge stays open", False),
        ("", False),
    ],
)
def test_a_notice_cites_words_that_it_repeats(words, is_cited):
    notice = "Correction: An earlier version had mayor Ada Holt say that the bridge is 'safe'."
    assert cites(notice, words) is is_cited
