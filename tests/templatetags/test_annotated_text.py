"""Marked text: whatever is marked, the text of the container is the text of the story."""

from __future__ import annotations

from html.parser import HTMLParser

from bs4 import BeautifulSoup, Tag
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from annotations.templatetags.annotated_text import mark_faces, shown, story_block, story_text
from annotations.text.blocks import blocks
from annotations.views.story import Story, story_blocks
from annotations.views.story_parts import Card, CastMember
from tests.client import check_html

# What canonical text may hold, with the characters that trip pages up made frequent.
CHARACTERS = st.one_of(
    st.sampled_from("\n\n \t\xa0\u2028\u200b\u200d\u202e\u2066\u00ad\ufeff\x85<>&\"'“”é\u0301👨🏻🚒{}%"),
    st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, [*range(9), *range(11, 32)]))),
)
TEXTS = st.text(CHARACTERS, max_size=120)
ROLES = ("content", "cue", "source", "addressee")


def card(number: int, spans: list[tuple[str, int, int]], key: str = "") -> Card:
    found: dict[str, list[dict[str, int]]] = {role: [] for role in ROLES}
    for role, start, end in spans:
        found[role].append({"start": start, "end": end})
    return Card(
        key=key or f"q {number}/<é>",
        pk=number,
        number=number,
        revision=1,
        type="direct",
        type_overridden=False,
        resolution="",
        no_source="",
        speaker=None,
        parent=None,
        parent_overridden=False,
        spans=found,
        labels={},
        label_names=[],
        claims=[],
    )


def story_of(text: str, cards: list[Card]) -> Story:
    plain = blocks(text)
    cards = sorted(cards, key=lambda one: one.start)
    tail = text[plain[-1].end :] if plain else text
    return Story(None, None, story_blocks(text, plain, cards), tail, cards, [])  # type: ignore[arg-type]


