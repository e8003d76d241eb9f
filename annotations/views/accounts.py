"""Signing in by a link, accepting an invitation, and one's own account."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import perform_login
from allauth.account.views import logout as allauth_logout
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from annotations.forms.accounts import EmailForm, NameForm, NewAccountForm
from annotations.http import SignedInRequest
from annotations.models import Invitation, User
from annotations.services import accounts
from annotations.services.errors import Conflict, Invalid
from annotations.services.invitations import accept_as_new_user, accept_invitation, find_invitation
from annotations.services.links import LinkRefused
from annotations.views.pages import no_parameters

# A page load, or a form that was sent.
page_or_form = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
def no_sign_up(request: HttpRequest) -> HttpResponse:
    """Accounts come from an invitation or the console: there is no such page."""
    raise Http404


@login_not_required
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Sign out, and let the browser forget what the pages have stored in it."""
    response: HttpResponseBase = allauth_logout(request)
    if request.method == "POST":
        response.headers["Clear-Site-Data"] = '"storage"'
    return response


@login_not_required
@page_or_form
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show whom a link signs in. Only the button uses it up, so a mail scanner that opens it does no harm."""
    try:
        if request.method != "POST":
            person = accounts.find_sign_in_link(token).user
            return TemplateResponse(request, "account/sign_in_link.html", {"person": person})
        return _sign_in(request, accounts.consume_sign_in_link(token))
    except LinkRefused as refused:
        return _link_refused(request, refused)


@login_not_required
@sensitive_post_parameters("password", "password_again")
@page_or_form
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation and accept it: as who is signed in, or with a new account."""
    try:
        found = find_invitation(token)
        if request.method != "POST":
            return _invitation_page(request, found, NewAccountForm())
        if isinstance(request.user, User):
            membership = accept_invitation(token=token, user=request.user)
            messages.success(request, _("You are now a member of %(project)s.") % {"project": membership.project})
            return redirect(settings.LOGIN_REDIRECT_URL)
        return _join_with_new_account(request, found, token)
    except LinkRefused as refused:
        return _link_refused(request, refused)
    except Conflict as conflict:
        messages.error(request, conflict.message)
        return _invitation_page(request, found, NewAccountForm(), status=409)


def _join_with_new_account(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    form = NewAccountForm(request.POST)
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("username", "name", "email", "password")}
        try:
            membership = accept_as_new_user(token=token, **values)
        except Invalid as invalid:
            form.refuse(invalid)
        else:
            return _sign_in(request, membership.user)
    return _invitation_page(request, found, form, status=422)


def _invitation_page(
    request: HttpRequest, found: Invitation, form: NewAccountForm, status: int = 200
) -> TemplateResponse:
    return TemplateResponse(request, "account/invitation.html", {"invitation": found, "form": form}, status=status)


def _sign_in(request: HttpRequest, user: User) -> HttpResponse:
    """Sign in as allauth does: with the second factor, a fresh session and the welcome."""
    if request.user.is_authenticated:
        # Otherwise the second factor would be asked for inside somebody else's session.
        logout(request)
    response: HttpResponse = perform_login(request, user)
    return response


def _link_refused(request: HttpRequest, refused: LinkRefused) -> TemplateResponse:
    return TemplateResponse(request, "account/link_refused.html", {"message": refused.message}, status=410)


@page_or_form
@no_parameters
def account(request: SignedInRequest) -> HttpResponse:
    """One's own account: the name, and ways to everything else about it."""
    form = NameForm(request.POST or None, initial={"name": request.user.get_full_name()})
    if request.method == "POST" and form.is_valid():
        try:
            accounts.change_name(user=request.user, name=form.cleaned_data["name"])
        except Invalid as invalid:
            form.refuse(invalid)
        else:
            messages.success(request, _("Your name is saved."))
            return redirect("account")
    context = {"form": form, "second_factor": is_mfa_enabled(request.user)}
    return TemplateResponse(request, "account/account.html", context, status=422 if form.errors else 200)


@page_or_form
@no_parameters
@reauthentication_required
def email(request: SignedInRequest) -> HttpResponse:
    """Change one's own address, after the password: the address can be used to reset it."""
    form = EmailForm(request.POST if request.method == "POST" else None, initial={"email": request.user.email})
    if request.method == "POST" and form.is_valid():
        try:
            accounts.change_email(user=request.user, email=form.cleaned_data["email"])
        except Invalid as invalid:
            form.refuse(invalid)
        else:
            messages.success(request, _("Your e-mail address is saved."))
            return redirect("account")
    return TemplateResponse(request, "account/email.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def sign_out_elsewhere(request: SignedInRequest) -> HttpResponseRedirect:
    """End all of one's own sessions but this one."""
    accounts.sign_out_everywhere(user=request.user)
    update_session_auth_hash(request, request.user)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("account")
