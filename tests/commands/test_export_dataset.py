"""Exporting from the console: whole files, byte for byte the same."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotations.exports import jsonl_v1
from annotations.models import Change
from annotations.services.records import import_records
from annotations.services.sample import sample_record
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def kirby(cast: Cast) -> bytes:
    """The line of the Kirby story, whose gold is imported."""
    import_records(actor=cast.manager, project=cast.project, records=[sample_record("kirby")])
    return jsonl_v1.line(sample_record("kirby"))


def test_a_file_and_its_manifest(kirby: bytes, tmp_path: Path) -> None:
    path, manifest = tmp_path / "gold.jsonl", tmp_path / "gold.manifest.json"
    call_command("export_dataset", project="desk", output=str(path), manifest=str(manifest))
    assert path.read_bytes() == kirby
    found = json.loads(manifest.read_bytes())
    assert found["files"] == [{"name": "gold.jsonl", "bytes": len(kirby), "sha256": hashlib.sha256(kirby).hexdigest()}]
    assert found["as_of_change"] == Change.objects.latest("pk").pk
    assert sorted(one.name for one in tmp_path.iterdir()) == ["gold.jsonl", "gold.manifest.json"]


def test_twice_gives_the_same_bytes(kirby: bytes, tmp_path: Path) -> None:
    for name in ("a", "b"):
        call_command("export_dataset", project="desk", output=str(tmp_path / "x"), manifest=str(tmp_path / name))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_to_standard_output(kirby: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("export_dataset", project="desk", output="-")
    assert capsys.readouterr().out.encode() == kirby


def test_a_file_that_cannot_be_finished_leaves_the_old_one(
    kirby: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        call_command("export_dataset", project="desk", output=str(path))
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("gold.jsonl", b"old")]


def test_a_project_that_is_not_there(cast: Cast) -> None:
    with pytest.raises(CommandError, match="no project"):
        call_command("export_dataset", project="nowhere")
