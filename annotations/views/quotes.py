"""Commands on the quotes of one's own assignment: making and deleting them, and marking their words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annotations.forms.quotes import LookedAtForm, NewQuoteForm, RevisionForm, SpanForm, SpanMoveForm, SpanRemovalForm
from annotations.models import Quote, Span
from annotations.services import looked_at, quote_spans
from annotations.services import quotes as services
from annotations.services.errors import Invalid
from annotations.views.conflicts import role_name
from annotations.views.places import Found, find_places
from annotations.views.workbench import Desk, Refusal, carry_out, open_desk, open_quote, refuse

WORDS = "words"
SpanAct = Callable[[dict[str, Any]], Quote | None]


@require_POST
def create(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Make a quote of the selected words."""
    desk = open_desk(request, pk)
    form = NewQuoteForm(request.POST)

    def act(span: dict[str, Any]) -> Quote:
        return services.create_quote(
            actor=desk.actor,
            assignment=desk.assignment,
            parts={"content": [span]},
            key=form.cleaned_data["quote"],
            gesture=form.key,
        )

    return _with_words(desk, form, act)


@require_POST
def mark(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """Give a quote the selected words in a role, or instead of its whole content."""
    desk, quote = open_quote(request, pk, key)
    form = SpanForm(request.POST)

    def act(span: dict[str, Any]) -> Quote:
        role, revision = form.cleaned_data["role"], form.cleaned_data["revision"]
        common: Any = {"actor": desk.actor, "quote": quote, "revision": revision, "gesture": form.key}
        if role == SpanForm.REPLACE:
            return services.change_quote(parts={"content": [span]}, **common)
        return quote_spans.add_span(role=role, span=span, **common)

    return _with_words(desk, form, act)


@require_POST
def unmark(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """Take one span of a quote away."""
    desk, quote = open_quote(request, pk, key)
    form = SpanRemovalForm(request.POST)

    def act() -> Quote:
        cleaned = form.cleaned_data
        return quote_spans.remove_span(
            actor=desk.actor,
            quote=quote,
            revision=cleaned["revision"],
            role=cleaned["role"],
            start=cleaned["start"],
            end=cleaned["end"],
            gesture=form.key,
        )

    def asked() -> dict[str, str]:
        cleaned = form.cleaned_data
        words = desk.assignment.version.text[cleaned["start"] : cleaned["end"]]
        return {role_name(cleaned["role"]): _("without “%(words)s”") % {"words": words}}

    return carry_out(desk, form, f"spans-{form.data.get('role', '')}", act=act, asked=asked)


@require_POST
def move(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """Give a span other edges, another role, or to another quote."""
    desk, quote = open_quote(request, pk, key)
    form = SpanMoveForm(request.POST)

    def act() -> Quote:
        cleaned = form.cleaned_data
        return quote_spans.move_span(
            actor=desk.actor,
            quote=quote,
            revision=cleaned["revision"],
            role=cleaned["role"],
            start=cleaned["start"],
            end=cleaned["end"],
            to=form.target,
            to_role=cleaned["to_role"] or cleaned["role"],
            to_quote=_target(desk, cleaned["to_quote"]),
            gesture=form.key,
        )

    def asked() -> dict[str, str]:
        role = form.cleaned_data["to_role"] or form.cleaned_data["role"]
        return {role_name(role): desk.assignment.version.text[form.target["start"] : form.target["end"]]}

    return carry_out(desk, form, f"spans-{form.data.get('role', '')}", act=act, asked=asked)


def _target(desk: Desk, key: str) -> Quote | None:
    if not key:
        return None
    quote = Quote.objects.filter(assignment=desk.assignment, key=key).first()
    if quote is None:
        raise Invalid(_("There is no quote “%(key)s” here.") % {"key": key}, field="to_quote")
    return quote


@require_POST
def look_at(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Say that words were looked at and hold no quote, or that they were not."""
    desk = open_desk(request, pk)
    form = LookedAtForm(request.POST)

    def act(span: dict[str, Any]) -> Quote | None:
        cleaned = form.cleaned_data
        looked_at.look_at(
            actor=desk.actor,
            assignment=desk.assignment,
            revision=cleaned["revision"],
            span=span,
            looked=cleaned["looked"] != LookedAtForm.NOT,
            gesture=form.key,
        )
        return Quote.objects.filter(assignment=desk.assignment, key=cleaned["active"]).first()

    return _with_words(desk, form, act)


@require_POST
def delete(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """Hide a quote; undo brings it back."""
    desk, quote = open_quote(request, pk, key)
    form = RevisionForm(request.POST)

    def act() -> Quote:
        return services.delete_quote(
            actor=desk.actor, quote=quote, revision=form.cleaned_data["revision"], gesture=form.key
        )

    return carry_out(desk, form, "delete", act=act, asked=lambda: {_("Quote"): _("deleted")})


def _with_words(desk: Desk, form: NewQuoteForm | SpanForm | LookedAtForm, act: SpanAct) -> HttpResponseBase:
    """Carry a gesture out with the words that the form names; ask which ones if they stand in several places."""
    span = form.offsets if form.is_valid() else None
    if form.is_valid() and span is None:
        found = find_places(desk.assignment.version.text, form.cleaned_data["words"])
        if found.place is None:
            return refuse(desk, _which(desk, found))
        span = {"start": found.place.start, "end": found.place.end}
    chosen = span or {}

    def asked() -> dict[str, str]:
        role = form.cleaned_data.get("role", SpanForm.REPLACE)
        words = desk.assignment.version.text[chosen["start"] : chosen["end"]]
        return {role_name(Span.Role.CONTENT if role == SpanForm.REPLACE else role): words}

    return carry_out(desk, form, WORDS, act=lambda: act(chosen), asked=asked)


def _which(desk: Desk, found: Found) -> Refusal:
    if found.exactly:
        message = _("These words stand in the story more than once. Which ones do you mean?")
    elif found.places:
        message = _("The story does not say exactly this. Did you mean these words?")
    else:
        message = _("These words do not stand in the story. Copy them from it exactly.")
    return Refusal(WORDS, message, desk.request.POST, found.places)
