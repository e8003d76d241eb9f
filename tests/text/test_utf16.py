"""Code points to UTF-16 units and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.text.utf16 import Utf16Map, from_utf16, to_utf16
from tests.text.strategies import grows_linearly, texts


@given(texts)
def test_the_two_directions_undo_each_other(text):
    converter = Utf16Map(text)
    for offset in range(len(text) + 1):
        units = len(text[:offset].encode("utf-16-le")) // 2
        assert converter.to_utf16(offset) == to_utf16(text, offset) == units
        assert converter.from_utf16(units) == from_utf16(text, units) == offset
    assert converter.length == len(text.encode("utf-16-le")) // 2


@given(texts)
def test_every_unit_is_a_boundary_or_refused(text):
    converter = Utf16Map(text)
    boundaries = {converter.to_utf16(offset) for offset in range(len(text) + 1)}
    for units in range(converter.length + 1):
        if units in boundaries:
            converter.from_utf16(units)
        else:
            with pytest.raises(ValueError, match="two halves of a surrogate pair"):
                converter.from_utf16(units)


@given(texts, st.sampled_from([-1, 1, 2**31, 2**63]))
def test_offsets_outside_the_text_are_refused(text, beyond):
    outside = beyond if beyond < 0 else len(text.encode("utf-16-le")) // 2 + beyond
    with pytest.raises(ValueError, match="outside the text"):
        from_utf16(text, outside)
    with pytest.raises(ValueError, match="outside the text"):
        to_utf16(text, outside)


def test_what_a_browser_counts():
    assert to_utf16("a“b”😀c", 5) == 6
    assert from_utf16("a“b”😀c", 6) == 5
    assert to_utf16("💩This is an annotation.", 12) == 13


def test_many_offsets_take_linear_work():
    def convert_all(text: str) -> None:
        converter = Utf16Map(text)
        for offset in range(len(text) + 1):
            converter.from_utf16(converter.to_utf16(offset))

    assert grows_linearly(convert_all, "a😀b")
