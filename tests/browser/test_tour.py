"""The tour of a first visit: done by doing, on the story that everybody gets first."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, expect

from annotations.models import Assignment
from annotations.services.accounts import welcome
from annotations.services.preferences import finish_tour
from tests.browser.annotating import Desk
from tests.browser.test_annotate import desk  # noqa: F401
from tests.cast import Cast
from tests.factories import make_quote

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def first_visit(desk: Desk, cast: Cast) -> Desk:  # noqa: F811
    """The Kirby story, as somebody finds it who has never been here."""
    call_command("load_sample")
    welcome(user=cast.annotator)
    desk.assignment = Assignment.objects.get(project__slug="sample", annotator__user=cast.annotator)
    desk.open()
    return desk


def expect_step(desk: Desk, number: int) -> None:  # noqa: F811
    """Wait until this step is the one that is shown."""
    expect(desk.page.locator("#tour [aria-current=step]")).to_contain_text(f"{number} of 5")
    expect(desk.page.locator("#tour li:visible")).to_have_count(1)


def test_the_tour_is_done_by_doing(first_visit: Desk, cast: Cast) -> None:
    expect_step(first_visit, 1)
    first_visit.mark("Russian defense officials are ignoring the United States", "New quote")
    expect_step(first_visit, 2)
    first_visit.mark("Pentagon spokesman John Kirby", "Source")
    expect_step(first_visit, 3)
    first_visit.page.locator("#speaker-name").fill("John Kirby")
    with first_visit.answered():
        first_visit.page.locator("#speaker-name").press("Enter")
    expect_step(first_visit, 4)
    for answer, question in (("statement", "Act"), ("said", "Factuality")):
        first_visit.choose(answer, question)
    expect_step(first_visit, 4)
    first_visit.page.reload()
    expect_step(first_visit, 4)
    first_visit.choose("acknowledges", "Engagement")
    expect_step(first_visit, 5)
    with first_visit.page.expect_response("**/account/tour/"):
        first_visit.mark("the United States has not made a military line with Russia", "New quote")
    cast.annotator.refresh_from_db()
    assert cast.annotator.preferences["tour"] == "done"
    first_visit.open()
    expect(first_visit.page.locator("#tour")).not_to_be_attached()


def test_the_tour_is_ended_and_comes_back_from_the_help_sheet(first_visit: Desk) -> None:
    first_visit.page.get_by_role("button", name="End the tour").click()
    expect(first_visit.page.locator("#tour")).not_to_be_attached()
    first_visit.open()
    expect(first_visit.page.locator("#tour")).not_to_be_attached()
    first_visit.page.locator("#open-help").click()
    first_visit.page.get_by_role("button", name="Show the tour again").click()
    expect_step(first_visit, 1)


def test_a_step_moves_nothing(first_visit: Desk) -> None:
    first_visit.page.set_viewport_size({"width": 600, "height": 900})
    first_visit.open()
    story = first_visit.page.locator("#story .block").first
    before = story.bounding_box()
    first_visit.mark("Russian defense officials are ignoring the United States", "New quote")
    expect_step(first_visit, 2)
    first_visit.page.evaluate("scrollTo(0, 0)")
    assert story.bounding_box() == before


def test_the_tour_follows_the_open_quote(desk: Desk, cast: Cast) -> None:  # noqa: F811
    quote = make_quote(desk.assignment, cast.annotator, "The bridge is safe", source="Mayor Ada Holt")
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={quote.key}")
    expect_step(desk, 3)
    expect(desk.page.locator("#tour")).not_to_contain_text("Kirby")
    desk.page.locator("#undo").click()
    expect_step(desk, 1)


def test_the_tour_speaks_of_the_keys_of_its_person_and_of_none_where_they_are_off(
    first_visit: Desk, cast: Cast
) -> None:
    step = first_visit.page.locator("#tour [aria-current=step]")
    words = "“Russian defense officials are ignoring the United States”"
    first = f"1 of 5: what was said. Select {words} in the first paragraph:"
    expect(step).to_have_text(f"{first} drag, or v and ,. Then press q or New quote.", use_inner_text=True)
    cast.annotator.preferences = {"keys": {"cursor": "h"}}
    cast.annotator.save()
    first_visit.open()
    expect(step).to_have_text(f"{first} drag, or h and ,. Then press q or New quote.", use_inner_text=True)
    cast.annotator.preferences = {"keys_off": True}
    cast.annotator.save()
    first_visit.open()
    expect(step).to_have_text(f"{first} drag over them. Then press New quote.", use_inner_text=True)
    shown = first_visit.page.locator("#tour ol").inner_text()
    assert first_visit.page.locator("#tour kbd").count() == 0
    assert "  " not in shown
    assert "press or" not in shown


def test_who_has_only_fingers_is_told_of_fingers(first_visit: Desk, browser: Browser, cast: Cast) -> None:
    context = browser.new_context(**PHONE, storage_state=first_visit.page.context.storage_state())
    page = context.new_page()
    page.goto(first_visit.page.url)
    expect(page.locator("#tour [aria-current=step]")).to_contain_text("hold a finger", use_inner_text=True)
    assert page.locator("#tour kbd:visible").count() == 0
    context.close()


def test_who_knows_it_sees_no_tour(desk: Desk, cast: Cast) -> None:  # noqa: F811
    finish_tour(user=cast.annotator, done=True)
    desk.open()
    expect(desk.page.locator("#tour")).not_to_be_attached()
