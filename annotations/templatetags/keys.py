"""The keys of the annotation page in its templates: what a key does is said once, in ``annotations.keyboard``."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from django import template
from django.template import Context
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from annotations.keyboard import SHORTCUTS, page_keys, spoken, written

register = template.Library()

LABELS = {row.action: row.label for row in SHORTCUTS}


def _key(context: Context, action: str) -> str:
    """The page puts the keys of its person into ``keys``; a key that is switched off is empty."""
    if action not in LABELS:
        raise template.TemplateSyntaxError(f"There is no key for “{action}”.")
    keys: dict[str, str] = (context.get("keys") or page_keys({}))["keys"]
    return keys.get(action, "")


@register.simple_tag(takes_context=True)
def keyed(context: Context, action: str, titled: bool = True) -> SafeString:
    """Render the attributes of the element that a key presses; `titled` adds what it does as its tooltip."""
    key = _key(context, action)
    parts = [format_html(' data-key="{}"', action)]
    if key:
        parts.append(format_html(' aria-keyshortcuts="{}"', spoken(key)))
    if titled:
        parts.append(format_html(' title="{}{}"', LABELS[action], f" ({written(key)})" if key else ""))
    return SafeString("".join(parts))


@register.simple_tag(takes_context=True)
def kbd(context: Context, action: str) -> SafeString:
    """Render the key itself for those who see it; others hear it as ``aria-keyshortcuts``."""
    key = _key(context, action)
    return format_html('<kbd class="key" aria-hidden="true">{}</kbd>', written(key)) if key else SafeString("")


class KeyRow(NamedTuple):
    """The keys that do one thing, as a person reads them, and what they do; no keys where they are switched off."""

    keys: list[str]
    label: str | Promise


class KeyGroup(NamedTuple):
    """The keys of one part of the work."""

    name: str | Promise
    rows: list[KeyRow]


@register.simple_tag(takes_context=True)
def key_groups(context: Context) -> list[KeyGroup]:
    """Return every key that works for the person, in groups; the keys of the cast stand in one row."""
    groups = []
    for name, shortcuts in groupby(SHORTCUTS, key=lambda row: row.group):
        rows: dict[str | Promise, list[str]] = {}
        for row in shortcuts:
            label = _("Speakers of the cast, by their number") if row.action.startswith("cast-") else row.label
            key = _key(context, row.action)
            rows.setdefault(label, []).extend([written(key)] if key else [])
        groups.append(KeyGroup(name, [KeyRow(keys, label) for label, keys in rows.items()]))
    return groups
