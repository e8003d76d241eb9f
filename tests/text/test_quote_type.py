"""The type of a quote from its quotation marks."""

import json
from pathlib import Path

import pytest
from hypothesis import given

from annotations.text.quotation import regions
from annotations.text.quote_type import derive_type
from tests.text.strategies import ranges

SAMPLES = Path(__file__).parents[2] / "annotations" / "sample"


def derived_types():
    """The derived types of the quotes of the sample stories."""
    for path in sorted(SAMPLES.glob("*.gold.json")):
        story = json.loads(path.read_text(encoding="utf-8"))
        contents = {
            quote["id"]: [(span["start"], span["end"]) for span in quote["content"]] for quote in story["quotes"]
        }
        for quote in story["quotes"]:
            if not quote["type_overridden"]:
                outer = contents[quote["parent"]] if quote["parent"] else []
                yield pytest.param(
                    story["article"]["text"],
                    contents[quote["id"]],
                    outer,
                    quote["type"],
                    id=f"{path.stem}-{quote['id']}",
                )


@pytest.mark.parametrize(("text", "content", "outer", "expected"), list(derived_types()))
def test_the_types_of_the_samples(text, content, outer, expected):
    assert derive_type(text, content, outer=outer) == expected


def type_of(text, *words, parent=None):
    """The type of a quote whose content is these words of the text."""

    def place(some):
        return (text.index(some), text.index(some) + len(some))

    return derive_type(text, [place(some) for some in words], outer=[place(parent)] if parent else ())


@pytest.mark.parametrize(
    ("text", "content", "expected"),
    [
        ("“We will go,” she said.", ["“We will go,”"], "direct"),
        ("“We will go,” she said.", ["We will go"], "direct"),
        ("“We will,” she said, “go.”", ["“We will,”", "“go.”"], "direct"),
        ("She said she would go.", ["she would go"], "indirect"),
        ("It is “hard to know” why.", ["It is “hard to know” why"], "mixed"),
        ("“We go,” she said, adding that it is late.", ["“We go,”", "that it is late"], "mixed"),
        ("„Wir gehen“, sagte sie.", ["Wir gehen"], "direct"),
        ("Sie sagte, sie gehe.", ["sie gehe"], "indirect"),
        ("Er nannte das „absurd“ und teuer.", ["das „absurd“ und teuer"], "mixed"),
        ("« Nous partons », a-t-elle dit.", ["« Nous partons »"], "direct"),
        ("Elle a dit qu’elle partait.", ["qu’elle partait"], "indirect"),
        ("Il juge la loi « absurde » et chère.", ["la loi « absurde » et chère"], "mixed"),
        ("قالت: «سنغادر الآن».", ["سنغادر الآن"], "direct"),
        ("قالت إنها ستغادر.", ["إنها ستغادر"], "indirect"),
        ("قالت إن الوضع «صعب جدا» اليوم.", ["إن الوضع «صعب جدا» اليوم"], "mixed"),
        ("彼女は「行く」と述べた。", ["「行く」"], "direct"),
        ("彼女は行くと述べた。", ["行く"], "indirect"),
        ("彼女は事態が「厳しい」と述べた。", ["事態が「厳しい」"], "mixed"),
        ("“👍” he wrote.", ["👍"], "direct"),
        ("👍 he wrote.", ["👍"], "indirect"),
        ("“We will not\n\nHe left.", ["“We will not"], "direct"),
        ("“One.\n\n“Two,” he said.", ["“One.\n\n“Two,”"], "direct"),
        ("The workers’ pay won’t rise, she said.", ["The workers’ pay won’t rise"], "indirect"),
    ],
)
def test_the_type_says_how_much_is_quoted(text, content, expected):
    assert type_of(text, *content) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("“The mayor said she would ‘never’ resign,”", "direct"),
        ("she would ‘never’ resign", "mixed"),
        ("‘never’", "direct"),
        ("never", "direct"),
        ("resign", "indirect"),
    ],
)
def test_marks_of_the_outer_speaker_do_not_make_a_nested_quote_direct(content, expected):
    text = "“The mayor said she would ‘never’ resign,” Jones said."
    parent = "“The mayor said she would ‘never’ resign,”" if content[0] != "“" else None
    assert type_of(text, content, parent=parent) == expected


def test_a_nested_quote_in_its_own_marks_is_direct():
    text = "Jones told us that the mayor had said “I will resign” twice."
    assert type_of(text, "“I will resign”", parent="the mayor had said “I will resign” twice") == "direct"


def test_without_a_parent_all_marks_count():
    assert type_of("“The mayor said she would resign,” Jones said.", "she would resign") == "direct"


@given(ranges())
def test_a_content_of_one_region_is_direct_and_of_none_is_indirect(given_range):
    text, start, end = given_range
    found = regions(text)
    assert derive_type(text, [(start, end)], []) == "indirect"
    for region in found:
        assert derive_type(text, [(region.start, region.end)], found) in {"direct", "mixed"} or not any(
            char.isalnum() for char in text[region.start : region.end]
        )
        if any(char.isalnum() for char in text[slice(*region.inner)]):
            assert derive_type(text, [region.inner], found) == "direct"


@given(ranges())
def test_white_space_and_marks_at_the_edges_change_nothing(given_range):
    text, start, end = given_range
    words = text[start:end]
    if not any(char.isalnum() for char in words):
        return
    trimmed = start + len(words) - len(words.lstrip()), start + len(words.rstrip())
    assert derive_type(text, [(start, end)]) == derive_type(text, [trimmed])
