"""A real browser reads a desk whose every word wants to be code: nothing runs, and no other server is asked."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.site import Visitor, visitor
from tests.hostile import make_hostile
from tests.test_axe import paths
from tests.world import make_world

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def ran(seen: Visitor) -> bool:
    """Whether any of the words became code."""
    return bool(seen.page.evaluate("window.__x !== undefined"))


def test_no_page_runs_a_word(browser: Browser, live_server: LiveServer) -> None:
    world = make_world()
    place = make_hostile(world)
    with visitor(browser, live_server.url, world.cast.manager) as seen:
        for path in paths(place):
            assert seen.visit(path) < 500, path
            assert not ran(seen), path
        seen.visit(f"{reverse('assignment', args=[place.assignment.pk])}?quote={place.quote.key}")
        seen.page.locator("#speaker-name").fill("label")
        seen.page.wait_for_load_state("networkidle")
        assert not ran(seen)
        story = seen.page.locator("[data-story]").evaluate("story => story.textContent")
        assert story == place.version.text
