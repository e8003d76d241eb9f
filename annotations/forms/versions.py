"""Forms about the versions of a story: carrying quotes over from one to the next."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.forms.quotes import WORDS_LENGTH, RevisionForm


class AcceptForm(RevisionForm):
    """Carry an earlier quote over where it is proposed, or with the words that it says now."""

    words = forms.CharField(label=_("Words of the story"), strip=False, required=False, max_length=WORDS_LENGTH)

    def clean_words(self) -> str:
        """Return the words with the story's line breaks."""
        words: str = self.cleaned_data["words"]
        return words.replace("\r\n", "\n").strip()


class LeaveOutForm(RevisionForm):
    """Leave an earlier quote out, or let it wait again."""

    WAIT = "0"
    out = forms.ChoiceField(choices=[("1", _("leave out")), (WAIT, _("let it wait"))])

    @property
    def is_out(self) -> bool:
        """Whether it is left out."""
        return bool(self.cleaned_data["out"] != self.WAIT)
