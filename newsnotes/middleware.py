"""Middleware: what every request and response has in common."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from annotations.api.middleware import API_ROOT
from newsnotes.logs import request_id, route

logger = logging.getLogger("newsnotes.requests")

GetResponse = Callable[[HttpRequest], HttpResponseBase]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
LINES, TABLE = "application/x-ndjson", "text/csv"
# Where a page sends a file that a task imports.
LARGE_FILE = re.compile(r"/projects/[^/]+/import/large/")
# What Python and browsers put in the place of bytes that they cannot read.
REPLACEMENT = "\ufffd"
MEGABYTE = 1_000_000


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

    A body without a length is read as empty, so it cannot slip past. A form that is not multipart is read into
    memory as a whole, which Django allows for less; JSON lines, tables, and the file
    of a large import are read in pieces.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        limits = {
            URLENCODED: settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
            LINES: settings.MAX_LINES_BYTES,
            TABLE: settings.MAX_LINES_BYTES,
        }
        limit = limits.get(request.content_type or "", settings.MAX_REQUEST_BYTES)
        if LARGE_FILE.fullmatch(request.path_info) and request.content_type == MULTIPART:
            limit = settings.MAX_LINES_BYTES + settings.MAX_REQUEST_BYTES
        if length.isascii() and length.isdigit() and len(length) < 20 and int(length) <= limit:
            return get_response(request)
        return _refused(_("The request is too large: at most %(most)s MB.") % {"most": limit // MEGABYTE}, status=413)

    return middleware


def _refused(reason: str, *, status: int = 400) -> HttpResponse:
    return HttpResponse(f"{reason}\n", status=status, content_type="text/plain; charset=utf-8")


def refuse_nul(get_response: GetResponse) -> GetResponse:
    """Refuse an address or a cookie with a NUL character: nothing here has one, and PostgreSQL cannot be asked for it.

    A cookie may write it as an octal number between quotes.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        asked = (request.path_info, *request.COOKIES.values())
        if "%00" not in request.META.get("QUERY_STRING", "") and not any("\0" in text for text in asked):
            return get_response(request)
        return _refused(_("The address, or a cookie, holds a NUL character."))

    return middleware


def strict_utf8(get_response: GetResponse) -> GetResponse:
    """Refuse a query or a form that is not UTF-8: Django would put U+FFFD in the place of its bytes without a word.

    The API reads its queries and its JSON as strictly by itself.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(API_ROOT):
            return get_response(request)
        try:
            reason = _query_fault(request) or _form_fault(request)
        except UnreadablePostError:
            reason = _("The request broke off.")
        return _refused(reason) if reason else get_response(request)

    middleware.process_view = _refuse_replaced  # type: ignore[attr-defined]
    return middleware


def _query_fault(request: HttpRequest) -> str:
    # The server hands bytes on as Latin-1.
    field = undecodable_field(request.META.get("QUERY_STRING", "").encode("latin-1", "replace"))
    return "" if field is None else _("The parameter “%(name)s” of the address is not UTF-8.") % {"name": field}


def _form_fault(request: HttpRequest) -> str:
    if request.method != "POST" or request.content_type != URLENCODED:
        return ""
    field = undecodable_field(request.body)
    return "" if field is None else _("The field “%(name)s” of the form is not UTF-8.") % {"name": field}


def _refuse_replaced(
    request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
) -> HttpResponse | None:
    """Refuse a multipart form with U+FFFD in a field: Django keeps no bytes of it, so who put that there is not known.

    A view whose form says it better, with what was typed still there, is left alone.
    """
    if request.content_type != MULTIPART or request.path_info.startswith(API_ROOT) or hasattr(view, "tells_replaced"):
        return None
    for name, values in request.POST.lists():
        place = max((value.find(REPLACEMENT) for value in values), default=-1) + 1
        if place or REPLACEMENT in name:
            told = {"name": name, "place": place}
            message = _("The field “%(name)s” of the form is not UTF-8, or holds U+FFFD, at character %(place)s.")
            return _refused(message % told)
    return None


def undecodable_field(encoded: bytes) -> str | None:
    """Return the name of the first field of an encoded form that is not UTF-8, or None."""
    if b"%" not in encoded and encoded.isascii():
        return None
    for pair in encoded.split(b"&"):
        try:
            unquote_to_bytes(pair).decode()
        except UnicodeDecodeError:
            return unquote_to_bytes(pair.partition(b"=")[0]).decode(errors="backslashreplace")[:60]
    return None


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
