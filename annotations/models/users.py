"""People who sign in."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person with a sign-in. People are deactivated, never deleted: their work stays theirs.

    The full name stands in ``first_name`` as the person writes it: not every name has a first and a last part.
    """

    # Part of what a session must match at every request: adding one ends all sessions of this person at once.
    session_epoch = models.PositiveIntegerField(default=0)
    # How the person likes the annotation page: `keys` (action to key), `keys_off`, `tour`.
    preferences = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_session_auth_hash(self) -> str:
        """Return what a session must hold to be this person's."""
        return f"{super().get_session_auth_hash()}.{self.session_epoch}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yield what sessions hold that were made under an earlier secret key."""
        for one in super().get_session_auth_fallback_hash():
            yield f"{one}.{self.session_epoch}"
