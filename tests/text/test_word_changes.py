"""What changed between two texts, word by word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotations.text.word_changes import word_changes

TEXTS = st.lists(st.sampled_from(["the ", "cue", " is", ".", "\n", "a verb", "\u00a0"]), max_size=30).map("".join)


@given(TEXTS, TEXTS)
def test_the_pieces_give_both_texts_again(before: str, after: str) -> None:
    pieces = word_changes(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after


def test_texts_that_are_too_long_to_compare_word_by_word() -> None:
    before, after = "word " * 4000, "other " * 4000
    assert [piece.kind for piece in word_changes(before, after)] == ["gone", "new"]
    lines = "a few words in a line\n" * 200
    assert [piece.text for piece in word_changes(lines, lines + "one more\n") if piece.kind == "new"] == ["one more\n"]
