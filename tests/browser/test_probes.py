"""Texts that have broken annotation tools, in a real browser: pasted, read, dragged over and marked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from annotations.models import Assignment, Quote, Span
from tests.browser.annotating import Desk
from tests.browser.site import Visitor, visitor
from tests.cast import Cast
from tests.corpus import PROBES, Probe

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# One press of a button is one gesture: the words are those of the browser's own selection.
TEXT = "document.querySelector('#story').textContent"


@pytest.fixture
def seen(browser: Browser, live_server: LiveServer, cast: Cast) -> Iterator[Visitor]:
    """The manager's browser."""
    size = {"width": 1400, "height": 900}
    with visitor(browser, live_server.url, cast.manager, viewport=size, base_url=live_server.url) as found:
        yield found


def paste(seen: Visitor, probe: Probe) -> None:
    """Import a text as a person does."""
    seen.visit(reverse("import", args=["desk"]))
    page = seen.page
    page.locator("textarea[name=text]").evaluate("(field, text) => { field.value = text; }", probe.sent)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Import 1 story").click()
    page.get_by_role("heading", name="This is what happened").wait_for()


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.name)
def test_what_is_dragged_over_is_what_is_stored(seen: Visitor, cast: Cast, probe: Probe) -> None:
    paste(seen, probe)
    article = cast.project.articles.get()
    seen.visit(reverse("article-detail", args=["desk", article.key]))
    assert seen.page.evaluate(TEXT) == probe.text
    seen.page.get_by_role("button", name="Annotate this story").click()
    desk = Desk(seen.page, Assignment.objects.select_related("version").get())
    desk.settled()
    selected = desk.select(probe.marks[0][0])
    assert selected
    assert selected in probe.text
    desk.press("New quote", "form[data-words]")

    quote = Quote.objects.get()
    span = Span.objects.get(quote=quote, role="content")
    assert probe.text[span.start : span.end] == span.exact == selected
    # The same slice in the browser's own counting, by code points.
    slice_of = "([start, end]) => [...document.querySelector('#story').textContent].slice(start, end).join('')"
    assert seen.page.evaluate(slice_of, [span.start, span.end]) == span.exact
    assert seen.page.evaluate(TEXT) == probe.text
    marked = seen.page.evaluate("[...document.querySelectorAll('#story mark')].map((one) => one.textContent).join('')")
    # A mark ends with its paragraph; the line breaks between two are in none.
    assert marked.replace("\n", "") == span.exact.replace("\n", "")
