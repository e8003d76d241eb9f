"""A passage is found again from its words and what stands around them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.text.anchoring import Ambiguous, AnchorError, NotFound, anchor, context, find
from annotations.text.folding import fold
from annotations.text.fuzzy import similar
from annotations.text.graphemes import is_boundary
from tests.text.strategies import grows_linearly, ranges, texts

STORY = (
    "Mayor Resigns\n\n“We will not go,” the mayor said on Friday. She said it was  over.\n\n"
    "“We will not go,” the council said. The naïve plan — ‘ﬁne’ once — was dropped…\n"
)


@given(ranges())
def test_any_range_is_found_at_its_place(given_range):
    text, start, end = given_range
    prefix, suffix = context(text, start, end)
    best = find(text, text[start:end], prefix=prefix, suffix=suffix, hint=start)[0]
    assert (best.start, best.end, best.score, best.exact, best.context) == (start, end, 1.0, text[start:end], 1.0)


@given(ranges(), st.integers(0, 60))
def test_matches_are_ranked_and_hold_the_words_at_their_place(given_range, hint):
    text, start, end = given_range
    matches = find(text, text[start:end], hint=hint)
    ranks = [(-match.score, -match.context, abs(match.start - hint)) for match in matches]
    assert ranks == sorted(ranks)
    for match in matches:
        assert match.exact == text[match.start : match.end] == text[start:end]


@given(ranges())
def test_one_place_is_anchored_and_several_are_ambiguous(given_range):
    text, start, end = given_range
    places = sum(text.startswith(text[start:end], offset) for offset in range(len(text)))
    if places == 1:
        assert anchor(text, text[start:end]).start == start
    else:
        with pytest.raises(Ambiguous) as raised:
            anchor(text, text[start:end])
        assert len(raised.value.matches) == places


@given(texts, texts)
def test_whatever_is_sought_nothing_breaks_and_scores_are_in_bounds(text, exact):
    for match in find(text, exact):
        assert 0 <= match.start < match.end <= len(text)
        assert match.exact == text[match.start : match.end]
        assert 0.6 < match.score <= 1.0
        assert (match.score == 1.0) == (match.exact == exact)


def test_context_tells_repeated_words_apart():
    first, second = find(STORY, "“We will not go,”", prefix="Resigns\n\n")
    assert (first.start, second.start) == (15, STORY.rindex("“We"))
    assert anchor(STORY, "“We will not go,”", suffix=" the council").start == second.start
    assert find(STORY, "“We will not go,”", hint=len(STORY))[0].start == second.start


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ('"We will not go," the mayor', "“We will not go,” the mayor"),
        ("it was over", "it was  over"),
        ("Friday. She\nsaid", "Friday. She said"),
        ("nai\u0308ve plan", "naïve plan"),
        ("'fine' once", "‘ﬁne’ once"),
        ("plan - ‘fine", "plan — ‘ﬁne"),
        ("dropped...", "dropped…"),
        ("dro\u00adpped", "dropped"),
        ("  the council said ", "the council said"),
    ],
)
def test_words_that_differ_in_typography_only_are_found(sought, found):
    match = anchor(STORY, sought)
    assert match.exact == found
    assert match.score == 1.0 if sought == found else 0.9 < match.score < 1.0


def test_typography_never_cuts_a_grapheme():
    assert find("un café noir", "cafe") == []
    with pytest.raises(NotFound):
        anchor("un cafe\u0301  noir", "cafe noir")
    assert [match.exact for match in find("ﬁn", "f")] == []


@given(texts.filter(lambda text: len(text) < 30))
def test_folded_ranges_lead_back_to_whole_graphemes(text):
    folded = fold(text)
    for start in range(len(folded.text)):
        for end in range(start + 1, len(folded.text) + 1):
            place = folded.original(start, end)
            if place and all(is_boundary(text, edge) for edge in place):
                assert fold(text[slice(*place)]).text == folded.text[start:end]


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("the mayor told us on Friday", "the mayor said on Friday"),
        ("We shall not go,” the council said", "“We will not go,” the council said"),
        ("naive plan - fine once - was droped", "naïve plan — ‘ﬁne’ once — was dropped"),
    ],
)
def test_words_that_differ_more_are_proposed_with_a_lower_score(sought, found):
    match = find(STORY, sought)[0]
    assert match.exact.strip("“”") == found.strip("“”")
    assert 0.65 < match.score < 0.95
    with pytest.raises(NotFound, match="The nearest is at line") as raised:
        anchor(STORY, sought)
    assert raised.value.matches[0] == match


def test_long_passages_are_compared_word_by_word():
    text = " ".join(f"word{number} and" for number in range(900))
    start, end = text.index("word200"), text.index(" word400")
    passage = text[start:end]
    changed = passage.replace("word310 and", "another thing")
    assert changed != passage
    (match, *_) = find(text, changed)
    assert (match.start, match.end) == (start, end)


def test_what_is_not_there_is_not_found():
    assert find(STORY, "a wholly different sentence") == []
    assert find(STORY, "") == []
    assert find(STORY, "\u3000") == []
    with pytest.raises(NotFound, match="These words are not in the story: 'a wholly different sentence'"):
        anchor(STORY, "a wholly different sentence")


def test_ambiguity_names_the_lines():
    with pytest.raises(Ambiguous, match="stand 2 times in the story, at line 3, column 1; line 5, column 1") as raised:
        anchor(STORY, "“We will not go,”")
    assert isinstance(raised.value, AnchorError)
    assert len(raised.value.matches) == 2


def test_the_context_of_the_edges_is_short():
    assert context("abcdef", 0, 2, 3) == ("", "cde")
    assert context("abcdef", 4, 6, 3) == ("bcd", "")


@given(ranges())
def test_alike_places_do_not_overlap(given_range):
    text, start, end = given_range
    found = sorted(similar(text * 3, text[start:end], 0.5))
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize("unit", ["“We will” go – ", "a", "é", "وقال ", "\u00ad"])
def test_finding_takes_linear_work(unit):
    def seek(text: str) -> None:
        find(text, "these words are not in it", prefix="nor", suffix="this")

    assert grows_linearly(seek, unit)
