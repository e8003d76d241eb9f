"""A desk of four from end to end: handing out, annotating alone, review, adjudication, gold, agreement."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Download, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotations.models import ArticleVersion, Assignment, User
from annotations.services.verification import verify
from tests.browser.annotating import Desk
from tests.browser.site import Visitor, visitor
from tests.browser.test_whole_path import new_speaker
from tests.cast import Cast
from tests.factories import make_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KIRBY = Path(__file__).parents[2] / "annotations" / "sample" / "kirby.gold.json"
IGNORING = "Russian defense officials are ignoring the United States"
SILENCE = "how he perceived this complete silence from Russia"
HARD = "it is “hard to know” the demands of Russia with this type of silence"


@pytest.fixture
def story(cast: Cast) -> ArticleVersion:
    """The Kirby story, of which nobody has made anything yet."""
    text = json.loads(KIRBY.read_text(encoding="utf-8"))["article"]["text"]
    return make_version(cast.project, cast.manager, text)


@pytest.fixture
def people(browser: Browser, live_server: LiveServer, cast: Cast) -> Iterator[dict[str, Visitor]]:
    """Four people, each with a browser of their own."""
    users = {name: getattr(cast, name) for name in ("manager", "annotator", "other_annotator", "reviewer")}
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(visitor(browser, live_server.url, user, base_url=live_server.url))
            for name, user in users.items()
        }


def take(someone: Visitor, user: User) -> Desk:
    """Press “Next story”, and begin."""
    someone.visit("/")
    someone.page.get_by_role("button", name="Next story").click()
    someone.page.wait_for_url(re.compile("/assignments/"))
    return Desk(someone.page, Assignment.objects.select_related("version").get(annotator__user=user))


def submit(page: Page, assignment: Assignment) -> None:
    """Hand a story in, though not everything is answered."""
    page.goto(f"/assignments/{assignment.pk}/submit/")
    page.get_by_role("button", name="Submit all the same").click()
    expect(page.get_by_text("Submitted. Thank you.")).to_be_visible()


def annotate_first(desk: Desk) -> None:
    """Make three quotes."""
    desk.mark(IGNORING, "New quote")
    desk.mark("Pentagon spokesman John Kirby", "Source")
    desk.mark("as revealed by", "Cue")
    new_speaker(desk, "John Kirby", "person", "Pentagon spokesman")
    desk.mark(SILENCE, "New quote")
    desk.mark("asked", "Cue")
    desk.mark(HARD, "New quote")


def annotate_second(desk: Desk) -> None:
    """Make two of them, and both otherwise: less of the source, and less of what was asked."""
    desk.mark(IGNORING, "New quote")
    desk.mark("John Kirby", "Source")
    desk.mark("as revealed by", "Cue")
    new_speaker(desk, "John Kirby", "person", "Pentagon spokesman")
    desk.mark(SILENCE.removeprefix("how he "), "New quote")
    desk.mark("asked", "Cue")


def figures(page: Page) -> dict[str, str]:
    """Return the values of the page of agreement by their names."""
    page.goto(reverse("agreement", args=["desk"]))
    rows = page.locator("table tbody tr")
    cells = [(row.locator("th").inner_text(), row.locator("td").first.inner_text()) for row in rows.all()]
    return {name.strip(): value.strip() for name, value in cells}


def gold_in(download: Download) -> list[str]:
    """Return the words that the quotes of the exported gold hold."""
    (line,) = download.path().read_text(encoding="utf-8").splitlines()
    record = json.loads(line)
    assert (record["status"], record["annotator"]) == ("gold", None)
    return [" … ".join(span["exact"] for span in quote["content"]) for quote in record["quotes"]]


def test_four_people_make_gold(cast: Cast, story: ArticleVersion, people: dict[str, Visitor]) -> None:
    manager, reviewer = people["manager"].page, people["reviewer"].page
    people["manager"].visit(reverse("queue", args=["desk"]))
    manager.get_by_label("How many read each story").fill("2")
    manager.get_by_role("button", name=re.compile("Save|Hand out")).first.click()
    expect(manager.get_by_text("Stories are handed out like this from now on.")).to_be_visible()

    first, second = take(people["annotator"], cast.annotator), take(people["other_annotator"], cast.other_annotator)
    annotate_first(first)
    submit(first.page, first.assignment)
    annotate_second(second)
    submit(second.page, second.assignment)

    people["reviewer"].visit(reverse("review-list", args=["desk"]))
    reviewer.get_by_role("row", name=re.compile("Other_Annotator")).get_by_role("link").click()
    card = reviewer.locator(".review-card").first
    card.locator("summary").click()
    card.get_by_label("Comment").fill("The whole name, @other_annotator: his office is a part of it.")
    card.get_by_role("button", name="Comment").click()
    reviewer.get_by_role("button", name="Return it").click()
    expect(reviewer.get_by_text("Returned to Other_Annotator.")).to_be_visible()

    people["other_annotator"].visit(reverse("inbox"))
    expect(second.page.get_by_text("named you in a comment")).to_be_visible()
    second.open()
    second.page.locator(".quote-card__open").first.click()
    second.settled()
    second.mark("Pentagon spokesman John Kirby", "Source")
    submit(second.page, second.assignment)

    for name in ("Annotator", "Other_Annotator"):
        reviewer.goto(reverse("review-list", args=["desk"]))
        reviewer.get_by_role("row", name=re.compile(f" {name} ")).get_by_role("link").click()
        reviewer.get_by_role("button", name="Approve the story").click()
        expect(reviewer.get_by_text(f"Approved the story of {name}.")).to_be_visible()

    manager.goto(reverse("adjudicate", args=["desk", story.article.key]))
    manager.get_by_role("button", name="Compare").click()
    expect(manager.get_by_text("2 of 3 are still to be decided.")).to_be_visible()
    for left in ("1 of 3 is", "0 of 3 are"):
        manager.wait_for_load_state("load")
        manager.keyboard.press("a")
        expect(manager.get_by_text(f"{left} still to be decided.")).to_be_visible()
    manager.get_by_role("button", name="Make it gold").click()
    manager.get_by_role("button", name="Make it gold all the same").click()
    expect(manager.get_by_text("It is gold.")).to_be_visible()

    manager.goto(reverse("export", args=["desk"]))
    with manager.expect_download() as download:
        manager.get_by_role("button", name="Download the dataset").click()
    assert gold_in(download.value) == [IGNORING, SILENCE, HARD]

    # 3 quotes and 2 of them, 1 of which has the very same words, and 2 at least half of them: 2 · 1 / 5 and 2 · 2 / 5.
    found = figures(manager)
    assert found["Quotes with the same words, F1"] == "0.400"
    assert found["Quotes that overlap by half, F1"] == "0.800"
    assert found["Cue with the same words, F1"] == "1.000"
    assert found["Source with the same words, F1"] == "1.000"
    assert list(verify()) == []
