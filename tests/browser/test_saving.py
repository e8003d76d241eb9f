"""Every gesture is saved, once, or the page says plainly that it is not, in a real browser."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, Request, Route, expect

from annotations.models import Assignment, Change, Quote
from annotations.services import quotes as services
from annotations.services.assignments import submit_assignment
from annotations.services.quote_states import state_of
from tests.browser.annotating import Desk
from tests.browser.test_annotate import content, desk, sign_in  # noqa: F401
from tests.cast import Cast
from tests.factories import make_quote

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

POSTS = "**/assignments/*/**"


def state(desk: Desk) -> Any:  # noqa: F811
    """Return the place where the page says whether all is saved."""
    return desk.page.locator("#save-state")


def banner(desk: Desk) -> Any:  # noqa: F811
    """Return the place where the page says what to do about it."""
    return desk.page.locator("#unsaved")


def do(desk: Desk, action: str) -> None:  # noqa: F811
    """Press one of the buttons that say what to do."""
    banner(desk).locator(f"[data-do='{action}']:visible").click()


def test_presses_that_come_fast_are_all_saved(desk: Desk) -> None:  # noqa: F811
    desk.mark("The bridge is safe", "New quote")
    desk.page.evaluate(
        """() => {
          for (const id of ["labels-act-demand", "labels-engagement-endorses", "labels-factuality-said"]) {
            document.getElementById(id).click();
          }
          document.getElementById("labels-factuality-said").form.requestSubmit();
        }"""
    )
    expect(desk.page.locator("#labels-factuality-said")).to_be_checked()
    desk.settled()
    quote = Quote.objects.get()
    assert state_of(quote)["labels"] == {"act": "demand", "engagement": "endorses", "factuality": "said"}
    assert state_of(quote)["revision"] == 4


def test_a_double_press_makes_one_quote(desk: Desk) -> None:  # noqa: F811
    desk.select("The bridge is safe")
    desk.page.get_by_role("button", name="New quote").dblclick()
    desk.settled()
    assert Quote.objects.count() == 1


def lose(route: Route) -> None:
    """Let the server write a gesture, and lose its answer."""
    route.fetch()
    route.abort()


def test_a_lost_answer_is_asked_for_again_and_written_once(desk: Desk) -> None:  # noqa: F811
    desk.select("The bridge is safe")
    desk.page.route("**/quotes/", lose, times=1)
    desk.page.get_by_role("button", name="New quote").click()
    expect(banner(desk)).to_contain_text("The server cannot be reached")
    expect(state(desk)).to_have_text("Not saved (1)")
    desk.settled()
    assert Quote.objects.count() == Change.objects.filter(subject_kind="quote").count() == 1
    assert desk.page.locator(".quote-card").count() == 1
    expect(banner(desk)).to_be_hidden()


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, "no"), (502, "<h1>Bad gateway</h1>"), (503, "soon"), (200, ""), (200, "<h1>Welcome to our wireless</h1>")],
)
def test_what_is_not_our_answer_is_never_called_saved(desk: Desk, status: int, body: str) -> None:  # noqa: F811
    desk.select("The bridge is safe")
    answer = {"status": status, "body": body, "content_type": "text/html"}
    desk.page.route("**/quotes/", lambda route: route.fulfill(**answer))
    desk.page.get_by_role("button", name="New quote").click()
    expect(state(desk)).to_have_text("Not saved (1)")
    expect(banner(desk)).to_contain_text("Something went wrong on the server")
    expect(banner(desk).locator("li")).to_have_text("New quote · “The bridge is safe”")
    assert desk.text() == desk.assignment.version.text
    desk.page.unroute("**/quotes/")
    do(desk, "retry")
    desk.settled()
    assert Quote.objects.count() == 1


def test_a_slow_answer_is_waited_for_and_then_asked_for_again(desk: Desk) -> None:  # noqa: F811
    desk.page.evaluate("htmx.config.timeout = 1500")
    desk.select("The bridge is safe")
    held: list[Request] = []
    desk.page.route("**/quotes/", lambda route: held.append(route.request), times=1)
    desk.page.get_by_role("button", name="New quote").dblclick()
    expect(state(desk)).to_have_text("Saving…")
    expect(state(desk)).to_have_text("Not saved (1)")
    desk.settled()
    assert len(held) == 1
    assert Quote.objects.count() == 1


def test_signed_out_meanwhile_loses_nothing(desk: Desk, cast: Cast, live_server: Any) -> None:  # noqa: F811
    desk.select("The bridge is safe")
    desk.page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    desk.page.get_by_role("button", name="New quote").click()
    expect(desk.page.get_by_role("link", name="Sign in in a new tab")).to_be_visible()
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
    sign_in(desk.page, cast.annotator, live_server.url)
    do(desk, "retry")
    desk.settled()
    assert Quote.objects.count() == 1


def test_a_new_sign_in_elsewhere_is_noticed(desk: Desk, live_server: Any) -> None:  # noqa: F811
    token = {"name": settings.CSRF_COOKIE_NAME, "value": "n" * 32, "url": live_server.url}
    desk.page.context.add_cookies([token])  # type: ignore[list-item]
    desk.select("The bridge is safe")
    desk.page.get_by_role("button", name="New quote").click()
    expect(desk.page.locator(".quote-card")).to_have_count(1)
    desk.settled()


def test_a_conflict_shows_both_and_lets_one_choose(desk: Desk, cast: Cast) -> None:  # noqa: F811
    desk.mark("The bridge is safe", "New quote")
    quote = Quote.objects.get()
    services.change_quote(actor=cast.annotator, quote=quote, revision=1, parts={"type": "free_indirect"})
    desk.page.get_by_role("radio", name="reported").click()
    conflict = desk.page.locator("#conflict")
    expect(conflict).to_contain_text("Nothing of yours was written")
    expect(conflict.locator("td")).to_have_text(["", "free indirect", "reported"])
    expect(state(desk)).to_have_text("Not saved")
    desk.press("Apply mine on top")
    expect(conflict).not_to_be_attached()
    assert state_of(quote)["type"] == "reported"


def test_what_follows_a_conflict_waits_for_the_choice(desk: Desk, cast: Cast) -> None:  # noqa: F811
    desk.mark("The bridge is safe", "New quote")
    quote = Quote.objects.get()
    services.change_quote(actor=cast.annotator, quote=quote, revision=1, parts={"type": "free_indirect"})
    desk.page.evaluate(
        """() => ["labels-act-demand", "labels-factuality-said"].forEach((id) => document.getElementById(id).click())"""
    )
    expect(desk.page.locator("#conflict")).to_be_visible()
    expect(state(desk)).to_have_text("Not saved (1)")
    expect(banner(desk)).to_contain_text("What you did after that waits")
    assert state_of(quote)["labels"] == {}
    desk.page.get_by_role("button", name="Apply mine on top").click()
    desk.settled()
    assert state_of(quote)["labels"] == {"act": "demand", "factuality": "said"}
    assert state_of(quote)["type"] == "free_indirect"


def test_another_window_of_mine_is_not_overwritten(desk: Desk, cast: Cast, live_server: Any) -> None:  # noqa: F811
    quote = make_quote(desk.assignment, cast.annotator, "The bridge is safe")
    address = f"/assignments/{desk.assignment.pk}/?quote={quote.key}"
    other = desk.page.context.new_page()
    desk.page.goto(address)
    other.goto(address)
    desk.choose("statement", "Act")
    other.get_by_role("radiogroup", name="Engagement").get_by_role("radio", name="endorses").click()
    expect(other.locator("#conflict")).to_be_visible()
    assert state_of(quote)["labels"] == {"act": "statement"}
    other.get_by_role("button", name="Apply mine on top").click()
    expect(other.locator("#save-state")).to_have_text("Saved")
    assert state_of(quote)["labels"] == {"act": "statement", "engagement": "endorses"}
    expect(other.locator("#labels-act-statement")).to_be_checked()


def test_what_is_submitted_meanwhile_is_not_written_to(desk: Desk, cast: Cast) -> None:  # noqa: F811
    desk.mark("The bridge is safe", "New quote")
    own = Assignment.objects.get(pk=desk.assignment.pk)
    submit_assignment(actor=cast.annotator, assignment=own, revision=own.revision)
    desk.select("nobody had measured it")
    desk.page.get_by_role("button", name="New quote").click()
    expect(desk.page.locator("#conflict")).to_contain_text("Take it back before you change it")
    assert Quote.objects.count() == 1


def test_an_assignment_that_is_gone_leaves_the_work_to_copy(desk: Desk, cast: Cast) -> None:  # noqa: F811
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.select("The bridge is safe")
    desk.page.route("**/quotes/", lambda route: route.fulfill(status=404, body="gone"))
    desk.page.get_by_role("button", name="New quote").click()
    expect(banner(desk)).to_contain_text("The server refused")
    do(desk, "copy")
    assert desk.page.evaluate("navigator.clipboard.readText()") == "New quote · “The bridge is safe”"
    do(desk, "leave-out")
    expect(state(desk)).to_have_text("Saved")
    assert desk.page.evaluate("CSS.highlights.has('unsaved-content')") is False


def stored(page: Page) -> dict[str, Any]:
    """Return what the tab keeps of gestures."""
    kept: dict[str, str] = page.evaluate("({...sessionStorage})")
    return {name: json.loads(value) for name, value in kept.items() if name.startswith("outbox:")}


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
