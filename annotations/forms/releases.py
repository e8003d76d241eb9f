"""What a release shall be, as a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from annotations.exports.filters import FILTERS, Asked, WrongFilter, check, today
from annotations.exports.records import Record
from annotations.exports.releases import parquet
from annotations.exports.releases.edition import LICENCES
from annotations.forms.exports import MOST_OFFERED, OfferedField
from annotations.forms.filters import DayField
from annotations.models import Article, Assignment, Project, Speaker
from annotations.splits.shares import BY_DATE, RANDOM
from annotations.text.canonical import TextRefused, canonicalise

MOST_AUTHORS = 50
DEFAULTS = {"how": RANDOM, "seed": 1, "dev": 10, "test": 10}
LABELS = {one.name: one.label for one in FILTERS}
HOW = ((RANDOM, _("At random")), (BY_DATE, _("By date: the newest stories for testing")))


class AuthorsField(forms.CharField):
    """Names, one a line; a program may give a list of them."""

    def to_python(self, value: Any) -> Any:
        """Return the names."""
        text = "\n".join(map(str, value)) if isinstance(value, list) else value
        return [line.strip() for line in (super().to_python(text) or "").splitlines() if line.strip()]

    def validate(self, value: Any) -> None:
        """Refuse too many."""
        if len(value) > MOST_AUTHORS or any(len(name) > 200 for name in value):
            message = _("Name at most %(most)s people or teams of at most 200 characters.")
            raise ValidationError(message, params={"most": MOST_AUTHORS})

    def run_validators(self, value: Any) -> None:
        """Its names were looked at already."""


class ReleaseForm(forms.Form):
    """What goes into a release, how it is split, and what its card says. What is left empty has a default."""

    use_required_attribute = False

    title = forms.CharField(
        label=_("Title"), max_length=200, required=False, help_text=_("If empty: the name of the project.")
    )
    authors = AuthorsField(
        label=_("To be cited as"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("People or teams, one a line. If empty: the name of the project."),
    )
    licence = forms.ChoiceField(
        label=_("Licence of the annotations"),
        choices=[("", _("none named")), *((key, name) for key, (_hub, name) in LICENCES.items())],
        required=False,
    )
    note = forms.CharField(
        label=_("About this release"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    published_from = DayField(label=LABELS["published_from"])
    published_to = DayField(label=LABELS["published_to"])
    outlet = OfferedField(label=LABELS["outlet"], required=False)
    how = forms.ChoiceField(label=_("Split"), choices=HOW, widget=forms.RadioSelect, required=False)
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=2**31 - 1,
        required=False,
        help_text=_("The same stories and the same seed give the same splits."),
    )
    dev = forms.IntegerField(label=_("For dev, in 100 stories"), min_value=0, max_value=49, required=False)
    test = forms.IntegerField(label=_("For test, in 100 stories"), min_value=0, max_value=49, required=False)
    speakers_apart = forms.BooleanField(
        label=_("Keep all stories with the same named speaker in one split"), required=False
    )
    parquet = forms.BooleanField(label=_("Also as Parquet, for Hugging Face and pandas"), required=False)
    as_of = DayField(label=LABELS["as_of"])

    def __init__(self, data: Any, *, project: Project, initial: Record | None = None) -> None:
        super().__init__(data, initial=initial)
        self.project = project

    def offer(self) -> None:
        """Offer what there is to choose from in this project."""
        rows = Article.objects.filter(project=self.project).exclude(outlet="").order_by("outlet")
        outlets = rows.values_list("outlet", flat=True).distinct()[:MOST_OFFERED]
        self.fields["outlet"].choices = [(one, one) for one in outlets]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Fill in what was not said, and refuse what means nothing in this project."""
        given = super().clean() or {}
        for name, value in DEFAULTS.items():
            if given.get(name) in {None, ""}:
                given[name] = value
        for name in ("title", "note"):
            given[name] = self._canonical(name, given.get(name) or "")
        given["title"] = given["title"] or self.project.name
        given["authors"] = given.get("authors") or [self.project.name]
        given["as_of"] = given.get("as_of") or today()
        if given.get("parquet") and not parquet.is_there():
            self.add_error("parquet", parquet.MISSING)
        if not self.errors:
            self._check(Asked.of(given))
        return given

    def _canonical(self, name: str, value: str) -> str:
        try:
            return canonicalise(value).strip()
        except TextRefused as refused:
            self.add_error(name, refused.message)
            return ""

    def _check(self, asked: Asked) -> None:
        assignments = Assignment.objects.filter(project=self.project)
        speakers = Speaker.objects.filter(project=self.project)
        try:
            check(asked, self.project, assignments, speakers, may_include=False)
        except WrongFilter as refused:
            self.add_error(refused.field, refused.message)

    def asked(self) -> Record:
        """Return what is asked for as it is kept, once the form is valid."""
        days = ("published_from", "published_to", "as_of")
        found = {name: self.cleaned_data[name] for name in self.fields}
        return found | {name: found[name].isoformat() if found[name] else "" for name in days}
