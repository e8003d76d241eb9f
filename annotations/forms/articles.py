"""Forms of what is known of a story beside its text. They check the shape; the services check what it means."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.exports.records import Record
from annotations.forms.quotes import RevisionForm
from annotations.services.article_metadata import COLUMNS, LENGTHS, ArticleFields, CorrectableFields
from annotations.text.lines import position

YES_OR_NO = [("yes", _("yes")), ("no", _("no: exports leave it out"))]

# What stands in the place of bytes that could not be read: by the browser, by Django, or long before.
REPLACEMENT = "\ufffd"


class SharedForm(forms.Form):
    """What can be known of a story, and also of all stories in some files."""

    outlet = forms.CharField(label=_("Outlet"), required=False, max_length=LENGTHS["outlet"])
    published = forms.CharField(label=_("Published"), required=False, max_length=40, help_text=_("As 2026-03-31."))
    language = forms.CharField(
        label=_("Language"), required=False, max_length=LENGTHS["language"], help_text=_("As en, de or pt-BR.")
    )
    licence = forms.CharField(label=_("Licence"), required=False, max_length=LENGTHS["licence"])
    text_exportable = forms.ChoiceField(
        label=_("May its text be exported?"), required=False, choices=[("", _("not said")), *YES_OR_NO]
    )
    embargoed_until = forms.CharField(
        label=_("Embargoed until"),
        required=False,
        max_length=40,
        help_text=_("As 2026-03-31 06:00, in UTC. Until then exports hold the story back."),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse U+FFFD, with its place: what was there is lost. A file is the way for a text that really has it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and REPLACEMENT in value:
                place = position(value, value.index(REPLACEMENT))
                message = _(
                    "At %(place)s stands U+FFFD, the mark for what could not be read. Type what belongs there, or"
                    " import the text as a file."
                )
                self.add_error(name, message % {"place": place})
        return cleaned

    def article_fields(self) -> ArticleFields:
        """Return the metadata as the service takes it."""
        names = ArticleFields.__annotations__.keys() & self.cleaned_data.keys()
        return cast("ArticleFields", {name: self.cleaned_data[name] for name in names})


class StoryForm(SharedForm):
    """What can be known of one story."""

    url = forms.CharField(label=_("Address"), required=False, max_length=LENGTHS["url"])
    byline = forms.CharField(label=_("Byline"), required=False, max_length=LENGTHS["byline"])


class ArticleEditForm(StoryForm, RevisionForm):
    """What is known of a story that is here."""

    text_exportable = forms.ChoiceField(label=_("May its text be exported?"), choices=YES_OR_NO)

    field_order = COLUMNS

    @staticmethod
    def initial_of(state: Record) -> dict[str, Any]:
        """Return what the form shows of an article's state."""
        until = state["embargoed_until"]
        return {
            **{name: state[name] or "" for name in COLUMNS},
            "text_exportable": "yes" if state["text_exportable"] else "no",
            "embargoed_until": f"{datetime.fromisoformat(until):%Y-%m-%d %H:%M}" if until else "",
            "revision": state["revision"],
        }

    def corrected(self) -> CorrectableFields:
        """Return all fields as the service takes them."""
        return cast("CorrectableFields", self.article_fields())
