"""The OpenAPI 3.1 document, told by the operations of the views and the shapes that they use."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from annotations.api.bodies import BODIES
from annotations.api.components import ID, KEY, RECORDS
from annotations.api.examples import EXAMPLES
from annotations.api.release_records import RECORDS as RELEASE_RECORDS
from annotations.api.review_shapes import RECORDS as REVIEW_RECORDS
from annotations.api.shapes import string, whole
from annotations.api.task_records import RECORDS as TASK_RECORDS
from annotations.api.version_shapes import RECORDS as VERSION_RECORDS

PATH_PARAMETERS = {
    "slug": (string(shortest=1, longest=60, pattern="^[-a-zA-Z0-9_]+$"), "The short name of the project."),
    "key": (KEY, "The id."),
    "id": (ID, "The number of the assignment or adjudication."),
    "name": (KEY, "The name of the file."),
    "number": (whole(least=1), "The number of the release."),
}
DESCRIPTION = """\
Read stories, speakers, claims and quotes, make quotes, review them, and export datasets, as yourself: a token may do
what its owner may do, and no more than its scope.

Offsets are Unicode code points, 0-based, half-open. Lists come in pages, in the order in which their rows were made, or
of their ids. Every error is a problem document (RFC 9457), with a code for programs and a detail for people. Parameters
and fields that an address does not know are refused.
"""


class Schema(AutoSchema):
    """Describes one method by its ``Operation``."""

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        return [
            {
                "in": "path",
                "name": name,
                "required": True,
                "schema": dict(PATH_PARAMETERS[name][0]),
                "description": PATH_PARAMETERS[name][1],
            }
            for name in variables
        ]


class BearerScheme(OpenApiAuthenticationExtension):
    """How to send a token."""

    target_class = "annotations.api.authentication.BearerAuthentication"
    name = "bearerAuth"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """Return the scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token from your account page, in the header Authorization: Bearer nn_…",
        }


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add what operations refer to, and what is said of all of them."""
    result["info"]["description"] = DESCRIPTION
    result["components"].setdefault("schemas", {}).update(
        {
            name: {**shape, **({"examples": [EXAMPLES[name]]} if name in EXAMPLES else {})}
            for name, shape in (
                RECORDS | REVIEW_RECORDS | VERSION_RECORDS | TASK_RECORDS | RELEASE_RECORDS | BODIES
            ).items()
        }
    )
    return result


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """Return the document. It says the same to everybody, so it is made once."""
    found: dict[str, Any] = SchemaGenerator().get_schema(public=True)
    return found
