"""A desk, as the scripts beside this file see it: the standard library and a token are all that they need.

    export NEWSNOTES_API=http://127.0.0.1:8000/api/v1 NEWSNOTES_TOKEN=nn_…

A token in a command line could be read by everybody on the machine, so it comes from the environment.
"""

from __future__ import annotations

import http.client
import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Any, NoReturn
from urllib.parse import quote, urlsplit
from uuid import uuid4

ATTEMPTS = 6
LATER = {429, 500, 503}


class Desk:
    """One project of a desk, over one connection that is kept."""

    def __init__(self, project: str) -> None:
        api = urlsplit(os.environ.get("NEWSNOTES_API", "http://127.0.0.1:8000/api/v1"))
        kind = http.client.HTTPSConnection if api.scheme == "https" else http.client.HTTPConnection
        self.connection = kind(api.netloc, timeout=300)
        self.root = f"{api.path.rstrip('/')}/projects/{quote(project)}"
        self.token = os.environ.get("NEWSNOTES_TOKEN") or stop("Set NEWSNOTES_TOKEN to a token of yours.")

    def send(
        self, method: str, path: str, body: Any = None, kind: str = "application/json"
    ) -> http.client.HTTPResponse:
        """Ask, as often as it takes: with one idempotency key for all attempts, nothing is written twice."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": uuid4().hex}
        headers |= {"Content-Type": kind} if data is not None else {}
        address = path if path.startswith("/") else f"{self.root}/{path}"
        for attempt in range(ATTEMPTS):
            wait = float(2**attempt) / 2
            try:
                self.connection.request(method, address, data, headers)
                response = self.connection.getresponse()
            except (OSError, http.client.HTTPException):
                self.connection.close()
            else:
                if response.status not in LATER:
                    return response
                response.read()
                wait = float(response.headers.get("Retry-After", wait))
            time.sleep(wait)
        stop(f"{method} {address}: no answer after {ATTEMPTS} attempts.")

    def ask(self, method: str, path: str, body: Any = None, kind: str = "application/json") -> Any:
        """Return what the desk answers, or stop with its reason."""
        response = self.send(method, path, body, kind)
        answer = json.loads(response.read() or "null")
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            stop(f"{method} {path}: {answer['detail']}")
        return answer

    def every(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield all of a list, page by page."""
        following: str | None = path
        while following:
            page = self.ask("GET", following)
            yield from page["results"]
            address = urlsplit(page["next"] or "")
            following = f"{address.path}?{address.query}" if page["next"] else None


def say(line: object) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def stop(reason: str) -> NoReturn:
    """End with a reason, and status 1."""
    sys.exit(reason)
