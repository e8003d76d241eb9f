"""Commands on the parts of a quote: who is quoted, how, and what it claims."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annotations.access import visible_claims, visible_speakers
from annotations.forms.quotes import (
    DERIVED,
    ClaimForm,
    ClaimLinkForm,
    LabelForm,
    NewSpeakerForm,
    NoteForm,
    ParentForm,
    ResolutionForm,
    RevisionForm,
    SpeakerForm,
    TypeForm,
)
from annotations.models import Quote, Speaker, Stance
from annotations.services import quotes as services
from annotations.services.claims import NewClaim
from annotations.services.errors import Invalid
from annotations.services.quote_parts import QuoteParts
from annotations.services.speakers import NewSpeaker
from annotations.views.conflicts import Comparison, claim_title, label_names, resolution_in_words
from annotations.views.registry_options import named_by, speakers_called
from annotations.views.workbench import Desk, Refusal, carry_out, open_quote, refuse


@require_POST
def set_speaker(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """Say who is quoted: a speaker by key or by name, or nobody."""
    desk, quote = open_quote(request, pk, key)
    form = SpeakerForm(request.POST)
    chosen = ""
    if form.is_valid():
        chosen = form.cleaned_data["speaker"]
        if not chosen:
            name, create = form.cleaned_data["name"], form.cleaned_data["create"]
            found = speakers_called(desk.membership, desk.assignment, name, exactly=create)
            if not found and create:
                return _make_speaker(desk, quote, form, "speaker", named_by(name))
            if len(found) != 1:
                return refuse(desk, _which_speaker(form, found))
            chosen = found[0].key

    known = visible_speakers(desk.membership).filter(key=chosen).first()

    def parts() -> QuoteParts:
        if chosen == SpeakerForm.NOBODY:
            return {"speaker": None}
        if known is None:
            raise Invalid(_("There is no speaker “%(key)s” here.") % {"key": chosen}, field="speaker")
        return {"speaker": known.key}

    def asked() -> Comparison:
        return {_("Speaker"): known.label if known else "–"}

    return _change(desk, quote, form, "speaker", parts=parts, asked=asked)


def _which_speaker(form: SpeakerForm, found: list[Speaker]) -> Refusal:
    name = form.cleaned_data["name"]
    if found:
        message = _("Several speakers have this name. Which one do you mean?")
        return Refusal("speaker", message, {"name": name}, found)
    message = _("No speaker is called “%(name)s” yet. Look at what is below, then make one.") % {"name": name}
    new = named_by(name)
    return Refusal("new-speaker", message, {"label": new.label, "description": new.description})


@require_POST
def make_speaker(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """Make a speaker, and say that they are quoted. One who exists already is taken."""
    desk, quote = open_quote(request, pk, key)
    form = NewSpeakerForm(request.POST)
    return _make_speaker(desk, quote, form, "new-speaker", form.new_speaker() if form.is_valid() else None)


def _make_speaker(desk: Desk, quote: Quote, form: RevisionForm, name: str, new: NewSpeaker | None) -> HttpResponseBase:
    def asked() -> Comparison:
        return {_("Speaker"): new.label if new else "–"}

    return _change(desk, quote, form, name, parts=lambda: {"speaker": new}, asked=asked)


@require_POST
def set_type(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """Choose the type, or leave it to the quotation marks again."""
    desk, quote = open_quote(request, pk, key)
    form = TypeForm(request.POST)

    def parts() -> QuoteParts:
        chosen = form.cleaned_data["type"]
        return {"type": None if chosen == DERIVED else chosen}

    def asked() -> Comparison:
        return {_("Type"): form.chosen}

    return _change(desk, quote, form, "type", parts=parts, asked=asked)


@require_POST
def set_resolution(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """Say how the text names the speaker, or why nobody is named."""
    desk, quote = open_quote(request, pk, key)
    form = ResolutionForm(request.POST)

    def asked() -> Comparison:
        return {_("Resolution"): resolution_in_words(form.parts["resolution"], form.parts["no_source"])}

    return _change(desk, quote, form, "resolution", parts=lambda: form.parts, asked=asked)


@require_POST
def answer(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """Answer one label set, or take the answer away."""
    desk, quote = open_quote(request, pk, key)
    form = LabelForm(request.POST)

    def parts() -> QuoteParts:
        return {"labels": {form.cleaned_data["label_set"]: form.cleaned_data["label"] or None}}

    def asked() -> Comparison:
        names = label_names(desk.assignment.project_id)
        label_set, label = form.cleaned_data["label_set"], form.cleaned_data["label"]
        return {names.get((label_set, ""), label_set): names.get((label_set, label), label) if label else "–"}

    return _change(desk, quote, form, f"labels-{form.data.get('label_set', '')}", parts=parts, asked=asked)


@require_POST
def set_parent(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """Choose the quote around this one: by position, none, or another one."""
    desk, quote = open_quote(request, pk, key)
    form = ParentForm(request.POST)

    def asked() -> Comparison:
        return {_("Inside"): form.cleaned_data["parent"] or "–"}

    return _change(desk, quote, form, "parent", parts=lambda: form.parts, asked=asked)


@require_POST
def write_note(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """Write a note about a quote, or take it away."""
    desk, quote = open_quote(request, pk, key)
    form = NoteForm(request.POST)

    def asked() -> Comparison:
        return {_("Note"): form.cleaned_data["note"] or "–"}

    return _change(desk, quote, form, "note", parts=lambda: {"note": form.cleaned_data["note"]}, asked=asked)


@require_POST
def add_claim(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """Link a claim in its words, made now if nobody made it yet."""
    desk, quote = open_quote(request, pk, key)
    form = ClaimForm(request.POST)

    def asked() -> Comparison:
        return {claim_title(form.cleaned_data["claim"]): str(Stance(form.cleaned_data["stance"]).label)}

    return _link(desk, quote, form, "new-claim", claim=form.new_claim, asked=asked)


@require_POST
def set_stance(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """Change the stance to a linked claim, or take the link away."""
    desk, quote = open_quote(request, pk, key)
    form = ClaimLinkForm(request.POST)

    chosen = form.cleaned_data["claim"] if form.is_valid() else ""
    known = visible_claims(desk.membership).filter(key=chosen).first()

    def claim() -> str:
        if known is None:
            raise Invalid(_("There is no claim “%(key)s” here.") % {"key": chosen}, field="claims")
        return known.key

    def asked() -> Comparison:
        stance = form.cleaned_data["stance"]
        return {claim_title(known.text if known else ""): str(Stance(stance).label) if stance else _("removed")}

    return _link(desk, quote, form, "claims", claim=claim, asked=asked)


def _link(
    desk: Desk,
    quote: Quote,
    form: ClaimForm | ClaimLinkForm,
    name: str,
    *,
    claim: Callable[[], str | NewClaim],
    asked: Callable[[], Comparison],
) -> HttpResponseBase:
    def act() -> Quote:
        return services.link_claim(
            actor=desk.actor,
            quote=quote,
            revision=form.cleaned_data["revision"],
            claim=claim(),
            stance=form.cleaned_data["stance"] or None,
            gesture=form.key,
        )

    return carry_out(desk, form, name, act=act, asked=asked)


def _change(
    desk: Desk,
    quote: Quote,
    form: RevisionForm,
    name: str,
    *,
    parts: Callable[[], QuoteParts],
    asked: Callable[[], Comparison],
) -> HttpResponseBase:
    def act() -> Quote:
        return services.change_quote(
            actor=desk.actor,
            quote=quote,
            revision=form.cleaned_data["revision"],
            parts=parts(),
            gesture=form.key,
        )

    return carry_out(desk, form, name, act=act, asked=asked)
