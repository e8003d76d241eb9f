"""Who asks: the owner of the token in the Authorization header. Nothing else signs anybody in."""

from __future__ import annotations

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from annotations.api.problems import Problem
from annotations.models import ApiToken, User
from annotations.services.tokens import find_token

CHALLENGE = 'Bearer realm="newsnotes"'
REFUSED = f'{CHALLENGE}, error="invalid_token"'


class BearerAuthentication(BaseAuthentication):
    """Sign a program in by ``Authorization: Bearer nn_…``."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken]:
        """Return the owner and the token. Raises a 401: no address of the API answers somebody unknown."""
        scheme, _space, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            raise Problem(401, headers={"WWW-Authenticate": CHALLENGE})
        token = find_token(secret.strip())
        if token is None:
            raise Problem(
                401,
                _("This token does not work: it is unknown, expired or revoked, or its account is switched off."),
                headers={"WWW-Authenticate": REFUSED},
            )
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Return what to answer somebody unknown."""
        return CHALLENGE
