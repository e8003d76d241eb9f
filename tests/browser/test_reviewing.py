"""Reviewing by keys: a verdict changes only what it says, and the focus goes on to the next quote."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from annotations.models import Assignment
from annotations.services.assignments import submit_assignment
from tests.browser.site import visitor
from tests.cast import Cast
from tests.factories import make_quote

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_verdicts_by_keys_keep_what_is_typed(
    cast: Cast, assignment: Assignment, browser: Browser, live_server: LiveServer
) -> None:
    words = ("The bridge is safe", "moves a little", "nobody had measured it")
    keys = [f"q-{make_quote(assignment, cast.annotator, one).key}" for one in words]
    story = submit_assignment(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
    with visitor(browser, live_server.url, cast.reviewer, base_url=live_server.url) as someone:
        page, count = someone.page, someone.page.locator("#count")
        someone.visit(reverse("assignment-review", args=[story.pk]))
        page.keyboard.press("n")
        expect(page.locator(f"#{keys[0]} textarea")).to_be_focused()
        page.keyboard.type("Why y?")
        page.keyboard.press("Escape")
        for judged, following in enumerate(keys[1:], start=1):
            page.keyboard.press("y")
            expect(count).to_have_text(re.compile(f"^{judged} of 3"))
            expect(page.locator(f"#{following}")).to_be_focused()
            expect(page.locator(f"#{following}")).to_have_attribute("aria-current", "true")
        page.keyboard.press("y")
        expect(page.locator("#finish")).to_be_focused()
        # Nothing is current now, so the key means no quote.
        page.keyboard.press("y")
        expect(count).to_have_text(re.compile("^3 of 3"))
        for key in ("j", "y"):
            page.keyboard.press(key)
        expect(count).to_have_text(re.compile("^2 of 3"))
        expect(page.locator(f"#{keys[0]}")).to_be_focused()
        assert page.locator(f"#{keys[0]} textarea").input_value() == "Why y?"
        # Somebody else changed the story meanwhile: the page says so, and stands as it is now.
        Assignment.objects.filter(pk=story.pk).update(revision=story.revision + 1)
        page.keyboard.press("y")
        expect(page.get_by_text("was changed since you read it")).to_be_in_viewport()
        page.keyboard.press("y")
        expect(count).to_have_text(re.compile("^3 of 3"))
        assert [*someone.faults, *page.evaluate("window.violations")] == []
