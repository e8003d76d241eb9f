"""Reading settings from the environment, strictly: a typing error stops the start."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

FLAGS = {"true": True, "1": True, "false": False, "0": False}
SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def flag(name: str, *, default: bool) -> bool:
    """Return a true/false variable; anything else than true, false, 1 or 0 is refused."""
    value = os.environ.get(name, "")
    if not value:
        return default
    try:
        return FLAGS[value.lower()]
    except KeyError:
        raise ImproperlyConfigured(f"{name} must be true, false, 1 or 0, not {value!r}.") from None


def number(name: str, *, default: int, least: int = 0) -> int:
    """Return a whole number, not below the least."""
    value = os.environ.get(name, "")
    if not value:
        return default
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    if int(value) < least:
        raise ImproperlyConfigured(f"{name} must be {least} or more, not {value}.")
    return int(value)


def choice(name: str, *, default: str, choices: tuple[str, ...]) -> str:
    """Return one of the words that a variable may be."""
    value = os.environ.get(name) or default
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(choices)}, not {value!r}.")
    return value


def words(name: str, *, default: tuple[str, ...] = ()) -> list[str]:
    """Return a comma-separated list without its empty items."""
    value = os.environ.get(name, "")
    return [item.strip() for item in value.split(",") if item.strip()] or list(default)


def private_folder(path: Path, *, is_ours: bool) -> Path:
    """Make a folder that only its owner may enter. One that is there already is shut too, if it is ours alone."""
    try:
        path.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        if is_ours:
            _shut(path, 0o700)
    return path


def private_file(path: Path) -> None:
    """Make a file that only its owner may read, unless it is there; shut it where others could.

    Where that cannot be done, whoever opens the file tells why.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT, 0o600))
        if path.is_file():
            _shut(path, 0o600)


def _shut(path: Path, mode: int) -> None:
    if path.stat().st_mode & 0o077:
        # Who is not its owner works with it as it is.
        with suppress(PermissionError):
            path.chmod(mode)


def secret_key(path: Path) -> str:
    """Return SECRET_KEY, or the key kept in `path`, made on the first start for its owner alone."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(64))
    key = path.read_text(encoding="ascii").strip()
    if not key:
        raise ImproperlyConfigured(f"{path} is empty. Remove it, and a new key is made.")
    return key


def _write_once(path: Path, content: str) -> None:
    """Write a file that only its owner may read; whoever comes second keeps the first one's."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
    try:
        # A link appears whole or not at all, so another process never reads half a key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def email(name: str) -> dict[str, Any]:
    """Return Django's mail settings from a URL: smtp, smtp+tls (STARTTLS) or smtps.

    Without the variable, mail is written to the server's standard output.
    """
    url = os.environ.get(name, "")
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in SMTP_PORTS or not parts.hostname:
        raise ImproperlyConfigured(f"{name} must look like smtp+tls://user:password@host:587.")
    options = dict(parse_qsl(parts.query))
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or SMTP_PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": int(options.get("timeout", "20")),
    }
