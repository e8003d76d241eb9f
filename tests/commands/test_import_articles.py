"""Importing from the console: batches, counts, refusals and the exit status."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotations.exports import jsonl_v1
from annotations.models import Article, ArticleVersion, Quote, Task
from annotations.services.sample import sample_record
from annotations.tasks.running import work
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


@pytest.fixture
def standard_input(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Return a function that says what comes from standard input."""
    return lambda data: monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


RECORDS = b"".join(jsonl_v1.line(sample_record(name)) for name in ("kirby", "viola"))


@pytest.mark.parametrize("options", [{}, {"format": "jsonl"}])
def test_a_dataset_from_standard_input_is_one(
    cast: Cast, standard_input: Callable[[bytes], None], options: dict[str, str]
) -> None:
    standard_input(RECORDS)
    run("-", **options)
    assert sorted(Article.objects.values_list("key", flat=True)) == ["kirby", "viola"]
    assert Quote.objects.exists()


def test_a_story_from_standard_input_is_one(cast: Cast, standard_input: Callable[[bytes], None]) -> None:
    standard_input(b'{"format": "of its own"}\n\nThe editor wrote this in braces.')
    run("-", key="braces")
    assert ArticleVersion.objects.get().article.key == "braces"


def test_a_dataset_is_never_a_story(
    cast: Cast, tmp_path: Path, standard_input: Callable[[bytes], None], capsys: pytest.CaptureFixture[str]
) -> None:
    standard_input(RECORDS)
    with pytest.raises(CommandError, match="1 refused"):
        run("-", format="txt")
    (tmp_path / "gold.txt").write_bytes(RECORDS)
    with pytest.raises(CommandError, match="1 refused"):
        run(tmp_path / "gold.txt")
    assert capsys.readouterr().err.count("ends in .jsonl") == 2
    assert not Article.objects.exists()


def test_what_is_no_record_is_refused_by_its_line(
    cast: Cast, standard_input: Callable[[bytes], None], capsys: pytest.CaptureFixture[str]
) -> None:
    standard_input(b"A story.\n")
    with pytest.raises(CommandError, match="1 refused"):
        run("-", format="jsonl")
    assert capsys.readouterr().err.startswith("-: line 1, column 1: ")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"One.\x00Two.", "NUL character"),
        (b"\xff\xfeO", "utf-16-le byte order mark"),
        (b"caf\xe9", "fits no character"),
        (b"\xef\xbb\xbf\xef\xbb\xbfOne.", "byte order mark"),
        (b"x" * 5_000_001, "5 MB"),
    ],
    ids=["NUL", "half a character of UTF-16", "Latin-1", "two marks", "too large"],
)
def test_a_story_that_cannot_be_kept_is_refused_with_the_reason(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, said: str
) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    with pytest.raises(CommandError, match="1 refused"):
        run(tmp_path / "a.txt")
    assert said in capsys.readouterr().err
    assert not Article.objects.exists()


def test_a_story_in_utf16_says_so_by_its_mark(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Café Opens\n\nIt is open.".encode("utf-16"))
    run(tmp_path / "a.txt")
    version = ArticleVersion.objects.get()
    assert (version.text, version.encoding) == ("Café Opens\n\nIt is open.", "utf-16-le")


def test_a_task_imports_a_file_that_may_be_large(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "stories.csv"
    path.write_text("id,text\nbridge,The bridge is open.\n")
    for options in ({}, {"user": "manager", "dry_run": True}, {"user": "annotator"}, {"user": "outsider"}):
        with pytest.raises(CommandError):
            run(path, background=True, **options)
    run(path, background=True, user="manager")
    assert capsys.readouterr().out.strip() == Task.objects.get().key
    work.call()
    assert Article.objects.get().key == "bridge"
