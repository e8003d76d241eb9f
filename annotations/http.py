"""Requests as our views get them, for the type checker."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from annotations.models import User


class HtmxRequest(HttpRequest):
    """A request of anybody, with what htmx says about it."""

    htmx: HtmxDetails


class SignedInRequest(HtmxRequest):
    """A request of somebody who is signed in, as every view sees that does not opt out."""

    user: User
