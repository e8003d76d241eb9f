"""Markdown that people wrote, to HTML that can do nothing but be read."""

from __future__ import annotations

from functools import lru_cache

import nh3
from django import template
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

register = template.Library()

TAGS = {
    *("h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("em", "strong", "s", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
# Nothing is loaded from elsewhere, and HTML stays the text that was typed.
_PARSER = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
_PARSER.disable(["image"])


@register.filter
@lru_cache(maxsize=16)
def markdown(text: str) -> SafeString:
    """Render Markdown. The page has the first heading already, so those of the text begin one lower."""
    tokens = _PARSER.parse(text)
    html = _PARSER.renderer.render([_lower(token) for token in tokens], _PARSER.options, {})
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
