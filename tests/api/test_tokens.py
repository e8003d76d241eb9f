"""Tokens: what lets a program in, and what ends it."""

from __future__ import annotations

import logging
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from annotations.models import ApiToken, Membership
from annotations.services import accounts
from annotations.services.errors import Invalid
from annotations.services.tokens import MAX_DAYS, MAX_TOKENS, PATTERN, create_token, revoke_token
from tests.api.program import Program, program_of
from tests.cast import Cast

PROJECT = "projects/desk"


def token_of(program: Program) -> ApiToken:
    """Return the only token there is."""
    return ApiToken.objects.get()


def test_a_token_lets_its_owner_in(reader: Program, cast: Cast) -> None:
    assert [one["slug"] for one in reader.everything("projects")] == ["desk"]
    assert reader.read(PROJECT)["role"] == "annotator"


def test_only_the_hash_of_a_token_is_kept(reader: Program) -> None:
    row = ApiToken.objects.values().get()
    assert PATTERN.fullmatch(reader.secret)
    assert all(reader.secret[3:] not in str(value) for value in row.values())


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer nn_short",
        "Bearer nn_" + "a" * 40,
        "Bearer nn_" + "a" * 39 + "\x00",
        "Bearer nn_" + "é" * 40,
        "Bearer \xff\xfe",
        "Token nn_" + "a" * 40,
        "Basic YWRhOnB3",
        "Bearer " + "x" * 10_000,
    ],
)
def test_anything_else_lets_nobody_in(cast: Cast, header: str | None) -> None:
    response = Program().get("projects", **({} if header is None else {"Authorization": header}))
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


def test_the_scheme_may_be_written_in_any_case(reader: Program) -> None:
    assert Program().get("projects", Authorization=f"bearer {reader.secret}").status_code == 200


def test_a_session_signs_nobody_in(cast: Cast) -> None:
    program = Program()
    program.client.force_login(cast.manager)
    assert program.get("projects").status_code == 401


def test_a_token_in_the_address_is_refused_and_repeated_nowhere(
    reader: Program, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    queries = [f"token={reader.secret}", f"access_token={reader.secret}", f"limit={reader.secret}", reader.secret]
    for program in (reader, Program()):
        for query in [*queries, "api_key=secret"]:
            response = program.get(f"projects?{query}")
            assert (response.status_code, response.json()["code"]) == (400, "token_in_address")
            assert reader.secret.encode() not in response.content
    assert reader.secret not in caplog.text


def test_a_token_that_may_only_read_changes_nothing(reader: Program, assignment: object) -> None:
    for method, path in (
        ("POST", f"{PROJECT}/assignments"),
        ("POST", f"{PROJECT}/assignments/1/quotes"),
        ("PATCH", f"{PROJECT}/quotes/q"),
        ("DELETE", f"{PROJECT}/quotes/q"),
        ("POST", f"{PROJECT}/assignments/1/undo"),
    ):
        response = reader.request(method, path, {})
        assert (response.status_code, response.json()["code"]) == (403, "scope")


def test_a_token_ends_when_its_time_is_over(reader: Program) -> None:
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert reader.get("projects").status_code == 401


def test_a_revoked_token_works_no_more(reader: Program, cast: Cast) -> None:
    assert revoke_token(user=cast.manager, pk=token_of(reader).pk) is None
    assert reader.get("projects").status_code == 200
    revoke_token(user=cast.annotator, pk=token_of(reader).pk)
    assert reader.get("projects").status_code == 401


def test_a_token_ends_with_the_account(reader: Program, cast: Cast) -> None:
    accounts.deactivate_user(actor=None, user=cast.annotator)
    assert reader.get("projects").status_code == 401
    accounts.reactivate_user(actor=None, user=cast.annotator)
    assert reader.get("projects").status_code == 401


def test_a_switched_off_account_lets_no_token_in(reader: Program, cast: Cast) -> None:
    cast.annotator.is_active = False
    cast.annotator.save()
    assert reader.get("projects").status_code == 401


def test_a_token_ends_with_the_password(reader: Program, cast: Cast) -> None:
    accounts.set_password(user=cast.annotator, password="quite another horse battery")
    assert reader.get("projects").status_code == 401


def test_a_token_sees_nothing_of_a_project_that_its_owner_left(reader: Program, cast: Cast) -> None:
    Membership.objects.filter(user=cast.annotator).update(is_active=False)
    assert reader.get(PROJECT).status_code == 404
    assert reader.everything("projects") == []


def test_a_change_of_role_holds_at_once(cast: Cast, assignment: object) -> None:
    program = program_of(cast.annotator)
    Membership.objects.filter(user=cast.annotator).update(role="viewer")
    response = program.post(f"{PROJECT}/assignments", {"article": "any"})
    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")


def test_the_last_use_is_noted_and_not_at_every_request(reader: Program) -> None:
    assert token_of(reader).last_used_at is None
    reader.get("projects")
    first = token_of(reader).last_used_at
    reader.get("projects")
    assert first is not None
    assert token_of(reader).last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(hours=1))
    reader.get("projects")
    assert token_of(reader).last_used_at >= first


@pytest.mark.parametrize(
    ("scope", "days", "field"), [("admin", 1, "scope"), ("read", 0, "days"), ("read", MAX_DAYS + 1, "days")]
)
def test_a_token_has_a_scope_and_an_end(cast: Cast, scope: str, days: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        create_token(user=cast.annotator, name="test", scope=scope, days=days)
    assert refused.value.field == field


def test_nobody_has_tokens_without_number(cast: Cast) -> None:
    for _ in range(MAX_TOKENS):
        create_token(user=cast.annotator, name="test")
    with pytest.raises(Invalid):
        create_token(user=cast.annotator, name="test")


def test_the_command_prints_a_token_that_works(cast: Cast) -> None:
    out = StringIO()
    call_command("create_token", cast.annotator.username, "--scope", "write", "--days", "7", stdout=out)
    program = Program(out.getvalue().strip())
    assert program.get("projects").status_code == 200
    token = ApiToken.objects.get()
    assert token.scope == "write"
    assert timedelta(days=6) < token.expires_at - timezone.now() <= timedelta(days=7)


@pytest.mark.parametrize("arguments", [("nobody",), ("annotator", "--days", "5000")])
def test_the_command_says_what_is_wrong(cast: Cast, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("create_token", *arguments)


def test_a_loop_that_ran_wild_is_slowed(reader: Program, settings: object) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3  # type: ignore[attr-defined]
    statuses = {reader.get("projects").status_code for _ in range(8)}
    response = reader.get("projects")
    # The minute may have turned in between, once.
    assert statuses <= {200, 429}
    if response.status_code == 429:
        assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert 429 in statuses | {response.status_code}
