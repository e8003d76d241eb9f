"""Words for codes: languages, and keys as they can stand in an id."""

from __future__ import annotations

from django import template
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext, ngettext

from annotations.models import Assignment

register = template.Library()

# With its space: German news has 8 on average, Finnish 9.
LONGEST_MEAN_WORD = 15


@register.filter
def language_name(tag: str) -> str:
    """Return the name of the language of a tag such as ``pt-BR``, or the tag where we know none."""
    info = LANG_INFO.get(tag.lower()) or LANG_INFO.get(tag.lower().partition("-")[0])
    return gettext(info["name"]) if info and "name" in info else tag


@register.simple_tag
def story_length(words: int, characters: int) -> str:
    """Return how long a story is, in characters where its language puts no spaces between words."""
    if characters > LONGEST_MEAN_WORD * words:
        return ngettext("%(n)s character", "%(n)s characters", characters) % {"n": characters}
    return ngettext("%(n)s word", "%(n)s words", words) % {"n": words}


STATUS_LOOKS = {
    "assigned": "",
    "in_progress": "tag--accent",
    "submitted": "tag--good",
    "returned": "tag--warn",
    "approved": "tag--good",
    "gold": "tag--good",
    "draft": "tag--accent",
    "corrected": "",
    "skipped": "tag--warn",
    "abandoned": "tag--warn",
    "handed_over": "tag--warn",
}
STANDINGS = dict([*Assignment.Status.choices, *Assignment.Left.choices])


@register.filter
def status_look(standing: str) -> str:
    """Return the class of the tag of an assignment's standing."""
    return STATUS_LOOKS.get(standing, "")


@register.filter
def status_name(standing: str) -> str:
    """Return the name of an assignment's standing."""
    return str(STANDINGS[standing])
