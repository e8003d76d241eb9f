"""Forms of the queue: how stories are handed out, giving one back, handing one over."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from annotations.forms.quotes import WholeNumberField
from annotations.models import MOST_READERS, Membership, Queue
from annotations.services.changes import GESTURE_LENGTH
from annotations.services.handing_out import REASON_LENGTH
from annotations.services.queues import MOST_DAYS, MOST_SEED, QueueSettings


class ShownField(forms.MultipleChoiceField):
    """Whom a form showed when it was read: some may have left since."""

    widget = forms.MultipleHiddenInput

    def valid_value(self, value: Any) -> bool:
        """Take all of them; only those who are members count."""
        return True


class QueueForm(forms.Form):
    """How a project hands out its stories, and to whom."""

    overlap = WholeNumberField(label=_("How many read each story"), min_value=1, max_value=MOST_READERS)
    sampled_percent = WholeNumberField(
        label=_("Share of stories that more people read, in percent"),
        min_value=0,
        max_value=100,
        help_text=_("Enough to measure agreement without paying for all of them. The seed draws them."),
    )
    sampled_overlap = WholeNumberField(label=_("How many read those"), min_value=1, max_value=MOST_READERS)
    order = forms.ChoiceField(label=_("Order"), choices=Queue.Order)
    seed = WholeNumberField(
        label=_("Seed"),
        min_value=0,
        max_value=MOST_SEED,
        help_text=_("The same number draws the same stories and the same random order."),
    )
    days = WholeNumberField(
        label=_("Days without work after which a story returns"),
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
        help_text=_("Empty: never. What was done in it stays."),
    )
    takers = forms.TypedMultipleChoiceField(
        label=_("Who gets stories"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    shown = ShownField(required=False)
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    gesture = forms.CharField(max_length=GESTURE_LENGTH, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, members: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        self.fields["takers"].choices = [(row.pk, str(row.user)) for row in members]  # type: ignore[attr-defined]

    def who_takes(self) -> dict[int, bool]:
        """Return for each member who was shown whether they get stories; the others keep what they have."""
        given = self.cleaned_data
        return {row.pk: row.pk in given["takers"] for row in self.members if str(row.pk) in given["shown"]}

    def show_again(self, sent: QueryDict, **fresh: str) -> None:
        """Show what was sent, with fresh values of some fields, and who has become a member since as they are."""
        data = sent.copy()
        came = [row for row in self.members if str(row.pk) not in sent.getlist("shown")]
        data.setlist("takers", [*sent.getlist("takers"), *(str(row.pk) for row in came if row.takes_stories)])
        data.setlist("shown", [str(row.pk) for row in self.members])
        for name, value in fresh.items():
            data[name] = value
        self.data = data

    def settings(self) -> QueueSettings:
        """Return what the service takes."""
        return QueueSettings(**{field.name: self.cleaned_data[field.name] for field in fields(QueueSettings)})


class ReasonForm(forms.Form):
    """Why a story is given back."""

    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH, help_text=_("Your manager reads it."))
    revision = WholeNumberField(widget=forms.HiddenInput)
    gesture = forms.CharField(max_length=GESTURE_LENGTH, required=False, widget=forms.HiddenInput)


class HandOverForm(ReasonForm):
    """Who goes on with a story, and why."""

    to = forms.TypedChoiceField(label=_("To whom"), coerce=int)

    field_order = ("to", "reason")

    def __init__(self, *args: Any, members: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(row.pk, str(row.user)) for row in members]  # type: ignore[attr-defined]
        self.fields["reason"].help_text = _("It stands in the history of the story.")


class QueueOffForm(forms.Form):
    """Let everybody choose stories again."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    gesture = forms.CharField(max_length=GESTURE_LENGTH, required=False, widget=forms.HiddenInput)
