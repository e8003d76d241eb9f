"""Importing from the console: batches, counts, refusals and the exit status."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotations.exports import jsonl_v1
from annotations.models import Article, ArticleVersion, Quote
from annotations.services.sample import sample_record
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def run(*paths: Path | str, **options: object) -> None:
    """Import files into the desk."""
    call_command("import_articles", *map(str, paths), project="desk", **options)


def test_stories_and_records(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bridge.txt").write_text("Bridge Opens\n\nIt is open.")
    (tmp_path / "gold.jsonl").write_bytes(
        jsonl_v1.line(sample_record("kirby")) + b"\n" + jsonl_v1.line(sample_record("viola"))
    )
    run(*sorted(tmp_path.iterdir()), user="manager", outlet="Courier", language="en")
    assert capsys.readouterr().out == "new 3, same 0, changed 0, refused 0\n"
    article = Article.objects.get(key="bridge")
    assert (article.outlet, article.language) == ("Courier", "en")
    assert Quote.objects.count() == 23 + len(sample_record("viola")["quotes"])
    assert set(cast.changes.values_list("actor__username", flat=True)) == {"manager"}
    run(*sorted(tmp_path.iterdir()))
    assert capsys.readouterr().out == "new 0, same 3, changed 0, refused 0\n"


def test_a_changed_story_becomes_a_version_when_asked(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bridge.txt"
    for text, options, said in (
        ("One.", {}, "new 1, same 0, changed 0"),
        ("Two.", {}, "new 0, same 0, changed 1"),
        ("Two.", {"update": True, "dry_run": True}, "new 0, same 0, changed 1"),
        ("Two.", {"update": True}, "new 0, same 0, changed 1"),
        ("Two.", {"update": True}, "new 0, same 1, changed 0"),
    ):
        path.write_text(text)
        run(path, **options)
        assert capsys.readouterr().out.startswith(said)
    assert list(ArticleVersion.objects.values_list("number", flat=True)) == [1, 2]


def test_what_changes_of_a_story_is_told(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text("One.")
    run(path, key="mm", outlet="OutA")
    path.write_text("Two.")
    for dry_run in (True, False):
        capsys.readouterr()
        run(
            path,
            key="mm",
            outlet="OutB",
            language="en",
            embargoed_until="2099-01-02 03:04",
            update=True,
            dry_run=dry_run,
        )
        told = "changed: mm: outlet: OutA → OutB; language: – → en; embargoed until: – → 2099-01-02 03:04 UTC\n"
        assert capsys.readouterr().out == f"{told}new 0, same 0, changed 1, refused 0\n"
    article = Article.objects.get()
    assert (article.outlet, article.language, article.versions.count()) == ("OutB", "en", 2)


def test_each_refusal_is_named_and_the_rest_is_written(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_bytes(b"caf\xe9")
    (tmp_path / "b.jsonl").write_bytes(
        b'{"format": 1\n' + jsonl_v1.line(sample_record("viola")) + b'{"format": "newsnotes/1", "format": 2}\n'
    )
    (tmp_path / "c.doc").write_bytes(b"x")
    with pytest.raises(CommandError, match="4 refused"):
        run(*sorted(tmp_path.iterdir()))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("a.txt: ")
    assert "windows-1252" in lines[0]
    assert lines[1].startswith("b.jsonl: line 1, column 13: ")
    assert lines[2].startswith("b.jsonl: line 3: The key 'format'")
    assert lines[3].startswith("c.doc: ")
    assert Article.objects.get().key == "viola"


def test_a_dry_run_writes_nothing(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("One.")
    run(tmp_path / "a.txt", dry_run=True, verbosity=2)
    assert capsys.readouterr().out == "new: a\nnew 1, same 0, changed 0, refused 0\n"
    assert not Article.objects.exists()
    assert not cast.changes.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"project": "nowhere"}, "no project"),
        ({"user": "nobody"}, "no user"),
        ({"published": "tomorrow"}, "no date"),
        ({"url": "file:///etc/passwd"}, "address"),
    ],
)
def test_what_is_asked_wrongly(cast: Cast, tmp_path: Path, options: dict[str, str], said: str) -> None:
    (tmp_path / "a.txt").write_text("One.")
    with pytest.raises(CommandError, match=said):
        call_command("import_articles", str(tmp_path / "a.txt"), **{"project": "desk", **options})


def test_a_file_that_is_not_there(cast: Cast) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run("nowhere.txt")
