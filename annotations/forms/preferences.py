"""Forms of what a person prefers on the annotation page."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.forms.accounts import AccountForm
from annotations.keyboard import ANNOTATING, JUDGING, NAMED_KEYS, SHORTCUTS, shortcuts_on, written

KEY_FIELD_LENGTH = 20


class KeysForm(AccountForm):
    """A field for the key of each action, named like the action."""

    keys_off = forms.BooleanField(
        label=_("Switch off all keys that are a single character"),
        help_text=_("For those who speak to their computer, or whose keyboard types by itself."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in SHORTCUTS:
            label: Any = row.label
            self.fields[row.action] = forms.CharField(
                label=label,
                max_length=KEY_FIELD_LENGTH,
                required=False,
                widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
            )

    @property
    def named(self) -> list[str]:
        """The keys that are no single character, as a person reads them."""
        return [written(key) for key in NAMED_KEYS]

    @property
    def keys(self) -> dict[str, str]:
        """The key given for each action."""
        return {row.action: self.cleaned_data[row.action] for row in SHORTCUTS}

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields of the keys of the annotation page by what they are for."""
        return self._groups_of(ANNOTATING)

    @property
    def judging(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The same, of the pages on which one thing after the other is judged."""
        return self._groups_of(JUDGING)

    @property
    def is_judging_wrong(self) -> bool:
        """Whether a key of those pages is refused."""
        return any(field.errors for _name, fields in self.judging for field in fields)

    def _groups_of(self, page: str) -> list[tuple[Any, list[forms.BoundField]]]:
        found = groupby(shortcuts_on(page), lambda row: row.group)
        return [(name, [self[row.action] for row in rows]) for name, rows in found]


def shown_keys(keys: dict[str, str]) -> dict[str, str]:
    """Return keys as the fields of the form show them."""
    return {action: written(key) if len(key) > 1 else key for action, key in keys.items()}


class TourForm(forms.Form):
    """Say that the tour is done, or ask for it again."""

    AGAIN = "again"
    tour = forms.ChoiceField(choices=[("done", _("done")), (AGAIN, _("again"))])
    next = forms.CharField(max_length=500, required=False)
