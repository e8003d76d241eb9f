"""Forms of the annotation page. They check the shape of what was sent; the services check what it means."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from annotations.models import Quote, Span, Speaker, Stance
from annotations.services.changes import GESTURE_LENGTH
from annotations.services.claims import TEXT_LENGTH, NewClaim
from annotations.services.quote_parts import NOTE_LENGTH, QuoteParts
from annotations.services.speakers import DESCRIPTION_LENGTH, LABEL_LENGTH, NewSpeaker

KEY_LENGTH = 100
WORDS_LENGTH = 40_000
DERIVED = "derived"
NO_PARENT = ""
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,19}")


class WholeNumberField(forms.IntegerField):
    """A whole number as programs write it. Django's own takes “201.0”, “+201”, “ 201 ” and the digits of any script."""

    def to_python(self, value: Any) -> int | None:
        """Return the number, or None if there is none."""
        if isinstance(value, str) and value and not WHOLE_NUMBER.fullmatch(value):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class GestureForm(forms.Form):
    """What every gesture carries: its idempotency key. A program that sends none is given one."""

    gesture = forms.CharField(max_length=GESTURE_LENGTH, required=False, widget=forms.HiddenInput)

    @property
    def key(self) -> str | None:
        """The idempotency key, or None."""
        return self.cleaned_data.get("gesture") or None

    @property
    def first_error(self) -> str:
        """The first thing that is wrong. A field that nobody sees is named."""
        name, messages = next(iter(self.errors.items()))
        seen = name in self.fields and self.fields[name].label
        return str(messages[0]) if seen else f"{name}: {messages[0]}"


class RevisionForm(GestureForm):
    """A gesture on a quote or an assignment, at the revision that the person saw."""

    revision = WholeNumberField(min_value=1, widget=forms.HiddenInput)


class RestoreForm(RevisionForm):
    """Bring a quote back to what it was at an earlier revision."""

    to = WholeNumberField(min_value=1, widget=forms.HiddenInput)


class SubmissionForm(RevisionForm):
    """Submit a story: read to its end or up to the end of a block, and with something missing if that is confirmed."""

    read_up_to = WholeNumberField(label=_("Read up to"), min_value=1, required=False)
    confirmed = forms.BooleanField(required=False)


