"""Secrets are told once, to whom they belong: no log, no other answer, no export and no ``repr`` holds them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.urls import reverse

from annotations.models import ApiToken, Invitation, SignInLink, User
from annotations.services import tokens
from annotations.services.accounts import create_sign_in_link
from annotations.services.invitations import invite
from newsnotes.logs import JsonFormatter
from tests.cast import PASSWORD
from tests.client import StrictClient
from tests.walk import Walker
from tests.world import World

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Secrets:
    """Everything secret that one person has."""

    token: str
    link: str
    invitation: str
    session: str

    @property
    def words(self) -> set[str]:
        """The secret parts themselves."""
        return {self.token, *(path.strip("/").split("/")[-1] for path in (self.link, self.invitation)), self.session}


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What the server writes to its log, with every level that an operator could choose."""
    written: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler, root = Keep(), logging.getLogger()
    handler.setFormatter(JsonFormatter())
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


@pytest.fixture
def secrets(world: World) -> Secrets:
    """What the annotator has, fresh."""
    user = world.cast.annotator
    User.objects.filter(pk=user.pk).update(email="annotator@desk.example")
    client = StrictClient()
    client.login(username=user.username, password=PASSWORD)
    client.force_login(user)
    return Secrets(
        token=tokens.create_token(user=user, name="canary")[1],
        link=create_sign_in_link(user=user),
        invitation=invite(actor=world.cast.manager, project=world.cast.project, role="viewer").path,
        session=client.cookies[settings.SESSION_COOKIE_NAME].value,
    )


def use_them(secrets: Secrets) -> None:
    """Show every secret where it belongs, and where it does not."""
    bearer = {"Authorization": f"Bearer {secrets.token}"}
    projects = reverse("api-projects")
    client = StrictClient(raise_request_exception=False)
    client.get(projects, headers=bearer)
    client.get(f"{projects}?token={secrets.token}&access_token={secrets.token}")
    client.get(f"{projects}/{secrets.token}", headers=bearer)
    client.post(projects, secrets.token, content_type="application/json", headers=bearer)
    client.get(f"/{secrets.token}/")
    client.get(reverse("home") + f"?token={secrets.token}")
    client.get(secrets.invitation)
    client.post(secrets.invitation, {"password": PASSWORD, "password_again": PASSWORD + "x"})
    client.get(secrets.link)
    client.get(f"{secrets.link}?x=1", headers={"Referer": f"http://testserver{secrets.link}"})
    client.post(secrets.link)
    client.post(secrets.link)
    client.post(reverse("account_login"), {"login": "annotator", "password": PASSWORD + "wrong"})
    client.post(reverse("account_login"), {"login": PASSWORD, "password": PASSWORD})
    client.post(reverse("account_reset_password"), {"email": "annotator@desk.example"})
    for message in mail.outbox:
        (path,) = [word for word in message.body.split() if "/reset/key/" in word]
        client.get(path.removeprefix(settings.SITE_URL))


def test_no_log_holds_them(world: World, secrets: Secrets, lines: list[str]) -> None:
    use_them(secrets)
    text = "\n".join(lines)
    assert len(lines) > 10
    keys = {message.body.split("/reset/key/")[1].split("/")[0].split("-", 1)[1] for message in mail.outbox}
    assert keys
    assert [secret for secret in {*secrets.words, *keys, PASSWORD} if secret in text] == []


def test_no_log_holds_them_when_something_breaks(
    world: World, secrets: Secrets, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error is logged with its trace; the trace names places and no values."""

    def breaks(*args: object, **kwargs: object) -> None:
        raise RuntimeError("something broke")

    monkeypatch.setattr("annotations.services.accounts.find_sign_in_link", breaks)
    monkeypatch.setattr("annotations.access.projects_of", breaks)
    use_them(secrets)
    text = "\n".join(lines)
    assert "something broke" in text
    assert [secret for secret in {*secrets.words, PASSWORD} if secret in text] == []


def test_the_database_holds_only_their_hashes(world: World, secrets: Secrets) -> None:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table == "django_session":
                # The key of a session is that of its row: Django keeps it as it is.
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            text = repr(cursor.fetchall())
            assert [secret for secret in {*secrets.words, PASSWORD} if secret in text] == [], table


def test_no_object_shows_them(world: World, secrets: Secrets) -> None:
    rows = [*ApiToken.objects.all(), *SignInLink.objects.all(), *Invitation.objects.all(), *User.objects.all()]
    text = " ".join(f"{row!r} {row}" for row in rows)
    made = invite(actor=world.cast.manager, project=world.cast.project, role="viewer")
    assert made.path not in repr(made)
    hashes = {row.digest for row in ApiToken.objects.all()} | {row.password for row in User.objects.all()}
    assert [secret for secret in {*secrets.words, *hashes} if secret in text] == []


def test_no_answer_repeats_them(world: World, secrets: Secrets) -> None:
    walker = Walker.of(world, "annotator")
    for path, response in walker.walk(world.own["annotator"]):
        text = (b"".join(response) if response.streaming else response.content).decode(errors="replace")
        assert [secret for secret in secrets.words if secret in text] == [], path


def test_a_secret_in_an_address_is_not_repeated_by_the_page_that_refuses_it(world: World, secrets: Secrets) -> None:
    client = Walker.of(world, "annotator").client
    for path in (f"/{secrets.token}/", f"/?token={secrets.token}", f"/api/v1/{secrets.token}"):
        assert secrets.token not in client.get(path).content.decode()
