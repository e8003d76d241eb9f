"""Forms of label sets: the question, and a row for each of its labels."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from annotations.services.changes import GESTURE_LENGTH
from annotations.services.label_sets import (
    KEY_LENGTH,
    MOST_LABELS,
    NAME_LENGTH,
    QUESTION_LENGTH,
    LabelSetState,
    LabelState,
)

NEW_ROWS = 3
KEY_HELP = _("As files and programs name it, for ever: small letters, digits, hyphens and underscores.")


class LabelSetForm(forms.Form):
    """A question that is asked of every quote."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    question = forms.CharField(label=_("Question"), max_length=QUESTION_LENGTH, required=False)
    active = forms.BooleanField(label=_("Ask it of every quote"), required=False, initial=True)
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    gesture = forms.CharField(max_length=GESTURE_LENGTH, required=False, widget=forms.HiddenInput)

    def state(self, labels: LabelRows) -> LabelSetState:
        """Return what the service takes."""
        given = self.cleaned_data
        return LabelSetState(given["name"], given["question"], labels.labels(), given["active"])


class NewLabelSetForm(LabelSetForm):
    """A question to be asked from now on."""

    key = forms.CharField(label=_("Id"), max_length=KEY_LENGTH, help_text=KEY_HELP)

    field_order = ("name", "key", "question", "active")


class LabelSetRestoreForm(forms.Form):
    """The marks of the state that comes back and of the one that the person saw."""

    to = forms.CharField(max_length=64, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    gesture = forms.CharField(max_length=GESTURE_LENGTH, required=False, widget=forms.HiddenInput)


class LabelForm(forms.Form):
    """One label. A row without an id and a name is no label."""

    key = forms.CharField(label=_("Id"), max_length=KEY_LENGTH, required=False)
    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH, required=False)
    place = forms.IntegerField(label=_("Place"), min_value=1, max_value=MOST_LABELS + NEW_ROWS, required=False)
    active = forms.BooleanField(label=_("Can be given"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The id of a label that is there stands for it; one that is new is typed.
        if self.initial.get("key"):
            self.fields["key"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Refuse a row with one of the two."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name, other in (("key", "name"), ("name", "key")):
            if cleaned.get(other) and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("A label has an id and a name."))
        return cleaned


class LabelRows(forms.BaseFormSet):
    """All labels of a set, and some rows for new ones."""

    def labels(self) -> tuple[LabelState, ...]:
        """Return the labels in the order of their places; a row without one comes last."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("key")]
        ordered = sorted(rows, key=lambda row: row["place"] or MOST_LABELS + NEW_ROWS)
        return tuple(LabelState(row["key"], row["name"], row["active"]) for row in ordered)


_Rows = forms.formset_factory(
    LabelForm, formset=LabelRows, extra=NEW_ROWS, max_num=MOST_LABELS + NEW_ROWS, absolute_max=MOST_LABELS + NEW_ROWS
)


def label_rows(data: QueryDict | None = None, state: LabelSetState | None = None) -> LabelRows:
    """Return the rows of a set as it is, with what was typed into them."""
    return cast("LabelRows", _Rows(data, initial=_initial(state) if state else None))


def _initial(state: LabelSetState) -> list[dict[str, Any]]:
    return [
        {"key": one.key, "name": one.name, "place": place, "active": one.active}
        for place, one in enumerate(state.labels, start=1)
    ]
