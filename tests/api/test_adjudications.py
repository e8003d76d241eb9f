"""Adjudicating by the API."""

from __future__ import annotations

import pytest

from annotations.models import Adjudication, Decision
from tests.adjudicating import contents, disputed
from tests.api.program import Program, program_of
from tests.cast import Cast
from tests.factories import make_assignment

PATH = "projects/desk/adjudications"


@pytest.fixture
def reviewer(cast: Cast) -> Program:
    """A program of the reviewer that may write."""
    return program_of(cast.reviewer)


def test_a_program_adjudicates_a_story(reviewer: Program, cast: Cast) -> None:
    article = disputed(cast).article.key
    first = reviewer.post(PATH, {"article": article}, Idempotency_Key="start")
    assert first.status_code == 201
    assert reviewer.post(PATH, {"article": article}, Idempotency_Key="start").content == first.content
    here = first.headers["Location"].removeprefix("http://testserver")
    made = reviewer.read(here)
    assert made.items() >= first.json().items()
    assert [source["moved_on"] for source in made["sources"]] == [False, False]
    agreed, pier, denial = made["items"]
    assert (agreed["agreed"], agreed["decision"]["outcome"], agreed["revision"]) == (True, "agreed", 1)
    assert (pier["differing"], pier["decision"], pier["revision"]) == (
        ["content", "cue", "speaker", "label:act"],
        None,
        0,
    )
    assert [quote and quote["assignment"] for quote in denial["quotes"]] == [made["sources"][0]["assignment"], None]
    asked = {"item": pier["id"], "revision": 0, "outcome": "mixed", "picks": {"content": 1}, "reason": "Shorter."}
    decided = reviewer.post(f"{here}/decide", asked, Idempotency_Key="mix")
    assert decided.json()["picks"] == {"content": 1}
    assert reviewer.post(f"{here}/decide", asked, Idempotency_Key="mix").content == decided.content
    stale = reviewer.post(f"{here}/decide", asked)
    assert (stale.status_code, stale.json()["current"]["outcome"]) == (409, "mixed")
    undone = reviewer.post(f"{here}/undo", {"revision": reviewer.read(here)["revision"]})
    assert (undone.json()["outcome"], reviewer.read(here)["items"][1]["revision"]) == ("open", 2)
    for item in (pier, denial):
        asked = {"item": item["id"], "revision": 2 if item == pier else 0, "outcome": "taken", "source": 1}
        assert reviewer.post(f"{here}/decide", asked).status_code == 200
    assert reviewer.post(f"{here}/compare").status_code == 200
    revision = reviewer.read(here)["revision"]
    refused = reviewer.post(f"{here}/finish", {"revision": revision})
    assert (refused.status_code, refused.json()["code"]) == (422, "incomplete")
    done = reviewer.post(f"{here}/finish", {"revision": revision, "confirmed": True})
    assert done.json()["status"] == "gold"
    mended = reviewer.post(f"{here}/take-up", {"revision": revision + 1})
    assert mended.json()["status"] == "draft"
    assert contents(Adjudication.objects.get())[1:] == ["old pier “moves a little”"]
    assert [one["id"] for one in reviewer.everything(f"{PATH}?status=draft&article={article}")] == [made["id"]]


@pytest.mark.parametrize(
    "asked",
    [
        {"outcome": "taken"},
        {"outcome": "mixed", "picks": {"content": 1, "nothing": 0}},
        {"outcome": "dropped", "clause": "none"},
    ],
)
def test_what_cannot_be_decided_is_told(reviewer: Program, cast: Cast, asked: dict[str, object]) -> None:
    here = reviewer.post(PATH, {"article": disputed(cast).article.key}).headers["Location"]
    here = here.removeprefix("http://testserver")
    item = reviewer.read(here)["items"][1]["id"]
    response = reviewer.post(f"{here}/decide", {"item": item, "revision": 0, **asked})
    assert response.status_code == 422
    assert Decision.objects.count() == 1


def test_before_gold_only_reviewers_who_do_not_annotate_the_story_know_of_it(reviewer: Program, cast: Cast) -> None:
    version = disputed(cast)
    here = reviewer.post(PATH, {"article": version.article.key}).headers["Location"].removeprefix("http://testserver")
    for user in (cast.annotator, cast.viewer):
        assert program_of(user).get(here).status_code == 403
        assert program_of(user).get(PATH).status_code == 403
    manager = program_of(cast.manager)
    assert manager.get(here).status_code == 200
    make_assignment(version, cast.manager)
    nothing = manager.get(f"{PATH}/{10**6}")
    assert manager.get(here).content == nothing.content
    assert manager.read(PATH)["results"] == []
    assert manager.post(PATH, {"article": version.article.key}).status_code == 403
