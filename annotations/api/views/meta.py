"""The addresses that need no token: the description of the API, its page, and the answer to unknown addresses."""

from __future__ import annotations

from functools import wraps
from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from annotations.api.docs import context
from annotations.api.openapi import document
from annotations.api.problems import CONTENT_TYPE, problem_body
from annotations.exports.manifest import SCHEMA_FILE
from annotations.http import View


def no_parameters(view: View) -> View:
    """Refuse every parameter of the address, as all addresses of the API refuse those that they do not know."""

    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponseBase:
        if not request.META.get("QUERY_STRING"):
            response: HttpResponseBase = view(request)
            return response
        body = problem_body(400, _("There is no such parameter here."))
        return HttpResponse(body, status=400, content_type=CONTENT_TYPE)

    return cast("View", checked)


@login_not_required
@require_safe
@no_parameters
def schema(request: HttpRequest) -> HttpResponse:
    """Answer with the OpenAPI document. It holds no data, so everybody may read it."""
    return JsonResponse(document())


@login_not_required
@require_safe
@no_parameters
def dataset_schema(request: HttpRequest) -> HttpResponse:
    """Answer with the JSON Schema of a line of ``newsnotes/1``, which programs elsewhere may want too."""
    return HttpResponse(SCHEMA_FILE.read_bytes(), content_type="application/schema+json")


@login_not_required
@require_safe
@no_parameters
def index(request: HttpRequest) -> HttpResponse:
    """Send whoever looks at the root to the page that explains the API."""
    return redirect("api-docs")


@login_not_required
@csrf_exempt
def unknown(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Answer for every address that is none. One that only has a slash too many is answered as without it."""
    meant = resolve(request.path_info.removesuffix("/"))
    if rest.endswith("/") and meant.func is not unknown:
        request.resolver_match = meant
        return meant.func(request, *meant.args, **meant.kwargs)
    body = problem_body(404, _("There is no such address in the API. See /api/v1/docs/."))
    return HttpResponse(body, status=404, content_type=CONTENT_TYPE)


@login_not_required
@require_safe
@no_parameters
def docs(request: HttpRequest) -> HttpResponse:
    """Show the description of the API as a page."""
    root = request.build_absolute_uri(reverse("api-index"))
    return TemplateResponse(request, "api/docs.html", {**context(), "root": root})