class SelectionFields(forms.Form):
    """Words of the story: by offsets in code points, or as words to be looked for."""

    start = WholeNumberField(min_value=0, required=False, widget=forms.HiddenInput)
    end = WholeNumberField(min_value=1, required=False, widget=forms.HiddenInput)
    exact = forms.CharField(strip=False, required=False, max_length=WORDS_LENGTH, widget=forms.HiddenInput)
    words = forms.CharField(label=_("Words of the story"), strip=False, required=False, max_length=WORDS_LENGTH)
    place = forms.RegexField(r"\A[0-9]{1,9}-[0-9]{1,9}\Z", required=False, strip=False)

    def clean_exact(self) -> str:
        """Return the words as the story has them: browsers send every line break as two characters."""
        exact: str = self.cleaned_data["exact"]
        return exact.replace("\r\n", "\n")

    def clean_words(self) -> str:
        """Return the pasted words with the story's line breaks."""
        words: str = self.cleaned_data["words"]
        return words.replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        """Refuse a form that names no words at all."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.offsets and not cleaned.get("words", "").strip():
            self.add_error("words", _("Select words in the story first, or type or paste them here."))
        return cleaned

    @property
    def offsets(self) -> dict[str, Any] | None:
        """The span that was selected or chosen, or None if there are only words."""
        cleaned = self.cleaned_data
        if cleaned.get("place"):
            start, end = (int(edge) for edge in cleaned["place"].split("-"))
            return {"start": start, "end": end}
        if cleaned.get("start") is None or cleaned.get("end") is None:
            return None
        # Words are the checksum of the offsets: without them a stale page could mark the wrong ones.
        return {"start": cleaned["start"], "end": cleaned["end"], "exact": cleaned.get("exact", "")}


class NewQuoteForm(GestureForm, SelectionFields):
    """Make a quote of the selected words. A page that goes on with it before the answer names its id."""

    quote = forms.CharField(max_length=KEY_LENGTH, required=False, widget=forms.HiddenInput)


class SpanForm(RevisionForm, SelectionFields):
    """Give a quote the selected words in a role; ``replace`` makes them all of its content."""

    REPLACE = "replace"
    role = forms.ChoiceField(choices=[*Span.Role.choices, (REPLACE, _("instead of the content"))])


class SpanRemovalForm(RevisionForm):
    """Take one span away."""

    role = forms.ChoiceField(choices=Span.Role)
    start = WholeNumberField(min_value=0)
    end = WholeNumberField(min_value=1)


class SpanMoveForm(SpanRemovalForm):
    """Give a span other edges, another role, or to another quote; what is empty stays as it is."""

    to_role = forms.ChoiceField(choices=[("", ""), *Span.Role.choices], required=False)
    to_quote = forms.CharField(max_length=KEY_LENGTH, required=False)
    to_start = WholeNumberField(min_value=0, required=False)
    to_end = WholeNumberField(min_value=1, required=False)

    @property
    def target(self) -> dict[str, int]:
        """The range that the span should have."""
        cleaned = self.cleaned_data
        edges = {name: cleaned[f"to_{name}"] for name in ("start", "end")}
        return {name: cleaned[name] if edge is None else edge for name, edge in edges.items()}


class LookedAtForm(RevisionForm, SelectionFields):
    """Say that the selected words were looked at and hold no quote, or that they were not."""

    NOT = "0"
    looked = forms.ChoiceField(choices=[("1", _("looked at")), (NOT, _("not looked at"))])
    active = forms.CharField(max_length=KEY_LENGTH, required=False, widget=forms.HiddenInput)

    @property
    def offsets(self) -> dict[str, Any] | None:
        """The range. Of a whole paragraph the page sends no words to compare."""
        span = super().offsets
        return {name: value for name, value in span.items() if value != ""} if span else None


class NoteForm(RevisionForm):
    """Write a note about a quote; an empty one takes it away."""

    note = forms.CharField(label=_("Note"), max_length=2 * NOTE_LENGTH, required=False, widget=forms.Textarea)


class SpeakerForm(RevisionForm):
    """Choose who is quoted: by key, by name, or nobody. ``create`` makes a person of a name that nobody has."""

    NOBODY = "nobody"
    speaker = forms.CharField(max_length=KEY_LENGTH, required=False)
    name = forms.CharField(label=_("Name"), max_length=LABEL_LENGTH + DESCRIPTION_LENGTH, required=False)
    create = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse an empty choice: taking the speaker away is a button of its own."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("speaker") and not cleaned.get("name"):
            self.add_error("name", _("Choose a speaker, or type a name."))
        return cleaned


class NewSpeakerForm(RevisionForm):
    """Name a speaker that the project does not have yet."""

    label = forms.CharField(label=_("Name"), max_length=LABEL_LENGTH)
    kind = forms.ChoiceField(label=_("Kind"), choices=Speaker.Kind, initial=Speaker.Kind.PERSON)
    unnamed = forms.BooleanField(label=_("Not named in the story (“officials”)"), required=False)
    description = forms.CharField(label=_("Description"), max_length=DESCRIPTION_LENGTH, required=False)

    def new_speaker(self) -> NewSpeaker:
        """Return what the service takes."""
        cleaned = self.cleaned_data
        return NewSpeaker(
            label=cleaned["label"],
            kind=cleaned["kind"],
            named=not cleaned["unnamed"],
            description=cleaned["description"],
        )


class TypeForm(RevisionForm):
    """Choose the type, or leave it to the quotation marks again."""

    CHOICES = [(DERIVED, _("from the quotation marks")), *Quote.Type.choices]
    type = forms.ChoiceField(choices=CHOICES)

    @property
    def chosen(self) -> str:
        """The choice in words."""
        return str(dict(self.CHOICES)[self.cleaned_data["type"]])


class ResolutionForm(RevisionForm):
    """Say how the text names the speaker; "no source" comes with its reason, as ``none:passive``."""

    CHOICES = [
        *((value, label) for value, label in Quote.Resolution.choices if value != Quote.Resolution.NONE),
        *((f"{Quote.Resolution.NONE}:{value}", label) for value, label in Quote.NoSource.choices),
    ]
    resolution = forms.ChoiceField(choices=CHOICES)

    @property
    def parts(self) -> QuoteParts:
        """The resolution and the reason."""
        resolution, _colon, reason = self.cleaned_data["resolution"].partition(":")
        return {"resolution": resolution, "no_source": reason or None}


class LabelForm(RevisionForm):
    """Answer one label set; an empty answer takes the answer away."""

    label_set = forms.SlugField(max_length=60)
    label = forms.SlugField(max_length=60, required=False)


class ClaimForm(RevisionForm):
    """Say which claim the quote makes, in words, and how it stands to it."""

    claim = forms.CharField(label=_("Claim"), max_length=TEXT_LENGTH)
    stance = forms.ChoiceField(label=_("Stance"), choices=Stance, initial=Stance.ASSERTS)

    def new_claim(self) -> NewClaim:
        """Return what the service takes; a claim of the same words is found by it."""
        return NewClaim(self.cleaned_data["claim"])


class ClaimLinkForm(RevisionForm):
    """Change the stance to a linked claim; an empty stance takes the link away."""

    claim = forms.CharField(max_length=KEY_LENGTH)
    stance = forms.ChoiceField(choices=[("", _("remove")), *Stance.choices], required=False)


class ParentForm(RevisionForm):
    """Choose the quote around this one: by position, none, or another one."""

    parent = forms.CharField(max_length=KEY_LENGTH, required=False)

    @property
    def parts(self) -> QuoteParts:
        """What the service takes."""
        parent = self.cleaned_data["parent"]
        return {"derive_parent": True} if parent == DERIVED else {"parent": parent or None}
