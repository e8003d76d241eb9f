"""A program that uses the API, as strict about the answers as our documentation promises."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from annotations.models import ApiToken, User
from annotations.services.tokens import create_token

ROOT = "/api/v1/"
PROBLEM = "application/problem+json"


class Program:
    """Sends requests with a token and looks at what every answer has in common."""

    def __init__(self, secret: str = "") -> None:
        self.client = Client()
        self.secret = secret

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Send a request. Paths begin after the root; names of headers are written with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.secret:
            sent.setdefault("Authorization", f"Bearer {self.secret}")
        address = path if path.startswith("/") else ROOT + path
        content = {} if body is None else {"data": body, "content_type": "application/json"}
        if body is not None and not isinstance(body, str | bytes):
            content["data"] = json.dumps(body)
        response = self.client.generic(method, address, headers=sent, **content)
        check(response)
        return response

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Read."""
        return self.request("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Make."""
        return self.request("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Change."""
        return self.request("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        """Delete."""
        return self.request("DELETE", path, **headers)

    def read(self, path: str) -> Any:
        """Return what a successful read answers."""
        response = self.get(path)
        assert response.status_code == 200, response.content
        return response.json()

    def everything(self, path: str) -> list[Any]:
        """Return all results of a list, page by page."""
        found: list[Any] = []
        following: str | None = path
        while following:
            page = self.read(following.removeprefix("http://testserver"))
            found += page["results"]
            following = page["next"]
        return found


def check(response: HttpResponse) -> None:
    """Raise ``AssertionError`` for an answer that breaks a promise which all answers keep."""
    assert response.status_code < 500, response.content
    assert response.headers["Cache-Control"] == "no-store"
    if response.status_code >= 400:
        assert response.headers["Content-Type"] == PROBLEM
    if response.status_code >= 400 and response.request["REQUEST_METHOD"] != "HEAD":  # type: ignore[attr-defined]
        problem = response.json()
        assert problem["status"] == response.status_code
        assert {"type", "title", "code", "detail"} <= problem.keys()
        assert problem["detail"]
    if response.status_code == 401:
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    if response.status_code == 405:
        assert "Allow" in response.headers


def program_of(user: User, scope: str = ApiToken.Scope.WRITE) -> Program:
    """Return a program with a fresh token of this user."""
    return Program(create_token(user=user, name="test", scope=scope)[1])
