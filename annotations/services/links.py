"""The secret part of links that let somebody in. Only its hash is kept, so nobody can read a link from the database."""

from __future__ import annotations

import hashlib
import secrets

from annotations.services.errors import ServiceError

TOKEN_BYTES = 32


class LinkRefused(ServiceError):
    """A link that lets nobody in (any more); the message says why and what to do."""

    code = "link_refused"


def new_token() -> str:
    """Return a fresh token for a link; nobody can guess it."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """Return what is kept of a token. It is random and long, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
