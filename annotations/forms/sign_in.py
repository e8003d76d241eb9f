"""The sign-in form of django-allauth, in our words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django.utils.translation import gettext_lazy as _


class SignInForm(LoginForm):
    """User name, password, and whether to stay signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name")
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        self.fields["remember"].label = _("Stay signed in on this device for a week")
        for field in self.fields.values():
            # A placeholder that repeats the label only looks like an answer.
            field.widget.attrs.pop("placeholder", None)
