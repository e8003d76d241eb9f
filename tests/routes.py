"""Every address of the site, as the URL resolver knows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
API = "/api/"
# The addresses at which quotes of an earlier version are carried over.
CARRYING = (
    *("carry-over", "carry-over-quote", "carry-over-leave-out"),
    *("api-carry-over", "api-carry-over-quote", "api-leave-out"),
)
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """One address: its full name and its pattern, such as ``/projects/<slug>/members/<pk>/role/``."""

    name: str
    path: str

    @property
    def is_api(self) -> bool:
        """Whether programs ask here, and not people."""
        return self.path.startswith(API)

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Each parameter with the noun that stands before it in the address."""
        found, noun = [], ""
        for part in self.path.split("/"):
            names = PARAMETER.findall(part)
            found += [(noun, name) for name in names]
            noun = noun if names else part
        return tuple(found)


@cache
def routes() -> tuple[Route, ...]:
    """Return all routes in the order of the URL configuration."""
    return tuple(_walk(get_resolver().url_patterns, "/", ()))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str, spaces: tuple[str, ...]) -> Iterator[Route]:
    for entry in patterns:
        path = prefix + _readable(entry)
        if isinstance(entry, URLResolver):
            inside = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from _walk(entry.url_patterns, path, inside)
        else:
            assert entry.name, f"{path} has no name"
            yield Route(":".join((*spaces, entry.name)), path)


def _readable(entry: URLPattern | URLResolver) -> str:
    """Return a pattern without its converters and anchors; a group of a regular expression looks like a parameter."""
    pattern = str(entry.pattern).removeprefix("^").removesuffix("$")
    pattern = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", pattern)
    return PARAMETER.sub(r"<\1>", pattern)
