"""The published JSON Schema says of a line what our own reader says."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from annotations.exports.jsonl_v1_reader import LineRefused, check_record
from annotations.exports.manifest import SCHEMA, SCHEMA_FILE
from annotations.exports.records import Record
from annotations.services.sample import sample_record
from tests.client import StrictClient
from tests.exports.test_jsonl_v1_reader import SAMPLES, put

VALIDATOR = Draft202012Validator(json.loads(SCHEMA_FILE.read_text()))


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(VALIDATOR.schema)


def test_every_desk_shows_it_where_the_manifest_says(client: StrictClient) -> None:
    answer = client.get(SCHEMA)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/schema+json")
    assert answer.json() == VALIDATOR.schema


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_valid(name: str) -> None:
    assert list(VALIDATOR.iter_errors(sample_record(name))) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", "newsnotes/2"),
        ("status", "submitted"),
        ("annotator", "a"),
        ("article.version", 0),
        ("article.headline", ""),
        ("article.blocks.0.kind", "aside"),
        ("speakers.0.kind", "robot"),
        ("speakers.0.wikidata", "42"),
        ("quotes.0.id", "a/b"),
        ("quotes.0.type", "reported"),
        ("quotes.0.content", []),
        ("quotes.0.content.0.start", -1),
        ("quotes.0.content.0.start", True),
        ("quotes.0.resolution", "none"),
        ("quotes.0.source", []),
        ("quotes.0.no_source", "orphan"),
        ("quotes.0.claims.0.stance", "likes"),
        ("quotes.0.note", ""),
        ("looked_at", []),
        ("looked_at", [{"start": 0, "end": 6}]),
        ("read_up_to", 0),
        ("guidelines", "2"),
        ("quotes.0.guidelines", "2"),
        ("quotes.0.more", 1),
    ],
)
def test_what_the_schema_refuses(path: str, value: Any) -> None:
    record: Record = copy.deepcopy(sample_record("kirby"))
    put(path, value)(record)
    assert list(VALIDATOR.iter_errors(record))
    if path != "quotes.0.id":
        # That an id stands in an address is looked at by the import itself.
        with pytest.raises(LineRefused):
            check_record(record)
