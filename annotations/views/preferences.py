"""What a person prefers on the annotation page: their keys, and the tour."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotations.forms.preferences import KeysForm, TourForm, shown_keys
from annotations.http import SignedInRequest
from annotations.keyboard import keys_of
from annotations.services import preferences as services
from annotations.services.errors import Invalid
from annotations.views.pages import no_parameters


@require_http_methods(["GET", "HEAD", "POST"])
@no_parameters
def keys(request: SignedInRequest) -> HttpResponse:
    """Show the keys of the annotation page, and change them."""
    user = request.user
    if "restore" in request.POST:
        services.restore_keys(user=user)
        messages.success(request, _("All keys are the defaults again."))
        return redirect("account-keys")
    present = shown_keys(keys_of(user.preferences.get("keys", {})))
    initial = present | {"keys_off": user.preferences.get("keys_off", False)}
    form = KeysForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_keys(user=user, keys=form.keys, off=form.cleaned_data["keys_off"])
        except Invalid as invalid:
            form.refuse(invalid)
        else:
            messages.success(request, _("Your keys are saved."))
            return redirect("account-keys")
    return TemplateResponse(request, "account/keys.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def tour(request: SignedInRequest) -> HttpResponse:
    """Note that the tour is done, or show it again on the page that asks."""
    form = TourForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(_("The tour is done, or wanted again: nothing else is known of it."))
    services.finish_tour(user=request.user, done=form.cleaned_data["tour"] != TourForm.AGAIN)
    if request.htmx:
        return HttpResponse(status=204)
    where = form.cleaned_data["next"]
    return redirect(where if get_adapter(request).is_safe_url(where) else "account")
