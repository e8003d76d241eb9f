"""What of a dataset somebody wants to have, as a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from annotations.exports import FORMATS
from annotations.exports.filters import FILTERS, Asked, Filter, WrongFilter, check
from annotations.forms.filters import DayField
from annotations.models import Article, Assignment, Project, Speaker

# Of one list. A page of a speaker leads here, too, with that speaker chosen.
MOST_OFFERED = 300


class OfferedField(forms.MultipleChoiceField):
    """Several of a list that is offered. Whether there are those that it leaves out is asked of the database."""

    widget = forms.SelectMultiple(attrs={"size": 5})

    def valid_value(self, value: Any) -> bool:
        """Leave it to ``check``, which the API and the command ask, too."""
        return True


class ExportForm(forms.Form):
    """The filters of a dataset, and its format."""

    use_required_attribute = False

    def __init__(
        self,
        data: Any,
        *,
        project: Project,
        assignments: QuerySet[Assignment],
        speakers: QuerySet[Speaker],
        may_include: bool,
    ) -> None:
        super().__init__(data)
        self.project, self.assignments, self.speakers = project, assignments, speakers
        self.may_include = may_include
        self.fields |= {one.name: _field(one) for one in FILTERS}
        if not may_include:
            self.fields["restricted"].widget = forms.HiddenInput()
        choices = [(key, one.LABEL) for key, one in FORMATS.items()]
        self.fields["format"] = forms.ChoiceField(label=_("Format"), choices=choices)

    def offer(self) -> None:
        """Offer what there is to choose from in this project."""
        outlets = Article.objects.filter(project=self.project).exclude(outlet="").order_by("outlet")
        self._offer("outlet", [(one, one) for one in _first(outlets.values_list("outlet", flat=True))])
        people = self.assignments.exclude(annotator=None).order_by("annotator__pseudonym")
        self._offer("annotator", [(one, one) for one in _first(people.values_list("annotator__pseudonym", flat=True))])
        speakers = self.speakers.filter(merged_into__isnull=True).order_by("label_folded", "key")
        self._offer("speaker", [(one.key, one.label) for one in speakers[:MOST_OFFERED]])

    def _offer(self, name: str, offered: list[tuple[str, str]]) -> None:
        left_out = sorted(set(self[name].value() or ()) - dict(offered).keys())
        choices = [*((value, value) for value in left_out), *offered]
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse what means nothing in this project."""
        given = super().clean() or {}
        if not self.errors:
            try:
                check(Asked.of(given), self.project, self.assignments, self.speakers, may_include=self.may_include)
            except WrongFilter as refused:
                self.add_error(refused.field, refused.message)
        return given

    @property
    def asked(self) -> Asked:
        """What is asked for, once the form is valid."""
        return Asked.of(self.cleaned_data)


def _field(one: Filter) -> forms.Field:
    if one.is_day:
        return DayField(label=one.label)
    if not one.many:
        # Which annotations, a download must say; the other has a default that does no harm.
        required, radios = one.name == "annotations", forms.RadioSelect
        return forms.ChoiceField(label=one.label, choices=one.choices, widget=radios, required=required)
    if one.values:
        checkboxes = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(label=one.label, choices=one.choices, widget=checkboxes, required=False)
    return OfferedField(label=one.label, required=False)


def _first(values: QuerySet[Any, str]) -> QuerySet[Any, str]:
    return values.distinct()[:MOST_OFFERED]
