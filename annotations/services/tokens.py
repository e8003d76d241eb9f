"""API tokens: making them, knowing them again, revoking them."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from annotations.models import ApiToken, User
from annotations.services.errors import Invalid
from annotations.services.links import hash_of
from annotations.services.speakers import clean_name

# Programs that look for leaked secrets know ours by this.
PREFIX = "nn_"
LENGTH = 40
PATTERN = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{LENGTH}}}")
DEFAULT_DAYS = 90
MAX_DAYS = 366
MAX_TOKENS = 50
NAME_LENGTH = 100
# The time of last use is for people, who think in hours: a write for every read would cost more than it tells.
TOUCH_AFTER = timedelta(minutes=10)


def create_token(
    *, user: User, name: str, scope: str = ApiToken.Scope.READ, days: int = DEFAULT_DAYS
) -> tuple[ApiToken, str]:
    """Make a token and return it with its secret, which cannot be shown again. Raises ``Invalid``."""
    if scope not in ApiToken.Scope.values:
        raise Invalid(_("The scope is read or write."), field="scope")
    if not 1 <= days <= MAX_DAYS:
        raise Invalid(_("A token lives between 1 and %(most)s days.") % {"most": MAX_DAYS}, field="days")
    if ApiToken.objects.working().filter(user=user).count() >= MAX_TOKENS:
        raise Invalid(_("You have %(most)s tokens. Revoke one first.") % {"most": MAX_TOKENS}, field="name")
    secret = PREFIX + get_random_string(LENGTH)
    token = ApiToken.objects.create(
        user=user,
        name=clean_name(name, field="name", length=NAME_LENGTH),
        scope=scope,
        digest=hash_of(secret),
        expires_at=timezone.now() + timedelta(days=days),
    )
    return token, secret


def find_token(secret: str) -> ApiToken | None:
    """Return the token of this secret with its user, if it works, and note that it was used."""
    if not PATTERN.fullmatch(secret):
        return None
    token = ApiToken.objects.working().select_related("user").filter(digest=hash_of(secret)).first()
    if token is not None:
        _touch(token)
    return token


def _touch(token: ApiToken) -> None:
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > TOUCH_AFTER:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def revoke_token(*, user: User, pk: int) -> ApiToken | None:
    """Let one of the user's tokens work no more; the row stays. Returns None if it is not theirs."""
    token = ApiToken.objects.filter(user=user, pk=pk).first()
    if token is not None and token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
    return token
