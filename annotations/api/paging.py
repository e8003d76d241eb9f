"""Pages of a list: in an order that stays, so that nothing is missed or seen twice while others write."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import ObjectDoesNotExist
from django.core.signing import BadSignature, Signer
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request

from annotations.api.parameters import query_pairs
from annotations.api.problems import Problem

Row = TypeVar("Row", bound=Model)
Found = TypeVar("Found")
Key = str | tuple[str, ...]
# What an ordering goes by.
COLUMNS = {"created": "pk", "id": "key"}


def page_of(
    request: Request, rows: QuerySet[Row], query: dict[str, Any], *, every: QuerySet[Row], key: Key = "key"
) -> tuple[list[Row], str | None]:
    """Return one page of ``rows``, and the address of the next page if there is one.

    The cursor names the last row by its key, or by several columns, signed: a row number would tell how much others
    have written. ``every`` finds that row again, also if it was deleted or hidden meanwhile.
    """
    column, backwards = COLUMNS[query["ordering"].removeprefix("-")], query["ordering"].startswith("-")
    if query["cursor"]:
        last = _place_of(request, query["cursor"], every, key, column)
        rows = rows.filter(**{f"{column}__{'lt' if backwards else 'gt'}": last})
    found = list(rows.order_by(f"-{column}" if backwards else column)[: query["limit"] + 1])
    page = found[: query["limit"]]
    if len(found) == len(page):
        return page, None
    return page, _address(request, _name_of(page[-1], key))


def _name_of(row: Row, key: Key) -> str:
    return str(getattr(row, key)) if isinstance(key, str) else json.dumps([getattr(row, column) for column in key])


def _columns(name: str, key: Key) -> dict[str, Any]:
    return {key: name} if isinstance(key, str) else dict(zip(key, json.loads(name), strict=True))


def page_of_places(
    request: Request, rows: Iterable[Found], query: dict[str, Any], *, place: Callable[[Found], list[Any]]
) -> tuple[list[Found], str | None]:
    """Return one page of what is no rows of a table, in the order of their places, and the address of the next.

    The cursor holds the last place, signed: what stood there may be gone.
    """
    ordered = sorted(rows, key=place)
    if query["cursor"]:
        last = json.loads(_named(request, query["cursor"]))
        ordered = [row for row in ordered if place(row) > last]
    page = ordered[: query["limit"]]
    if len(page) == len(ordered):
        return page, None
    return page, _address(request, json.dumps(place(page[-1])))


def _signer(request: Request) -> Signer:
    return Signer(salt=f"cursor of {request.path}")


def _address(request: Request, last: str) -> str:
    cursor = urlsafe_b64encode(_signer(request).sign(last).encode()).decode().rstrip("=")
    pairs = [(name, value) for name, value in query_pairs(request) if name != "cursor"]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*pairs, ('cursor', cursor)])}")


def _place_of(request: Request, cursor: str, every: QuerySet[Row], key: Key, column: str) -> Any:
    try:
        return every.values_list(column, flat=True).get(**_columns(_named(request, cursor), key))
    except ObjectDoesNotExist:
        raise _not_ours() from None


def _named(request: Request, cursor: str) -> str:
    """Return what a cursor names."""
    try:
        return _signer(request).unsign(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode())
    except (Base64Error, ValueError, BadSignature):
        raise _not_ours() from None


def _not_ours() -> Problem:
    return Problem(400, _("cursor: It is not one of ours. Begin again without it."), code="cursor")
