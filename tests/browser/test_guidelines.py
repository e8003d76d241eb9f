"""The guidelines beside the quote that they concern: opened from its card, by key, and put away again."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from annotations.services.guidelines import change_guidelines, guidelines_seen
from tests.browser.annotating import Desk
from tests.browser.test_annotate import desk  # noqa: F401
from tests.cast import Cast
from tests.factories import make_quote

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = '# The cue {#cue concerns="cue"}\n\nThe verb.\n\n# Acts {#act concerns="act"}\n\nWhat it does.\n'


def write(cast: Cast, text: str) -> None:
    seen = guidelines_seen(cast.project)
    change_guidelines(actor=cast.manager, project=cast.project, seen=seen, guidelines=text)


def test_a_clause_opens_beside_its_quote(desk: Desk, cast: Cast) -> None:  # noqa: F811
    write(cast, TEXT)
    quote = make_quote(desk.assignment, cast.annotator, "The bridge is safe", cue="said")
    page = desk.page
    page.goto(f"/assignments/{desk.assignment.pk}/?quote={quote.key}")
    desk.settled()
    where = page.url
    panel = page.locator("#rules")
    page.get_by_role("link", name="Guidelines: Cue").click()
    expect(panel).to_contain_text("The verb.")
    expect(panel.locator("section")).to_be_focused()
    assert Axe().run(page, options={"preload": False}).response["violations"] == []
    # It stays through a gesture; a key opens it for the question that is in hand, and Escape puts it away.
    desk.keys("a")
    desk.keys("l")
    expect(panel).to_contain_text("What it does.")
    expect(panel).not_to_contain_text("The verb.")
    desk.keys("a", "1")
    desk.settled()
    expect(panel).to_contain_text("What it does.")
    desk.keys("Escape")
    expect(panel).to_be_empty()
    expect(page.locator("#editor")).to_be_visible()
    assert page.url == where


def test_the_note_of_a_change_goes_without_a_reload(desk: Desk, cast: Cast) -> None:  # noqa: F811
    write(cast, TEXT)
    make_quote(desk.assignment, cast.annotator, "The bridge is safe")
    write(cast, TEXT + "\nMore.\n")
    desk.open()
    desk.page.get_by_role("button", name="Not now").click()
    expect(desk.page.locator("#new-guidelines")).to_have_count(0)
    desk.open()
    expect(desk.page.locator("#new-guidelines")).to_have_count(0)
