"""What is said of the marks of a compared story to those who do not see them."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from annotations.exports.records import ROLES
from annotations.views.compared_story import DIFFERS, letters_of
from annotations.views.comparison import ItemCard
from annotations.views.conflicts import role_name
from annotations.views.story_parts import face_of

register = template.Library()


@register.simple_tag
def compared_faces(card: ItemCard | None) -> SafeString:
    """Render what the marks of an item point to: each role with whose it is, once."""
    if card is None:
        return SafeString("")
    found = {
        face_of(role, letters): _("%(role)s, %(letters)s") % {"role": role_name(role), "letters": ", ".join(letters)}
        for role in ROLES
        for letters in letters_of(card.item, role)
    }
    found[face_of(DIFFERS, "")] = _("not all have these words")
    return format_html("<div hidden>{}</div>", format_html_join("", '<p id="{}">{}</p>', found.items()))
