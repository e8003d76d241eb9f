"""Ending what people have open: sessions, API tokens, links that were not used yet."""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone

from annotations.models import ApiToken, SignInLink, User


def end_sessions(user: User) -> None:
    """End all sessions of ``user`` at their next request. A view that acts for them may renew its own."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])


def end_access(user: User) -> None:
    """End all sessions of ``user``, and withdraw their API tokens and unused sign-in links."""
    end_sessions(user)
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
    SignInLink.objects.filter(user=user, used_at=None).update(expires_at=timezone.now())
