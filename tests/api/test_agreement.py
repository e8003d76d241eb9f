"""Agreement for programs: the figures of the pages, in the shapes that the document names."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from annotations.api.components import RECORDS
from annotations.models import Assignment
from tests.agreeing import copied, make_reading, other_version, submitted, two_readings
from tests.api.program import Program, program_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db

PATH = "projects/desk/agreement"


@pytest.fixture
def both(cast: Cast) -> list[Assignment]:
    """The same story by two annotators."""
    return two_readings(cast)


@pytest.fixture
def reviewer(cast: Cast) -> Program:
    """A program of the reviewer."""
    return program_of(cast.reviewer)


def read(program: Program, path: str, shape: str) -> Any:
    """Return what is answered, which must have the shape that the document names."""
    found = program.read(path)
    jsonschema.validate(found, RECORDS[shape])
    return found


def names(both: list[Assignment]) -> list[str]:
    """Return the pseudonyms of the annotators."""
    return [one.annotator.pseudonym for one in both if one.annotator]


def test_figures_have_values_or_reasons(reviewer: Program, both: list[Assignment]) -> None:
    found = read(reviewer, PATH, "Agreement")
    assert (found["stories"], found["stories_left_out"], found["annotators"]) == (1, 0, sorted(names(both)))
    figures = {one["metric"]: one for one in found["figures"]}
    assert figures["content-iou-f1"]["value"] == pytest.approx(0.8)
    assert (figures["content-iou-f1"]["part"], figures["content-iou-f1"]["low"]) == ("quote", None)
    assert figures["content-iou-f1"]["no_interval"]
    assert figures["speaker-accuracy"]["value"] == pytest.approx(0.5)
    assert (figures["claim-f1"]["value"], bool(figures["claim-f1"]["reason"])) == (None, True)


def test_pairs_and_the_gold(reviewer: Program, cast: Cast, both: list[Assignment]) -> None:
    copied(cast, both[1], annotator=None)
    (pair,) = read(reviewer, f"{PATH}/pairs?metric=speaker-accuracy", "AgreementPairs")["pairs"]
    assert ({pair["one"], pair["other"]}, pair["value"]) == (set(names(both)), 0.5)
    found = read(reviewer, f"{PATH}/pairs?against=gold&metric=content-recall", "AgreementPairs")["pairs"]
    assert {one["one"]: one["value"] for one in found} == {names(both)[0]: pytest.approx(2 / 3), names(both)[1]: 1}
    assert {one["other"] for one in found} == {None}
    alone = read(reviewer, f"{PATH}?against=gold&annotator={names(both)[0]}", "Agreement")
    assert alone["annotators"] == [names(both)[0]]


def test_the_quotes_behind_them_come_in_pages(reviewer: Program, cast: Cast, both: list[Assignment]) -> None:
    for number in range(2):
        two_readings(cast, other_version(cast, number))
    whole = read_all(reviewer, f"{PATH}/disagreements?show=all")
    assert len(whole) == 9
    assert read_all(reviewer, f"{PATH}/disagreements?show=all&limit=2") == whole
    assert len(read_all(reviewer, f"{PATH}/disagreements?part=speaker")) == 3
    same = read_all(reviewer, f"{PATH}/disagreements?part=speaker&show=same")
    assert [one["differing"] for one in same] == [[]] * 3
    alone = read_all(reviewer, f"{PATH}/disagreements?part=quote")
    assert [{one["one_quote"] is None, one["other_quote"] is None} for one in alone] == [{True, False}] * 3
    for one in whole:
        for key, assignment in (("one_quote", "one_assignment"), ("other_quote", "other_assignment")):
            if one[key]:
                assert reviewer.read(f"projects/desk/quotes/{one[key]}")["assignment"] == one[assignment]


def read_all(program: Program, path: str) -> list[Any]:
    """Return all comparisons, of which each must have the shape that the document names."""
    found = program.everything(path)
    for one in found:
        jsonschema.validate(one, RECORDS["Comparison"])
    return found


WRONG = [
    "?x=1",
    "?against=all",
    "?other=a",
    "?against=gold&annotator=a&other=b",
    "?submitted_from=1.5.2026",
    "/pairs?metric=x",
    "/pairs?cursor=x",
    "/disagreements?part=x",
    "/disagreements?show=x",
    "/disagreements?cursor=x",
    "/disagreements?ordering=created",
]


@pytest.mark.parametrize("query", WRONG)
def test_what_is_not_declared_is_refused(reviewer: Program, both: list[Assignment], query: str) -> None:
    assert reviewer.get(PATH + query).status_code == 400


@pytest.mark.parametrize("path", ["", "/pairs", "/disagreements"])
def test_who_may_see_it(cast: Cast, both: list[Assignment], path: str) -> None:
    assert program_of(cast.annotator).get(PATH + path).status_code == 403
    assert program_of(cast.viewer).get(PATH + path).status_code == 403
    assert program_of(cast.outsider).get(PATH + path).status_code == 404


@pytest.mark.parametrize("path", ["", "/pairs", "/disagreements?show=all"])
def test_who_annotates_a_story_gets_nothing_of_it(cast: Cast, path: str) -> None:
    version, manager = other_version(cast), program_of(cast.manager)
    submitted(make_reading(version, cast.manager))
    before = manager.read(PATH + path)
    both = two_readings(cast, version)
    assert manager.read(PATH + path) == before
    copied(cast, both[1], annotator=None)
    assert manager.read(PATH + path) != before
