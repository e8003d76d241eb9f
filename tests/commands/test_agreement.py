"""Agreement from the console: figures that can be worked out by hand, and what is left out."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from annotations.models import Assignment
from annotations.services.assignments import submit_assignment
from annotations.services.speakers import NewSpeaker
from tests.cast import Cast
from tests.factories import make_assignment, make_quote, make_version

pytestmark = pytest.mark.django_db

HOLT, RUIZ = NewSpeaker("Ada Holt"), NewSpeaker("Ben Ruiz")


def measured(**options: Any) -> Any:
    """Return what the command prints for programs."""
    out = StringIO()
    call_command("agreement", project="desk", format="json", resamples=50, stdout=out, **options)
    return json.loads(out.getvalue())


@pytest.fixture
def both(cast: Cast) -> list[Assignment]:
    """The same story by two annotators: two quotes alike but for one speaker, and one that only the second saw."""
    version = make_version(cast.project, cast.manager)
    found = []
    for user, speaker in ((cast.annotator, HOLT), (cast.other_annotator, RUIZ)):
        own = make_assignment(version, user)
        make_quote(own, user, "“The bridge is safe,”", source="Mayor Ada Holt", cue="said", speaker=HOLT)
        make_quote(own, user, "nobody had measured it", source="He", speaker=speaker, labels={"act": "statement"})
        found.append(own)
    make_quote(found[1], cast.other_annotator, "moves a little")
    for own in found:
        own.refresh_from_db()
        submit_assignment(actor=own.annotator.user, assignment=own, revision=own.revision)
    return found


def test_the_figures_are_those_of_the_hand(both: list[Assignment]) -> None:
    found = measured()
    assert found["stories"] == 1
    assert found["annotators"] == sorted(one.annotator.pseudonym for one in both)
    metrics = found["metrics"]
    # Two of the two and of the three quotes are the same: 2 * 2 / (2 + 3).
    assert metrics["content-exact-f1"]["figure"]["value"] == pytest.approx(0.8)
    # Of the two matched quotes the speakers agree once; by chance they would too, half the time.
    assert metrics["speaker-kappa"]["figure"]["value"] == pytest.approx(0.0)
    assert metrics["label-act-kappa"]["figure"]["reason"]
    assert metrics["source-exact-f1"]["figure"]["value"] == pytest.approx(1.0)


def test_work_that_goes_on_does_not_count(cast: Cast, both: list[Assignment]) -> None:
    Assignment.objects.filter(pk=both[0].pk).update(status="in_progress")
    found = measured()
    assert (found["stories"], found["annotators"]) == (0, [])
    assert found["metrics"]["content-exact-f1"]["figure"]["reason"]


def test_people_read_names_and_intervals(both: list[Assignment]) -> None:
    out = StringIO()
    call_command("agreement", project="desk", resamples=50, stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "1 stories in common, 2 annotators"
    assert any(line.startswith("Content, exact F1 in words") and "0.800" in line for line in lines)
    assert any(line.startswith("Label set act, Cohen's kappa") for line in lines)


@pytest.mark.parametrize("asked", [{"project": "nowhere"}, {"annotators": ["nobody"]}, {"resamples": 0}])
def test_what_cannot_be_is_said(both: list[Assignment], asked: dict[str, Any]) -> None:
    with pytest.raises(CommandError):
        call_command("agreement", **{"project": "desk", "stdout": StringIO(), **asked})
