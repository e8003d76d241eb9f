"""Forms of the members of a project."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.models import Role
from annotations.services.changes import GESTURE_LENGTH
from annotations.services.invitations import NOTE_LENGTH


class RoleForm(forms.Form):
    """A role to give."""

    role = forms.ChoiceField(label=_("Role"), choices=Role)


class InviteForm(RoleForm):
    """An invitation to make. The key of the form that was shown tells a second press from a second invitation."""

    gesture = forms.CharField(max_length=GESTURE_LENGTH, required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("For whom"),
        max_length=NOTE_LENGTH,
        required=False,
        help_text=_("A reminder for the managers, such as a name."),
    )
