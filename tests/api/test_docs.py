"""The page of the API, and the document for programs."""

from __future__ import annotations

import json

from jsonschema import Draft202012Validator

from annotations.api.examples import EXAMPLES
from annotations.api.openapi import document
from tests.client import StrictClient, soup_of


def test_the_page_shows_every_operation_and_shape(client: StrictClient) -> None:
    page = soup_of(client.get("/api/v1/docs/"))
    found = document()
    for methods in found["paths"].values():
        for operation in methods.values():
            assert page.find(id=operation["operationId"])
    for name in found["components"]["schemas"]:
        assert page.find(id=f"shape-{name}")
    links = {str(link["href"]) for link in page.select('a[href^="#"]')}
    assert all(page.find(id=link[1:]) for link in links)


def test_the_document_is_open_and_holds_no_data(client: StrictClient) -> None:
    response = client.get("/api/v1/schema/")
    assert response.headers["Content-Type"] == "application/json"
    assert json.loads(response.content) == json.loads(json.dumps(document()))


def test_examples_have_the_shape_that_they_are_examples_of() -> None:
    components = document()["components"]
    for name, example in EXAMPLES.items():
        shape = {"$ref": f"#/components/schemas/{name}", "components": components}
        Draft202012Validator(shape).validate(example)
        assert components["schemas"][name]["examples"] == [example]
