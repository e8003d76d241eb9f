"""The blocks of a story."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given

from annotations.text.blocks import MOST_BLOCKS, Kind, blocks
from annotations.text.canonical import with_headline
from tests.text.strategies import canonical_texts, grows_linearly

SAMPLES = Path(__file__).parents[2] / "annotations" / "sample"


def kinds(text: str) -> list[str]:
    return [block.kind.value for block in blocks(text)]


def kind_of(line: str) -> str:
    """The kind of a line between two paragraphs."""
    return kinds(f"The mayor left.\n\n{line}\n\nThe town stayed.")[1]


@given(canonical_texts)
def test_blocks_are_ordered_apart_and_cover_all_that_is_not_white_space(text):
    found = blocks(text)
    assert [block.index for block in found] == list(range(len(found)))
    assert all(one.end <= other.start for one, other in pairwise(found))
    covered = {i for block in found for i in range(block.start, block.end)}
    assert covered >= {i for i, char in enumerate(text) if not char.isspace()}
    for block in found:
        words = text[block.start : block.end]
        assert words == words.strip()
        assert "\n" not in words


@given(canonical_texts)
def test_a_story_has_one_headline_at_most(text):
    assert kinds(text).count("headline") <= 1


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.gold.json")), ids=lambda path: path.stem)
def test_the_blocks_of_the_samples(path):
    for line in path.read_text(encoding="utf-8").splitlines() if path.suffix == ".jsonl" else [path.read_text("utf-8")]:
        article = json.loads(line)["article"]
        found = [(block.kind.value, block.start, block.end) for block in blocks(article["text"], article["headline"])]
        assert found == [(block["kind"], block["start"], block["end"]) for block in article["blocks"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mayor Resigns\n\nShe left.", ["headline", "paragraph"]),
        ("Will the Mayor Resign?\n\nShe may.", ["headline", "paragraph"]),
        ("‘I Quit,’ Says Mayor\n\nShe left.", ["headline", "paragraph"]),
        ("Mayor Resigns\nShe left.", ["paragraph", "paragraph"]),
        ("Mayor Resigns", ["paragraph"]),
        ("The mayor has resigned.\n\nShe left.", ["paragraph", "paragraph"]),
        ("By Jane Doe\n\nMayor Resigns\n\nShe left.", ["boilerplate", "headline", "paragraph"]),
        ("市长辞职\n\n她走了。", ["headline", "paragraph"]),
        ("استقالة العمدة\n\nغادرت العمدة المبنى.", ["headline", "paragraph"]),
        ("\n\nMayor Resigns\n\n\n\nShe left.\n", ["headline", "paragraph"]),
    ],
)
def test_the_headline_stands_apart_and_has_no_full_stop(text, expected):
    assert kinds(text) == expected


def test_a_headline_given_apart_is_one_whatever_its_shape():
    text = with_headline("The mayor has resigned.", "She left.")
    assert kinds(text) == ["paragraph", "paragraph"]
    assert [block.kind for block in blocks(text, "The mayor has resigned.")] == [Kind.HEADLINE, Kind.PARAGRAPH]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("A Town in Trouble", "subhead"),
        ("市民の反応", "subhead"),
        ("The town was quiet:", "paragraph"),
        ("“We will stay”", "subhead"),
        ("“We will stay.”", "paragraph"),
        (
            "A line that goes on for far too long to be a subhead of any story that was ever printed in a paper",
            "paragraph",
        ),
        ("- one thing", "list_item"),
        ("* one thing", "list_item"),
        ("• one thing", "list_item"),
        ("1. one thing", "list_item"),
        ("2) one thing", "list_item"),
        ("１、一つ目", "list_item"),
        ("3. März war ein Tag wie jeder andere", "subhead"),
        ("-5 degrees were measured.", "paragraph"),
        ("– Je ne sais pas, dit-il.", "paragraph"),
        ("Correction: The mayor left on Friday.", "correction"),
        ("Correction, March 3: The mayor left on Friday.", "correction"),
        ("Editor’s note: The mayor owns this paper.", "correction"),
        ("Clarification (5 May 2022): He did not.", "correction"),
        ("Correction officers said no: they were busy.", "paragraph"),
        ("An earlier version of this article named the wrong mayor.", "correction"),
        ("Korrektur: Der Bürgermeister ging am Freitag.", "correction"),
        ("Anmerkung der Redaktion: Der Text wurde geändert.", "correction"),
        ("Rectificatif : le maire est parti vendredi.", "correction"),
        ("Note de la rédaction : le maire possède ce journal.", "correction"),
        ("تصحيح: غادر العمدة يوم الجمعة.", "correction"),
        ("\u200fتوضيح: غادر العمدة يوم الجمعة.", "correction"),
        ("訂正：市長は金曜日に辞めました。", "correction"),
        ("【訂正】市長は金曜日に辞めました。", "correction"),
        ("By Jane Doe", "boilerplate"),
        ("By JANE DOE and John Smith, Staff Writers", "boilerplate"),
        ("By Friday the talks had failed.", "paragraph"),
        ("Von Anna Schmidt", "boilerplate"),
        ("Par Jean Dupont", "boilerplate"),
        ("文：山田太郎", "boilerplate"),
        ("بقلم: أحمد علي", "boilerplate"),
        ("Follow us on Twitter.", "boilerplate"),
        ("Follow-up talks were planned.", "paragraph"),
        ("Share this story", "boilerplate"),
        ("Subscribe to our newsletter.", "boilerplate"),
        ("Subscribers were told.", "paragraph"),
        ("© 2022 The Town Crier", "boilerplate"),
        ("Read more: The mayor’s house", "boilerplate"),
        ("Lesen Sie auch: Das Haus", "boilerplate"),
        ("À lire aussi : la maison", "boilerplate"),
        ("اقرأ أيضا: بيت العمدة", "boilerplate"),
        ("関連記事：市長の家", "boilerplate"),
        ("Anzeige", "boilerplate"),
        ("Anzeige erstattete der Bürgermeister am Freitag.", "paragraph"),
        ("\u200b\u200d", "boilerplate"),
        ("Photo: The mayor in May.", "caption"),
        ("Photo by Jane Doe", "caption"),
        ("Photographs of the mayor were found.", "paragraph"),
        ("Foto: Das Rathaus.", "caption"),
        ("Bilder des Rathauses wurden gefunden.", "paragraph"),
        ("Légende : la mairie.", "caption"),
        ("صورة: مبنى البلدية.", "caption"),
        ("写真：市役所。", "caption"),
        ("@townhall We are closed today.", "embedded"),
        ("— Town Hall (@townhall) March 3, 2022", "embedded"),
    ],
)
def test_the_kind_of_a_line(line, kind):
    assert kind_of(line) == kind


def test_a_post_is_the_lines_above_its_signature():
    text = "He wrote.\n\nWe are closed.\nCome back on Monday.\n— Town Hall (@townhall) March 3, 2022\n\nNobody came."
    assert kinds(text) == ["paragraph", "embedded", "embedded", "embedded", "paragraph"]


def test_a_last_short_line_is_no_subhead():
    assert kinds("Mayor Resigns\n\nShe left.\n\nReuters") == ["headline", "paragraph", "paragraph"]


def test_lines_without_blank_lines_between_are_blocks_too():
    text = "Mayor Resigns\n\nShe left.\nHe stayed.\nThey\nwere gone."
    assert kinds(text) == ["headline", "paragraph", "paragraph", "paragraph", "paragraph"]


@pytest.mark.parametrize("unit", ["A line.\n\n", "@post\n", "- x\n", "Line\n", "a" * 400 + "\n", "— N (@n) d\n", " \n"])
def test_blocks_take_linear_work(unit):
    assert grows_linearly(blocks, unit, times=100)


@pytest.mark.parametrize("count", [MOST_BLOCKS, MOST_BLOCKS + 1, 2 * MOST_BLOCKS, 50_000, 200_000])
@pytest.mark.parametrize("beginning", ["", "Mayor Resigns\n\n", "By Ada Holt\n\nMayor Resigns\n\n"])
def test_a_story_of_many_lines_has_a_bounded_number_of_blocks(count, beginning):
    text = beginning + "She left on Monday, and he stayed.\n" * (count - beginning.count("\n\n"))
    found = blocks(text)
    assert len(found) == count if count == MOST_BLOCKS else MOST_BLOCKS // 3 < len(found) <= MOST_BLOCKS
    assert [block.kind for block in found].count(Kind.HEADLINE) == beginning.count("Mayor")
    assert [block.index for block in found] == list(range(len(found)))
    assert not text[: found[0].start].strip()
    assert all(not text[one.end : other.start].strip() for one, other in pairwise(found))
    assert not text[found[-1].end :].strip()
    assert all(text[block.start : block.end] == text[block.start : block.end].strip() for block in found)


def test_lines_of_one_kind_keep_it_when_they_are_joined():
    assert set(kinds("- an entry\n" * 5000)) == {"list_item"}
    assert set(kinds("- an entry\nShe left on Monday.\n" * 5000)) == {"paragraph"}


def test_a_story_of_one_long_line():
    assert len(blocks("word " * 200_000)) == 1
