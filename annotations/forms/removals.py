"""The form of a removal: a reason, and the id typed once more."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.services.removals import REASON_LENGTH


class RemovalForm(forms.Form):
    """Why something is removed. It cannot be undone, so what is removed is typed by hand."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It stays for good: name the order or the request, not the person or the words."),
    )
    confirmation = forms.CharField(label=_("Type it to confirm"))

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected
        self.fields["confirmation"].widget.attrs["autocomplete"] = "off"

    def clean_confirmation(self) -> str:
        """Return what was typed. Raises an error unless it is what is removed."""
        typed: str = self.cleaned_data["confirmation"]
        if typed != self.expected:
            raise forms.ValidationError(_("This is something else. Nothing was removed."))
        return typed
