"""Small stories, dense with quotes that overlap, nest, repeat and come in fragments."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from annotations.agreement.spans import merged
from annotations.agreement.stories import NO_SPEAKER, Assignment, Quote, Story
from annotations.agreement.tallies import counted

LENGTH = 30
WORDS = tuple((start, start + 2) for start in range(0, LENGTH, 3))
NAMES = "abcdef"

ranges = st.tuples(st.integers(0, LENGTH - 1), st.integers(1, 8)).map(lambda r: (r[0], min(LENGTH, r[0] + r[1])))
spans = st.lists(ranges, max_size=2).map(merged)
contents = st.lists(ranges, min_size=1, max_size=3).map(merged)
links = st.frozensets(st.tuples(st.sampled_from("xy"), st.sampled_from(["asserts", "denies"])), max_size=2)


@st.composite
def quotes(draw: Callable[..., Any], most: int = 6) -> tuple[Quote, ...]:
    """The quotes of one annotator, with keys that tell their order."""
    return tuple(
        Quote(
            key=f"q{number}",
            content=content,
            source=draw(spans),
            cue=draw(spans),
            speaker=draw(st.sampled_from([None, NO_SPEAKER, "ann", "bob"])),
            type=draw(st.sampled_from(["direct", "indirect"])),
            resolution=draw(st.sampled_from([None, "explicit", "none"])),
            labels=draw(st.dictionaries(st.just("act"), st.sampled_from(["statement", "question"]))),
            links=draw(links),
        )
        for number, content in enumerate(draw(st.lists(contents, max_size=most)))
    )


@st.composite
def stories(draw: Callable[..., Any], annotators: int | None = None) -> Story:
    """A story with the work of up to four annotators, some of which may not have read all."""
    count = annotators or draw(st.integers(1, 4))
    assignments = (Assignment(name, draw(quotes()), draw(spans)) for name in NAMES[:count])
    return Story(draw(st.text("st", min_size=1, max_size=3)), LENGTH, tuple(assignments), WORDS)


units = st.lists(st.lists(st.sampled_from("xyz"), max_size=4).map(lambda unit: tuple(sorted(unit))), max_size=12)
unit_tallies = units.map(counted)
