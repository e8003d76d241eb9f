"""What a token may do. What its owner may do is decided by ``annotations.access``, object by object."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from annotations.api.problems import Problem
from annotations.models import ApiToken


class TokenScope(BasePermission):
    """A token that may only read changes nothing."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Let a request pass, or raise a 403 that says what is missing."""
        token: Any = request.auth
        if request.method not in SAFE_METHODS and token.scope != ApiToken.Scope.WRITE:
            raise Problem(403, _("This token may only read. Make one that may write."), code="scope")
        return True
