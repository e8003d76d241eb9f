"""JSON that two readers could understand differently is refused."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.text.strict_json import JsonRefused, loads

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        ('{"a": 1, "a": 2}', "duplicate_key", ""),
        ('{"q": [{"a": 1, "a": 1}]}', "duplicate_key", "q[0]"),
        ('{"x": [NaN]}', "not_a_number", "x[0]"),
        ("Infinity", "not_a_number", ""),
        ("[1e999]", "number_too_large", "[0]"),
        ('{"a": [-1e999]}', "number_too_large", "a[0]"),
        ('{"a": {"b": "\\ud800"}}', "bad_character", "a.b"),
        ('{"a": "x\\udc00y"}', "bad_character", "a"),
        ('{"\\ud800": 1}', "bad_character", ""),
        ('{"q": ["a\\u0000"]}', "bad_character", "q[0]"),
        ('"a\x00"', "not_json", ""),
        ("[" * 100_000, "too_deep", ""),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, "too_deep", ""),
        ("[" * 33 + "]" * 33, "too_deep", ""),
        ('{"a": [' + "9" * 5_000 + "]}", "number_too_large", "a[0]"),
        ('{"a": 1', "not_json", ""),
        ("", "not_json", ""),
        ("[1] 2", "not_json", ""),
        ("{'a': 1}", "not_json", ""),
    ],
)
def test_refused_with_its_path(text: str, code: str, path: str) -> None:
    with pytest.raises(JsonRefused) as refused:
        loads(text)
    assert (refused.value.code, refused.value.path) == (code, path)


@pytest.mark.parametrize(
    ("text", "value"),
    [('"\\ud83d\\ude00"', "😀"), ("[" * 32 + "]" * 32, None), ('{"a": true, "b": 1.5}', {"a": True, "b": 1.5})],
)
def test_taken(text: str, value: Any) -> None:
    assert value is None or loads(text) == value


def test_bytes_are_utf8() -> None:
    assert loads('["é"]'.encode()) == ["é"]
    with pytest.raises(JsonRefused):
        loads(b'["\xe9"]')


@given(JSON)
def test_everything_that_json_can_hold_is_read_as_json_reads_it(value: Any) -> None:
    text = json.dumps(value)
    if "\\u0000" in text:
        return
    assert loads(text) == json.loads(text)


@given(st.text())
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    with suppress(JsonRefused):
        loads(text)
