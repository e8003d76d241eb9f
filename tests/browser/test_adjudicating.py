"""Adjudicating with the keyboard alone: every key presses a button of the current item."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotations.models import Adjudication, Decision, Quote
from annotations.services.preferences import change_keys
from tests.adjudicating import disputed, keys
from tests.browser.site import visitor
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page: Page, key: str) -> None:
    """Press a key once the page listens."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)


def test_a_story_is_adjudicated_by_keys(browser: Browser, live_server: LiveServer, cast: Cast) -> None:
    version = disputed(cast)
    change_keys(user=cast.reviewer, keys={"drop": "h"}, off=False)
    path = reverse("adjudicate", args=["desk", version.article.key])
    with visitor(browser, live_server.url, cast.reviewer) as seen:
        page = seen.page
        seen.visit(path)
        page.get_by_role("button", name="Compare").press("Enter")
        heading, tag = page.locator("[aria-current=true] h3"), page.locator("[aria-current=true] .item__head .tag")
        expect(heading).to_contain_text("2 the old pier")
        press(page, "j")
        expect(heading).to_contain_text("3 nobody")
        press(page, "k")
        expect(heading).to_contain_text("2 the old pier")
        press(page, "r")
        page.keyboard.type("axb")
        press(page, "Escape")
        press(page, "m")
        press(page, "B")
        press(page, "m")
        expect(heading).to_contain_text("3 nobody")
        # A key that was changed has its new meaning alone.
        press(page, "x")
        press(page, "h")
        expect(tag).to_have_text("no quote")
        press(page, "z")
        expect(tag).to_have_text("open")
        press(page, "1")
        expect(tag).to_have_text("from A")
        press(page, "?")
        expect(page.get_by_text("Take what A has")).to_be_visible()
        press(page, "k")
        expect(heading).to_contain_text("2 ")
        press(page, "e")
        expect(page.locator("#story")).to_be_visible()
        assert f"quote={Quote.objects.get(assignment__status='draft', decisions__outcome='mixed').key}" in page.url
    made = Adjudication.objects.get()
    found = Decision.objects.get(key=keys(made)[1])
    assert (found.reason, found.picks["content"], found.picks["cue"]) == ("axb", 1, 0)


def test_without_scripts_everything_is_a_form(browser: Browser, live_server: LiveServer, cast: Cast) -> None:
    version = disputed(cast)
    with visitor(browser, live_server.url, cast.reviewer, java_script_enabled=False) as seen:
        page = seen.page
        page.goto(live_server.url + reverse("adjudicate", args=["desk", version.article.key]))
        page.get_by_role("button", name="Compare").click()
        page.get_by_role("button", name="Take A").click()
        page.get_by_role("button", name="As B: no quote").click()
        page.get_by_role("button", name="Make it gold").click()
        page.get_by_role("button", name="Make it gold all the same").click()
        expect(page.get_by_text("It is gold.")).to_be_visible()
