"""Forms of an import: a pasted text, files, and what is said about them."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.forms.articles import SharedForm, StoryForm
from annotations.services.article_metadata import COLUMNS, LENGTHS
from annotations.services.changes import GESTURE_LENGTH
from annotations.services.imports import Options
from annotations.text.charset import KNOWN_CHARSETS

# How the name of a file says what it is, and what a task calls it.
LARGE_FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}


class StoryTextField(forms.Field):
    """A text exactly as it was typed: nothing trimmed, and what is wrong with it left to the service to say."""

    widget = forms.Textarea(attrs={"rows": 14, "class": "tall", "spellcheck": "false"})


class ManyFilesInput(forms.FileInput):
    """A file input that takes many files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Files; an empty one is left to the service to refuse, so that it stands in the list with the others."""

    widget = ManyFilesInput(attrs={"accept": ".txt,.text,.jsonl,.ndjson,.json"})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files that were sent."""
        if not data:
            raise forms.ValidationError(_("Choose one file or more."))
        return list(data)


def update_field() -> forms.BooleanField:
    """Return what asks whether stories that changed become new versions."""
    return forms.BooleanField(
        label=_("Add changed stories as new versions"),
        required=False,
        help_text=_(
            "Otherwise a story that is here with other words is left as it is, unless its address is the same."
        ),
    )


class LargeForm(forms.Form):
    """One file of any size, for a task to import."""

    upload = forms.FileField(
        label=_("File"),
        max_length=300,
        widget=forms.FileInput(attrs={"accept": ",".join(LARGE_FORMATS)}),
        help_text=_("Up to 200 MB: .jsonl, or .csv in UTF-8 whose first line names the columns, text among them."),
    )
    update = update_field()
    gesture = forms.CharField(required=False, max_length=GESTURE_LENGTH, widget=forms.HiddenInput)

    def clean_upload(self) -> Any:
        """Return the file, if its name says what it is."""
        file = self.cleaned_data["upload"]
        if PurePath(file.name).suffix.lower() not in LARGE_FORMATS:
            raise forms.ValidationError(_("Its name must end in .jsonl or .csv."))
        return file

    @property
    def file_format(self) -> str:
        """How the task calls what the file is."""
        return LARGE_FORMATS[PurePath(self.cleaned_data["upload"].name).suffix.lower()]


class PasteForm(StoryForm):
    """One story, typed or pasted."""

    headline = forms.CharField(
        label=_("Headline"),
        required=False,
        max_length=LENGTHS["headline"],
        help_text=_("It becomes the first line of the text, unless the text begins with it."),
    )
    text = StoryTextField(label=_("Text"))
    key = forms.CharField(
        label=_("Id"),
        required=False,
        max_length=LENGTHS["key"],
        help_text=_("Made from the headline unless you choose one. The same id again means the same story."),
    )

    field_order = ("headline", "text", *COLUMNS, "key")

    def options(self) -> Options:
        """Return what the form says as the service takes it."""
        return Options(headline=self.cleaned_data["headline"], fields=self.article_fields())


class CharsetForm(forms.Form):
    """How files that are not UTF-8 are to be read, and what happens to stories that changed."""

    charset = forms.ChoiceField(
        label=_("Charset of text files"),
        required=False,
        choices=[("", "UTF-8"), *((name, name) for name in KNOWN_CHARSETS if name != "utf-8")],
        help_text=_("Only for .txt files that are not UTF-8."),
    )
    update = update_field()


class FilesForm(SharedForm, CharsetForm):
    """Files, and what is known of all of them."""

    upload = ManyFilesField(
        label=_("Files"),
        help_text=_("Up to 200 files, 5 MB together: .txt, one story each, whose name becomes its id; or .jsonl."),
    )

    field_order = ("upload", *SharedForm.base_fields, "charset", "update")

    def options(self) -> Options:
        """Return what the form says as the service takes it."""
        given = self.cleaned_data
        return Options(charset=given["charset"], update=given["update"], fields=self.article_fields())
