"""Every gesture is saved, once, or the page says plainly that it is not, in a real browser."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from annotations.models import Change, Claim, Quote
from annotations.services.quote_states import state_of
from annotations.services.speakers import NewSpeaker
from tests.browser.annotating import Desk
from tests.browser.test_annotate import desk  # noqa: F401
from tests.cast import Cast
from tests.factories import make_quote

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def state(desk: Desk) -> Any:  # noqa: F811
    """Return the place where the page says whether all is saved."""
    return desk.page.locator("#save-state")


def banner(desk: Desk) -> Any:  # noqa: F811
    """Return the place where the page says what to do about it."""
    return desk.page.locator("#unsaved")


def says(desk: Desk, words: str) -> None:  # noqa: F811
    """Expect it to say something for everybody to see."""
    expect(banner(desk)).to_be_visible()
    expect(banner(desk)).to_contain_text(words, use_inner_text=True)


def do(desk: Desk, action: str) -> None:  # noqa: F811
    """Press one of the buttons that say what to do."""
    expect(banner(desk)).to_be_visible()
    button = f"[data-do='{action}']:not([hidden])"
    if banner(desk).locator(f"details:not([open]) {button}").count():
        banner(desk).locator("summary").click()
    banner(desk).locator(button).click()


def test_presses_that_come_fast_are_all_saved(desk: Desk) -> None:  # noqa: F811
    desk.mark("The bridge is safe", "New quote")
    desk.page.evaluate(
        """() => {
          for (const id of ["labels-act-demand", "labels-engagement-endorses", "labels-factuality-said"]) {
            document.getElementById(id).click();
          }
          document.getElementById("labels-factuality-said").form.requestSubmit();
        }"""
    )
    expect(desk.page.locator("#labels-factuality-said")).to_be_checked()
    desk.settled()
    quote = Quote.objects.get()
    assert state_of(quote)["labels"] == {"act": "demand", "engagement": "endorses", "factuality": "said"}
    assert state_of(quote)["revision"] == 4


def test_a_double_press_makes_one_quote(desk: Desk) -> None:  # noqa: F811
    desk.select("The bridge is safe")
    desk.page.get_by_role("button", name="New quote").dblclick()
    desk.settled()
    assert Quote.objects.count() == 1


def lose(route: Route) -> None:
    """Let the server write a gesture, and lose its answer."""
    route.fetch()
    route.abort()


def test_a_lost_answer_is_asked_for_again_and_written_once(desk: Desk) -> None:  # noqa: F811
    desk.select("The bridge is safe")
    desk.page.route("**/quotes/", lose, times=1)
    desk.page.get_by_role("button", name="New quote").click()
    says(desk, "The server cannot be reached")
    expect(state(desk)).to_have_text("Not saved (1)")
    desk.settled()
    assert Quote.objects.count() == Change.objects.filter(subject_kind="quote").count() == 1
    assert desk.page.locator(".quote-card").count() == 1
    expect(banner(desk)).to_be_hidden()


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, "no"), (502, "<h1>Bad gateway</h1>"), (503, "soon"), (200, ""), (200, "<h1>Welcome to our wireless</h1>")],
)
def test_what_is_not_our_answer_is_never_called_saved(desk: Desk, status: int, body: str) -> None:  # noqa: F811
    desk.select("The bridge is safe")
    answer = {"status": status, "body": body, "content_type": "text/html"}
    desk.page.route("**/quotes/", lambda route: route.fulfill(**answer))
    desk.page.get_by_role("button", name="New quote").click()
    expect(state(desk)).to_have_text("Not saved (1)")
    says(desk, "Something went wrong on the server")
    expect(banner(desk).locator("li")).to_have_text("New quote · “The bridge is safe”")
    assert desk.text() == desk.assignment.version.text
    desk.page.unroute("**/quotes/")
    do(desk, "retry")
    desk.settled()
    assert Quote.objects.count() == 1


def test_a_slow_answer_is_waited_for_and_then_asked_for_again(desk: Desk) -> None:  # noqa: F811
    desk.page.evaluate("htmx.config.timeout = 1500")
    desk.select("The bridge is safe")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.page.route("**/quotes/", hold, times=1)
    desk.page.get_by_role("button", name="New quote").dblclick()
    expect(state(desk)).to_have_text("Saving…")
    expect(state(desk)).to_have_text("Not saved (1)")
    desk.settled()
    assert len(held) == 1
    assert Quote.objects.count() == 1
    # The first one arrives at last.
    first = held[0].request
    headers = {name: first.headers[name] for name in ("content-type", "x-csrftoken", "hx-request", "hx-target")}
    late = desk.page.request.post(first.url, data=first.post_data_buffer, headers=headers)
    assert late.status == 200
    assert Quote.objects.count() == Change.objects.filter(subject_kind="quote").count() == 1


def test_twenty_seconds_are_waited_for_an_answer(desk: Desk) -> None:  # noqa: F811
    assert desk.page.evaluate("htmx.config.timeout") == 20_000


def test_enter_and_a_click_are_one_press(desk: Desk, cast: Cast) -> None:  # noqa: F811
    quote = make_quote(desk.assignment, cast.annotator, "The bridge is safe")
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={quote.key}")
    desk.page.locator("#claim-text").fill("The bridge stands.")
    desk.page.locator("#claim-text").evaluate(
        "one => { one.form.requestSubmit(); for (const _ of [1, 2]) one.form.querySelector('[data-set]').click(); }"
    )
    expect(desk.page.locator(".editor__claims li")).to_have_count(1)
    desk.settled()
    assert len(state_of(quote)["claims"]) == Claim.objects.count() == 1
    assert state_of(quote)["revision"] == 2


@pytest.mark.parametrize(("field", "words"), [("#claim-text", "The bridge stands."), ("#note", "Ask her.")])
def test_what_was_typed_stays_when_the_server_fails(desk: Desk, cast: Cast, field: str, words: str) -> None:  # noqa: F811
    quote = make_quote(desk.assignment, cast.annotator, "The bridge is safe")
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={quote.key}")
    desk.page.route("**/quotes/**", lambda route: route.fulfill(status=500, body="<h1>no</h1>"))
    desk.page.locator(field).fill(words)
    desk.page.locator(field).evaluate("one => one.form.requestSubmit()")
    expect(state(desk)).to_have_text("Not saved (1)")
    expect(desk.page.locator(field)).to_have_value(words)
    expect(banner(desk).locator("li")).to_contain_text(words)
    desk.page.unroute("**/quotes/**")
    do(desk, "retry")
    desk.settled()
    made = state_of(quote)
    assert [made.get("note"), Claim.objects.filter(text=words).count()] in ([words, 0], [None, 1], ["", 1])


def test_a_browser_that_keeps_nothing_saves_all_the_same(desk: Desk) -> None:  # noqa: F811
    desk.page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    desk.page.reload()
    desk.mark("The bridge is safe", "New quote")
    assert Quote.objects.count() == 1


# What each gesture is called: the question, and the answer.
CALLED = {
    "cast": "Speaker · Ada Holt",
    "nobody": "Speaker · Nobody",
    "name": "Speaker · John Kirby",
    "new": "Speaker · John Kirby · person · Pentagon spokesman",
    "claim": "Claim · The bridge stands. · denies",
    "inside": "Inside",
    "source": "Remove Source",
}
CALLS = """() => {
  const set = (id, value) => { document.getElementById(id).value = value; };
  const press = (selector) => document.querySelector(selector).click();
  press("#cast-1");
  press("[name=speaker][value=nobody]");
  set("speaker-name", "John Kirby");
  press("#speaker-name ~ [data-set]");
  set("new-speaker-label", "John Kirby");
  set("new-speaker-description", "Pentagon spokesman");
  document.getElementById("new-speaker-label").form.requestSubmit();
  set("claim-text", "The bridge stands.");
  set("claim-stance", "denies");
  press("#claim-text ~ [data-set]");
  set("parent", document.querySelector("#parent option:last-child").value);
  document.getElementById("parent").form.requestSubmit();
  press(".editor__part--source .editor__remove");
}"""


def test_what_is_not_saved_is_called_by_its_question(desk: Desk, cast: Cast) -> None:  # noqa: F811
    parts: dict[str, Any] = {"source": "Mayor Ada Holt", "speaker": NewSpeaker("Ada Holt")}
    quote = make_quote(desk.assignment, cast.annotator, "The bridge is safe", **parts)
    make_quote(desk.assignment, cast.annotator, "and it will stay open")
    desk.page.goto(f"/assignments/{desk.assignment.pk}/?quote={quote.key}")
    desk.page.context.set_offline(True)
    desk.page.evaluate(CALLS)
    expect(banner(desk).locator("li")).to_have_text(list(CALLED.values()))
    # Words of the story are never kept.
    [kept] = stored(desk.page).values()
    names = [gesture["name"] for gesture in kept["gestures"]]
    assert names == list(CALLED.values())


def test_an_assignment_that_is_gone_leaves_the_work_to_copy(desk: Desk, cast: Cast) -> None:  # noqa: F811
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.select("The bridge is safe")
    desk.page.route("**/quotes/", lambda route: route.fulfill(status=404, body="gone"))
    desk.page.get_by_role("button", name="New quote").click()
    says(desk, "The server refused")
    do(desk, "copy")
    assert desk.page.evaluate("navigator.clipboard.readText()") == "New quote · “The bridge is safe”"
    do(desk, "leave-out")
    expect(state(desk)).to_have_text("Saved")
    assert desk.page.evaluate("CSS.highlights.has('unsaved-content')") is False


def stored(page: Page) -> dict[str, Any]:
    """Return what the tab keeps of gestures."""
    kept: dict[str, str] = page.evaluate("({...sessionStorage})")
    return {name: json.loads(value) for name, value in kept.items() if name.startswith("outbox:")}
