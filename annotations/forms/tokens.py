"""The form of a new API token."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.forms.accounts import AccountForm
from annotations.models import ApiToken
from annotations.services.tokens import DEFAULT_DAYS, MAX_DAYS, NAME_LENGTH


class TokenForm(AccountForm):
    """What a token is for, what it may do, and for how long."""

    name = forms.CharField(
        label=_("Name"), max_length=NAME_LENGTH, help_text=_("What will use it, such as “nightly export”.")
    )
    scope = forms.ChoiceField(label=_("It may"), choices=ApiToken.Scope.choices, initial=ApiToken.Scope.READ)
    days = forms.IntegerField(
        label=_("Days until it expires"),
        min_value=1,
        max_value=MAX_DAYS,
        initial=DEFAULT_DAYS,
        help_text=_("At most a year."),
    )
