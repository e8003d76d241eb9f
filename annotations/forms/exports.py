"""What of a dataset somebody wants to have."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.exports import FORMATS
from annotations.exports.downloads import ALL, GOLD


class ExportForm(forms.Form):
    """A choice of annotations and of a format."""

    annotations = forms.ChoiceField(
        label=_("Annotations"),
        choices=[(GOLD, _("Gold only")), (ALL, _("All assignments that you may see"))],
        widget=forms.RadioSelect,
    )
    format = forms.ChoiceField(label=_("Format"), choices=[(key, one.LABEL) for key, one in FORMATS.items()])
