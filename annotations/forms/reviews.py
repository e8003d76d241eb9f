"""Forms of reviewing: which stories to list, verdicts, comments, and how a review ends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from annotations.forms.filters import Filters, WordsField, with_words
from annotations.forms.quotes import KEY_LENGTH, GestureForm, RevisionForm, WholeNumberField
from annotations.models import Annotator, Assignment
from annotations.services.comments import COMMENT_LENGTH
from annotations.services.reviews import NOTE_LENGTH

Status = Assignment.Status


class ReviewFilters(Filters):
    """Which of the stories that others handed in to list: those that wait, unless asked otherwise."""

    WAITING, ALL = "submitted", "all"
    ORDERS = {"waiting": ("handed_in", "pk"), "latest": ("-handed_in", "-pk")}

    q = WordsField(label=_("Words in the story"))
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("", _("waiting for review")),
            (Status.RETURNED, _("returned")),
            (Status.APPROVED, _("approved")),
            (ALL, _("all")),
        ],
    )
    annotator = forms.ChoiceField(label=_("Annotator"), required=False)
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("waiting", _("longest waiting first")), ("latest", _("latest first"))],
    )

    def __init__(self, data: Any, *, rows: QuerySet[Assignment]) -> None:
        super().__init__(data)
        self.rows = rows
        people = Annotator.objects.filter(assignments__in=rows.order_by()).select_related("user").distinct()
        names = sorted((str(one.user or one.pseudonym), str(one.pk)) for one in people)
        self.fields["annotator"].choices = [("", _("any")), *((pk, name) for name, pk in names)]  # type: ignore[attr-defined]

    def filter(self) -> QuerySet[Assignment]:
        """Return the assignments that are asked for, in the order that is asked for."""
        asked, rows = self.cleaned_data, self.rows
        if asked["status"] != self.ALL:
            rows = rows.filter(status=asked["status"] or self.WAITING)
        if asked["annotator"]:
            rows = rows.filter(annotator=int(asked["annotator"]))
        return rows.filter(with_words("version__search_text", asked["q"])).order_by(*self.ordering())


class VerdictForm(RevisionForm):
    """Whether a quote is right, as it stands at its own revision."""

    quote_revision = WholeNumberField(min_value=1, widget=forms.HiddenInput)
    approved = forms.ChoiceField(choices=[("1", _("approved")), ("0", _("not approved"))])

    @property
    def is_approved(self) -> bool:
        """Whether it is right."""
        return bool(self.cleaned_data["approved"] == "1")


class CorrectionForm(RevisionForm):
    """Go on in the copy, at one of the quotes."""

    quote = forms.CharField(max_length=KEY_LENGTH, required=False)


class FinishForm(RevisionForm):
    """How a review ends, with a message to the annotator; ``copy_revision`` is 0 where nothing was corrected."""

    copy_revision = WholeNumberField(min_value=0, required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Message to the annotator"),
        max_length=2 * NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        strip=False,
    )


class CommentForm(GestureForm):
    """Say something of a story or a quote, or in reply."""

    text = forms.CharField(
        label=_("Comment"), max_length=2 * COMMENT_LENGTH, widget=forms.Textarea(attrs={"rows": 2}), strip=False
    )
    quote = forms.CharField(max_length=KEY_LENGTH, required=False, widget=forms.HiddenInput)
    thread = forms.CharField(max_length=KEY_LENGTH, required=False, widget=forms.HiddenInput)


class ResolveForm(GestureForm):
    """Whether nothing is left to say in a thread."""

    resolved = forms.ChoiceField(choices=[("1", _("resolved")), ("0", _("open"))])


class NoticesForm(GestureForm):
    """Which notices were read: one, or all."""

    notice = WholeNumberField(min_value=1, required=False)
