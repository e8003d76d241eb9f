"""Query parameters: each address declares its own, and takes no others."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, quote

from django.utils.translation import gettext as _
from rest_framework.request import Request

from annotations.api import shapes
from annotations.api.problems import Problem
from annotations.api.shapes import Shape, choice, whole
from annotations.services.tokens import PATTERN

MAX_PARAMETERS = 30
MAX_TEXT = 200
MAX_ID = 2**63 - 1
PAGE_SIZE = 100
MAX_PAGE_SIZE = 500
# A name, what is wrong with it in words, and a code for programs.
Fault = tuple[str, str, str]
TOKEN_NAMES = frozenset({"token", "access_token", "api_key", "apikey", "auth", "authorization"})


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One declared parameter: what it means, what it may be, and the lookup that it stands for, if that is all."""

    name: str
    description: str
    shape: Shape
    read: Callable[[str], Any]
    lookup: str = ""
    default: Any = None
    many: bool = False


def one_of(name: str, values: Sequence[str], description: str, *, lookup: str = "", default: Any = None) -> Parameter:
    """Declare a parameter that is one of some words."""

    def read(raw: str) -> str:
        if raw not in values:
            raise ValueError(_("It must be one of: %(known)s.") % {"known": ", ".join(values)})
        return raw

    shape = choice(values, **({"default": default} if default else {}))
    return Parameter(name=name, description=description, shape=shape, read=read, lookup=lookup, default=default)


def text(name: str, description: str, *, lookup: str = "", longest: int = MAX_TEXT) -> Parameter:
    """Declare a parameter that is a text."""

    def read(raw: str) -> str:
        if not raw:
            raise ValueError(_("It is empty."))
        if len(raw) > longest:
            raise ValueError(_("It is longer than %(most)s characters.") % {"most": longest})
        return raw

    return Parameter(
        name=name, description=description, shape=shapes.string(shortest=1, longest=longest), read=read, lookup=lookup
    )


def number(
    name: str, description: str, *, least: int = 1, most: int = MAX_ID, lookup: str = "", default: int | None = None
) -> Parameter:
    """Declare a parameter that is a whole number."""

    def read(raw: str) -> int:
        if not (raw.isascii() and raw.isdigit() and len(raw) <= len(str(MAX_ID)) and least <= int(raw) <= most):
            told = {"least": least, "most": most}
            raise ValueError(_("It must be a whole number between %(least)s and %(most)s.") % told)
        return int(raw)

    shape = whole(least=least, most=most, **({"default": default} if default else {}))
    return Parameter(name=name, description=description, shape=shape, read=read, lookup=lookup, default=default)


def flag(name: str, description: str, *, lookup: str = "") -> Parameter:
    """Declare a parameter that is true or false."""

    def read(raw: str) -> bool:
        if raw not in {"true", "false"}:
            raise ValueError(_("It must be true or false."))
        return raw == "true"

    return Parameter(name=name, description=description, shape={"type": "boolean"}, read=read, lookup=lookup)


def day(name: str, description: str, *, lookup: str = "") -> Parameter:
    """Declare a parameter that is a date."""

    def read(raw: str) -> date:
        try:
            if len(raw) != len("2024-01-31"):
                raise ValueError
            return date.fromisoformat(raw)
        except ValueError:
            raise ValueError(_("It must be a date such as 2024-01-31.")) from None

    shape = {"type": "string", "format": "date"}
    return Parameter(name=name, description=description, shape=shape, read=read, lookup=lookup)


def several(one: Parameter) -> Parameter:
    """Declare a parameter that may come several times, each time with another value."""
    return replace(one, shape=shapes.listing(one.shape, uniqueItems=True), default=(), many=True)


def fields(names: Iterable[str]) -> Parameter:
    """Declare the choice of fields: a list with commas."""
    known = list(names)

    def read(raw: str) -> list[str]:
        wanted = raw.split(",")
        for name in wanted:
            if name not in known:
                told = {"name": name[:60], "known": ", ".join(known)}
                raise ValueError(_("“%(name)s” is no field here: %(known)s.") % told)
        if len(set(wanted)) != len(wanted):
            raise ValueError(_("A field comes twice."))
        return wanted

    description = f"Only these fields, with commas: {', '.join(known)}."
    pattern = f"^({'|'.join(known)})(,({'|'.join(known)}))*$"
    return Parameter(name="fields", description=description, shape={"type": "string", "pattern": pattern}, read=read)


PAGE = (
    text("cursor", "Where the page begins: part of the address that the page before it gave.", longest=1000),
    number("limit", "How many to a page.", most=MAX_PAGE_SIZE, default=PAGE_SIZE),
)
PAGING = (*PAGE, one_of("ordering", ("created", "-created"), "Oldest or newest first.", default="created"))
# Of what several annotators share: when it was made would tell that somebody else had made it first.
PAGING_BY_ID = (*PAGE, one_of("ordering", ("id", "-id"), "By id, forwards or backwards.", default="id"))


def read_query(request: Request, declared: Sequence[Parameter]) -> dict[str, Any]:
    """Return the value of every declared parameter. Raises a 400 that names all that is unknown, repeated or wrong."""
    known = {parameter.name: parameter for parameter in declared}
    values = {parameter.name: parameter.default for parameter in declared}
    seen: set[tuple[str, str]] = set()
    faults: list[Fault] = []
    for name, raw in query_pairs(request):
        parameter = known.get(name)
        once = (name, raw if parameter and parameter.many else "")
        if parameter is None:
            faults.append((name, _no_such(known), "unknown_parameter"))
        elif once in seen:
            faults.append((name, _("It comes twice."), "repeated_parameter"))
        else:
            try:
                value = parameter.read(raw)
            except ValueError as error:
                faults.append((name, str(error), "parameter"))
            else:
                values[name] = (*values[name], value) if parameter.many else value
        seen.add(once)
    if faults:
        raise wrong(*faults)
    return values


def query_pairs(request: Request) -> list[tuple[str, str]]:
    """Return the names and values of the query. Raises a 400 for what is not UTF-8 or holds a NUL."""
    raw = request.META.get("QUERY_STRING", "")
    if not raw.isascii():
        # The server hands bytes on as Latin-1.
        raw = quote(raw.encode("latin-1", "replace"), safe=string.printable)
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except UnicodeDecodeError:
        raise Problem(400, _("The query is not UTF-8."), code="query") from None
    except ValueError:
        raise Problem(400, _("The query has too many parameters."), code="query") from None
    if any("\0" in part for pair in pairs for part in pair):
        raise Problem(400, _("The query holds a NUL character."), code="query")
    return pairs


def refuse_token_in_address(request: Request) -> None:
    """Refuse a token that stands where servers, proxies and browsers write it down."""
    if any(name.lower() in TOKEN_NAMES or PATTERN.search(name + value) for name, value in query_pairs(request)):
        raise Problem(
            400,
            _(
                "A token has no place in an address, which ends up in logs. Revoke it if it was a real one, and send"
                " its successor in the header: Authorization: Bearer nn_…"
            ),
            code="token_in_address",
        )


def _no_such(known: Iterable[str]) -> str:
    if not known:
        return _("There is no such parameter here.")
    return _("There is no such parameter here. This address knows: %(known)s.") % {"known": ", ".join(known)}


def wrong(*faults: Fault) -> Problem:
    """Return the 400 that says what is wrong with parameters: each by its name, what it is in words, and its code."""
    found = [{"field": f"{name:.60}", "code": code, "message": message} for name, message, code in faults]
    first = found[0]
    return Problem(400, f"{first['field']}: {first['message']}", code=first["code"], errors=found)
