"""Forms of speakers and claims. They check the shape of what was sent; the services check what it means."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.exports.records import Record
from annotations.forms.quotes import KEY_LENGTH, RevisionForm
from annotations.models import Speaker
from annotations.services.claims import TEXT_LENGTH
from annotations.services.speakers import DESCRIPTION_LENGTH, LABEL_LENGTH, NewSpeaker

MOST_ALIASES = 50


class SpeakerEditForm(RevisionForm):
    """What is known of a speaker."""

    label = forms.CharField(label=_("Name"), max_length=LABEL_LENGTH)
    kind = forms.ChoiceField(label=_("Kind"), choices=Speaker.Kind)
    description = forms.CharField(
        label=_("Description"),
        max_length=DESCRIPTION_LENGTH,
        required=False,
        help_text=_("A few words that tell this speaker from another of the same name, such as an office."),
    )
    aliases = forms.CharField(
        label=_("Other names"),
        required=False,
        max_length=MOST_ALIASES * LABEL_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One to a line."),
    )
    wikidata = forms.RegexField(
        r"^Q[1-9][0-9]{0,14}$", label=_("Wikidata id"), required=False, help_text=_("Such as Q42.")
    )

    @staticmethod
    def initial_of(state: Record) -> dict[str, Any]:
        """Return what the form shows of a speaker's state."""
        return {
            "label": state["label"],
            "kind": state["kind"],
            "description": state["description"] or "",
            "aliases": "\n".join(state["aliases"]),
            "wikidata": state["wikidata"] or "",
            "revision": state["revision"],
        }

    def clean_aliases(self) -> list[str]:
        """Return the other names, each once."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["aliases"].splitlines()]
        return list(dict.fromkeys(filter(None, lines)))

    def new_speaker(self, speaker: Speaker) -> NewSpeaker:
        """Return what the service takes."""
        given = self.cleaned_data
        return NewSpeaker(
            label=given["label"],
            kind=given["kind"],
            named=speaker.named,
            description=given["description"],
            aliases=tuple(given["aliases"]),
            wikidata=given["wikidata"],
        )


class ClaimEditForm(RevisionForm):
    """The words of a claim."""

    text = forms.CharField(
        label=_("Claim"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One sentence that can be read without the story."),
    )

    @staticmethod
    def initial_of(state: Record) -> dict[str, Any]:
        """Return what the form shows of a claim's state."""
        return {"text": state["text"], "revision": state["revision"]}

    def clean_text(self) -> str:
        """Return the claim as one line."""
        return " ".join(self.cleaned_data["text"].split())


class MergeForm(RevisionForm):
    """Which other one it is the same as."""

    into = forms.CharField(max_length=KEY_LENGTH, error_messages={"required": _("Choose one of the list.")})