class TextContent(HTMLParser):
    """The text of a page as a browser has it. Beautiful Soup folds white space that stands alone."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data


def text_content(text: str, cards: list[Card]) -> str:
    return TextContent(f"<div>{story_text(story_of(text, cards))}</div>").text


def rendered(text: str, cards: list[Card]) -> Tag:
    html = f'<div id="story">{story_text(story_of(text, cards))}</div>'
    check_html(html.replace("{%", "").replace("{#", ""))
    found = BeautifulSoup(html, "html.parser").find(id="story")
    assert isinstance(found, Tag)
    return found


@given(TEXTS, st.data())
def test_the_text_is_the_story_whatever_is_marked(text: str, data: st.DataObject) -> None:
    cards = []
    if text:
        edge = st.integers(0, len(text))
        span = st.tuples(st.sampled_from(ROLES), edge, edge).map(lambda s: (s[0], min(s[1:]), max(s[1:])))
        solid = span.filter(lambda s: s[1] < s[2])
        cards = [card(i, one) for i, one in enumerate(data.draw(st.lists(st.lists(solid, max_size=5), max_size=5)))]
    assert text_content(text, cards) == text


@given(TEXTS)
def test_every_mark_covers_exactly_its_words(text: str) -> None:
    for start in range(0, len(text), 7):
        end = min(len(text), start + 9)
        story = rendered(text, [card(1, [("content", start, end)])])
        marked = "".join(mark.get_text() for mark in story.find_all("mark"))
        visible = "".join(text[max(start, b.start) : min(end, b.end)] for b in blocks(text) if b.start < end > 0)
        assert marked == visible


def test_leading_newlines_and_no_break_spaces_stay() -> None:
    text = "\n\n\xa0Headline\xa0\n\n\n“Yes,”\xa0she said. \n"
    assert text_content(text, [card(1, [("content", 15, 21)])]) == text


def test_a_block_says_where_it_begins_and_leaves_its_direction_to_the_text() -> None:
    story = rendered("One day\n\nשלום. He said yes.", [])
    first, second = story.find_all(class_="block")
    assert (first["data-start"], second["data-start"]) == ("0", "9")
    assert second["dir"] == "auto"
    assert first.name == "h1"


def test_markup_in_a_story_is_text() -> None:
    text = "A line\n\n<script>alert(1)</script> & <img src=x onerror=y> {{ 7 }} </mark>."
    story = rendered(text, [card(1, [("content", 8, 30)])])
    assert story.get_text().split() == text.split()
    assert not story.find(["script", "img"])


def test_an_unseen_character_is_named_and_keeps_its_place() -> None:
    html = BeautifulSoup(shown("a\u202eb\u200bc\x85d"), "html.parser")
    assert html.get_text() == "a\u202eb\u200bc\x85d"
    assert [chip["data-c"] for chip in html.find_all(class_="chip")] == ["RLO", "ZWSP", "0085"]


def test_characters_of_emoji_and_scripts_are_left_alone() -> None:
    assert shown("👨🏻‍🚒 می‌خواهم") == "👨🏻‍🚒 می‌خواهم"


def test_two_quotes_with_the_same_source_words_share_one_mark() -> None:
    text = "He said yes and he said no."
    story = rendered(
        text,
        [card(1, [("content", 8, 11), ("source", 0, 2)], "a"), card(2, [("content", 24, 26), ("source", 0, 2)], "b")],
    )
    assert [mark["data-quotes"] for mark in story.select("mark.source")] == ["a b"]


def test_a_key_with_spaces_is_one_reference() -> None:
    story = rendered("He said yes.", [card(1, [("content", 8, 11)], "my quote")])
    assert story.mark["data-quotes"] == "my%20quote"


def test_lines_of_nested_quotes_run_below_each_other() -> None:
    text = "She said he said they said no."
    story = rendered(
        text,
        [card(1, [("content", 9, 29)], "a"), card(2, [("content", 17, 29)], "b"), card(3, [("content", 27, 29)], "c")],
    )
    levels = {mark["data-quotes"]: mark["class"][2] for mark in story.find_all("mark")}
    assert levels == {"a": "l3", "b": "l2", "c": "l1"}
    assert story.find("mark", {"data-quotes": "c"}).find_parent("mark")["data-quotes"] == "b"


def test_only_the_first_piece_of_a_content_has_the_number_and_says_what_it_is() -> None:
    text = "One\n\nHe said yes.\n\nAnd no."
    story = rendered(text, [card(1, [("content", 13, 26)], "a")])
    first, second = story.select("mark")
    assert first["class"][3:] == []
    assert second["class"][3:] == ["last"]
    assert first.has_attr("data-n")
    assert not second.has_attr("data-n")
    assert first["aria-describedby"] == "co–"
    assert not second.has_attr("aria-describedby")


def test_what_is_said_of_marks_stands_once_and_outside_of_the_story() -> None:
    cards = [card(1, [("content", 8, 11), ("source", 0, 2)]), card(2, [("content", 24, 26), ("source", 0, 2)])]
    cards[1].speaker = CastMember(1, "ben", "Ben <Ruiz>", "person", True, "", 1)
    story = story_of("He said yes and he said no.", cards)
    said = {one["id"]: one.get_text() for one in BeautifulSoup(mark_faces(story), "html.parser").select("[hidden] > p")}
    assert said == {"co–": "Content", "so–": "Source", "co1": "Content, Ben <Ruiz>", "so1": "Source, Ben <Ruiz>"}
    marks = BeautifulSoup(story_text(story), "html.parser").find_all("mark")
    assert {mark["aria-describedby"] for mark in marks} == set(said)


def test_the_tag_in_a_template_adds_nothing() -> None:
    page = Template("{% load annotated_text %}<div>{% story_text story %}</div>")
    html = page.render(Context({"story": story_of("A b\n\nC d.\n", [])}))
    assert TextContent(html).text == "A b\n\nC d.\n"


def looked(text: str, cards: list[Card], stretches: list[list[int]] | None) -> list[set[str]]:
    """Return the classes that tell of each block what is known of it."""
    found = story_blocks(text, blocks(text), cards, stretches)
    html = story_text(Story(None, None, found, "", cards, []))  # type: ignore[arg-type]
    tags = BeautifulSoup(html, "html.parser").find_all(class_="block")
    return [{"is-gap", "is-looked-at"} & set(tag["class"]) for tag in tags]


def test_a_block_tells_whether_anybody_looked_at_it() -> None:
    text = "First one.\n\nSecond one.\n\nThird one."
    quoted = [card(1, [("content", 0, 5)])]
    assert looked(text, quoted, [[12, 23], [25, 30]]) == [set(), {"is-looked-at"}, {"is-gap"}]
    assert looked(text, [card(1, [("source", 0, 5)])], []) == [{"is-gap"}] * 3
    assert looked(text, quoted, None) == [set()] * 3
    assert looked(text, [card(1, [("content", 8, 14)])], [[0, 35]]) == [{"is-looked-at"}] * 3


def test_a_block_tells_which_stretches_of_it_were_looked_at() -> None:
    (block,) = story_blocks("First one.", blocks("First one."), [], [[0, 5], [6, 9]])
    assert 'data-looked-at="0-5 6-9"' in story_block(block)
