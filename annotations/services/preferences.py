"""How a person likes the annotation page: their keys, and whether they have taken the tour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.keyboard import (
    ADJUDICATING,
    ANNOTATING,
    NAMED_KEYS,
    NEEDED_KEYS,
    REVIEWING,
    SHORTCUTS,
    is_single,
    keys_of,
    shortcuts_on,
    written,
)
from annotations.models import User
from annotations.services.errors import Invalid


def change_keys(*, user: User, keys: Mapping[str, str], off: bool) -> None:
    """Give actions other keys; an empty key is none. ``off`` switches off those that are one character.

    Raises ``Invalid``, with the action as its field, for a key that cannot be or that already does something else.
    """
    wanted = keys_of(user.preferences.get("keys", {})) | {action: _clean(action, key) for action, key in keys.items()}
    for page in (ANNOTATING, ADJUDICATING, REVIEWING):
        _require_different(page, wanted)
    changed = {row.action: wanted[row.action] for row in SHORTCUTS if wanted[row.action] != row.key}
    _keep(user, keys=changed, keys_off=off)


def _require_different(page: str, wanted: Mapping[str, str]) -> None:
    taken: dict[str, str] = {}
    for row in shortcuts_on(page):
        key = wanted[row.action]
        if key and (label := taken.get(key)):
            told = {"key": written(key), "label": label}
            raise Invalid(_("“%(key)s” already does something else: %(label)s.") % told, field=row.action)
        taken[key] = str(row.label)


def restore_keys(*, user: User) -> None:
    """Give every action its own key again, and switch them on."""
    _keep(user, keys={}, keys_off=False)


def finish_tour(*, user: User, done: bool) -> None:
    """Note that a person has taken the tour, or wants to see it again."""
    _keep(user, tour="done" if done else "")


def _clean(action: str, key: str) -> str:
    key = key.strip()
    named = {name.casefold(): key for key in NAMED_KEYS for name in (key, written(key))}
    if not key or (is_single(key) and key.isprintable()):
        return key
    if key.casefold() in named:
        return named[key.casefold()]
    if key.casefold() in NEEDED_KEYS:
        raise Invalid(_("The page needs the key “%(key)s” itself. Choose another one.") % {"key": key}, field=action)
    names = ", ".join(map(written, NAMED_KEYS))
    raise Invalid(_("A key is one character, or one of these: %(names)s.") % {"names": names}, field=action)


def _keep(user: User, **changed: Any) -> None:
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        locked.preferences = {name: value for name, value in (locked.preferences | changed).items() if value}
        locked.save(update_fields=["preferences"])
    user.preferences = locked.preferences
