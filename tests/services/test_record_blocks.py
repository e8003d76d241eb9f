"""Blocks that records of newsnotes/1 bring, or leave to be found in the text."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from annotations.exports import jsonl_v1
from annotations.exports.records import Record
from annotations.models import ArticleVersion, Change
from annotations.services import imports
from annotations.services.articles import import_article
from annotations.services.imports import Item
from annotations.services.sample import sample_record
from annotations.services.shelf import Outcome
from annotations.services.verification import verify
from annotations.views import story
from tests.cast import Cast
from tests.exports.test_jsonl_v1_reader import put
from tests.factories import make_assignment
from tests.services.test_records import exported, imported

pytestmark = pytest.mark.django_db


@pytest.fixture
def kirby() -> Record:
    """A copy of the Kirby record."""
    return copy.deepcopy(sample_record("kirby"))


def test_other_blocks_come_with_their_history(cast: Cast, kirby: Record) -> None:
    text = kirby["article"]["text"]
    import_article(actor=cast.manager, project=cast.project, text=text, key="kirby", language="en")
    kirby["article"]["blocks"][2]["kind"] = "subhead"
    second = kirby | {"status": "submitted", "annotator": "anna", "quotes": [], "speakers": [], "claims": []}
    other = copy.deepcopy(second) | {"annotator": "bo"}
    other["article"]["blocks"][2]["kind"] = "caption"
    placed = imported(cast, kirby, second, other)
    assert [(one.outcome, one.path) for one in placed] == [
        (Outcome.NEW, ""),
        (Outcome.NEW, ""),
        (Outcome.REFUSED, "article.blocks"),
    ]
    change = Change.objects.get(subject_kind="article", action="change")
    blocks = [list(block.values()) for block in kirby["article"]["blocks"]]
    assert (change.before["blocks"], change.after["blocks"]) == (None, blocks)
    assert ArticleVersion.objects.get().blocks == blocks
    assert list(verify()) == []


def test_the_preview_says_that_blocks_change(cast: Cast, kirby: Record) -> None:
    import_article(actor=cast.manager, project=cast.project, text=kirby["article"]["text"], key="kirby", language="en")
    for kind, changes in (("subhead", "blocks: found in the text → those of the file"), ("headline", "")):
        kirby["article"]["blocks"][0]["kind"] = kind
        items = [Item("gold.jsonl", 1, record=kirby)]
        (row,) = imports.preview(actor=cast.manager, project=cast.project, items=items, update=False)
        assert row.changes == changes


@pytest.mark.parametrize("is_gold", [True, False])
def test_blocks_stay_once_somebody_works_on_them(cast: Cast, kirby: Record, is_gold: bool) -> None:
    text = kirby["article"]["text"]
    done = import_article(actor=cast.manager, project=cast.project, text=text, key="kirby", language="en")
    if is_gold:
        imported(cast, copy.deepcopy(kirby))
    else:
        make_assignment(done.version, cast.annotator)
    kirby["article"]["blocks"][2]["kind"] = "subhead"
    kirby |= {"status": "submitted", "annotator": "anna", "quotes": []}
    (placement,) = imported(cast, kirby)
    assert (placement.outcome, placement.path) == (Outcome.REFUSED, "article.blocks")
    assert ArticleVersion.objects.get().blocks is None
    assert not Change.objects.filter(subject_kind="article", action="change").exists()


@pytest.mark.parametrize(
    ("path", "value"), [("article.blocks.2.kind", "caption"), ("article.version", 2), ("article.headline", "Other")]
)
def test_lines_of_one_file_agree_on_their_version(cast: Cast, kirby: Record, path: str, value: Any) -> None:
    other = copy.deepcopy(kirby) | {"status": "submitted", "annotator": "anna", "quotes": []}
    put(path, value)(other)
    placed = imported(cast, kirby, other)
    where = "article.blocks" if "blocks" in path else path
    assert [(one.outcome, one.path) for one in placed] == [(Outcome.NEW, ""), (Outcome.REFUSED, where)]


@pytest.mark.parametrize("is_here", [True, False])
def test_no_blocks_are_those_found_in_the_text(cast: Cast, kirby: Record, is_here: bool) -> None:
    text = kirby["article"]["text"]
    if is_here:
        import_article(actor=cast.manager, project=cast.project, text=text, key="kirby", language="en")
    bare = copy.deepcopy(kirby)
    bare["article"]["blocks"] = []
    assert imported(cast, bare)[0].outcome == Outcome.NEW
    assert exported(cast.project) == jsonl_v1.line(kirby)
    assert imported(cast, bare)[0].outcome == imported(cast, kirby)[0].outcome == Outcome.SAME
    assert len(story.plain_blocks(ArticleVersion.objects.get())) == len(kirby["article"]["blocks"])
    assert list(verify()) == []
