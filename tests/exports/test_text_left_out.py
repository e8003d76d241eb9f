"""What may not leave the desk: texts give way to hashes and are joined again; embargoed stories wait for their day."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from annotations.exports import jsonl_v1
from annotations.exports.filters import today
from annotations.exports.jsonl_v1_reader import LineRefused, check_record
from annotations.exports.records import Record, without_words
from annotations.models import Article
from annotations.services.records import import_records
from annotations.services.sample import sample_record
from tests.api.program import program_of
from tests.cast import Cast
from tests.exports.test_jsonl_v1_reader import SAMPLES
from tests.exports.test_schema import VALIDATOR

LINES = "projects/desk/export"
SCRIPT = Path(__file__).parents[2] / "docs" / "join_text.py"


@pytest.fixture
def story(cast: Cast) -> Article:
    """The Kirby story, with gold."""
    import_records(actor=cast.manager, project=cast.project, records=[sample_record("kirby")])
    return Article.objects.get()


def by_command(*arguments: str) -> bytes:
    out = StringIO()
    call_command("export_dataset", "--project", "desk", *arguments, stdout=out)
    return out.getvalue().encode()


def join(dataset: bytes, folder: Path, **stories: bytes) -> tuple[bytes | None, str]:
    """Run the script; return the dataset that it wrote, or None, and what it said."""
    (folder / "stories").mkdir(exist_ok=True)
    for name, data in stories.items():
        (folder / "stories" / f"{name}.txt").write_bytes(data)
    (folder / "left-out.jsonl").write_bytes(dataset)
    output = folder / "whole.jsonl"
    arguments = [folder / "left-out.jsonl", "--stories", folder / "stories", "--output", output]
    done = subprocess.run([sys.executable, "-I", "-S", SCRIPT, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == output.exists()
    assert not (folder / "whole.jsonl.tmp").exists()
    return (output.read_bytes() if output.exists() else None), done.stderr


@pytest.mark.django_db
def test_a_text_that_may_not_be_exported_is_joined_again(cast: Cast, story: Article, tmp_path: Path) -> None:
    Article.objects.update(text_exportable=False)
    left_out, whole = by_command(), by_command("--restricted=include")
    record = json.loads(left_out)
    assert record == without_words(json.loads(whole))
    assert b"Kirby said" not in left_out
    assert list(VALIDATOR.iter_errors(record)) == []
    text = json.loads(whole)["article"]["text"]
    # As an editor on Windows would have saved it, under any name.
    copy = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    assert join(left_out, tmp_path, any=copy) == (whole, "")


@pytest.mark.django_db
def test_everybody_gets_it_so_and_managers_may_answer_for_it(cast: Cast, as_user: Any, story: Article) -> None:
    Article.objects.update(text_exportable=False, licence="Agency")
    for user in cast.members.values():
        assert b"".join(program_of(user).get(LINES).streaming_content) == by_command()
        page = as_user(user).get("/projects/desk/export/")
        assert page.context_data["restricted"].licences == ["Agency"]
        assert "sha256" in page.context_data["records"][0]
        manifest = program_of(user).read(f"{LINES}/manifest")
        assert (manifest["left_out"], manifest["restricted"]) == ({"texts": 1, "embargoed": 0}, "leave_out")
    include = "?restricted=include"
    whole = b"".join(program_of(cast.manager).get(f"{LINES}{include}").streaming_content)
    assert (
        whole
        == by_command("--restricted=include", "--as=manager")
        == jsonl_v1.line(
            sample_record("kirby") | {"article": sample_record("kirby")["article"] | {"licence": "Agency"}}
        )
    )
    for user in (cast.reviewer, cast.annotator, cast.viewer):
        answer = program_of(user).get(f"{LINES}{include}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "restricted")
        assert as_user(user).get(f"/projects/desk/export/{include}").status_code == 400
        with pytest.raises(CommandError, match="--restricted: Only managers"):
            by_command("--restricted=include", f"--as={user.username}")


@pytest.mark.django_db
def test_an_embargoed_story_waits_for_its_day(cast: Cast, as_user: Any, story: Article) -> None:
    Article.objects.update(embargoed_until=datetime(2026, 3, 31, 6, tzinfo=UTC))
    manager = program_of(cast.manager)
    # On its last day it began under embargo, whatever the hour.
    for day, lines in (("2026-03-30", 0), ("2026-03-31", 0), ("2026-04-01", 1)):
        asked = f"as_of={day}"
        assert len(by_command(f"--{asked}".replace("_", "-")).splitlines()) == lines
        manifest = manager.read(f"{LINES}/manifest?{asked}")
        assert (manifest["as_of"], manifest["left_out"]["embargoed"]) == (day, 1 - lines)
        assert manifest["counts"]["assignments"] == lines
        shown = as_user(cast.viewer).get(f"/projects/desk/export/?{asked}").context_data
        assert (shown["counts"].assignments, shown["restricted"].embargoed) == (lines, 1 - lines)
    assert manager.read(f"{LINES}/manifest")["as_of"] == today().isoformat()
    assert manager.read(f"{LINES}/manifest?as_of=2026-03-30&restricted=include")["counts"]["assignments"] == 1
    # Nobody gets it earlier by asking for a later day.
    later = (today() + timedelta(2)).isoformat()
    assert program_of(cast.viewer).get(f"{LINES}?as_of={later}").status_code == 400
    with pytest.raises(CommandError, match="--as-of: This day has not come"):
        by_command(f"--as-of={later}")


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_comes_back_the_same(name: str, tmp_path: Path) -> None:
    record = sample_record(name)
    line = jsonl_v1.line(record)
    left_out = jsonl_v1.line(without_words(record))
    assert list(VALIDATOR.iter_errors(without_words(record))) == []
    # A line that has its text stays as it is.
    whole, said = join(left_out + line, tmp_path, story=record["article"]["text"].encode())
    assert (whole, said) == (line + line, "")


def test_a_copy_without_its_headline_is_known_by_its_name(tmp_path: Path) -> None:
    record = sample_record("kirby")
    headline = record["article"]["headline"]
    assert record["article"]["text"].startswith(f"{headline}\n\n")
    body = record["article"]["text"].removeprefix(f"{headline}\n\n").encode()
    whole, _said = join(jsonl_v1.line(without_words(record)), tmp_path, **{record["article"]["id"]: body})
    assert whole == jsonl_v1.line(record)


def test_what_cannot_be_joined_is_said_line_by_line(tmp_path: Path) -> None:
    record = sample_record("kirby")
    text, key = record["article"]["text"], record["article"]["id"]
    left_out = without_words(record)
    first = jsonl_v1.line(left_out)
    whole, said = join(first + b"{}\nnothing\n" + first, tmp_path)
    assert whole is None
    assert [line[:7] for line in said.splitlines()] == ["line 1:", "line 2:", "line 3:", "line 4:"]
    assert f"no copy of the story “{key}”" in said
    # Another version of the story is not taken for it.
    whole, said = join(first, tmp_path, **{key: text.replace("said", "says").encode()})
    assert (whole, "some character differs" in said) == (None, True)
    left_out["quotes"][0]["cue"][0]["start"] += 1
    whole, said = join(jsonl_v1.line(left_out), tmp_path, **{key: text.encode()})
    assert (whole, "cue of the quote q01" in said) == (None, True)
    whole, said = join(first, tmp_path, latin="Café".encode("latin-1"))
    assert (whole, "not UTF-8 (byte 3)" in said) == (None, True)


def test_a_line_without_its_text_is_not_imported() -> None:
    with pytest.raises(LineRefused) as refused:
        check_record(without_words(sample_record("kirby")))
    assert (refused.value.code, refused.value.path) == ("text_left_out", "article.text")


@pytest.mark.parametrize("part", ["text", "span", "both"])
def test_the_schema_wants_words_or_hashes(part: str) -> None:
    whole, left_out = sample_record("kirby"), without_words(sample_record("kirby"))
    spoilt: Record = whole if part == "text" else left_out
    if part == "text":
        spoilt["article"] = spoilt["article"] | {"text": None}
    elif part == "span":
        spoilt["quotes"][0]["content"] = whole["quotes"][0]["content"]
    else:
        spoilt["quotes"][0]["content"][0]["exact"] = "words"
    assert list(VALIDATOR.iter_errors(spoilt))
