"""The page of the API: what the OpenAPI document says, laid out for people.

Rendered here and not by a viewer in the browser: the page needs no script, reads well in a screen reader and in the
dark, and loads in no time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from annotations.api.examples import EXAMPLES
from annotations.api.openapi import document
from annotations.api.problems import CODES

TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
    "null": "null",
}
FORMATS = {"date": "date", "date-time": "date and time"}
# From here on a limit is that of a column and tells people nothing.
ENDLESS = 2**31 - 1


@dataclass(frozen=True)
class Field:
    """A parameter, a header, or a field of an object."""

    name: str
    kind: str
    where: str
    required: bool
    description: str


@dataclass(frozen=True)
class Answer:
    """One status that an operation answers with."""

    status: str
    description: str
    shape: str


@dataclass(frozen=True)
class Entry:
    """One operation."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    fields: list[Field]
    body: str
    answers: list[Answer]
    problems: list[str]


@dataclass(frozen=True)
class ShapeEntry:
    """One named shape."""

    name: str
    description: str
    fields: list[Field]
    example: str


@lru_cache(maxsize=1)
def context() -> dict[str, Any]:
    """Return what the page shows. It says the same to everybody, so it is made once."""
    found = document()
    groups: dict[str, list[Entry]] = {}
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_entry(path, method, operation))
    return {
        "description": found["info"]["description"].strip().split("\n\n"),
        "groups": groups,
        "shapes": [_shape(name, shape) for name, shape in sorted(found["components"]["schemas"].items())],
        "problems": [(status, code, detail) for status, (code, detail) in CODES.items()],
    }


def _entry(path: str, method: str, operation: Mapping[str, Any]) -> Entry:
    answers, problems = [], []
    for status, answer in operation["responses"].items():
        if int(status) >= 400:
            problems.append(status)
        else:
            answers.append(Answer(status, answer["description"], _shape_of_answer(answer)))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return Entry(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation["description"] if operation["description"] != operation["summary"] else "",
        fields=[
            Field(one["name"], kind_of(one["schema"]), one["in"], one.get("required", False), one["description"])
            for one in operation.get("parameters", [])
        ],
        body=_name_in(body),
        answers=answers,
        problems=problems,
    )


def _shape_of_answer(answer: Mapping[str, Any]) -> str:
    return next((kind_of(one["schema"]) for one in answer.get("content", {}).values()), "")


def _shape(name: str, shape: Mapping[str, Any]) -> ShapeEntry:
    example = json.dumps(EXAMPLES[name], indent=2, ensure_ascii=False) if name in EXAMPLES else ""
    return ShapeEntry(name, shape.get("description", ""), list(_fields(shape)), example)


def _fields(shape: Mapping[str, Any]) -> Iterator[Field]:
    required = shape.get("required", ())
    for name, one in shape.get("properties", {}).items():
        yield Field(name, kind_of(one), "", name in required, description_of(one))


def description_of(shape: Mapping[str, Any]) -> str:
    """Return what is said of a shape, or of the branches of it."""
    branches = shape.get("anyOf", ())
    return " ".join(filter(None, [shape.get("description"), *(one.get("description") for one in branches)]))


def kind_of(shape: Mapping[str, Any]) -> str:
    """Return a shape in a few words."""
    if "anyOf" in shape:
        return " or ".join(map(kind_of, shape["anyOf"]))
    if shape.get("type") == "array":
        return f"list of {kind_of(shape['items'])}"
    if "properties" in shape:
        return _kind_of_object(shape)
    return _name_in(shape) or _kind_of_value(shape)


def _kind_of_object(shape: Mapping[str, Any]) -> str:
    properties, required = shape["properties"], shape.get("required", ())
    if "results" in properties:
        return f"page of {kind_of(properties['results']['items'])}"
    return f"{{{', '.join(name if name in required else f'{name}?' for name in properties)}}}"


def _kind_of_value(shape: Mapping[str, Any]) -> str:
    kind = " | ".join(shape["enum"]) if "enum" in shape else TYPES[shape["type"]]
    kind = FORMATS.get(shape.get("format", ""), kind)
    if "minimum" in shape and shape.get("maximum", ENDLESS) < ENDLESS:
        kind += f", {shape['minimum']} to {shape['maximum']}"
    return f"{kind} ({shape['default']} unless given)" if "default" in shape else kind


def _name_in(shape: Mapping[str, Any]) -> str:
    return str(shape["$ref"]).rpartition("/")[2] if "$ref" in shape else ""
