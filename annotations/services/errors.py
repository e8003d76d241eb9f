"""What can go wrong in a write, in words for the person who asked for it."""

from __future__ import annotations

from typing import Any


class ServiceError(Exception):
    """A write that was refused. Nothing was written.

    ``code`` is a stable word for programs; the message is for people and says what to do.
    """

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.details = details


class Invalid(ServiceError):
    """The request itself is wrong; ``field`` tells which part of it."""

    code = "invalid"

    def __init__(self, message: str, *, field: str = "", code: str | None = None, **details: Any) -> None:
        super().__init__(message, code=code, **details)
        self.field = field


class Incomplete(ServiceError):
    """What is asked needs answers that nobody gave yet; ``missing`` names each with its place and its reason."""

    code = "incomplete"

    def __init__(self, message: str, *, missing: list[tuple[str, str]]) -> None:
        super().__init__(message)
        self.missing = missing


class KeyReused(ServiceError):
    """The idempotency key was used before, for something else."""

    code = "idempotency_key_reused"


class Conflict(ServiceError):
    """The object changed since the person saw it; ``current`` is how it stands now."""

    code = "conflict"

    def __init__(self, message: str, *, current: dict[str, Any] | None = None, **details: Any) -> None:
        super().__init__(message, **details)
        self.current = current


class Locked(Conflict):
    """The object cannot be changed in its present status."""

    code = "locked"


class NotAllowed(ServiceError):
    """The actor may see the object but not do this with it."""

    code = "not_allowed"
