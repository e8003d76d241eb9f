"""Canonical text: what import does to it, what it refuses, and with which position."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.text.canonical import (
    TextRefused,
    canonicalise,
    check_name,
    decode,
    is_blank,
    require_words,
    text_sha256,
    with_headline,
)
from annotations.text.spans import Span
from tests.text.strategies import texts


def refusal_of(function, *arguments) -> TextRefused:
    with pytest.raises(TextRefused) as refused:
        function(*arguments)
    return refused.value


@given(st.text(st.characters(), max_size=40))
def test_doing_it_twice_changes_nothing(text):
    try:
        once = canonicalise(text)
    except TextRefused:
        return
    assert canonicalise(once) == once
    assert "\r" not in once


@given(st.text(st.characters(), max_size=20), st.sampled_from("\x00\x07\x0b\x1f\ud800\udfff"), st.text(max_size=20))
def test_every_refusal_names_the_first_bad_character(before, bad, after):
    refused = refusal_of(canonicalise, before + bad + after)
    assert refused.offset <= len(before)
    lines = (before + bad + after)[: refused.offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert refused.line == len(lines)


@given(texts)
def test_nothing_is_changed_but_the_line_ends_and_one_bom(text):
    try:
        after = canonicalise(text)
    except TextRefused:
        return
    assert after == text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def test_line_ends_of_all_kinds_become_one_and_offsets_hold():
    text = canonicalise("“Yes,” she said.\r\nNo.\rMaybe.")
    assert text == "“Yes,” she said.\nNo.\nMaybe."
    assert Span(17, 20).slice(text) == "No."


def test_a_pasted_story_and_an_uploaded_one_are_the_same_story():
    pasted, uploaded = "Headline\r\n\r\n“No.”\r\n", "Headline\n\n“No.”\n".encode()
    assert text_sha256(canonicalise(pasted)) == text_sha256(canonicalise(decode(uploaded).text))


def test_leading_newlines_are_kept():
    assert canonicalise("\n\nHeadline").index("Headline") == 2


def test_composed_and_decomposed_letters_are_both_kept():
    text = canonicalise("Café Cafe\u0301")
    assert text == "Café Cafe\u0301"
    assert (len("Café"), len("Cafe\u0301")) == (4, 5)


def test_invisible_characters_are_kept_and_each_counts_one():
    text = "a\u200bb\u200c\u200d\u2060\ufeffc\u00ad"
    assert canonicalise(text) == text
    assert len(text) == 9


def test_character_references_are_plain_text():
    text = "AT&amp;T said &ldquo;no&rdquo;&nbsp;&#8212; &lt;b&gt; &amp;amp;"
    assert canonicalise(text) == text


def test_bidirectional_controls_and_c1_controls_are_kept_in_a_story():
    text = "\u202eabc\u202c \u2066x\u2069 \u200f \x85\x93"
    assert canonicalise(text) == text


@pytest.mark.parametrize(
    ("text", "code", "offset", "line", "column"),
    [
        ("ab\x00cd", "nul", 2, 1, 3),
        ("one\r\ntwo\rthree\x00", "nul", 14, 3, 6),
        ("a\x0cb", "control_character", 1, 1, 2),
        ("a\n\x1b[2J", "control_character", 2, 2, 1),
        ("\ufeffab\x07", "control_character", 3, 1, 3),
        ("😀\ud83d", "lone_surrogate", 1, 1, 2),
        ("\ude00", "lone_surrogate", 0, 1, 1),
        ("\ufeff\ufeffa", "second_bom", 1, 1, 1),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_position(text, code, offset, line, column):
    refused = refusal_of(canonicalise, text)
    assert (refused.code, refused.offset, refused.line, refused.column) == (code, offset, line, column)
    assert refused.message == str(refused)


def test_a_refusal_says_what_and_where():
    refused = refusal_of(canonicalise, "good\nbad\x00")
    assert refused.message == "The text holds a NUL character (U+0000) at line 2, column 4. Delete it and try again."


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t\u00a0\u3000", "\u200b\u200d\u2060\ufeff\u00ad", "\u202e \u2069"])
def test_a_text_of_nothing_that_shows_is_blank(text):
    assert is_blank(text)
    assert refusal_of(require_words, text).code == "blank"


@pytest.mark.parametrize("text", ["a", "👍", ".", "\u200ba", "\u0661", "中", "\u0600"])
def test_one_character_that_shows_is_enough(text):
    assert require_words(text) == text


@pytest.mark.parametrize(
    "name",
    [
        *("John Kirby", "Jean-Luc Mélenchon", "ジョン・カービー", "جون كيربي", "O’Neill", "José\u0301"),
        *("علی\u200cرضا حسینی", "می\u200cگوید", "ශ්\u200dරී", "👨🏻\u200d🚒", "❤\ufe0f\u200d🔥", "🙂\u200d↔\ufe0f"),
    ],
)
def test_names_of_all_scripts_are_taken_as_they_are(name):
    assert check_name(name) == name


@pytest.mark.parametrize("char", [*"\u202e\u2066\u2069\u200f\u200b\u2060\ufeff\u00ad\n\t\x00\x85\u2028\u3164"])
def test_names_refuse_what_could_make_them_look_like_others(char):
    refused = refusal_of(check_name, f"Joe{char}Biden")
    assert (refused.code, refused.offset, refused.column) == ("name_character", 3, 4)
    assert f"U+{ord(char):04X}" in refused.message


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
@pytest.mark.parametrize("name", ["{}Ali", "Ali{}", "Ali {}Reza", "Ali{} Reza", "Ali{}{}Reza", "7{}8", "Ali{}.", "{}"])
def test_names_refuse_a_joiner_that_joins_nothing(name, joiner):
    assert refusal_of(check_name, name.replace("{}", joiner)).code in {"name_character", "blank"}


@pytest.mark.parametrize("name", ["", "  ", "\u200b"])
def test_a_blank_name_is_refused(name):
    assert refusal_of(check_name, name).code == "blank"


@given(st.text(max_size=30))
def test_utf8_is_read_as_it_is(text):
    decoded = decode(text.encode())
    assert text.startswith("\ufeff") or decoded.encoding == "utf-8"
    assert decoded.text == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@given(text=st.text(max_size=30).filter(lambda text: not text.startswith("\0")))
def test_a_byte_order_mark_decides_whatever_is_declared(encoding, text):
    data = ("\ufeff" + text).encode(encoding)
    decoded = decode(data, "windows-1252")
    assert decoded.encoding == encoding
    assert decoded.text == data.decode(encoding)
    assert decoded.text.removeprefix("\ufeff") == text


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        (b"caf\xe9", "latin-1", "café"),
        (b"caf\xe9", "ISO-8859-1", "café"),
        (b"\x93Yes\x94", "windows-1252", "“Yes”"),
        (b"\x93Yes\x94", "CP1252", "“Yes”"),
        ("「はい」".encode("shift_jis"), "Shift_JIS", "「はい」"),
        ("Да".encode("koi8-r"), "koi8-r", "Да"),
        ("ไทย".encode("cp874"), "windows-874", "ไทย"),
        ("a".encode("utf-16-le"), "utf-16", "a"),
        ("“Yes”".encode(), "ascii", "“Yes”"),
    ],
)
def test_the_declared_charset_is_honoured_and_else_utf8(data, charset, text):
    assert decode(data, charset).text == text


@pytest.mark.parametrize(
    ("data", "half", "place"),
    [
        (b"x\xed\xa0\x80y", "U+D800", (1, 1, 1, 2)),
        ("é\n".encode() + b"\xed\xa0\xbd\xed\xb8\x80", "U+D83D", (2, 3, 2, 1)),
    ],
)
def test_half_a_character_in_bytes_is_called_so_and_nothing_is_guessed(data, half, place):
    refused = refusal_of(decode, data)
    assert (refused.code, refused.guess) == ("lone_surrogate", None)
    assert (refused.offset, refused.byte_offset, refused.line, refused.column) == place
    assert f"half a character, the lone surrogate {half}," in refused.message
    assert "windows" not in refused.message


def test_bytes_that_are_not_utf8_are_refused_with_their_place_and_a_guess():
    refused = refusal_of(decode, b"Headline\n\nThe caf\xe9 said \x93no\x94")
    assert (refused.code, refused.byte_offset, refused.line, refused.column) == ("not_utf8", 17, 3, 8)
    assert refused.guess == "windows-1252"
    assert "The café said “no”" in refused.preview
    assert "windows-1252" in refused.message


@pytest.mark.parametrize(
    ("data", "code", "byte_offset"),
    [
        (b"\xff\xfe\xfa", "wrong_charset", 2),
        (b"a\xc0\xaf", "not_utf8", 1),
        (b"S\xed\xbb\x94 caf\xe9", "not_utf8", 1),
        (b"\xef\xbb\xbfcaf\xe9", "not_utf8", 6),
        (b"\x93\x94", "not_utf8", 0),
        ("Привет, мир".encode("cp1251"), "not_utf8", 0),
        ("こんにちは".encode("euc-jp"), "not_utf8", 0),
        ("你好世界".encode("gb18030"), "not_utf8", 0),
    ],
)
def test_no_byte_is_ever_replaced(data, code, byte_offset):
    refused = refusal_of(decode, data)
    assert (refused.code, refused.byte_offset) == (code, byte_offset)
    assert refused.guess


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("こんにちは、世界のみなさん", "shift_jis"),
        ("こんにちは、世界のみなさん", "euc-jp"),
        ("俄罗斯外交部发言人说", "gb18030"),
        ("Привет, мир, как дела", "windows-1251"),
        ("Le café était fermé", "windows-1252"),
        ("Ünlü “söz”", "utf-16-le"),
        ("Ünlü “söz” é", "utf-16-be"),
    ],
)
def test_the_guess_reads_the_text_as_it_was(text, encoding):
    refused = refusal_of(decode, text.encode(encoding))
    assert refused.guess == encoding


@pytest.mark.parametrize("charset", ["rot13", "unicode_escape", "idna", "no such", "x" * 99, "utf-8\0", "zip", ""])
def test_a_charset_that_is_none_is_refused_by_name(charset):
    if charset:
        refused = refusal_of(decode, b"a", charset)
        assert refused.code == "unknown_charset"
        assert "utf-8" in refused.message
    else:
        assert decode(b"a", charset).text == "a"


def test_a_failed_declared_charset_is_named():
    refused = refusal_of(decode, b"caf\xe9", "ascii")
    assert refused.message.startswith("The file is neither ascii nor UTF-8: byte 3 (0xE9) at line 1, column 4")


def test_the_hash_is_that_of_the_utf8_bytes():
    assert text_sha256("“né”") == hashlib.sha256("“né”".encode()).hexdigest()


def test_a_headline_given_apart_becomes_the_first_line():
    assert with_headline("Mayor Resigns", "She left.") == "Mayor Resigns\n\nShe left."
    assert with_headline(" Mayor\r\n Resigns ", "\ufeffShe left.\r\n") == "Mayor Resigns\n\nShe left.\n"


@pytest.mark.parametrize("headline", [None, "", "  ", "\u200b", "Mayor Resigns", "Mayor\u00a0 Resigns"])
def test_a_headline_that_is_there_or_is_none_adds_nothing(headline):
    assert with_headline(headline, "Mayor Resigns\n\nShe left.") == "Mayor Resigns\n\nShe left."


@given(texts, texts)
def test_a_headline_is_added_once(headline, body):
    try:
        story = with_headline(headline, body)
    except TextRefused:
        return
    assert with_headline(headline, story) == story
    assert story.endswith(canonicalise(body))


def test_a_story_of_a_million_characters_is_taken():
    line = "word " * 200_000
    assert canonicalise(line) == line
    assert canonicalise("a\r\n" * 200_000) == "a\n" * 200_000
