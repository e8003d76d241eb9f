"""Graphemes, words and sentences, and the growing of a selection to them."""

from itertools import pairwise

import pytest
from hypothesis import given

from annotations.text.boundaries import graphemes, sentences, snap_to_graphemes, snap_to_words, words
from annotations.text.graphemes import is_boundary
from tests.text.strategies import grows_linearly, ranges, texts


def parts(text, cut):
    return [text[start:end] for start, end in cut(text)]


def borders(text):
    return {start for start, _ in graphemes(text)} | {len(text)}


@given(texts)
def test_graphemes_tile_the_text(text):
    assert "".join(parts(text, graphemes)) == text
    assert all(start < end for start, end in graphemes(text))


@given(texts)
def test_a_boundary_looks_the_same_from_near_and_from_afar(text):
    assert borders(text) == {offset for offset in range(len(text) + 1) if is_boundary(text, offset)}


@pytest.mark.parametrize(
    "grapheme",
    [
        "a",
        "e\u0301",
        "e\u0323\u0307",
        "👨🏻‍🚒",
        "👩‍👩‍👧‍👦",
        "☝🏽",
        "❤️‍🔥",
        "🇩🇪",
        "1️⃣",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "한",
        "\u1112\u1161\u11ab",
        "क्षि",
        "กำ",
        "が",
        "か\u3099",
        "ｶﾞ",
        "\r\n",
        "\u0600\u0661",
        "🅰️",
        "葛󠄀",
    ],
)
def test_what_a_reader_takes_for_one_character_is_one(grapheme):
    assert parts(f"x{grapheme}y", graphemes) == ["x", grapheme, "y"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("🇩🇪🇫🇷🇮", ["🇩🇪", "🇫🇷", "🇮"]),
        ("\n\u0301", ["\n", "\u0301"]),
        ("a\u200db", ["a\u200d", "b"]),
        ("각하", ["각", "하"]),
        ("👍👍", ["👍", "👍"]),
        ("a\u200b\u0301", ["a", "\u200b", "\u0301"]),
        ("\u094dक", ["\u094d", "क"]),
    ],
)
def test_what_are_several_characters_are_several(text, expected):
    assert parts(text, graphemes) == expected


