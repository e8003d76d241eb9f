"""Errors as problem details (RFC 9457): one shape for all of them, with a stable word for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from rest_framework import exceptions

from annotations.services import errors
from annotations.text.canonical import TextRefused

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER = 10

# What each status means when nothing more can be said; the words for programs are as stable as the statuses. The
# description of the API has them as they stand here, an answer in the language of the desk.
CODES = {
    400: ("bad_request", gettext_noop("The request is not as this address wants it.")),
    401: ("not_authenticated", gettext_noop("Send a token that works: Authorization: Bearer nn_…")),
    403: ("not_allowed", gettext_noop("You may see this, but not do that with it.")),
    404: ("not_found", gettext_noop("There is nothing here for you.")),
    405: ("method_not_allowed", gettext_noop("This address does not know that method.")),
    406: ("not_acceptable", gettext_noop("This address does not answer in any of the formats that you accept.")),
    409: ("conflict", gettext_noop("The object stands otherwise than you think.")),
    413: ("too_large", gettext_noop("The request is too large.")),
    415: ("unsupported_media_type", gettext_noop("Send JSON: Content-Type: application/json.")),
    422: ("invalid", gettext_noop("The request is well formed, but what it asks for cannot be.")),
    428: ("revision_needed", gettext_noop("Say which revision you saw.")),
    429: ("throttled", gettext_noop("Too many requests. Wait for as long as Retry-After says.")),
    500: ("server_error", gettext_noop("We made a mistake. It is in our log.")),
    503: ("unavailable", gettext_noop("The database does not answer. Try again in a moment.")),
}

# What the services call these is a matter of the request's shape, not of what it says.
SHAPE_CODES = frozenset({"offsets", "blank"})


class Problem(exceptions.APIException):
    """A refusal, raised anywhere in the API."""

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        code: str = "",
        headers: dict[str, str] | None = None,
        **members: Any,
    ) -> None:
        self.status_code = status
        super().__init__(detail or _(CODES[status][1]), code or CODES[status][0])
        self.word = code or CODES[status][0]
        self.headers = headers or {}
        self.members = members


def problem_body(status: int, detail: str = "", *, code: str = "", **members: Any) -> bytes:
    """Return the JSON of a problem."""
    usual_code, usual_detail = CODES.get(status, ("error", gettext_noop("Something went wrong.")))
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code or usual_code,
        "detail": detail or _(usual_detail),
        **members,
    }
    return json.dumps(body, ensure_ascii=False).encode(errors="backslashreplace")


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Answer an exception of a view with a problem; None lets the server log it and answer 500."""
    problem = as_problem(error)
    if problem is None:
        return None
    response = HttpResponse(
        problem_body(problem.status_code, str(problem.detail), code=problem.word, **problem.members),
        status=problem.status_code,
        content_type=CONTENT_TYPE,
        headers=problem.headers,
    )
    # An error is never kept, whatever the view that raised it allows.
    response.headers["Cache-Control"] = "no-store"
    return response


def as_problem(error: Exception) -> Problem | None:
    """Return the problem that stands for an exception, or None for one that nobody foresaw."""
    for kind, translate in TRANSLATIONS:
        if isinstance(error, kind):
            return translate(error)
    return None


def _of_service(error: errors.ServiceError) -> Problem:
    match error:
        case errors.NotAllowed():
            return Problem(403, error.message, code=error.code)
        case errors.Conflict():
            return Problem(409, error.message, code=error.code, current=error.current, **error.details)
        case errors.KeyReused():
            return Problem(422, error.message, code=error.code)
        case errors.Incomplete():
            faults = [{"field": place, "code": "missing", "message": reason} for place, reason in error.missing]
            return Problem(422, error.message, code=error.code, errors=faults)
    status = 400 if error.code in SHAPE_CODES else 422
    found = {"field": getattr(error, "field", ""), "code": error.code, "message": error.message}
    return Problem(status, error.message, code=error.code, errors=[found], **error.details)


def _of_framework(error: exceptions.APIException) -> Problem:
    headers = {}
    if (challenge := getattr(error, "auth_header", None)) is not None:
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    return Problem(error.status_code, "", headers=headers)


TRANSLATIONS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Callable[[Any], Problem]], ...] = (
    (Problem, lambda problem: problem),
    (errors.ServiceError, _of_service),
    (Http404, lambda error: Problem(404, str(error))),
    (PermissionDenied, lambda error: Problem(403, str(error))),
    (TextRefused, lambda error: Problem(400, error.message, code=error.code)),
    ((OperationalError, InterfaceError), lambda _: Problem(503, headers={"Retry-After": str(RETRY_AFTER)})),
    (exceptions.APIException, _of_framework),
)
