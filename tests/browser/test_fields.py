"""Fields of the open card: when what is chosen is sent, and where the focus is after each gesture."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from playwright.sync_api import Route, expect

from annotations.models import Change, Quote
from annotations.services.quote_states import state_of
from annotations.services.speakers import NewSpeaker
from tests.browser.annotating import Desk, is_gesture
from tests.browser.test_annotate import desk  # noqa: F401
from tests.browser.test_keyboard import quote  # noqa: F401
from tests.cast import Cast
from tests.factories import make_quote

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def gestures(quote: Quote) -> int:  # noqa: F811
    """Return how many gestures have changed a quote."""
    return Change.objects.filter(subject_key=quote.key, action=Change.Action.CHANGE).count()


def chosen(desk: Desk, field: str) -> str:  # noqa: F811
    """Return what is chosen in a list."""
    return desk.page.locator(field).input_value()


def test_a_list_that_is_gone_through_by_key_is_sent_once(desk: Desk, quote: Quote, cast: Cast) -> None:  # noqa: F811
    for words in ("“The bridge is safe,” said Mayor Ada Holt", "nobody had measured it"):
        make_quote(desk.assignment, cast.annotator, words)
    desk.page.reload()
    desk.settled()
    before = gestures(quote)
    desk.keys("i", "ArrowDown", "ArrowDown")
    with desk.answered():
        desk.keys("Enter")
    desk.settled()
    assert gestures(quote) == before + 1
    desk.keys("ArrowUp", "ArrowUp")
    with desk.answered():
        desk.keys("Tab")
    desk.settled()
    assert gestures(quote) == before + 2
    expect(desk.page.locator("#note")).to_be_focused()


def test_escape_gives_a_list_back_what_it_held(desk: Desk, quote: Quote, cast: Cast) -> None:  # noqa: F811
    make_quote(desk.assignment, cast.annotator, "nobody had measured it")
    desk.page.reload()
    desk.settled()
    desk.keys("i", "ArrowDown", "ArrowDown", "Escape")
    expect(desk.page.locator("#content")).to_be_focused()
    assert chosen(desk, "#parent") == "derived"
    assert gestures(quote) == 0


def test_a_mouse_chooses_at_once(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("i", "Escape")
    desk.page.locator("#parent").click()
    with desk.answered():
        desk.page.locator("#parent").select_option("")
    desk.settled()
    assert state_of(quote)["parent_overridden"]


def test_a_stance_is_sent_once(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.page.locator("#claim-text").fill("The bridge is safe.")
    desk.press("Add claim")
    desk.page.locator("#stance-1").focus()
    desk.keys("ArrowDown", "ArrowDown")
    with desk.answered():
        desk.keys("Enter")
    desk.settled()
    assert [claim["stance"] for claim in state_of(quote)["claims"]] == ["doubts"]
    assert gestures(quote) == 2


def test_what_is_chosen_and_not_sent_outlives_another_gesture(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.page.route("**/labels/", lambda route: (desk.page.wait_for_timeout(300), route.continue_()))
    desk.keys("a", "1", "i", "ArrowDown")
    desk.settled()
    assert chosen(desk, "#parent") == ""
    expect(desk.page.locator("#parent")).to_be_focused()


def test_the_focus_stays_where_the_tab_key_went(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("n")
    desk.page.keyboard.type("Ask her.")
    with desk.answered():
        desk.keys("Tab")
    desk.settled()
    expect(desk.page.locator("#history")).to_be_focused()
    assert state_of(quote)["note"] == "Ask her."


def test_keys_of_the_story_take_the_focus_there(desk: Desk, quote: Quote) -> None:  # noqa: F811
    for keys in (("g",), (",", "q"), ("j",)):
        desk.page.locator("#history").focus()
        desk.keys(*keys)
        expect(desk.page.locator("#history" if keys == ("j",) else "#content")).to_be_focused()
        desk.settled()


def test_arrows_go_through_answers_although_there_is_a_cursor(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.keys("v", "a", "ArrowRight")
    expect(desk.page.locator("#labels-act-question")).to_be_focused()


def test_every_control_of_a_card_keeps_its_place(desk: Desk, cast: Cast) -> None:  # noqa: F811
    speaker = NewSpeaker("Ada Holt")
    made = make_quote(desk.assignment, cast.annotator, "The bridge is safe", source="Mayor Ada Holt", speaker=speaker)
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={made.key}")
    desk.page.locator("#claim-text").fill("The bridge is safe.")
    desk.press("Add claim")
    found = desk.page.locator("#editor").evaluate(
        """editor => [...editor.querySelectorAll("a, button, summary, select, textarea, input:not([type=hidden])")]
          .filter((one) => !one.id && !one.closest("noscript")).map((one) => one.outerHTML)"""
    )
    assert found == []


def test_the_answer_that_is_taken_away_leaves_the_focus_to_its_question(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.choose("statement", "Act")
    desk.page.locator("#labels-act-clear").focus()
    with desk.answered():
        desk.keys("Space")
    desk.settled()
    expect(desk.page.locator("[aria-labelledby=labels-act-title] input").first).to_be_focused()


def test_a_deleted_quote_leaves_the_focus_to_the_story(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.page.locator(".quote-card__open").click()
    desk.settled()
    desk.page.locator(".quote-card__open").click()
    expect(desk.page.locator("#editor")).to_be_visible()
    desk.settled()
    with desk.answered():
        desk.keys("Delete")
    desk.settled()
    expect(desk.page.locator("#content")).to_be_focused()


def test_an_address_leads_the_focus_to_its_place(desk: Desk, quote: Quote) -> None:  # noqa: F811
    desk.page.goto(f"/assignments/{desk.assignment.pk}/submit/")
    desk.page.get_by_role("link", name="The bridge is safe").click()
    expect(desk.page.locator(f"[id='open-{quote.key}']")).to_be_focused()
    desk.page.goto(f"/assignments/{desk.assignment.pk}/submit/")
    desk.page.get_by_role("link", name="Councillor Ben Ruiz").click()
    expect(desk.page.locator("#content")).to_be_focused()


def test_escape_takes_a_refusal_back(desk: Desk, quote: Quote, cast: Cast) -> None:  # noqa: F811
    for words, label in (("nobody had measured it", "Eve Stone"), ("denied this", "Max Stone")):
        make_quote(desk.assignment, cast.annotator, words, speaker=NewSpeaker(label))
    desk.page.reload()
    desk.keys("/")
    desk.page.keyboard.type("stone")
    with desk.page.expect_response(is_gesture) as refused:
        desk.keys("Enter")
    assert refused.value.status == 422
    choices = desk.page.locator("#editor [name=speaker][data-refusal]")
    expect(choices).to_have_count(2)
    desk.keys("Escape")
    expect(desk.page.locator("#refusal")).to_have_count(0)
    expect(choices).to_have_count(0)
    expect(desk.page.locator("#speaker-name")).to_have_value("")
    expect(desk.page.locator("#content")).to_be_focused()


def test_a_part_of_a_name_finds_who_is_in_the_story(desk: Desk, quote: Quote, cast: Cast) -> None:  # noqa: F811
    make_quote(desk.assignment, cast.annotator, "nobody had measured it", speaker=NewSpeaker("Joe Biden"))
    desk.page.reload()
    desk.keys("/")
    desk.page.keyboard.type("biden")
    with desk.answered():
        desk.keys("Enter")
    desk.settled()
    expect(desk.page.locator(".quote-card.is-active .quote-card__name")).to_have_text("Joe Biden")


def answer_and_wait(desk: Desk) -> list[Route]:  # noqa: F811
    """Answer a question; return what holds the gesture back."""
    held = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.page.route("**/labels/", hold, times=1)
    desk.page.locator("#labels-act-statement").click()
    return held


@pytest.mark.parametrize(
    ("press", "release", "answered"),
    [
        ("label:has(#labels-engagement-endorses)", "label:has(#labels-engagement-endorses)", True),
        ("label:has(#labels-engagement-endorses)", "label:has(#labels-engagement-distances)", False),
    ],
)
def test_an_answer_between_press_and_release_takes_no_click(
    desk: Desk,  # noqa: F811
    quote: Quote,  # noqa: F811
    press: str,
    release: str,
    answered: bool,
) -> None:
    held = answer_and_wait(desk)
    desk.page.locator(press).hover()
    desk.page.mouse.down()
    held.pop().continue_()
    desk.settled()
    desk.page.locator(release).hover()
    with desk.answered() if answered else nullcontext():
        desk.page.mouse.up()
    desk.settled()
    assert ("engagement" in state_of(quote)["labels"]) == answered


def test_an_answer_between_press_and_release_of_a_key_takes_no_press(desk: Desk, quote: Quote) -> None:  # noqa: F811
    held = answer_and_wait(desk)
    desk.page.locator("#undo").focus()
    desk.page.keyboard.down(" ")
    held.pop().continue_()
    desk.settled()
    with desk.answered():
        desk.page.keyboard.up(" ")
    desk.settled()
    assert state_of(quote)["labels"] == {}
