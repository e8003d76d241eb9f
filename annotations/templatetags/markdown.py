"""Markdown that people wrote, to HTML that can do nothing but be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import nh3
from django.utils.safestring import SafeString
from markdown_it.token import Token

from annotations.clauses import PARSER, begins_clause, clauses_in

TAGS = {
    *("h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("em", "strong", "s", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}


@dataclass(frozen=True, slots=True)
class ShownClause:
    """A clause as HTML: the words of its heading, on which level of the page they stand, and what is below."""

    key: str
    title: str
    level: int
    heading: SafeString
    body: SafeString
    concerns: tuple[str, ...]


@lru_cache(maxsize=16)
def shown_clauses(text: str) -> tuple[SafeString, tuple[ShownClause, ...]]:
    """Render guidelines clause by clause: what stands before the first, and the clauses.

    The page has the first heading already, so those of the text begin one lower.
    """
    env: dict[str, Any] = {}
    tokens = PARSER.parse(text, env)
    begun = [place for place, token in enumerate(tokens) if begins_clause(token)]
    shown = [
        ShownClause(
            key=clause.key,
            title=clause.title,
            level=min(6, clause.level + 1),
            heading=_html([tokens[start + 1]], env) or SafeString(clause.key),
            body=_html(tokens[start + 3 : end], env),
            concerns=clause.concerns,
        )
        for clause, (start, end) in zip(clauses_in(text), pairwise([*begun, len(tokens)]), strict=True)
    ]
    return _html(tokens[: begun[0] if begun else None], env), tuple(shown)


def shown_markdown(text: str) -> SafeString:
    """Render a text as a whole. Pictures are left out."""
    env: dict[str, Any] = {}
    return _html(PARSER.parse(text, env), env)


def _html(tokens: Iterable[Token], env: dict[str, Any]) -> SafeString:
    html = PARSER.renderer.render([_lower(token) for token in tokens], PARSER.options, env)
    # The parser escapes what it renders; nh3 lets through only what is listed, whatever the parser does.
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow ugc",
        strip_comments=True,
    )
    return SafeString(clean)


def _lower(token: Token) -> Token:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(6, int(token.tag[1]) + 1)}"
    return token
