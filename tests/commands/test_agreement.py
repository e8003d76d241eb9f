"""Agreement from the console: figures that can be worked out by hand, and what is left out."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from annotations.models import Assignment
from tests.agreeing import copied, two_readings
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def measured(**options: Any) -> Any:
    """Return what the command prints for programs."""
    out = StringIO()
    call_command("agreement", project="desk", format="json", resamples=50, stdout=out, **options)
    return json.loads(out.getvalue())


@pytest.fixture
def both(cast: Cast) -> list[Assignment]:
    """The same story by two annotators."""
    return two_readings(cast)


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


def test_against_the_gold_each_is_precise_and_complete_or_not(cast: Cast, both: list[Assignment]) -> None:
    copied(cast, both[1], annotator=None)
    one, other = (annotation.annotator.pseudonym for annotation in both if annotation.annotator)
    figures = {
        name: {
            key: found["figure"]["value"]
            for key, found in measured(against_gold=True, annotator=name)["metrics"].items()
        }
        for name in (one, other)
    }
    # The gold has three quotes: two of them by the one, all by the other.
    assert figures[one]["content-precision"] == 1
    assert figures[one]["content-recall"] == pytest.approx(2 / 3)
    assert figures[one]["speaker-accuracy"] == pytest.approx(0.5)
    assert figures[other]["content-recall"] == figures[other]["speaker-accuracy"] == 1
    everybody = measured(against_gold=True)["metrics"]
    assert everybody["content-recall"]["figure"]["value"] == pytest.approx(5 / 6)


def test_only_some_stories_and_two_people(cast: Cast, both: list[Assignment]) -> None:
    pair = [one.annotator.pseudonym for one in both if one.annotator]
    assert measured(pair=pair)["metrics"] == measured()["metrics"]
    today = timezone.localdate()
    assert measured(submitted_from=today, submitted_to=today)["stories"] == 1
    assert measured(submitted_to=today - timedelta(days=1))["stories"] == 0
    assert measured(outlet="Nowhere")["stories"] == 0


def test_people_read_names_and_intervals(both: list[Assignment]) -> None:
    out = StringIO()
    call_command("agreement", project="desk", resamples=50, stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "1 stories in common, 2 annotators"
    assert any(line.startswith("Content, exact F1 in words") and "0.800" in line for line in lines)
    assert any(line.startswith("Label set act, Cohen's kappa") for line in lines)


@pytest.mark.parametrize(
    "asked",
    [{"project": "nowhere"}, {"annotators": ["nobody"]}, {"resamples": 0}, {"against_gold": True, "pair": ["a", "b"]}],
)
def test_what_cannot_be_is_said(both: list[Assignment], asked: dict[str, Any]) -> None:
    with pytest.raises(CommandError):
        call_command("agreement", **{"project": "desk", "stdout": StringIO(), **asked})
