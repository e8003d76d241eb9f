"""What one method of one address takes and answers, declared once: views obey it, the OpenAPI document tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from annotations.api.parameters import Parameter
from annotations.api.problems import CODES, CONTENT_TYPE
from annotations.api.shapes import Shape, reference

# Every address that asks for a token can answer these.
ALWAYS = (400, 401, 406, 429, 500, 503)
WITH_BODY = (413, 415)
LINES = "application/x-ndjson"
TABLE = "text/csv"

Handler = TypeVar("Handler", bound=Callable[..., Any])

IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": r'^(W/)?"(0|[1-9][0-9]{0,8})(-[0-9a-f]*)?"$'},
    OpenApiParameter.HEADER,
    description="The ETag of what you saw; only the revision in it counts. Needed, unless the body has a revision.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="An ETag that you have: if it still holds, the answer is 304 without a body.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="A fresh word of yours for each write. Sent again with the same request, it writes nothing more and"
    " gives the same answer.",
)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method of one address."""

    name: str
    summary: str
    tag: str
    description: str = ""
    parameters: Sequence[Parameter] = ()
    body: str = ""
    # Whether the body may also be a stream of JSON lines, or a table.
    lines: bool = False
    answers: Mapping[int, Shape | None] = field(default_factory=dict)
    media_type: str = "application/json"
    problems: Sequence[int] = ()
    headers: Sequence[OpenApiParameter] = ()
    answer_headers: Sequence[OpenApiParameter] = ()
    examples: Sequence[OpenApiExample] = ()

    def __call__(self, handler: Handler) -> Handler:
        """Decorate the method of a view."""
        handler.operation = self  # type: ignore[attr-defined]
        return extend_schema(
            operation_id=self.name,
            summary=self.summary,
            description=self.description or self.summary,
            tags=[self.tag],
            parameters=[*map(_documented, self.parameters), *self.headers, *self.answer_headers],
            request=self._request(),
            responses={**self._answers(), **self._problems()},
            examples=list(self.examples),
        )(handler)

    def _request(self) -> dict[str, Any] | None:
        if not self.body:
            return None
        lines = {
            LINES: {"type": "string", "description": "One object to a line."},
            TABLE: {"type": "string", "description": "Comma-separated values; the first line names the columns."},
        }
        return {"application/json": dict(reference(self.body)), **(lines if self.lines else {})}

    def _answers(self) -> dict[Any, Any]:
        return {
            (status, self.media_type) if shape else status: OpenApiResponse(
                response=dict(shape) if shape else None, description=ANSWERS[status]
            )
            for status, shape in self.answers.items()
        }

    def _problems(self) -> dict[Any, Any]:
        statuses = {*ALWAYS, *self.problems, *(WITH_BODY if self.body else ())}
        return {
            (status, CONTENT_TYPE): OpenApiResponse(response=dict(reference("Problem")), description=CODES[status][1])
            for status in sorted(statuses)
        }


ANSWERS = {
    200: "As asked.",
    201: "Made; Location is its address.",
    204: "Done; there is nothing to tell.",
    304: "What you have still holds.",
}


def _documented(parameter: Parameter) -> OpenApiParameter:
    return OpenApiParameter(parameter.name, dict(parameter.shape), description=parameter.description)


def answer_header(name: str, description: str, *statuses: int) -> OpenApiParameter:
    """Declare a header of some answers."""
    return OpenApiParameter(
        name, OpenApiTypes.STR, OpenApiParameter.HEADER, response=list(statuses), description=description
    )
