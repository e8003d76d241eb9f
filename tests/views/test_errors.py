"""Error pages: in the site's look, saying what to do."""

from __future__ import annotations

from typing import Any

from django.template import loader
from django.test import RequestFactory

from annotations.views.errors import bad_request
from tests.cast import Cast
from tests.client import StrictClient, check_html, soup_of


def test_nothing_here(cast: Cast, as_user: Any) -> None:
    response = as_user(cast.annotator).get("/nowhere/")
    page = soup_of(response)
    assert response.status_code == 404
    assert page.h1.get_text() == "There is nothing here"
    assert page.select_one(".actions a")["href"] == "/"


def test_not_allowed_says_why(cast: Cast, as_user: Any) -> None:
    response = as_user(cast.viewer).get("/projects/desk/guidelines/edit/")
    assert response.status_code == 403
    assert "As viewer of this project you may not" in soup_of(response).main.get_text()


def test_a_form_without_its_token(cast: Cast) -> None:
    client = StrictClient(enforce_csrf_checks=True)
    client.force_login(cast.manager)
    response = client.post("/projects/desk/guidelines/edit/", {"guidelines": "x"})
    assert response.status_code == 403
    assert "The form has expired" in soup_of(response).h1.get_text()


def test_a_message_of_django_is_not_shown(rf: RequestFactory) -> None:
    response = bad_request(rf.get("/"), ValueError("internal words"))
    assert response.status_code == 400
    assert b"internal words" not in response.content


def test_pages_of_a_broken_server_need_no_request() -> None:
    for name in ("500.html", "503.html"):
        page = loader.render_to_string(name)
        check_html(page)
        assert 'href="/"' in page


def test_a_page_for_nobody_has_no_menu(client: StrictClient) -> None:
    page = soup_of(client.get("/nowhere/"))
    assert page.select_one(".user-menu") is None
    assert page.select_one(".skip-link")["href"] == "#content"
