"""Forms of accounts. They check shape; the services check what a name or a password may be."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.services.accounts import NAME_LENGTH
from annotations.services.errors import Invalid

USERNAME_LENGTH = 150
EMAIL_LENGTH = 254
PASSWORD_LENGTH = 1000


class AccountForm(forms.Form):
    """A form whose service may refuse one of its fields."""

    def refuse(self, invalid: Invalid) -> None:
        """Show what a service refused, at the field it is about."""
        self.add_error(invalid.field if invalid.field in self.fields else None, invalid.message)


class NewAccountForm(AccountForm):
    """What a person with an invitation tells about themselves."""

    username = forms.CharField(
        label=_("User name"),
        max_length=USERNAME_LENGTH,
        help_text=_("For signing in. Letters, digits and @ . + - _ , no spaces; capitals make no difference."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("Full name"),
        max_length=NAME_LENGTH,
        help_text=_("As the others on the desk should read it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.CharField(
        label=_("E-mail"),
        max_length=EMAIL_LENGTH,
        required=False,
        help_text=_("Only for a forgotten password, where the desk has a mail server."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=PASSWORD_LENGTH,
        strip=False,
        help_text=_("At least 10 characters, none of the common ones. A few unrelated words are good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("Password again"),
        max_length=PASSWORD_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two passwords that differ."""
        values = super().clean() or self.cleaned_data
        if "password" in values and values.get("password_again") not in {None, values["password"]}:
            self.add_error("password_again", _("The two passwords are not the same."))
        return values


class NameForm(AccountForm):
    """One's own name."""

    name = forms.CharField(
        label=_("Full name"), max_length=NAME_LENGTH, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


class EmailForm(AccountForm):
    """One's own address."""

    email = forms.CharField(
        label=_("E-mail"),
        max_length=EMAIL_LENGTH,
        required=False,
        help_text=_("Whoever reads mail at this address can set a new password for you. Empty means: nobody."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
