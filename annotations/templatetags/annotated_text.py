"""Marked text to HTML. Here and not in a template, because white space is data: `textContent` is the article's text."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from django import template
from django.db.models import TextChoices
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from annotations.views.story import Story
from annotations.views.story_parts import MARK_ROLES, Card, Mark, MarkedPiece, StoryBlock, face_of, name_of

register = template.Library()

_TAGS = {"headline": "h1", "subhead": "h2"}
# Zero-width joiners are left alone: emoji and the writing of several languages are made with them.
_UNSEEN = re.compile(
    "([\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f])"
)
_SHORT_NAMES = {
    "\u00ad": "SHY",
    "\u061c": "ALM",
    "\u200b": "ZWSP",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u2028": "LS",
    "\u2029": "PS",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2060": "WJ",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
    "\ufeff": "BOM",
}


@register.simple_tag
def story_text(story: Story, active: str = "") -> SafeString:
    """Render the text of a whole story; the container around it must hold nothing else, not even white space.

    ``active`` is the ``ref`` of the quote that is looked at: its marks are ``is-active``.
    """
    body = format_html_join("", "{}{}", ((_gap(block.gap), story_block(block, active)) for block in story.blocks))
    return format_html("{}{}", body, _gap(story.tail))


@register.simple_tag
def mark_faces(story: Story) -> SafeString:
    """Render what is said of the marks of a story to those who do not see them: each role with its speaker, once.

    The marks point to it, for within them it would be text of the story.
    """
    found = {
        face_of(role, card.badge): _face(role, card)
        for card in story.quotes
        for role in MARK_ROLES
        if card.spans[role.value]
    }
    return format_html("<div hidden>{}</div>", format_html_join("", '<p id="{}">{}</p>', found.items()))


def _face(role: TextChoices, card: Card) -> str:
    name = name_of(role).capitalize()
    return _("%(role)s, %(speaker)s") % {"role": name, "speaker": card.speaker.label} if card.speaker else name


@register.simple_tag
def story_block(block: StoryBlock, active: str = "", oob: bool = False) -> SafeString:
    """Render one block of a story; ``oob`` lets htmx put it where its id is."""
    tag = _TAGS.get(block.kind, "p")
    opening = _Opening(active)
    return format_html(
        '<{} class="block {}{}" id="block-{}" data-index="{}" data-start="{}"{} dir="auto"{}>{}</{}>',
        tag,
        block.kind,
        " is-gap" if block.is_gap else " is-looked-at" if block.is_looked_at else "",
        block.index,
        block.index,
        block.start,
        format_html(' data-looked-at="{}"', _stretches(block)) if block.looked_at else "",
        format_html(' hx-swap-oob="{}"', "true") if oob else "",
        format_html_join(
            "",
            "{}{}{}",
            ((opening.tags(piece.marks), shown(piece.text), _ends(len(piece.marks))) for piece in block.pieces),
        ),
        tag,
    )


def _stretches(block: StoryBlock) -> str:
    return " ".join(f"{stretch.start}-{stretch.end}" for stretch in block.looked_at)


def _gap(text: str) -> SafeString:
    return format_html_join("", '<span class="gap">{}</span>', [(text,)] if text else [])


class _Opening:
    """The opening tags of marks. A mark is cut into many pieces in a dense story, so each tag is written once."""

    def __init__(self, active: str) -> None:
        self.active = active
        self.written: dict[tuple[int, bool, bool], SafeString] = {}

    def tags(self, marks: tuple[MarkedPiece, ...]) -> SafeString:
        """Return the tags that open before a piece, the outer mark's first."""
        return SafeString("".join([self._tag(*marked) for marked in marks]))

    def _tag(self, mark: Mark, first: bool, last: bool) -> SafeString:
        key = (id(mark), first, last)
        if key not in self.written:
            looked_at = self.active != "" and self.active in mark.refs.split()
            self.written[key] = _opening_tag(mark, first, last, looked_at)
        return self.written[key]


def _opening_tag(mark: Mark, first: bool, last: bool, looked_at: bool) -> SafeString:
    return format_html(
        '<mark class="{} {} l{}{}{}" data-quotes="{}"{}{}>',
        mark.role,
        mark.colour,
        mark.level,
        " last" if last else "",
        " is-active" if looked_at else "",
        mark.refs,
        format_html(' data-n="{}" aria-describedby="{}"', mark.number, mark.face) if first else "",
        # A screen reader goes from what was said to its card.
        format_html(' aria-details="{}"', mark.anchors) if first and mark.role == "content" else "",
    )


@cache
def _ends(count: int) -> SafeString:
    return SafeString("</mark>" * count)


@register.filter
def shown(text: str) -> SafeString:
    """Escape a text, and name the characters in it that nobody would see."""
    if not _UNSEEN.search(text):
        return conditional_escape(text)
    parts = _UNSEEN.split(text)
    return format_html_join("", "{}", ((_chip(part) if place % 2 else part,) for place, part in enumerate(parts)))


def _chip(char: str) -> SafeString:
    """A control is shut in here, so that it cannot turn round the words after it."""
    name = unicodedata.name(char, "") or _("control character")
    short = _SHORT_NAMES.get(char) or f"{ord(char):04X}"
    return format_html('<span class="chip" data-c="{}" title="{}">{}</span>', short, name.capitalize(), char)
