"""An export of 100,000 quotes is open, and an editor saves all the same."""

from __future__ import annotations

import json
import threading

import pytest
from django.db import connections

from annotations.exports.downloads import Download
from annotations.exports.filters import Asked
from annotations.models import Assignment, Change, Quote
from annotations.services.records import import_records
from benchmarks import corpus
from tests.cast import Cast
from tests.factories import make_quote

STORIES = 2000
QUOTES = 50


@pytest.mark.slow
def test_a_save_goes_through_while_an_export_is_open(
    transactional_db: None, cast: Cast, assignment: Assignment
) -> None:
    for start in range(0, STORIES, 50):
        records = [
            corpus.record(number, seed=7, words=QUOTES * 40, quotes=QUOTES) for number in range(start, start + 50)
        ]
        import_records(actor=cast.manager, project=cast.project, records=records)
    assert Quote.objects.count() == STORIES * QUOTES
    everything = Assignment.objects.filter(project=cast.project)
    pieces = Download(cast.project, everything, Change.objects.all(), Asked()).pieces()
    first = [next(pieces) for _ in range(2)]

    saved: list[Quote] = []

    def save() -> None:
        try:
            saved.append(make_quote(assignment, cast.annotator, "“The bridge is safe,”"))
            # Gold made after the export began is not in it either.
            gold = corpus.record(STORIES, seed=7)
            import_records(actor=cast.manager, project=cast.project, records=[gold])
        finally:
            connections.close_all()

    editor = threading.Thread(target=save)
    editor.start()
    # SQLite's busy timeout is 20 seconds: a save that waited for the export would still be waiting.
    editor.join(15)
    assert not editor.is_alive()
    assert len(saved) == 1

    lines = b"".join([*first, *pieces]).splitlines()
    assert len(lines) == STORIES
    assert sum(len(json.loads(line)["quotes"]) for line in lines) == STORIES * QUOTES
    assert everything.filter(status=Assignment.Status.GOLD).count() == STORIES + 1
