"""The page of one's API tokens."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotations.models import ApiToken
from annotations.services.tokens import PATTERN, create_token
from tests.api.program import Program
from tests.cast import Cast
from tests.client import StrictClient, soup_of

PAGE = "/account/tokens/"
NEW = {"name": "nightly export", "scope": "read", "days": "30"}


@pytest.fixture
def annotator(cast: Cast, as_user: Callable[..., StrictClient]) -> StrictClient:
    """The annotator's browser."""
    return as_user(cast.annotator)


def test_a_new_token_is_shown_once_and_works(annotator: StrictClient) -> None:
    made = soup_of(annotator.post(PAGE, NEW))
    secret = made.find(id="token-secret").text  # type: ignore[union-attr]
    assert PATTERN.fullmatch(secret)
    assert Program(secret).get("projects").status_code == 200
    again = annotator.get(PAGE)
    assert secret not in again.content.decode()
    assert "nightly export" in again.content.decode()
    assert again.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "a\u202eb"), ("scope", "admin"), ("days", "0"), ("days", "999"), ("days", "x")],
)
def test_a_wrong_form_makes_nothing_and_says_so(annotator: StrictClient, field: str, value: str) -> None:
    response = annotator.post(PAGE, NEW | {field: value})
    assert response.status_code == 422
    assert soup_of(response).select(".errorlist")
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked_by_its_button(annotator: StrictClient, cast: Cast) -> None:
    token, secret = create_token(user=cast.annotator, name="old")
    response = annotator.post(f"{PAGE}{token.pk}/revoke/", follow=True)
    assert "works no more" in response.content.decode()
    assert Program(secret).get("projects").status_code == 401
    assert ApiToken.objects.filter(pk=token.pk).exists()


def test_nobody_sees_or_revokes_the_tokens_of_another(annotator: StrictClient, cast: Cast) -> None:
    token, secret = create_token(user=cast.manager, name="theirs")
    assert "theirs" not in annotator.get(PAGE).content.decode()
    assert annotator.post(f"{PAGE}{token.pk}/revoke/").status_code == 404
    assert Program(secret).get("projects").status_code == 200


def test_tokens_are_made_by_who_is_signed_in_and_by_post_alone(client: StrictClient, annotator: StrictClient) -> None:
    assert client.get(PAGE).status_code == 302
    assert client.post(PAGE, NEW).status_code == 401
    assert annotator.get(f"{PAGE}1/revoke/").status_code == 405
    assert not ApiToken.objects.exists()
