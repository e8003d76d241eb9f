"""Guidelines from the console."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.cast import Cast

pytestmark = pytest.mark.django_db


def run(*words: str) -> None:
    """Run the command for the desk, as its manager."""
    call_command("guidelines", "desk", "--as", "manager", *words)


def test_from_the_first_version_to_what_changed(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "guidelines.md"
    for text in (
        "# Cue {#cue}\n\nThe verb.\n",
        "# Cue {#cue}\n\nThe verb group.\n",
        "# Cue {#cue}\n\nThe verb group.\n",
    ):
        file.write_text(text)
        run("set", str(file))
    assert capsys.readouterr().out.splitlines() == [
        "In force: version 1",
        "In force: version 2",
        "In force: version 2",
    ]
    run("show", "--version", "1")
    assert capsys.readouterr().out == "# Cue {#cue}\n\nThe verb.\n"
    run("diff")
    assert "The verb{+ group+}." in capsys.readouterr().out
    run("diff", "0", "1")
    assert capsys.readouterr().out.startswith("## Cue (new)")
    run("versions")
    assert [line.split()[0::3] for line in capsys.readouterr().out.splitlines()] == [["2", "manager"], ["1", "manager"]]
    assert set(cast.changes.values_list("actor__username", flat=True)) == {"manager"}


def test_what_it_refuses(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "guidelines.md"
    file.write_text("# A {#a b}\n")
    for words in (["show"], ["show", "--version", "1"], ["diff"], ["set", str(file)], ["set", str(tmp_path / "none")]):
        with pytest.raises(CommandError):
            run(*words)
    with pytest.raises(CommandError):
        call_command("guidelines", "nowhere", "show")
    with pytest.raises(CommandError):
        call_command("guidelines", "desk", "--as", "nobody", "set", str(file))


def test_an_earlier_version_comes_back(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "guidelines.md"
    for text in ("# One\n", "# Two\n"):
        file.write_text(text, encoding="utf-8")
        run("set", str(file))
    run("restore", "1")
    run("show")
    assert capsys.readouterr().out.endswith("In force: version 3\n# One\n")
    with pytest.raises(CommandError, match="no version 9"):
        run("restore", "9")
