"""Going on without the server: everything is shown, kept through reloads, and saved in order when it is back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Error, expect

from annotations.models import Change, Quote
from annotations.services import quotes as services
from annotations.services.quote_states import state_of
from tests.browser.annotating import Desk
from tests.browser.test_annotate import content, desk  # noqa: F401
from tests.browser.test_saving import banner, do, says, state, stored
from tests.cast import Cast
from tests.factories import make_quote

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The words that are shown as marked before they are saved.
PAINTED = """() => Object.fromEntries([...CSS.highlights].filter(([name]) => name.startsWith("unsaved-"))
  .map(([name, ranges]) => [name.slice(8), [...ranges].map(String)]))"""


def offline(desk: Desk, off: bool = True) -> None:  # noqa: F811
    """Take the network away from the browser, or give it back."""
    desk.page.context.set_offline(off)


def click(desk: Desk, words: str, role: str) -> None:  # noqa: F811
    """Select words and press a button, without waiting for an answer."""
    desk.select(words)
    desk.page.locator("form[data-words]").get_by_role("button", name=role, exact=True).click()


def painted(desk: Desk) -> Any:  # noqa: F811
    """Return the words that are shown before they are saved, by role."""
    return desk.page.evaluate(PAINTED)


def test_three_gestures_on_a_quote_that_is_not_saved_yet(desk: Desk, cast: Cast) -> None:  # noqa: F811
    desk.mark("nobody had measured it", "New quote")
    first = Quote.objects.get()
    offline(desk)
    click(desk, "The bridge is safe", "New quote")
    expect(state(desk)).to_have_text("Not saved (1)", timeout=2000)
    click(desk, "Mayor Ada Holt", "Source")
    click(desk, "said Mayor", "Cue")
    expect(state(desk)).to_have_text("Not saved (3)")
    assert painted(desk) == {"content": ["The bridge is safe"], "source": ["Mayor Ada Holt"], "cue": ["said Mayor"]}
    assert Quote.objects.count() == 1
    assert desk.text() == desk.assignment.version.text
    offline(desk, off=False)
    desk.settled()
    second = Quote.objects.latest("pk")
    made = state_of(second)
    assert content(second) == ["The bridge is safe"]
    assert [made[role][0]["exact"] for role in ("source", "cue")] == ["Mayor Ada Holt", "said Mayor"]
    assert state_of(first)["source"] == []
    assert painted(desk) == {}
    expect(banner(desk)).to_be_hidden()


def test_answers_go_on_and_are_kept_through_a_reload(desk: Desk, cast: Cast) -> None:  # noqa: F811
    quote = make_quote(desk.assignment, cast.annotator, "The bridge is safe")
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={quote.key}")
    desk.page.on("dialog", lambda dialog: dialog.accept())
    # The pages come, the gestures do not.
    desk.page.route("**/quotes/**", lambda route: route.abort())
    for answer in ("labels-act-statement", "labels-engagement-endorses", "labels-factuality-said"):
        desk.page.locator(f"#{answer}").evaluate("one => one.click()")
    expect(state(desk)).to_have_text("Not saved (3)", timeout=2000)
    keys = [gesture["key"] for gesture in next(iter(stored(desk.page).values()))["gestures"]]
    desk.page.reload()
    expect(state(desk)).to_have_text("Not saved (3)")
    assert [gesture["key"] for gesture in next(iter(stored(desk.page).values()))["gestures"]] == keys
    desk.page.unroute("**/quotes/**")
    desk.settled()
    assert state_of(quote)["labels"] == {"act": "statement", "engagement": "endorses", "factuality": "said"}
    written = Change.objects.filter(subject_key=quote.key).exclude(action="create").order_by("pk")
    assert list(written.values_list("gesture", flat=True)) == keys
    assert stored(desk.page) == {}


def test_the_page_is_closed_without_a_network(desk: Desk, cast: Cast) -> None:  # noqa: F811
    kinds: list[str] = []
    desk.page.on("dialog", lambda dialog: (kinds.append(dialog.type), dialog.accept()))
    # A page that nobody ever pressed in does not ask.
    desk.page.mouse.click(700, 10)
    offline(desk)
    for words, role in (("The bridge is safe", "New quote"), ("Mayor Ada Holt", "Source"), ("said Mayor", "Cue")):
        click(desk, words, role)
    expect(state(desk)).to_have_text("Not saved (3)")
    keys = [gesture["key"] for gesture in next(iter(stored(desk.page).values()))["gestures"]]
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        desk.page.reload()
    assert kinds == ["beforeunload"]
    offline(desk, off=False)
    desk.page.goto(f"/assignments/{desk.assignment.pk}/")
    desk.settled()
    written = Change.objects.filter(subject_kind="quote").order_by("pk")
    assert list(written.values_list("gesture", flat=True)) == keys


def test_the_answer_to_the_last_one_was_lost_with_the_page(desk: Desk, cast: Cast) -> None:  # noqa: F811
    desk.page.on("dialog", lambda dialog: dialog.accept())
    desk.page.route("**/quotes/", lambda route: (route.fetch(), route.abort()))
    click(desk, "The bridge is safe", "New quote")
    expect(state(desk)).to_have_text("Not saved (1)")
    desk.page.unroute("**/quotes/")
    desk.page.reload()
    desk.settled()
    expect(banner(desk)).to_be_hidden()
    assert Quote.objects.count() == 1


def hold_back(desk: Desk, cast: Cast) -> Quote:  # noqa: F811
    """Leave an answer unsaved in the tab, save another one elsewhere, and load the page again."""
    quote = make_quote(desk.assignment, cast.annotator, "The bridge is safe")
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={quote.key}")
    desk.page.on("dialog", lambda dialog: dialog.accept())
    desk.page.route("**/quotes/**", lambda route: route.abort())
    desk.page.locator("#labels-act-statement").evaluate("one => one.click()")
    expect(state(desk)).to_have_text("Not saved (1)")
    services.change_quote(actor=cast.annotator, quote=quote, revision=1, parts={"labels": {"act": "demand"}})
    desk.page.unroute("**/quotes/**")
    desk.page.reload()
    return quote


def test_what_is_older_than_what_was_saved_is_only_offered(desk: Desk, cast: Cast) -> None:  # noqa: F811
    quote = hold_back(desk, cast)
    says(desk, "something newer has been saved since")
    expect(banner(desk).locator("li")).to_have_text("Act · statement")
    expect(desk.page.locator("#labels-act-demand")).to_be_checked()
    desk.choose("endorses", "Engagement")
    assert state_of(quote)["labels"] == {"act": "demand", "engagement": "endorses"}
    expect(banner(desk)).to_be_visible()
    do(desk, "take-up")
    expect(desk.page.locator("#labels-act-statement")).to_be_checked()
    desk.settled()
    assert state_of(quote)["labels"] == {"act": "statement", "engagement": "endorses"}
    expect(banner(desk)).to_be_hidden()


def test_what_was_offered_can_be_dropped(desk: Desk, cast: Cast) -> None:  # noqa: F811
    quote = hold_back(desk, cast)
    expect(banner(desk)).to_be_visible()
    do(desk, "drop")
    desk.page.get_by_role("dialog", name="Drop 1 gesture?").get_by_role("button", name="Drop").click()
    expect(banner(desk)).to_be_hidden()
    desk.settled()
    assert state_of(quote)["labels"] == {"act": "demand"}
    assert stored(desk.page) == {}


def test_a_quote_that_cannot_be_opened_leaves_the_open_one(desk: Desk, cast: Cast) -> None:  # noqa: F811
    first = make_quote(desk.assignment, cast.annotator, "The bridge is safe")
    make_quote(desk.assignment, cast.annotator, "nobody had measured it")
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={first.key}")
    offline(desk)
    desk.page.locator("mark", has_text="nobody had measured it").click()
    says(desk, "cannot be opened now")
    expect(state(desk)).to_have_text("Saved")
    offline(desk, off=False)
    desk.mark("Mayor Ada Holt", "Source")
    assert state_of(first)["source"][0]["exact"] == "Mayor Ada Holt"
