"""Middleware: what every request and response has in common."""

import logging
import time
import uuid
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from newsnotes.logs import request_id, route

logger = logging.getLogger("newsnotes.requests")

GetResponse = Callable[[HttpRequest], HttpResponseBase]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def request_log(get_response: GetResponse) -> GetResponse:
    """Give each request an id of our own, and log how it ended."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        token = request_id.set(uuid.uuid4().hex)
        started = time.perf_counter()
        try:
            response = get_response(request)
            response["X-Request-ID"] = request_id.get()
            logger.log(
                logging.DEBUG if _is_routine(request, response) else logging.INFO,
                "request",
                extra={
                    "method": request.method,
                    "route": route(request),
                    "status": response.status_code,
                    "milliseconds": round((time.perf_counter() - started) * 1000, 1),
                },
            )
            return response
        finally:
            request_id.reset(token)

    return middleware


def _is_routine(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether a request went well and says nothing: a health check, or a file that belongs to a page."""
    path = request.path_info
    return response.status_code < 400 and (path == "/health/" or path.startswith(settings.STATIC_URL))


def body_limit(get_response: GetResponse) -> GetResponse:
    """Refuse a body that is too large before a byte of it is read.

    A body without a length is read as empty, so it cannot slip past.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) <= settings.MAX_REQUEST_BYTES:
            return get_response(request)
        limit = settings.MAX_REQUEST_BYTES // 1_000_000
        return HttpResponse(
            _("The request is too large: at most %(most)s MB.") % {"most": limit} + "\n",
            status=413,
            content_type="text/plain; charset=utf-8",
        )

    return middleware


def refuse_nul(get_response: GetResponse) -> GetResponse:
    """Refuse an address or a cookie with a NUL character: nothing here has one, and PostgreSQL cannot be asked for it.

    A cookie may write it as an octal number between quotes.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        asked = (request.path_info, *request.COOKIES.values())
        if "%00" not in request.META.get("QUERY_STRING", "") and not any("\0" in text for text in asked):
            return get_response(request)
        return HttpResponse(
            _("The address, or a cookie, holds a NUL character.") + "\n",
            status=400,
            content_type="text/plain; charset=utf-8",
        )

    return middleware


def no_store(get_response: GetResponse) -> GetResponse:
    """Keep pages out of every cache, unless their view has said otherwise."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def htmx_vary(get_response: GetResponse) -> GetResponse:
    """A page and its fragments share a URL, so caches must key on these headers."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        patch_vary_headers(response, ("HX-Request", "HX-Target"))
        return response

    return middleware


def htmx_redirect(get_response: GetResponse) -> GetResponse:
    """Make a redirect a full navigation; htmx would swap the next page into a fragment."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not request.htmx or not 300 <= response.status_code < 400:  # type: ignore[attr-defined]
            return response
        location = response.headers.get("Location", "")
        login = resolve_url(settings.LOGIN_URL)
        if location.startswith(login):
            # After signing in people return to their page, not to a fragment's address.
            query = urlencode({"next": request.htmx.current_url_abs_path or "/"})  # type: ignore[attr-defined]
            location = f"{login}?{query}"
        return HttpResponseClientRedirect(location)

    return middleware


class SignInRequired(LoginRequiredMiddleware):
    """Every view needs a sign-in, unless it says otherwise.

    Only a page load is sent to the sign-in page. A fragment or a write gets a 401 that asks
    the page for it: a redirect would put the sign-in page into the story, and lose the write.
    """

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Answer a request without a sign-in."""
        if request.htmx or request.method not in SAFE_METHODS:  # type: ignore[attr-defined]
            return HttpResponse(
                _("Please sign in again.") + "\n",
                status=401,
                content_type="text/plain; charset=utf-8",
                headers={"HX-Trigger": "sign-in-needed"},
            )
        return super().handle_no_permission(request, view_func)
