"""Somebody was faster, or the same person elsewhere: both states are shown, and nothing is lost until one is chosen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from annotations.models import Assignment, Quote, Speaker
from annotations.services import quotes as services
from annotations.services.assignments import submit_assignment
from annotations.services.quote_states import state_of
from tests.browser.annotating import Desk
from tests.browser.site import visitor
from tests.browser.test_annotate import desk  # noqa: F401
from tests.browser.test_saving import banner, do, says, state, stored
from tests.cast import Cast
from tests.factories import make_quote

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_conflict_shows_both_and_lets_one_choose(desk: Desk, cast: Cast) -> None:  # noqa: F811
    desk.mark("The bridge is safe", "New quote")
    quote = Quote.objects.get()
    services.change_quote(actor=cast.annotator, quote=quote, revision=1, parts={"type": "free_indirect"})
    desk.page.get_by_role("radio", name="reported").click()
    conflict = desk.page.locator("#conflict")
    expect(conflict).to_contain_text("Nothing of yours was written")
    expect(conflict.locator("td")).to_have_text(["", "free indirect", "reported"])
    expect(state(desk)).to_have_text("Not saved (1)")
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
    expect(state(desk)).to_have_text("Not saved (2)")
    says(desk, "waits for your answer")
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
    # Of what the gesture did not touch nothing is said, as if it were taken away.
    expect(other.locator("#conflict tbody")).to_have_text("Engagement–endorses")
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


@pytest.fixture
def quote(desk: Desk, cast: Cast) -> Quote:  # noqa: F811
    """A quote that is open on the page, was changed since, and was answered here too late."""
    make_quote(desk.assignment, cast.annotator, "nobody had measured it")
    quote = make_quote(desk.assignment, cast.annotator, "The bridge is safe")
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={quote.key}")
    services.change_quote(actor=cast.annotator, quote=quote, revision=1, parts={"labels": {"act": "demand"}})
    desk.keys("a", "1")
    expect(conflict(desk)).to_be_visible()
    return quote


def conflict(desk: Desk) -> Locator:  # noqa: F811
    """Return the message that asks which state it shall be."""
    return desk.page.locator("#conflict")


def test_opening_another_quote_leaves_the_conflict(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("j")
    expect(desk.page.locator("#said")).to_have_text("This cannot be opened now.")
    expect(conflict(desk)).to_be_visible()
    expect(state(desk)).to_have_text("Not saved (1)")
    expect(desk.page.locator("#words")).to_have_attribute("data-gesture", quote.key)
    assert desk.page.locator("#editor").get_attribute("inert") is None
    assert state_of(quote)["labels"] == {"act": "demand"}


def test_what_came_too_late_is_offered_after_a_reload(desk: Desk, quote: Quote) -> None:  # noqa: F811
    kinds: list[str] = []
    desk.page.on("dialog", lambda dialog: (kinds.append(dialog.type), dialog.accept()))
    desk.page.mouse.click(5, 5)
    desk.page.reload()
    assert kinds == ["beforeunload"]
    says(desk, "something newer has been saved since")
    expect(banner(desk).locator("li")).to_have_text("Act · statement")
    do(desk, "take-up")
    expect(desk.page.locator("#labels-act-statement")).to_be_checked()
    desk.settled()
    assert state_of(quote)["labels"] == {"act": "statement"}


def test_the_present_state_leaves_mine_out_and_what_followed_goes_on(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("e", "1")
    expect(state(desk)).to_have_text("Not saved (2)")
    expect(conflict(desk).locator("tbody")).to_have_text("Actdemandstatement")
    do(desk, "answer")
    expect(desk.page.get_by_role("link", name="Load the present state")).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(conflict(desk)).to_have_count(0)
    expect(desk.page.locator("#labels-engagement-acknowledges")).to_be_checked()
    desk.settled()
    assert state_of(quote)["labels"] == {"act": "demand", "engagement": "acknowledges"}
    expect(banner(desk)).to_be_hidden()


def test_a_present_state_that_does_not_come_leaves_the_conflict(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.page.route("**/assignments/*/?quote=*", lambda route: route.abort(), times=1)
    link = desk.page.get_by_role("link", name="Load the present state")
    link.click()
    expect(desk.page.locator("#said")).to_have_text("This cannot be opened now.")
    expect(state(desk)).to_have_text("Not saved (1)")
    link.click()
    expect(conflict(desk)).to_have_count(0)
    expect(desk.page.locator("#labels-act-demand")).to_be_checked()
    desk.settled()


def test_mine_on_top_that_does_not_arrive_is_kept_in_its_place(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.page.route("**/labels/", lambda route: route.fulfill(status=503))
    desk.page.get_by_role("button", name="Apply mine on top").dblclick()
    says(desk, "Something went wrong on the server")
    expect(state(desk)).to_have_text("Not saved (1)")
    expect(banner(desk).locator("li")).to_have_text("Act · statement")
    desk.page.unroute("**/labels/")
    do(desk, "retry")
    desk.settled()
    expect(conflict(desk)).to_have_count(0)
    assert state_of(quote)["labels"] == {"act": "statement"}


def test_undo_leaves_what_came_too_late(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("z")
    expect(conflict(desk)).to_have_count(0)
    desk.settled()
    expect(desk.page.locator("#labels-act-statement")).not_to_be_checked()
    assert state_of(quote)["labels"] == {"act": "demand"}


def test_nothing_is_dropped_without_a_question(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("e", "1")
    do(desk, "drop")
    question = desk.page.get_by_role("dialog", name="Drop 2 gestures?")
    expect(question).to_be_visible()
    question.get_by_role("button", name="Keep").click()
    expect(question).to_be_hidden()
    expect(state(desk)).to_have_text("Not saved (2)")
    do(desk, "drop")
    desk.keys("Escape")
    assert len(next(iter(stored(desk.page).values()))["gestures"]) == 2
    do(desk, "drop")
    question.get_by_role("button", name="Drop").click()
    expect(conflict(desk)).to_have_count(0)
    desk.settled()
    assert stored(desk.page) == {}
    assert state_of(quote)["labels"] == {"act": "demand"}


def test_two_browsers_disagree_about_the_speaker(
    desk: Desk,  # noqa: F811
    browser: Browser,
    live_server: Any,
    cast: Cast,
) -> None:
    quote = make_quote(desk.assignment, cast.annotator, "The bridge is safe")
    address = f"/assignments/{desk.assignment.pk}/?quote={quote.key}"
    with visitor(browser, live_server.url, cast.annotator, base_url=live_server.url) as somebody:
        other = somebody.page
        for page, name in ((desk.page, "Xavier"), (other, "Yvonne")):
            page.goto(address)
            page.locator("summary", has_text="New speaker").click()
            page.locator("#new-speaker-label").fill(name)
        desk.press("Make this speaker")
        other.get_by_role("button", name="Make this speaker").click()
        expect(other.locator("#conflict tbody")).to_have_text("SpeakerXavierYvonne")
        expect(other.locator("#new-speaker-label")).to_have_value("Yvonne")
        assert not Speaker.objects.filter(label="Yvonne").exists()
        other.get_by_role("button", name="Apply mine on top").click()
        expect(other.locator("#save-state")).to_have_text("Saved")
        expect(other.locator("#speaker-name")).to_have_attribute("placeholder", "Yvonne")
        assert somebody.faults == []
    assert state_of(quote)["speaker"] == Speaker.objects.get(label="Yvonne").key
