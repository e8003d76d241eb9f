"""Which words differ between two wordings."""

from __future__ import annotations

from hypothesis import given

from annotations.text.differences import AROUND, Piece, changes, excerpt, marked
from tests.text.strategies import texts


def told(pieces: list[Piece]) -> str:
    """Return a wording with what differs in brackets."""
    return "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in pieces)


@given(texts, texts)
def test_both_are_whole_and_agree_where_nothing_is_marked(before: str, after: str) -> None:
    old, new = marked(before, after)
    assert ("".join(piece.text for piece in old), "".join(piece.text for piece in new)) == (before, after)
    same = ["".join(piece.text for piece in pieces if not piece.differs) for pieces in (old, new)]
    assert same[0] == same[1]
    assert any(piece.differs for piece in [*old, *new]) == (before != after)


def test_whole_words_are_marked_and_the_space_between_them() -> None:
    old, new = marked("The bridge is safe, he said.", "The pier was safe, she said.")
    assert told(old) == "The [bridge is] safe, [he] said."
    assert told(new) == "The [pier was] safe, [she] said."
    old, new = marked("safe", "safe and sound")
    assert (told(old), told(new)) == ("safe", "safe[ and sound]")


def test_what_is_long_is_compared_line_by_line_and_then_by_words() -> None:
    lines = [f"This is line {number} of the guidelines.\n" for number in range(900)]
    edited = [*lines]
    edited[10], edited[800] = (lines[10].replace("is line", "was line"), lines[800].replace(" line", " row"))
    old, new = marked("".join(lines), "".join(edited))
    assert [piece.text for piece in old if piece.differs] == ["is", "line"]
    assert [piece.text for piece in new if piece.differs] == ["was", "row"]
    one_line = "word " * 5_000
    old, new = marked(f"same a {one_line}b same", f"same {one_line} same")
    assert told(old).startswith("same [a word")
    assert told(new).endswith(" ]same")


def test_an_excerpt_keeps_what_stands_around_a_difference() -> None:
    before, after = (f"{'one ' * 200}{word} {'two ' * 200}" for word in ("old", "new"))
    shown = told(excerpt(marked(before, after)[0]))
    assert shown.startswith("… one")
    assert "one [old] two" in shown
    assert shown.endswith("two …")
    assert len(shown) < 3 * AROUND
    whole = excerpt(marked(before, before)[0])
    assert told(whole) == before


@given(texts, texts)
def test_one_text_shows_what_came_and_what_went(before: str, after: str) -> None:
    pieces = changes(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after


def test_texts_that_are_too_long_to_compare_word_by_word() -> None:
    before, after = "word " * 4000, "other " * 4000
    assert [piece.kind for piece in changes(before, after)][:2] == ["gone", "new"]
    lines = "a few words in a line\n" * 200
    assert [piece.text for piece in changes(lines, lines + "one more\n") if piece.kind == "new"] == ["one more\n"]
