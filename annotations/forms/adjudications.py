"""Forms of adjudication: what is compared, what becomes of an item, making it gold, and the filters of the list."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from annotations.agreement.items import LETTERS
from annotations.clauses import KEY_LENGTH as CLAUSE_KEY_LENGTH
from annotations.forms.filters import Filters, WordsField, with_words
from annotations.forms.quotes import GestureForm, RevisionForm, WholeNumberField
from annotations.models import Annotator, ArticleVersion, Assignment, Project
from annotations.services.adjudication_sources import FEWEST, FINISHED, MOST
from annotations.services.decisions import REASON_LENGTH, Choice

KEY_LENGTH = 64
PART = "part-"
POSITION = re.compile("[0-5]")


class StartForm(GestureForm):
    """Whose work is compared."""

    sources = forms.TypedMultipleChoiceField(label=_("Whose work"), coerce=int, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, finished: list[Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.pk, _name(one)) for one in finished]
        self.fields["sources"].choices = choices  # type: ignore[attr-defined]
        self.fields["sources"].initial = [pk for pk, _label in choices[:MOST]]


def _name(assignment: Assignment) -> str:
    annotator = assignment.annotator
    return str(annotator.user or annotator.pseudonym) if annotator else ""


class DecisionForm(GestureForm):
    """What becomes of an item, and why. The parts of a mix are fields of their own, named after the part."""

    EDIT = "edit"
    TAKES = {f"take-{position}": position for position in range(len(LETTERS))}
    CHOICES = (*TAKES, "mix", "drop", EDIT)

    item = forms.CharField(max_length=KEY_LENGTH, widget=forms.HiddenInput)
    revision = WholeNumberField(min_value=0, widget=forms.HiddenInput)
    choice = forms.ChoiceField(
        choices=[(value, value) for value in CHOICES],
        error_messages={"required": _("Say what becomes of it: press one of its buttons.")},
    )
    first = forms.RegexField(POSITION, required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=REASON_LENGTH, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    clause = forms.CharField(label=_("Clause of the guidelines"), max_length=CLAUSE_KEY_LENGTH, required=False)

    @property
    def is_edit(self) -> bool:
        """Whether the person goes on to edit the quote."""
        return bool(self.cleaned_data["choice"] == self.EDIT)

    @property
    def chosen(self) -> Choice:
        """What the service takes: who edits takes the first that there is."""
        choice = self.cleaned_data["choice"]
        if choice == "drop":
            return Choice.drop()
        if choice == "mix":
            return Choice.mix(self.picks)
        return Choice.take(int(self.cleaned_data["first"] or 0) if choice == self.EDIT else self.TAKES[choice])

    @property
    def picks(self) -> dict[str, int]:
        """From whom each part of a mix comes."""
        given = {name: str(value) for name, value in self.data.items() if name.startswith(PART)}
        return {name.removeprefix(PART): int(value) for name, value in given.items() if POSITION.fullmatch(value)}


class FinishForm(RevisionForm):
    """Make the draft gold, with something missing if that is confirmed."""

    confirmed = forms.BooleanField(required=False)


class AdjudicationFilters(Filters):
    """Which stories to list: those that wait to be adjudicated, and those that are or were."""

    # In the order of their places.
    STATES = (("waiting", _("waiting")), ("in_progress", _("in progress")), ("done", _("done")))
    ORDERS = {"state": ("place", "-pk"), "newest": ("-pk",)}

    q = WordsField(label=_("Words in the story"))
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("any")), *STATES])
    order = forms.ChoiceField(
        label=_("Order"), required=False, choices=[("state", _("waiting first")), ("newest", _("newest first"))]
    )

    def __init__(self, data: Any, *, project: Project, blind: Any) -> None:
        super().__init__(data)
        self.project, self.blind = project, blind

    def rows(self) -> QuerySet[ArticleVersion]:
        """Return the versions that are asked for, of stories to which the member is not ``blind``."""
        of_version = Assignment.objects.filter(version=OuterRef("pk")).order_by()
        is_waiting = Q(adjudication__isnull=True, has_gold=False, at_work=False, finished__gte=FEWEST) & ~Q(text="")
        is_gold = Q(adjudication__result__status=Assignment.Status.GOLD)
        rows = (
            ArticleVersion.objects.filter(project=self.project)
            .exclude(article__in=self.blind)
            .annotate(
                has_gold=Exists(of_version.filter(status=Assignment.Status.GOLD)),
                at_work=Exists(of_version.holding().at_work()),
                finished=_finished(),
            )
            .filter(is_waiting | Q(adjudication__isnull=False), with_words("search_text", self.cleaned_data["q"]))
            .annotate(place=Case(When(is_waiting, then=0), When(is_gold, then=2), default=1))
        )
        if asked := self.cleaned_data["state"]:
            rows = rows.filter(place=[name for name, _label in self.STATES].index(asked))
        return rows.order_by(*self.ordering())


def _finished() -> Count:
    return Count(
        "assignments",
        filter=Q(
            assignments__left="",
            assignments__annotator__kind=Annotator.Kind.PERSON,
            assignments__status__in=FINISHED,
        ),
    )
