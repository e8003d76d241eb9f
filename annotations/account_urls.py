"""URLs of sign-in, passwords and the second factor: those of django-allauth that we offer, by name.

What is not in this list answers 404, whatever else allauth brings or will bring. Its views would also take a PUT for
a POST; here a form is read and sent, and nothing else.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path
from django.views.decorators.http import require_http_methods, require_safe

from annotations.views.accounts import no_sign_up, sign_out

page_or_form = require_http_methods(["GET", "HEAD", "POST"])

urlpatterns = [
    path("login/", page_or_form(account.login), name="account_login"),
    path("logout/", page_or_form(sign_out), name="account_logout"),
    path("inactive/", require_safe(account.account_inactive), name="account_inactive"),
    # allauth asks for the address of this page where it writes a mail, so it has one.
    path("signup/", no_sign_up, name="account_signup"),
    path("reauthenticate/", page_or_form(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", page_or_form(account.password_change), name="account_change_password"),
    path("password/set/", page_or_form(account.password_set), name="account_set_password"),
    path("password/reset/", page_or_form(account.password_reset), name="account_reset_password"),
    path("password/reset/done/", require_safe(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        page_or_form(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        require_safe(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", require_safe(mfa.index), name="mfa_index"),
    path("2fa/authenticate/", page_or_form(mfa.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", page_or_form(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", page_or_form(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", page_or_form(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", require_safe(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        page_or_form(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        require_safe(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
