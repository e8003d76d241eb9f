"""Filters of the pages on agreement: who is compared with whom, in which stories, and which quotes are shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from annotations.agreement.comparisons import Answer, parts
from annotations.forms.filters import DateInput, Filters
from annotations.models import Assignment, Project
from annotations.services.agreement import Question, finished, label_sets_of, metrics_of
from annotations.services.agreement_results import ALL, DIFFERS, MONTH, SAME, WEEK, Behind

AGAINST = PEOPLE, GOLD = ("people", "gold")
MAIN_METRIC = "content-iou-f1"
# What an address says where a question was not answered; no label has such a key.
UNANSWERED = "(none)"
ANSWER_LENGTH = 100


class AgreementFilters(Filters):
    """Who is compared with whom, and in which stories."""

    against = forms.ChoiceField(
        label=_("Compare with"),
        required=False,
        choices=[(PEOPLE, _("each other")), (GOLD, _("the gold"))],
    )
    annotator = forms.ChoiceField(label=_("Annotator"), required=False)
    other = forms.ChoiceField(label=_("And"), required=False)
    outlet = forms.ChoiceField(label=_("Outlet"), required=False)
    submitted_from = forms.DateField(
        label=_("Submitted from"), required=False, input_formats=["%Y-%m-%d"], widget=DateInput
    )
    submitted_to = forms.DateField(
        label=_("Submitted to"), required=False, input_formats=["%Y-%m-%d"], widget=DateInput
    )

    def __init__(
        self, data: Any, *, project: Project, assignments: QuerySet[Assignment], names: dict[str, str]
    ) -> None:
        super().__init__(data)
        self.project = project
        people = sorted(names.items(), key=lambda pair: (pair[1].casefold(), pair[0]))
        self._offer("annotator", [("", _("everybody")), *people])
        self._offer("other", [("", _("everybody else")), *people])
        rows = finished(assignments, against_gold=True).order_by().exclude(version__article__outlet="")
        outlets = sorted(rows.values_list("version__article__outlet", flat=True).distinct())
        self._offer("outlet", [("", _("any")), *((outlet, outlet) for outlet in outlets)])

    def _offer(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def is_used(self) -> bool:
        """Whether less than everybody's work is compared."""
        return self.question() not in {Question(), Question(against_gold=True)}

    def question(self) -> Question:
        """Return what is asked. With the gold there is one annotator, and nobody is compared with themselves."""
        given = self.cleaned_data
        named = list(dict.fromkeys(name for name in (given["annotator"], given["other"]) if name))
        against_gold = given["against"] == GOLD
        return Question(
            against_gold=against_gold,
            annotator=named[0] if named else "",
            other=named[1] if len(named) > 1 and not against_gold else "",
            submitted_from=given["submitted_from"],
            submitted_to=given["submitted_to"],
            outlet=given["outlet"],
        )


class MetricFilters(AgreementFilters):
    """The same, and one figure of it."""

    metric = forms.ChoiceField(label=_("Figure"), required=False)

    def __init__(self, data: Any, *, metric_names: dict[str, str], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._offer("metric", sorted(metric_names.items(), key=lambda pair: pair[0] != MAIN_METRIC))

    def clean_metric(self) -> str:
        """Return the metric; F1 on quotes unless chosen, or where one needs the gold and there is none."""
        asked: str = self.cleaned_data["metric"]
        known = metrics_of(self.project, against_gold=self.cleaned_data.get("against") == GOLD)
        return asked if asked in known else MAIN_METRIC


class TimeFilters(MetricFilters):
    """The same, by month or by week."""

    unit = forms.ChoiceField(label=_("By"), required=False, choices=[(MONTH, _("month")), (WEEK, _("week"))])

    def clean_unit(self) -> str:
        """Return the unit; months unless chosen."""
        return self.cleaned_data["unit"] or MONTH


class QuoteFilters(AgreementFilters):
    """The same, and which of the quotes are shown."""

    part = forms.ChoiceField(label=_("Part"), required=False)
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[(DIFFERS, _("what differs")), (SAME, _("what is the same")), (ALL, _("both"))],
    )
    first = forms.CharField(required=False, max_length=ANSWER_LENGTH, widget=forms.HiddenInput)
    second = forms.CharField(required=False, max_length=ANSWER_LENGTH, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, part_names: dict[str, str], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._offer(
            "part", [("", _("any")), *((part, part_names[part]) for part in parts(label_sets_of(self.project)))]
        )

    def behind(self) -> Behind:
        """Return which quotes are asked for."""
        given = self.cleaned_data
        answers = (_answer(given["first"]), _answer(given["second"])) if given["first"] and given["second"] else None
        return Behind(given["part"], given["show"] or DIFFERS, answers)


def _answer(given: str) -> Answer:
    return None if given == UNANSWERED else given
