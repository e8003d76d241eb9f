"""Label sets from the console."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from annotations.models import Label, LabelSet
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def run(*words: str) -> None:
    """Run the command for the desk, as its manager."""
    call_command("label_set", "desk", "--as", "manager", *words)


def test_a_set_from_its_first_label_to_its_end(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    run("add", "tone", "--name", "Tone", "--question", "How does it sound?", "--label", "calm=calm", "--label", "loud")
    run("add-label", "tone", "angry", "--name", "very angry")
    run("change-label", "tone", "angry", "--place", "1")
    run("change-label", "tone", "loud", "--hidden", "--name", "too loud")
    run("change", "tone", "--name", "Sound", "--place", "1", "--hidden")
    capsys.readouterr()
    run("list")
    shown = capsys.readouterr().out.splitlines()
    assert shown[:4] == [
        "tone: Sound (hidden) How does it sound?",
        "    angry: very angry",
        "    calm: calm",
        "    loud: too loud (hidden)",
    ]
    assert set(cast.changes.values_list("actor__username", flat=True)) == {"manager"}
    run("change", "tone", "--no-hidden")
    assert LabelSet.objects.get(key="tone").is_active
    run("change-label", "tone", "loud", "--no-hidden", "--place", "2")
    assert list(Label.objects.filter(label_set__key="tone").values_list("key", "is_active")) == [
        ("angry", True),
        ("loud", True),
        ("calm", True),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "act", "--label", "a"), "already"),
        (("add", "Act!", "--label", "a"), "no id"),
        (("change", "mood", "--name", "x"), "no label set"),
        (("change-label", "act", "mood"), "no label"),
        (("change", "act", "--name", " "), "empty"),
    ],
)
def test_what_cannot_be_is_told(cast: Cast, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*words)
    assert not cast.changes.exists()


def test_a_project_or_person_that_is_not_there(cast: Cast) -> None:
    with pytest.raises(CommandError, match="no project"):
        call_command("label_set", "nowhere", "list")
    with pytest.raises(CommandError, match="no user"):
        call_command("label_set", "desk", "--as", "nobody", "list")


def test_a_set_is_brought_back(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    run("change", "act", "--name", "Deed")
    run("add-label", "act", "joke")
    capsys.readouterr()
    run("history", "act")
    shown = capsys.readouterr().out.splitlines()
    marks = [line.split()[0] for line in shown if line.endswith("  manager")]
    assert [line for line in shown if line.startswith("act:")] == [
        "act: Deed What does the speaker do with these words?",
        "act: Deed What does the speaker do with these words?",
        "act: Act What does the speaker do with these words?",
    ]
    run("restore", "act", marks[-1])
    assert LabelSet.objects.get(project=cast.project, key="act").name == "Act"
    assert not Label.objects.get(label_set__project=cast.project, key="joke").is_active
    with pytest.raises(CommandError, match="no one state"):
        run("restore", "act", "nothing")
