"""Importing newsnotes/1 while annotating beside others: what is here already is not told."""

from __future__ import annotations

import copy

import pytest

from annotations.exports.records import Record
from annotations.services.articles import import_article
from annotations.services.records import import_records
from annotations.services.sample import sample_record
from annotations.services.shelf import Outcome
from annotations.services.speakers import NewSpeaker
from tests.cast import Cast
from tests.factories import make_assignment, make_quote
from tests.services.test_records import imported, with_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def kirby() -> Record:
    """A copy of the Kirby record."""
    return copy.deepcopy(sample_record("kirby"))


def test_who_annotates_a_story_learns_nothing_by_importing(cast: Cast, kirby: Record) -> None:
    version = import_article(
        actor=cast.manager, project=cast.project, text=kirby["article"]["text"], key="kirby", language="en"
    ).version
    assert version is not None
    other = make_assignment(version, cast.annotator)
    make_assignment(version, cast.manager)
    line = kirby | {"status": "submitted", "quotes": [], "speakers": [], "claims": []}
    said = set()
    for pseudonym in (other.annotator.pseudonym, "nobody-here"):
        (placement,) = imported(cast, line | {"annotator": pseudonym})
        said.add((placement.outcome, placement.path, placement.reason))
    assert len(said) == 1
    assert placement.outcome == Outcome.REFUSED
    assert import_records(actor=None, project=cast.project, records=[kirby])[0].outcome == Outcome.NEW
    assert imported(cast, line | {"annotator": "nobody-here"})[0].outcome == Outcome.NEW


def test_nor_which_names_and_ids_are_here(cast: Cast, kirby: Record) -> None:
    version = import_article(actor=cast.manager, project=cast.project, text="Bo said it stands.", key="bo").version
    assert version is not None
    make_assignment(version, cast.manager)
    # Alone with the story there is nothing to find out.
    (speaker, *_) = kirby["speakers"]
    bare = with_text(kirby, "Another text.") | {"quotes": [], "speakers": [], "claims": []}
    bare["article"]["id"] = "other"
    other = make_assignment(version, cast.annotator)
    make_quote(other, cast.annotator, "it stands", speaker=NewSpeaker(speaker["label"], speaker["kind"]))
    said = {
        (placement.outcome, placement.path, placement.reason)
        for label in (speaker["label"], "Nobody Known")
        for placement in imported(cast, bare | {"speakers": [speaker | {"label": label}]})
    }
    assert len(said) == 1
    assert imported(cast, bare)[0].outcome == Outcome.NEW
