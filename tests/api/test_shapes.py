"""What a body may be: offsets, words, texts, and everything that JSON can be made to hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps

from annotations.models import Assignment, Change, Quote
from tests.api.program import Program
from tests.cast import Cast
from tests.factories import STORY, at, make_assignment, make_version

SAFE = "“The bridge is safe,”"


@pytest.fixture
def path(assignment: Assignment) -> str:
    """Where quotes are made."""
    return f"projects/desk/assignments/{assignment.pk}/quotes"


LENGTH = len(STORY)


@pytest.mark.parametrize(
    "span",
    [
        '{"start": -1, "end": 3}',
        '{"start": 3, "end": 3}',
        '{"start": 5, "end": 3}',
        f'{{"start": 0, "end": {LENGTH + 1}}}',
        '{"start": 0, "end": 2147483648}',
        '{"start": 0, "end": 9223372036854775808}',
        '{"start": 0, "end": 1.0}',
        '{"start": "1", "end": 3}',
        '{"start": true, "end": 3}',
        '{"start": 0, "end": 1e0}',
        '{"start": 0, "end": NaN}',
        '{"start": 0, "end": Infinity}',
        '{"start": 0}',
        '{"end": 3}',
        '{"start": null, "end": 3}',
        '{"start": 18, "end": 20}',
        "[0, 3]",
    ],
)
@pytest.mark.parametrize("role", ["content", "source"])
def test_offsets_are_whole_numbers_inside_the_story(annotator: Program, path: str, span: str, role: str) -> None:
    parts = {"content": json.dumps([at(STORY, SAFE)])} | {role: f"[{span}]"}
    body = "{" + ", ".join(f'"{name}": {value}' for name, value in parts.items()) + "}"
    response = annotator.post(path, body)
    assert response.status_code == 400, response.content
    assert not Quote.objects.exists()


@pytest.mark.parametrize(
    "exact",
    ["“The bridge is safe,” ", "The bridge is safe", "“the bridge is safe,”", "\u201cThe bridge is safe,”\u0301"],
)
def test_words_that_are_not_there_are_refused_with_the_true_ones(annotator: Program, path: str, exact: str) -> None:
    response = annotator.post(path, {"content": [at(STORY, SAFE) | {"exact": exact}]})
    problem = response.json()
    assert (response.status_code, problem["code"], problem["true"]) == (422, "wrong_words", SAFE)


def test_a_composed_letter_is_not_its_two_parts(annotator: Program, cast: Cast) -> None:
    assignment = make_assignment(make_version(cast.project, cast.manager, text="Cafe\u0301 said yes."), cast.annotator)
    response = annotator.post(
        f"projects/desk/assignments/{assignment.pk}/quotes",
        {"content": [{"start": 0, "end": 5, "exact": "Caf\u00e9"}]},
    )
    assert (response.status_code, response.json()["true"]) == (422, "Cafe\u0301")


@pytest.mark.parametrize("unit", ["🌉", "C"])
def test_offsets_count_code_points(annotator: Program, path: str, unit: str) -> None:
    made = annotator.post(path, {"content": [at(STORY, unit)]})
    assert made.json()["content"] == [at(STORY, unit)]


DOUBTFUL = [
    (b"[" * 100_000, "json"),
    (b'{"a":' * 5_000, "json"),
    (b'{"content": 1e999}', "json"),
    (b'{"content": ' + b"9" * 5_000 + b"}", "json"),
    (b'{"content": NaN}', "json"),
    (b'{"type": null, "type": null}', "json"),
    (b'{"parent": "\\ud83d"}', "json"),
    (b'{"\\ud800": 1}', "json"),
    (b'{"labels": {"act": "ab\\u0000cd"}}', "json"),
    (b'{"labels": {"\\u0000": "x"}}', "json"),
    (b'{"parent": "\xff"}', "json"),
    (b'{"parent": "a\x00b"}', "json"),
    (b"\xef\xbb\xbf{}", "json"),
    (b"{'a': 1}", "json"),
    (b"", "shape"),
    (b"null", "shape"),
    (b'"text"', "shape"),
    (b"[]", "shape"),
    (b"{}", "shape"),
]


@pytest.mark.parametrize(("body", "code"), DOUBTFUL)
def test_doubtful_json_is_refused(annotator: Program, path: str, body: bytes, code: str) -> None:
    response = annotator.post(path, body)
    assert (response.status_code, response.json()["code"]) == (400, code), response.content


def test_the_place_of_half_a_character_is_named(annotator: Program, path: str) -> None:
    body = b'{"content": [], "claims": [{"claim": {"text": "\\ud83d"}, "stance": "asserts"}]}'
    (found,) = annotator.post(path, body).json()["errors"]
    assert found["field"] == "claims[0].claim.text"


def test_a_pair_of_surrogates_is_one_character(annotator: Program, path: str) -> None:
    body = {"content": [at(STORY, SAFE)], "claims": [{"claim": {"text": "A 😀 smiles."}, "stance": "asserts"}]}
    response = annotator.post(path, json.dumps(body, ensure_ascii=True))
    assert response.status_code == 201
    key = response.json()["claims"][0]["claim"]
    assert annotator.read(f"projects/desk/claims/{key}")["text"] == "A 😀 smiles."


def test_a_body_that_is_too_large_is_refused(annotator: Program, path: str) -> None:
    for size in (1_000_001, 9_000_000):
        response = annotator.post(path, b'{"parent": "' + b"x" * size + b'"}')
        assert response.status_code == 413
        assert "at most" in response.json()["detail"]


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_only_json_is_read(annotator: Program, path: str, media_type: str) -> None:
    response = annotator.client.post(
        f"/api/v1/{path}",
        data=b'{"content": []}',
        content_type=media_type,
        headers={"Authorization": f"Bearer {annotator.secret}"},
    )
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


TOO_MUCH: list[dict[str, Any]] = [
    {"content": [at(STORY, SAFE)] * 201},
    {"claims": [{"claim": {"text": "x" * 1001}, "stance": "asserts"}]},
    {"claims": [{"claim": "", "stance": "asserts"}]},
    {"claims": [{"claim": "x", "stance": "loves"}]},
    {"claims": [{"claim": "x"}]},
    {"speaker": {"label": ""}},
    {"speaker": {"label": "x" * 301}},
    {"speaker": {"label": "x", "wikidata": "Q" * 31}},
    {"speaker": {"label": "x", "kind": "ghost"}},
    {"speaker": {"label": "x", "named": "yes"}},
    {"speaker": 7},
    {"speaker": ["ada"]},
    {"type": "shouted"},
    {"resolution": ""},
    {"no_source": "passive"},
    {"labels": {"act": 3}},
    {"labels": ["act"]},
    {"parent": 1},
    {"revision": 1},
    {"id": "q-mine"},
]


@pytest.mark.parametrize("parts", TOO_MUCH)
def test_shapes(annotator: Program, path: str, parts: dict[str, Any]) -> None:
    response = annotator.post(path, {"content": [at(STORY, SAFE)]} | parts)
    assert (response.status_code, response.json()["code"]) == (400, "shape")


@pytest.mark.parametrize(
    "parts",
    [
        {"speaker": "nobody"},
        {"parent": "nothing"},
        {"labels": {"act": "nonsense"}},
        {"labels": {"nonsense": "statement"}},
        {"claims": [{"claim": "nothing", "stance": "asserts"}]},
        {"resolution": "explicit"},
        {"resolution": "none"},
        {"resolution": "implicit"},
        {"speaker": {"label": "ﷺ" * 300}},
        {"speaker": {"label": "Ada\u202eHolt"}},
        {"claims": [{"claim": {"text": "a\u200bb"}, "stance": "asserts"}]},
    ],
)
def test_what_cannot_be_is_refused(annotator: Program, path: str, parts: dict[str, Any]) -> None:
    response = annotator.post(path, {"content": [at(STORY, SAFE)]} | parts)
    assert response.status_code == 422, response.content
    assert response.json()["errors"][0]["message"]
    assert not Quote.objects.exists()


def test_names_keep_the_spaces_that_are_theirs(annotator: Program, path: str) -> None:
    speaker = {"label": "Ada  Holt ", "description": "mayor"}
    key = annotator.post(path, {"content": [at(STORY, SAFE)], "speaker": speaker}).json()["speaker"]
    assert annotator.read(f"projects/desk/speakers/{key}")["label"] == "Ada Holt"


def _all_model_fields() -> list[str]:
    models = apps.get_app_config("annotations").get_models()
    return sorted({field.name for model in models for field in model._meta.get_fields()})


ACCEPTED = {
    "make": {"content", "cue", "source", "addressee", "speaker", "type", "resolution", "no_source", "parent"}
    | {"labels", "claims"},
    "start": {"article", "version"},
}
ACCEPTED["change"] = ACCEPTED["make"] | {"derive_parent", "revision"}


def test_no_field_of_a_model_can_be_set_unless_it_is_declared(annotator: Program, path: str, quote: Quote) -> None:
    count = Change.objects.count()
    requests = {
        "make": ("POST", path, {"content": [at(STORY, SAFE)]}),
        "change": ("PATCH", f"projects/desk/quotes/{quote.key}", {"revision": 1}),
        "start": ("POST", "projects/desk/assignments", {"article": quote.assignment.version.article.key}),
    } | {
        step: ("POST", f"projects/desk/assignments/{quote.assignment_id}/{step}", {"revision": 2})
        for step in ("undo", "redo", "submit", "reopen")
    }
    for name, (method, address, body) in requests.items():
        for field in set(_all_model_fields()) - ACCEPTED.get(name, {"revision"}):
            response = annotator.request(method, address, body | {field: 1})
            assert (response.status_code, response.json()["errors"][0]["field"]) == (400, field)
    assert Change.objects.count() == count
