"""One's own API tokens: making, listing and revoking them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotations.forms.tokens import TokenForm
from annotations.http import SignedInRequest
from annotations.models import ApiToken
from annotations.services.errors import Invalid
from annotations.services.tokens import create_token, revoke_token
from annotations.views.pages import no_parameters


@require_http_methods(["GET", "HEAD", "POST"])
@no_parameters
def token_list(request: SignedInRequest) -> HttpResponse:
    """List the tokens, and make one: its secret stands on the page that answers, and nowhere else."""
    form = TokenForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, status=422 if request.method == "POST" else 200)
    try:
        token, secret = create_token(user=request.user, **form.cleaned_data)
    except Invalid as invalid:
        form.refuse(invalid)
        return _page(request, form, status=422)
    return _page(request, TokenForm(), made=token, secret=secret)


@require_POST
def token_revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let one token work no more."""
    token = revoke_token(user=request.user, pk=pk)
    if token is None:
        raise Http404
    messages.success(request, _("“%(token)s” works no more.") % {"token": token})
    return redirect("token-list")


def _page(request: SignedInRequest, form: TokenForm, *, status: int = 200, **context: Any) -> HttpResponse:
    tokens = ApiToken.objects.filter(user=request.user, revoked_at=None)
    return TemplateResponse(request, "tokens/list.html", {"form": form, "tokens": tokens, **context}, status=status)
