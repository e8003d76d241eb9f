"""The answers to errors that no view has caught."""

import sys

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext as _

RETRY_AFTER = "10"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say what is wrong with a request, where a view of ours found it. Of what Django found only the size is told."""
    if isinstance(exception, RequestDataTooBig):
        told = {"most": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1_000_000}
        reason = _("The fields of the form are too large: at most %(most)s MB together.") % told
        return HttpResponse(loader.render_to_string("400.html", {"reason": reason}, request), status=413)
    reason = str(exception) if isinstance(exception, BadRequest) else ""
    return HttpResponse(loader.render_to_string("400.html", {"reason": reason}, request), status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 where the database did not answer, so that clients try again, and 500 otherwise.

    The pages are rendered without the request: who is signed in stands in the database.
    """
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        page = loader.render_to_string("503.html")
        return HttpResponse(page, status=503, headers={"Retry-After": RETRY_AFTER})
    return HttpResponse(loader.render_to_string("500.html"), status=500)
