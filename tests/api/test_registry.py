"""Making, changing and merging speakers and claims by the API."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.models import ApiToken, Assignment, Change, Claim, Quote, Speaker
from tests.api.program import Program, program_of
from tests.cast import Cast
from tests.factories import make_assignment

ADA = {"label": "Ada Holt", "description": "mayor", "aliases": ["Holt"]}
SAFE = {"text": "The bridge is safe."}
NOUNS = {"speakers": (ADA, Speaker), "claims": (SAFE, Claim)}
OTHERS = {"speakers": {"label": "A. Holt"}, "claims": {"text": "The bridge is not unsafe."}}
CHANGES = {"speakers": {"wikidata": "Q42"}, "claims": {"text": "The bridge is sound."}}

both = pytest.mark.parametrize("noun", ["speakers", "claims"])


@pytest.fixture
def reviewer(cast: Cast) -> Program:
    """A program of the reviewer that may write."""
    return program_of(cast.reviewer)


def written() -> int:
    """Return how often a speaker or claim was written."""
    return Change.objects.filter(subject_kind__in=[Change.Subject.SPEAKER, Change.Subject.CLAIM]).count()


def made(program: Program, noun: str, body: dict[str, Any]) -> str:
    """Return the address of a new one."""
    response = program.post(f"projects/desk/{noun}", body)
    assert response.status_code == 201, response.content
    return response.headers["Location"].removeprefix("http://testserver")


@both
def test_making_one_answers_with_it_and_its_address(annotator: Program, noun: str) -> None:
    sent, model = NOUNS[noun]
    response = annotator.post(f"projects/desk/{noun}", sent)
    path = response.headers["Location"].removeprefix("http://testserver")
    found = annotator.get(path)
    assert (response.status_code, response.json()) == (201, found.json())
    assert response.headers["ETag"] == found.headers["ETag"]
    assert {name: response.json()[name] for name in sent} == sent
    assert model.objects.get().created_by is not None


@both
def test_one_that_is_here_is_answered_as_if_it_were_made(annotator: Program, reviewer: Program, noun: str) -> None:
    first, again = (program.post(f"projects/desk/{noun}", NOUNS[noun][0]) for program in (annotator, reviewer))
    assert (again.status_code, again.content, again.headers["Location"]) == (
        201,
        first.content,
        first.headers["Location"],
    )
    assert written() == 1


@both
def test_a_retry_gets_the_same_answer(annotator: Program, reviewer: Program, noun: str) -> None:
    first = annotator.post(f"projects/desk/{noun}", NOUNS[noun][0], Idempotency_Key="once")
    path = first.headers["Location"].removeprefix("http://testserver")
    changed = reviewer.patch(path, CHANGES[noun], If_Match=first.headers["ETag"], Idempotency_Key="change")
    assert changed.json() == first.json() | CHANGES[noun] | {"revision": 2}
    last = reviewer.patch(path, dict(list(NOUNS[noun][0].items())[:1]), If_Match=changed.headers["ETag"])
    assert last.status_code == 200
    count = written()
    assert annotator.post(f"projects/desk/{noun}", NOUNS[noun][0], Idempotency_Key="once").content == first.content
    again = reviewer.patch(path, CHANGES[noun], If_Match=first.headers["ETag"], Idempotency_Key="change")
    assert (again.status_code, again.content) == (200, changed.content)
    other = annotator.post(f"projects/desk/{noun}", OTHERS[noun], Idempotency_Key="once")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert written() == count


@both
def test_a_stale_change_is_a_conflict_with_both_states(reviewer: Program, noun: str) -> None:
    path = made(reviewer, noun, NOUNS[noun][0])
    reviewer.patch(path, {"revision": 1, **CHANGES[noun]})
    mine = {"revision": 1, **OTHERS[noun]}
    problem = reviewer.patch(path, mine)
    assert (problem.status_code, problem.json()["yours"]) == (409, mine)
    assert problem.json()["current"] == reviewer.read(path)
    assert reviewer.patch(path, CHANGES[noun]).status_code == 428


@both
def test_a_merge_can_be_taken_back(reviewer: Program, noun: str) -> None:
    one, other = (made(reviewer, noun, body) for body in (NOUNS[noun][0], OTHERS[noun]))
    into = reviewer.read(other)["id"]
    merged = reviewer.post(f"{one}/merge", {"revision": 1, "into": into}, Idempotency_Key="merge")
    assert (merged.status_code, merged.json()) == (200, reviewer.read(one))
    assert (merged.json()["merged_into"], merged.json()["revision"]) == (into, 2)
    stale = reviewer.post(f"{one}/unmerge", {"revision": 1})
    assert (stale.status_code, stale.json()["current"]) == (409, merged.json())
    back = reviewer.post(f"{one}/unmerge", {}, If_Match=merged.headers["ETag"])
    assert (back.status_code, back.json()) == (200, merged.json() | {"merged_into": None, "revision": 3})
    again = reviewer.post(f"{one}/unmerge", {"revision": 3})
    assert (again.status_code, again.json()["code"]) == (422, "not_merged")
    retry = reviewer.post(f"{one}/merge", {"revision": 1, "into": into}, Idempotency_Key="merge")
    assert (retry.status_code, retry.content) == (200, merged.content)


@both
def test_only_what_is_here_can_be_merged_into(reviewer: Program, noun: str) -> None:
    path = made(reviewer, noun, NOUNS[noun][0])
    for key in ("nobody", reviewer.read(path)["id"]):
        response = reviewer.post(f"{path}/merge", {"revision": 1, "into": key})
        assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "into")
    assert written() == 1


@both
def test_words_that_another_one_has_are_refused(reviewer: Program, noun: str) -> None:
    made(reviewer, noun, NOUNS[noun][0])
    path = made(reviewer, noun, OTHERS[noun])
    response = reviewer.patch(path, {"revision": 1, **NOUNS[noun][0]})
    assert (response.status_code, response.json()["code"]) == (422, "taken")


@both
def test_who_is_blind_makes_them_with_a_quote(
    cast: Cast, annotator: Program, assignment: Assignment, quote: Quote, noun: str
) -> None:
    """Whether one is here would tell what another annotator of the story wrote."""
    make_assignment(assignment.version, cast.reviewer)
    others = program_of(cast.reviewer)
    for program in (annotator, others):
        for sent in (NOUNS[noun][0], OTHERS[noun]):
            response = program.post(f"projects/desk/{noun}", sent)
            assert (response.status_code, response.json()["code"]) == (422, "blind")
    assert program_of(cast.manager).post(f"projects/desk/{noun}", NOUNS[noun][0]).status_code == 201


def test_a_speaker_who_is_not_named_belongs_to_an_article(reviewer: Program, assignment: Assignment) -> None:
    officials = {"label": "officials", "kind": "group", "named": False}
    refused = reviewer.post("projects/desk/speakers", officials)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "named")
    key = assignment.version.article.key
    path = made(reviewer, "speakers", {**officials, "article": key})
    assert reviewer.read(path)["article"] == key
    assert reviewer.post("projects/desk/speakers", {**officials, "article": "nothing"}).status_code == 404


def test_in_a_story_that_one_annotates_a_speaker_comes_with_a_quote(annotator: Program, assignment: Assignment) -> None:
    sent = {"label": "officials", "named": False, "article": assignment.version.article.key}
    response = annotator.post("projects/desk/speakers", sent)
    assert (response.status_code, response.json()["code"]) == (422, "blind")


@both
def test_roles_and_scopes(cast: Cast, annotator: Program, reviewer: Program, outsider: Program, noun: str) -> None:
    path = made(reviewer, noun, NOUNS[noun][0])
    viewer, reading = program_of(cast.viewer), program_of(cast.reviewer, ApiToken.Scope.READ)
    asked = [
        (f"projects/desk/{noun}", "POST", OTHERS[noun], {viewer: 403, reading: 403, outsider: 404}),
        (path, "PATCH", {"revision": 1, **CHANGES[noun]}, {annotator: 403, reading: 403, outsider: 404}),
        (f"{path}/merge", "POST", {"revision": 1, "into": "x"}, {annotator: 403, outsider: 404}),
        (f"{path}/unmerge", "POST", {"revision": 1}, {annotator: 403, outsider: 404}),
    ]
    for address, method, body, answers in asked:
        for program, status in answers.items():
            assert program.request(method, address, body).status_code == status
    assert written() == 1
