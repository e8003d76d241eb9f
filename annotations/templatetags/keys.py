"""The keys of a page in its templates: what a key does is said once, in ``annotations.keyboard``."""

from __future__ import annotations

from itertools import groupby, zip_longest
from typing import NamedTuple

from django import template
from django.template import Context
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from annotations.keyboard import ANNOTATING, QUESTION_ACTIONS, SHORTCUTS, page_keys, shortcuts_on, spoken, written

register = template.Library()

LABELS = {row.action: row.label for row in SHORTCUTS}


def _keys(context: Context, action: str) -> list[str]:
    """The page puts the keys of its person into ``keys``; a key that is switched off is not among them."""
    if action not in LABELS:
        raise template.TemplateSyntaxError(f"There is no key for “{action}”.")
    keys = context.get("keys") or page_keys({})
    return [table[action] for table in (keys["keys"], keys["also"]) if action in table]


@register.simple_tag(takes_context=True)
def keyed(context: Context, action: str, titled: bool = True) -> SafeString:
    """Render the attributes of the element that a key presses; `titled` adds what it does as its tooltip."""
    keys = _keys(context, action)
    parts = [format_html(' data-key="{}"', action)]
    if keys:
        parts.append(format_html(' aria-keyshortcuts="{}"', " ".join(map(spoken, keys))))
    if titled:
        named = f" ({', '.join(map(written, keys))})" if keys else ""
        parts.append(format_html(' title="{}{}"', LABELS[action], named))
    return SafeString("".join(parts))


@register.simple_tag(takes_context=True)
def kbd(context: Context, action: str) -> SafeString:
    """Render the key itself for those who see it; others hear it as ``aria-keyshortcuts``."""
    keys = _keys(context, action)
    return format_html('<kbd class="key" aria-hidden="true">{}</kbd>', written(keys[0])) if keys else SafeString("")


class KeyRow(NamedTuple):
    """The keys that do one thing, as a person reads them, and what they do; no keys where they are switched off."""

    keys: list[str]
    label: str | Promise


class KeyGroup(NamedTuple):
    """The keys of one part of the work."""

    name: str | Promise
    rows: list[KeyRow]


@register.simple_tag(takes_context=True)
def key_groups(context: Context, page: str = ANNOTATING) -> list[KeyGroup]:
    """Return every key of a page that works for the person, in groups; the keys of the cast stand in one row.

    Where a story is open its project's questions have their names, and those that it does not ask are left out.
    """
    questions = _questions(context)
    groups = []
    for name, shortcuts in groupby(shortcuts_on(page), key=lambda row: row.group):
        rows: dict[str, KeyRow] = {}
        for row in shortcuts:
            of_cast = row.action.startswith("cast-")
            label = _("Speakers of the cast, by their number") if of_cast else questions.get(row.action, row.label)
            if label:
                found = rows.setdefault("cast" if of_cast else row.action, KeyRow([], label))
                found.keys.extend(map(written, _keys(context, row.action)))
        groups.append(KeyGroup(name, list(rows.values())))
    return groups


def _questions(context: Context) -> dict[str, str]:
    if "label_sets" not in context:
        return {}
    asked = [row.name for row in context["label_sets"]]
    return dict(zip_longest(QUESTION_ACTIONS, asked[: len(QUESTION_ACTIONS)], fillvalue=""))
