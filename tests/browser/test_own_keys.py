"""One's own keys: a field takes the key that is pressed, in a form that can be looked over at once."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from annotations.models import User
from tests.browser.site import visitor
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEYS = reverse("account-keys")


def test_a_field_takes_the_key_that_is_pressed(browser: Browser, live_server: LiveServer, cast: Cast) -> None:
    with visitor(browser, live_server.url, cast.annotator) as seen:
        seen.visit(KEYS)
        field = seen.page.get_by_label("Make a quote of the selected words")
        for key, shown in [
            ("h", "h"),
            ("H", "H"),
            ("F7", "F7"),
            ("Control+Enter", "Ctrl+Enter"),
            ("Backspace", ""),
            ("Backspace", "Backspace"),
            ("Delete", ""),
            ("Delete", "Delete"),
            ("ArrowLeft", "Delete"),
            ("%", "%"),
        ]:
            field.press(key)
            expect(field).to_have_value(shown)
        field.press("Tab")
        expect(seen.page.get_by_label("Add the words to what was said")).to_be_focused()
        seen.page.get_by_role("button", name="Save").click()
        expect(seen.page.get_by_text("Your keys are saved.")).to_be_visible()
        assert User.objects.get(pk=cast.annotator.pk).preferences["keys"] == {"quote": "%"}
        seen.page.get_by_role("button", name="Reset all keys to the defaults").click()
        expect(field).to_have_value("q")


def test_without_scripts_a_key_is_typed(browser: Browser, live_server: LiveServer, cast: Cast) -> None:
    with visitor(browser, live_server.url, cast.annotator, java_script_enabled=False) as seen:
        seen.page.goto(live_server.url + KEYS)
        field = seen.page.get_by_label("Submit", exact=True)
        field.fill("f8")
        seen.page.get_by_role("button", name="Save").click()
        expect(field).to_have_value("F8")


@pytest.mark.parametrize(("width", "height"), [(1440, 1300), (390, 2900)])
def test_the_keys_are_looked_over_at_once(
    browser: Browser, live_server: LiveServer, cast: Cast, width: int, height: int
) -> None:
    with visitor(browser, live_server.url, cast.annotator, viewport={"width": width, "height": 844}) as seen:
        seen.visit(KEYS)
        assert seen.page.evaluate("document.documentElement.scrollHeight") < height
        label, field = (seen.page.locator(one).first.bounding_box() for one in (".keys label", ".keys input"))
        assert label is not None
        assert field is not None
        assert label["x"] + label["width"] <= field["x"]
        assert abs(label["y"] + label["height"] / 2 - field["y"] - field["height"] / 2) < 2
