"""Problem details also for what no view of the API answered: wrong hosts, huge bodies, our own errors."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from annotations.api.problems import CONTENT_TYPE, problem_body

API_ROOT = "/api/"


def problem_details(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give every error under the API the shape that its documentation promises."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code < 400 or not request.path_info.startswith(API_ROOT):
            return response
        if isinstance(response, HttpResponse) and response.headers.get("Content-Type") != CONTENT_TYPE:
            response.content = problem_body(response.status_code, _reason(response))
            response.headers["Content-Type"] = CONTENT_TYPE
            response.headers["Content-Length"] = str(len(response.content))
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def _reason(response: HttpResponse) -> str:
    """Return what a refusal said, if it was a sentence of ours and no page."""
    is_text = response.headers.get("Content-Type", "").startswith("text/plain")
    return response.content.decode().strip() if is_text else ""
