"""Requests as our views get them, for the type checker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from annotations.models import User

View = TypeVar("View", bound=Callable[..., Any])


class HtmxRequest(HttpRequest):
    """A request of anybody, with what htmx says about it."""

    htmx: HtmxDetails


class SignedInRequest(HtmxRequest):
    """A request of somebody who is signed in, as every view sees that does not opt out."""

    user: User


def tells_replaced(view: View) -> View:
    """Say of a view that its form itself refuses U+FFFD, with the place and with what was typed still there."""
    view.tells_replaced = True  # type: ignore[attr-defined]
    return view
