"""The story as pages read it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import ArticleVersion, Speaker
from annotations.services.speakers import merge_speakers
from annotations.views.story import load_story, plain_blocks
from tests.cast import Cast
from tests.factories import make_version
from tests.views.reading import gold_of, gold_record, make_gold


def test_cast_cards_and_parents(cast: Cast) -> None:
    story = load_story(gold_of(make_gold(cast.project, cast.manager)))
    assert [member.label for member in story.cast[:3]] == ["John Kirby", "Sandra Smith", "United States"]
    assert [member.number for member in story.cast] == list(range(1, len(story.cast) + 1))
    assert {card.key for card in story.quotes} == {quote["id"] for quote in gold_record()["quotes"]}
    for card in story.quotes:
        assert card.depth == (0 if card.parent is None else story.by_key[card.parent].depth + 1)
    assert [card for block in story.blocks for card in block.cards] == story.quotes


def test_a_merged_speaker_is_the_one_it_stands_for(cast: Cast) -> None:
    version = make_gold(cast.project, cast.manager)
    smith, kirby = (Speaker.objects.get(label=label) for label in ("Sandra Smith", "John Kirby"))
    merge_speakers(actor=cast.manager, speaker=smith, into=kirby, revision=smith.revision)
    story = load_story(gold_of(version))
    assert "Sandra Smith" not in {member.label for member in story.cast}
    assert story.cast[0].quotes == 14


def test_a_bare_version_takes_no_query_for_quotes(cast: Cast) -> None:
    version = make_version(cast.project, cast.manager)
    with CaptureQueriesContext(connection) as captured:
        story = load_story(version)
    assert len(captured) == 0
    assert story.quotes == []
    assert story.has_headline


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (None, [("headline", 0, 4), ("paragraph", 6, 15)]),
        ([["headline", 0, 4], ["correction", 6, 15]], [("headline", 0, 4), ("correction", 6, 15)]),
        ([["headline", 0, 4]], [("headline", 0, 4), ("paragraph", 4, 15)]),
        # A file that brings none leaves them to be found.
        ([], [("headline", 0, 4), ("paragraph", 6, 15)]),
    ],
)
def test_imported_blocks_leave_no_word_out(
    rows: list[list[object]] | None, expected: list[tuple[str, int, int]]
) -> None:
    version = ArticleVersion(text="Head\n\nIt is it.", length=15, headline="Head", blocks=rows)
    found = [(block.kind, block.start, block.end) for block in plain_blocks(version)]
    assert found == expected