@given(texts)
def test_words_are_ordered_apart_and_never_cut_a_grapheme(text):
    found = words(text)
    assert all(start < end for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    assert {edge for word in found for edge in word} <= borders(text)


@given(texts)
def test_every_letter_is_in_a_word(text):
    covered = {i for start, end in words(text) for i in range(start, end)}
    plain = {i for i, char in enumerate(text) if char.isascii() and char.isalnum()}
    assert plain <= covered


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We won’t,” he said.", ["We", "won’t", "he", "said"]),
        ("AT&T’s co-host paid $1,000.50", ["AT&T’s", "co-host", "paid", "1,000.50"]),
        ("the U.S. and U.S.-led U.S.A", ["the", "U.S.", "and", "U.S.-led", "U.S.A"]),
        ("at 10:30 p.m. on 2022/03/01", ["at", "10:30", "p.m.", "on", "2022/03/01"]),
        ("rock ’n’ roll of the ’90s", ["rock", "n", "roll", "of", "the", "90s"]),
        ("said--then—left", ["said", "then", "left"]),
        ("@potus #tag", ["@potus", "#tag"]),
        ("J.K. Rowling", ["J.K.", "Rowling"]),
        ("Cafe\u0301 naïve", ["Cafe\u0301", "naïve"]),
        ("co\u00adop", ["co\u00adop"]),
        ("l’homme d’État", ["l’homme", "d’État"]),
        ("Straßen-Bahn", ["Straßen-Bahn"]),
        ("قال «لا»", ["قال", "لا"]),
        ("ジョン・カービー報道官は「らーめん」と", ["ジョン・カービー", "報道官", "は", "らーめん", "と"]),
        ("G7首脳、15日", ["G7", "首脳", "15", "日"]),
        ("人々は", ["人々", "は"]),
        ("한국어는 말", ["한국어는", "말"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("ทำได้", ["ทำ", "ไ", "ด้"]),
        ("👍 … – !", []),
    ],
)
def test_what_a_word_is(text, expected):
    assert parts(text, words) == expected


@given(texts)
def test_sentences_hold_all_that_shows_and_never_cut_a_grapheme(text):
    found = sentences(text)
    assert all(start < end for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    assert {edge for sentence in found for edge in sentence} <= borders(text)
    covered = {i for start, end in found for i in range(start, end)}
    assert covered >= {i for i, char in enumerate(text) if not char.isspace()}


@pytest.mark.parametrize(
    "sentence",
    [
        "Mr. Smith met Dr. Jones and Gen. Milley.",
        "The U.S. Senate voted at 5 p.m. on Friday.",
        "J. K. Rowling and George W. Bush spoke.",
        "No. 5 cost $3.50.",
        "“It is done,” he said.",
        "“Why?” he asked.",
        "“Why?” Kirby asked.",
        "He works at Yahoo! and likes it.",
        "So be it... or not.",
        "Am 3. März kam Dr. Müller.",
        "Im 20. Jahrhundert z. B. war es so.",
        "Der 2. Senat tagte.",
        "« Oui ! » a dit M. Dupont.",
        "彼は「行く。」と述べた。",
        "قال: «لا؟»",
    ],
)
def test_these_are_one_sentence(sentence):
    assert parts(f"Before that. {sentence} После.", sentences) == ["Before that.", sentence, "После."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It was 5 p.m. The day was over.", ["It was 5 p.m.", "The day was over."]),
        ("He left the U.S. He stayed away.", ["He left the U.S.", "He stayed away."]),
        ("“It is done.” He left.", ["“It is done.”", "He left."]),
        ("So did I. He left.", ["So did I.", "He left."]),
        ("Er kam am 3. Die Sitzung endete.", ["Er kam am 3.", "Die Sitzung endete."]),
        ("行く。来る！「はい。」「いいえ。」", ["行く。", "来る！", "「はい。」", "「いいえ。」"]),
        ("他说：“好。”她走了。", ["他说：“好。”", "她走了。"]),
        ("لماذا؟ لا أعرف. نعم.", ["لماذا؟", "لا أعرف.", "نعم."]),
        ("Headline\nA sentence. Another", ["Headline", "A sentence.", "Another"]),
        ("And then… Nothing.", ["And then…", "Nothing."]),
    ],
)
def test_these_are_several_sentences(text, expected):
    assert parts(text, sentences) == expected


@given(ranges())
def test_a_range_grown_to_words_cuts_nothing_and_grows_no_more(given_range):
    text, start, end = given_range
    first, last = snap_to_words(text, start, end)
    if first == last:
        assert not text[start:end].strip()
        return
    assert {first, last} <= borders(text)
    for word_start, word_end in words(text):
        assert not word_start < first < word_end
        assert not word_start < last < word_end
    assert snap_to_words(text, first, last) == (first, last)
    selected = {i for i in range(start, end) if not text[i].isspace()}
    assert selected <= set(range(first, last))


@given(ranges())
def test_a_range_grown_to_graphemes_is_the_least_that_cuts_none(given_range):
    text, start, end = given_range
    first, last = snap_to_graphemes(text, start, end)
    assert first == max(border for border in borders(text) if border <= start)
    assert last == min(border for border in borders(text) if border >= end)


@pytest.mark.parametrize(
    ("text", "selected", "expected"),
    [
        ("the president said", "resid", "president"),
        ("the president said", " president ", "president"),
        ("the president said", "t said", "president said"),
        ("he won’t go", "won", "won’t"),
        ("👨🏻‍🚒 firemen", "🏻", "👨🏻‍🚒"),
        ("“Yes,” she said", "Yes,”", "Yes,”"),
        ("“Yes,” she said", "“Y", "“Yes"),
        ("Cafe\u0301 Noir", "\u0301 No", "Cafe\u0301 Noir"),
        ("米大統領が述べた", "統領が", "米大統領が"),
        ("the U.S. said", "U", "U.S."),
    ],
)
def test_a_selection_is_grown_to_whole_words(text, selected, expected):
    start = text.index(selected)
    first, last = snap_to_words(text, start, start + len(selected))
    assert text[first:last] == expected


def test_a_selection_of_white_space_is_nothing():
    assert snap_to_words("a  b", 1, 3) == (1, 1)


@pytest.mark.parametrize("cut", [graphemes, words, sentences])
@pytest.mark.parametrize("unit", ["Mr. X said “no.” ", "🇩🇪", "e\u0301", "中", "。", ". ", "a.", "ก", "''", "\u1100"])
def test_cutting_takes_linear_work(cut, unit):
    assert grows_linearly(cut, unit)


@pytest.mark.parametrize("unit", ["Mr. X said “no.” ", "中文。", "ไทย "])
def test_growing_a_selection_looks_no_further_than_it_must(unit):
    def snap(text: str) -> None:
        snap_to_words(text, len(text) // 2, len(text) // 2 + 2)

    assert grows_linearly(snap, unit)
