"""Examples: pinning a quote to a clause of the guidelines, and taking it off."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotations.access import Act, get_example, get_membership, get_quote
from annotations.forms.guidelines import PinForm
from annotations.http import SignedInRequest
from annotations.services.changes import new_gesture
from annotations.services.errors import Invalid, KeyReused, ServiceError
from annotations.services.examples import can_be_shown, pin_example, unpin_example
from annotations.services.guidelines import clauses_of
from annotations.views.changes import story_url
from annotations.views.pages import project_context, refuse_unknown


@require_http_methods(["GET", "HEAD", "POST"])
def pin(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Pin a quote to a clause, for every member to read."""
    refuse_unknown(request)
    membership = get_membership(request.user, slug, Act.PIN)
    quote = get_quote(membership, key)
    clauses = clauses_of(membership.project)
    form = PinForm(request.POST or None, initial={"gesture": new_gesture()}, clauses=clauses)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        gesture = given.pop("gesture") or None
        try:
            example = pin_example(actor=request.user, quote=quote, gesture=gesture, **given)
        except (Invalid, KeyReused) as refused:
            field = getattr(refused, "field", "")
            form.add_error(field if field in form.fields else None, refused.message)
        else:
            messages.success(request, _("The quote is an example now."))
            return redirect(f"{reverse('guidelines', args=[slug])}#clause-{example.clause}")
    context = {
        "form": form,
        "quote": quote,
        "version": quote.assignment.version,
        "clauses": clauses,
        "said": " … ".join(span.exact for span in quote.spans.filter(role="content")),
        "story_url": story_url(quote.assignment),
        "can_be_shown": can_be_shown(quote.assignment, request.user) and not quote.is_deleted,
    }
    status = 422 if request.method == "POST" else 200
    page = project_context(membership, "guidelines", **context)
    return TemplateResponse(request, "guidelines/pin.html", page, status=status)


@require_POST
def unpin(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Take an example off its clause."""
    membership = get_membership(request.user, slug, Act.PIN)
    example = get_example(membership, pk)
    try:
        unpin_example(actor=request.user, example=example, gesture=request.POST.get("gesture") or None)
    except ServiceError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The example was taken off."))
    return redirect("guidelines", slug)
