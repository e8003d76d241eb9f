"""Forms of the guidelines. They check the shape of what was sent; the services check what it means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.clauses import Clause
from annotations.forms.quotes import WholeNumberField
from annotations.services.changes import GESTURE_LENGTH
from annotations.services.examples import EXAMPLE_NOTE_LENGTH
from annotations.services.guidelines import GUIDELINES_LENGTH


class GuidelinesForm(forms.Form):
    """The guidelines, and the mark of those that the person saw."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    gesture = forms.CharField(max_length=GESTURE_LENGTH, required=False, widget=forms.HiddenInput)
    guidelines = forms.CharField(
        label=_("Guidelines"),
        required=False,
        strip=False,
        # A browser counts each line break as two characters.
        max_length=2 * GUIDELINES_LENGTH,
        widget=forms.Textarea(attrs={"rows": 24, "class": "tall"}),
    )

    def __init__(self, *args: Any, concerns: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Read when the form is shown, in the language of who reads it.
        self.fields["guidelines"].help_text = _(
            "In Markdown: headings, emphasis, lists, tables, links. Pictures and HTML are not shown. Each heading is a"
            ' clause; {#cue-head concerns="cue source"} at its end names it, and opens it beside these parts of quotes.'
            " It can concern: %(concerns)s."
        ) % {"concerns": ", ".join(concerns)}


class GuidelinesRestoreForm(forms.Form):
    """Which version to put in force again, and the mark of the guidelines that the person saw."""

    to = WholeNumberField(min_value=1, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    gesture = forms.CharField(max_length=GESTURE_LENGTH, required=False, widget=forms.HiddenInput)


class PinForm(forms.Form):
    """To which clause a quote is pinned, and what it shows."""

    clause = forms.ChoiceField(label=_("Clause"))
    is_good = forms.TypedChoiceField(
        label=_("It shows"),
        choices=[("yes", _("how it is done")), ("no", _("how it is not done"))],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("What to look at"), max_length=EXAMPLE_NOTE_LENGTH, help_text=_("One line. Every member reads it.")
    )
    gesture = forms.CharField(max_length=GESTURE_LENGTH, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, clauses: Iterable[Clause], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].choices = [(clause.key, clause.title) for clause in clauses]  # type: ignore[attr-defined]


class SeenForm(forms.Form):
    """Which version a member has seen, and where they go from there."""

    COMPARE = "compare"

    version = WholeNumberField()
    then = forms.ChoiceField(choices=[(COMPARE, COMPARE)], required=False)
    next = forms.CharField(max_length=500, required=False)
