"""One answer to an htmx request: the piece that was asked for, and what else changed with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import loader


def fragments(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    oob: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    """Render ``template``, then each of ``oob`` with ``oob`` set in its context, into one response.

    All come from one reading of the database: the caller loads, then renders. A piece knows from ``oob`` whether
    it has to ask for its own place (``hx-swap-oob``), so that it can be the main piece elsewhere.
    """
    pieces = [loader.render_to_string(template, {**context, "oob": False}, request)]
    pieces += [loader.render_to_string(name, {**context, "oob": True}, request) for name in oob]
    return HttpResponse("\n".join(pieces), status=status)
