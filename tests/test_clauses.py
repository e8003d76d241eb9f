"""Clauses: every heading begins one, their keys differ, and together they are the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.clauses import (
    CONCERNS,
    clause_changes,
    clauses_in,
    concerning,
    faults_in,
    is_reordered,
    preamble_of,
    section_of,
)
from annotations.services.sample import FOLDER

TEXT = """Before.

# Marking {#marking}

All of it.

## The *cue* {#cue concerns="cue source"}

The verb.

```
# no heading
```

## The cue

> # nor this

Setext
======
"""
PIECES = st.sampled_from(
    ["# ", "## ", "\n", "a", " ", "=", "\n===\n", "```\n", "> ", "- ", "{#a}", " {#a-2}", "{#b concerns=\"cue\"}", "A"]
)  # fmt: skip
TEXTS = (
    st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=30).map("".join).map(lambda one: one.replace("\r", ""))
)


def test_what_is_a_clause() -> None:
    clauses = clauses_in(TEXT)
    assert [(one.key, one.title, one.level, one.line) for one in clauses] == [
        ("marking", "Marking", 1, 3),
        ("cue", "The cue", 2, 7),
        ("the-cue", "The cue", 2, 15),
        ("setext", "Setext", 1, 19),
    ]
    assert [one.key for one in section_of(clauses, "marking")] == ["marking", "cue", "the-cue"]
    assert [one.key for one in section_of(clauses, "the-cue")] == ["the-cue"]
    assert section_of(clauses, "gone") == []
    assert [one.key for one in concerning(clauses, "source")] == ["cue"]
    assert preamble_of(TEXT) == "Before.\n\n"


@given(TEXTS)
def test_keys_differ_and_the_clauses_are_the_text(text: str) -> None:
    clauses = clauses_in(text)
    assert len({one.key for one in clauses}) == len(clauses)
    assert all(one.key and one.title for one in clauses)
    assert preamble_of(text) + "".join(one.text for one in clauses) == text


@given(TEXTS)
def test_an_anchor_is_kept_where_nothing_is_wrong_with_it(text: str) -> None:
    if not list(faults_in(text, CONCERNS)):
        keys = {one.key for one in clauses_in(text)}
        begun = [one for one in clauses_in(text) if one.text.split("\n")[0].rstrip().endswith("{#a-2}")]
        assert not begun or "a-2" in keys


def test_equal_headings_and_anchors_that_they_would_take() -> None:
    keys = [one.key for one in clauses_in("# A\n# A\n# B {#a-2}\n# A\n# ???\n# 引用\n")]
    assert keys == ["a", "a-3", "a-2", "a-4", "clause", "引用"]


@pytest.mark.parametrize(
    ("line", "code", "given"),
    [
        ("# A {#a b}", "anchor", "{#a b}"),
        ("# A {#}", "anchor", "{#}"),
        ("# A {#a concern='cue'}", "anchor", "{#a concern='cue'}"),
        (f"# A {{#{'a' * 61}}}", "anchor", "a" * 61),
        ("# B {#one}", "twice", "one"),
        ('# A {#a concerns="cue tone"}', "concern", "tone"),
    ],
)
def test_what_is_wrong_names_its_line(line: str, code: str, given: str) -> None:
    (fault,) = faults_in(f"# One {{#one}}\n\n{line}\n", CONCERNS)
    assert (fault.code, fault.line, fault.given) == (code, 3, given)


def test_the_sample_says_what_its_clauses_concern() -> None:
    text = (FOLDER / "guidelines.md").read_text(encoding="utf-8")
    sets = {"act", "engagement", "factuality"}
    assert list(faults_in(text, {*CONCERNS, *sets})) == []
    assert {concern for one in clauses_in(text) for concern in one.concerns} == {*CONCERNS, *sets}


def test_what_changed_is_told_clause_by_clause() -> None:
    after = TEXT.replace("The verb.", "The verb group.").replace("Setext\n======\n", "# New\n\nText.\n")
    changes = {(one.key, one.kind): [tuple(piece) for piece in one.pieces] for one in clause_changes(TEXT, after)}
    assert set(changes) == {("cue", "changed"), ("new", "new"), ("setext", "gone")}
    assert [piece for piece in changes["cue", "changed"] if piece[0] != "same"] == [
        ("new", " group"),
    ]
    assert clause_changes(TEXT, TEXT) == []
    assert clause_changes("a\n# B\n", "b\n# B\n")[0].key == ""
    assert is_reordered("# A\n# B\n# C\n", "# B\n# A\n")
    assert not is_reordered("# A\n# B\n", "# A\n# C\n# B\n")
