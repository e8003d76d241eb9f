"""Signed out in the middle of the work: nothing is lost, and nothing is left for whoever comes next."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from annotations.models import Quote
from tests.browser.annotating import Desk
from tests.browser.test_annotate import content, desk, sign_in  # noqa: F401
from tests.browser.test_saving import banner, do, says, state, stored
from tests.cast import Cast
from tests.factories import make_quote

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_signed_out_meanwhile_loses_nothing(desk: Desk, cast: Cast, live_server: Any) -> None:  # noqa: F811
    desk.select("The bridge is safe")
    desk.page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    desk.page.get_by_role("button", name="New quote").click()
    expect(banner(desk).locator(".button--primary:visible")).to_have_text("Sign in in a new tab")
    expect(banner(desk).locator("[data-do=drop]:not([hidden])")).to_have_count(0)
    expect(state(desk)).to_have_text("Not saved (1)")
    sign_in(desk.page, cast.annotator, live_server.url)
    # Coming back to the tab is enough.
    desk.page.evaluate("window.dispatchEvent(new Event('focus'))")
    desk.settled()
    assert content(Quote.objects.get()) == ["The bridge is safe"]
    desk.choose("statement", "Act")


def test_cookies_that_are_gone_ask_for_a_sign_in(desk: Desk, cast: Cast, live_server: Any) -> None:  # noqa: F811
    desk.select("The bridge is safe")
    desk.page.context.clear_cookies()
    desk.page.get_by_role("button", name="New quote").click()
    expect(desk.page.get_by_role("link", name="Sign in in a new tab")).to_be_visible()
    # The next gesture is no reason to say anything else.
    with desk.page.expect_response("**/assignments/*/"):
        desk.select("nobody had measured it")
        desk.page.get_by_role("button", name="New quote").click()
    expect(state(desk)).to_have_text("Not saved (2)")
    says(desk, "You are signed out")
    sign_in(desk.page, cast.annotator, live_server.url)
    do(desk, "retry")
    desk.settled()
    assert Quote.objects.count() == 2


def test_a_new_sign_in_elsewhere_is_noticed(desk: Desk, live_server: Any) -> None:  # noqa: F811
    token = {"name": settings.CSRF_COOKIE_NAME, "value": "n" * 32, "url": live_server.url}
    desk.page.context.add_cookies([token])  # type: ignore[list-item]
    desk.select("The bridge is safe")
    desk.page.get_by_role("button", name="New quote").click()
    expect(desk.page.locator(".quote-card")).to_have_count(1)
    desk.settled()


def test_nothing_of_the_story_is_kept_and_nothing_after_the_sign_out(desk: Desk, cast: Cast) -> None:  # noqa: F811
    desk.page.route("**/quotes/", lambda route: route.fulfill(status=503))
    desk.select("The bridge is safe")
    desk.page.get_by_role("button", name="New quote").click()
    expect(state(desk)).to_have_text("Not saved (1)")
    [kept] = stored(desk.page).values()
    assert "bridge" not in json.dumps(kept)
    assert not desk.page.evaluate("localStorage.length")
    desk.page.on("dialog", lambda dialog: dialog.accept())
    desk.page.locator(".user-menu summary").click()
    desk.page.get_by_role("button", name="Sign out").click()
    desk.page.wait_for_url("**/")
    assert stored(desk.page) == {}


def test_another_person_in_the_same_browser_finds_nothing(desk: Desk, cast: Cast, live_server: Any) -> None:  # noqa: F811
    desk.page.route("**/quotes/", lambda route: route.fulfill(status=503))
    desk.select("The bridge is safe")
    desk.page.get_by_role("button", name="New quote").click()
    expect(state(desk)).to_have_text("Not saved (1)")
    desk.page.on("dialog", lambda dialog: dialog.accept())
    client = Client()
    client.force_login(cast.other_annotator)
    sign_in(desk.page, cast.other_annotator, live_server.url)
    from tests.factories import make_assignment  # noqa: PLC0415

    theirs = make_assignment(desk.assignment.version, cast.other_annotator)
    desk.page.goto(f"/assignments/{theirs.pk}/")
    expect(state(desk)).to_have_text("Saved")
    assert stored(desk.page) == {}


def test_a_token_that_stays_refused_is_told(desk: Desk) -> None:  # noqa: F811
    desk.page.route("**/quotes/", lambda route: route.fulfill(status=403))
    desk.select("The bridge is safe")
    desk.page.get_by_role("button", name="New quote").click()
    says(desk, "The server refused the first of these")
    desk.page.unroute("**/quotes/")
    do(desk, "retry")
    desk.settled()
    assert Quote.objects.count() == 1


def test_a_quote_is_opened_after_the_next_sign_in(desk: Desk, cast: Cast, live_server: Any) -> None:  # noqa: F811
    make_quote(desk.assignment, cast.annotator, "The bridge is safe")
    second = make_quote(desk.assignment, cast.annotator, "nobody had measured it")
    desk.open()
    desk.page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    address = desk.page.url
    desk.page.locator("mark", has_text="nobody had measured it").click()
    says(desk, "You are signed out")
    expect(banner(desk).locator("strong")).to_be_hidden()
    assert desk.page.url == address
    assert desk.text() == desk.assignment.version.text
    sign_in(desk.page, cast.annotator, live_server.url)
    desk.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(desk.page.locator(f"#open-{second.key}[aria-current]")).to_be_visible()
    expect(banner(desk)).to_be_hidden()
    desk.settled()


def test_going_back_after_the_sign_out_shows_no_story(desk: Desk) -> None:  # noqa: F811
    desk.page.locator(".user-menu summary").click()
    desk.page.get_by_role("button", name="Sign out").click()
    expect(desk.page.locator("[data-story]")).to_have_count(0)
    desk.page.go_back()
    expect(desk.page).to_have_url(re.compile("/login/"))
    expect(desk.page.get_by_text("The bridge is safe")).to_have_count(0)
