"""Texts for the property tests: anything at all, and texts dense with what is hard in news."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from hypothesis import strategies as st

from annotations.text.canonical import TextRefused, canonicalise

anything = st.text(max_size=60)
_hard = [
    *"abS1. ,:;!?-–—'’‘ʼ\"“”„‚«»‹›「」『』`&@#_/()\n\t",
    *"é中々アーひ・한ก",
    "\n\n",
    "''",
    "``",
    "e\u0301",
    "\u00a0",
    "\u00ad",
    "\u200b",
    "\u200d",
    "\u200f",
    "\u2028",
    "\ufe0f",
    "\u20e3",
    "\u0301",
    "\u0600",
    "क्ष",
    "\u1112\u1161",
    "\u11ab",
    "ำ",
    "ﾞ",
    "ﬁ",
    "…",
    "。",
    "؟",
    "👩",
    "🏽",
    "👨🏻‍🚒",
    "🇩",
    "🇫",
    "ℹ",
    "①",
    "𝒜",
    "\U0010ffff",
    "said ",
    "Mr. ",
    "U.S.",
    "3. März",
]
hard = st.lists(st.sampled_from(_hard), max_size=14).map("".join)
texts = st.one_of(anything, hard)


def _canonical(text: str) -> str | None:
    try:
        return canonicalise(text)
    except TextRefused:
        return None


canonical_texts = texts.map(_canonical).filter(lambda text: text is not None)


@st.composite
def ranges(draw: Callable[..., Any], within: st.SearchStrategy[str] = texts) -> tuple[str, int, int]:
    """A text and a range of it that is not empty."""
    text = draw(within.filter(bool))
    start = draw(st.integers(0, len(text) - 1))
    return text, start, draw(st.integers(start + 1, len(text)))


@st.composite
def keyed_spans(draw: Callable[..., Any], length: int = 40) -> list[tuple[int, int, int]]:
    """Spans with keys, some beyond the length, some of the same range, some with the same key."""
    edges = st.tuples(st.integers(0, length + 5), st.integers(0, length + 5)).filter(lambda pair: pair[0] < pair[1])
    return [(*pair, draw(st.integers(0, 6))) for pair in draw(st.lists(edges, max_size=12))]


def steps(function: Callable[..., object], *arguments: object) -> int:
    """Count the lines of Python that a call runs: a measure of work that no clock disturbs."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Callable[..., Any]:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return count


def grows_linearly(function: Callable[[str], object], unit: str, times: int = 300) -> bool:
    """Say whether twice the text takes about twice the work; the first call fills what is kept for later ones."""
    function(unit)
    return steps(function, unit * times * 2) < 2.3 * steps(function, unit * times) + 100
