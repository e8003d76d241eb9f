"""What was removed is not in the bytes of SQLite's files either, where a client of the database would not see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, connections

from annotations.models import Article, Assignment
from annotations.services import quotes
from annotations.services.removals import remove_article
from tests.cast import Cast
from tests.factories import make_assignment, make_quote, make_version

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="docs/operating.md says what PostgreSQL needs"),
]
PIECE = 12


def stored() -> set[bytes]:
    """Return every piece of a made-up word that stands anywhere in the files of the database."""
    name = connection.settings_dict["NAME"]
    files = [file for suffix in ("", "-wal") if (file := Path(f"{name}{suffix}")).exists()]
    runs = [run for file in files for run in re.findall(rb"[0-9a-f]{%d,}" % PIECE, file.read_bytes())]
    return {run[start : start + PIECE] for run in runs for start in range(len(run) - PIECE + 1)}


def traces(words: list[str]) -> list[str]:
    """Return the words of which a piece is left."""
    left = stored()
    return [word for word in words if {word[:PIECE].encode(), word[-PIECE:].encode()} & left]


@pytest.fixture
def stories(cast: Cast) -> dict[int, list[str]]:
    """Stories of words that stand nowhere else, with quotes that were changed and deleted again."""
    made = {}
    for _ in range(4):
        words = [uuid4().hex for _ in range(300)]
        assignment = make_assignment(
            make_version(cast.project, cast.manager, f"A story\n\n{' '.join(words)}"), cast.manager
        )
        annotate(cast, assignment, words)
        made[assignment.version.article_id] = words
    return made


def annotate(cast: Cast, assignment: Assignment, words: list[str]) -> None:
    """Make, change and delete quotes."""
    for start in range(0, 200, 10):
        quote = make_quote(assignment, cast.manager, " ".join(words[start : start + 6]), note=words[start])
        if start % 20:
            quotes.delete_quote(actor=cast.manager, quote=quote, revision=quote.revision)


@pytest.fixture
def reader() -> Iterator[None]:
    """Somebody who is reading, and keeps the write-ahead log as it is."""
    other = connections.create_connection("default")
    other.ensure_connection()
    with other.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        cursor.execute("SELECT count(*) FROM annotations_article")
        yield
    other.close()


def test_no_piece_of_a_word_is_left(cast: Cast, stories: dict[int, list[str]]) -> None:
    for gone in list(stories)[::2]:
        words = stories.pop(gone)
        assert len(traces(words)) == len(words)
        remove_article(actor=cast.manager, article=Article.objects.get(pk=gone), reason="Order 7 of the court")
        assert traces(words) == []
    assert all(len(traces(words)) == len(words) for words in stories.values())


def test_a_reader_is_not_waited_for_for_long(
    cast: Cast, stories: dict[int, list[str]], reader: None, caplog: pytest.LogCaptureFixture
) -> None:
    gone = next(iter(stories))
    remove_article(actor=cast.manager, article=Article.objects.get(pk=gone), reason="Order 7 of the court")
    assert "write-ahead log still holds" in caplog.text
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (20_000,)
