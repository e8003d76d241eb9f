"""The main job from end to end, as a new editor does it: sign in, import, annotate, submit, export."""

from __future__ import annotations

import json
import re
import urllib.request
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotations.models import Assignment, User
from annotations.services.accounts import create_sign_in_link
from annotations.services.tokens import create_token
from tests.browser.annotating import Desk

pytestmark = pytest.mark.browser

BODY = (
    "The tram line will open “on Friday at the latest,” the operator Velo Nord promised.\n\n"
    "“We tested every stop 🚋,” said engineer Mira Sand, “and we found no fault.” "
    "She added that the mayor had told her “the brakes are old” in a letter.\n\n"
    "Nobody else wanted to speak."
)
HEADLINE = "Tram Opens on Friday"
CLAIM = "The tram is safe to open."


@pytest.fixture
def violations(page: Page) -> list[str]:
    """What the browser objects to: errors of scripts, and of our Content-Security-Policy."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def editor(transactional_db: None) -> User:
    """The first editor of a desk with the sample project."""
    call_command("load_sample")
    call_command("sign_in_link", "editor", create=True, name="Editor", manager_of="sample")
    return User.objects.get(username="editor")


def new_speaker(desk: Desk, name: str, kind: str, description: str) -> None:
    """Make a speaker for the open quote."""
    desk.page.locator("summary", has_text="New speaker").click()
    desk.page.locator("#new-speaker-label").fill(name)
    desk.page.locator("#new-speaker-kind").select_option(kind)
    desk.page.locator("#new-speaker-description").fill(description)
    desk.press("Make this speaker")


def add_claim(desk: Desk, text: str, stance: str) -> None:
    """Link the open quote to a claim."""
    desk.page.locator("#claim-text").fill(text)
    desk.page.locator("#claim-stance").select_option(stance)
    desk.press("Add claim")


def sign_in(page: Page, server: LiveServer, user: User) -> None:
    """Sign in by a one-time link."""
    page.goto(server.url + create_sign_in_link(user=user))
    page.get_by_role("button", name=re.compile("Sign in as")).click()
    expect(page.get_by_role("heading", name="My work")).to_be_visible()


def import_story(page: Page, server: LiveServer) -> None:
    """Paste the story, look at the preview and confirm it; a second time it adds nothing."""
    for button in ("Import 1 story", None):
        page.goto(f"{server.url}/projects/sample/import/")
        page.get_by_label("Headline").fill(HEADLINE)
        page.locator("textarea[name=text]").fill(BODY)
        page.get_by_role("button", name="Look at it").click()
        if button:
            page.get_by_role("button", name=button).click()
            expect(page.get_by_role("heading", name="This is what happened")).to_be_visible()
        else:
            expect(page.get_by_text("There is nothing to import.")).to_be_visible()


def annotate(desk: Desk) -> None:
    """Make a mixed quote, one of two fragments, and one nested in an indirect one."""
    desk.mark("The tram line will open “on Friday at the latest,”", "New quote")
    desk.mark("promised", "Cue")
    desk.mark("the operator Velo Nord", "Source")
    new_speaker(desk, "Velo Nord", "organisation", "tram operator")
    desk.choose("statement", "Act")
    add_claim(desk, CLAIM, "asserts")

    desk.mark("“We tested every stop 🚋,”", "New quote")
    desk.mark("“and we found no fault.”", "Add fragment")
    desk.mark("engineer Mira Sand", "Source")
    new_speaker(desk, "Mira Sand", "person", "engineer")

    desk.mark("the mayor had told her “the brakes are old” in a letter", "New quote")
    desk.mark("She", "Source")
    desk.page.locator("#speaker-name").fill("Mira Sand")
    desk.press("Set")
    add_claim(desk, CLAIM, "denies")
    desk.mark("“the brakes are old”", "New quote")
    desk.mark("the mayor", "Source")


def exported(server: LiveServer, user: User) -> dict[str, Any]:
    """Fetch the editor's own assignment of the new story by the API, with a token."""
    secret = create_token(user=user, name="test")[1]
    request = urllib.request.Request(  # noqa: S310  the address is our own server's
        f"{server.url}/api/v1/projects/sample/export?annotations=all&format=jsonl",
        headers={"Authorization": f"Bearer {secret}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        rows = [json.loads(line) for line in answer]
    found: list[dict[str, Any]] = [row for row in rows if row["article"]["headline"] == HEADLINE]
    assert len(found) == 1
    return found[0]


def words(quote: dict[str, Any], role: str) -> list[str]:
    """Return the words of a role."""
    return [span["exact"] for span in quote[role]]


def test_from_the_link_to_the_dataset(page: Page, live_server: LiveServer, editor: User, violations: list[str]) -> None:
    page.set_viewport_size({"width": 1400, "height": 1000})
    sign_in(page, live_server, editor)
    import_story(page, live_server)
    page.goto(f"{live_server.url}/projects/sample/articles/")
    page.get_by_role("link", name=HEADLINE).click()
    page.get_by_role("button", name="Annotate this story").click()
    desk = Desk(page, Assignment.objects.select_related("version").get(version__headline=HEADLINE))
    assert desk.assignment.version.text == f"{HEADLINE}\n\n{BODY}"
    desk.settled()
    annotate(desk)

    page.reload()
    desk.settled()
    cards = page.locator(".quote-card")
    expect(cards).to_have_count(4)
    desk.press("Undo")
    desk.press("Undo")
    expect(cards).to_have_count(3)
    page.reload()
    desk.press("Redo")
    desk.press("Redo")
    expect(cards).to_have_count(4)
    page.get_by_role("link", name="Submit").click()
    page.get_by_role("button", name="Submit all the same").click()
    expect(page.get_by_text("submitted").first).to_be_visible()
    assert desk.text() == desk.assignment.version.text

    record = exported(live_server, editor)
    assert (record["status"], record["article"]["text"]) == ("submitted", f"{HEADLINE}\n\n{BODY}")
    mixed, fragments, outer, inner = record["quotes"]
    assert (mixed["type"], words(mixed, "cue"), words(mixed, "source")) == (
        "mixed",
        ["promised"],
        ["the operator Velo Nord"],
    )
    assert mixed["labels"] == {"act": "statement"}
    assert (fragments["type"], words(fragments, "content")) == (
        "direct",
        ["“We tested every stop 🚋,”", "“and we found no fault.”"],
    )
    assert (outer["type"], outer["resolution"], outer["speaker"]) == ("mixed", "anaphoric", fragments["speaker"])
    assert (inner["type"], inner["parent"], words(inner, "source")) == ("direct", outer["id"], ["the mayor"])
    labels = {speaker["id"]: speaker["label"] for speaker in record["speakers"]}
    assert labels == {mixed["speaker"]: "Velo Nord", outer["speaker"]: "Mira Sand"}
    assert [claim["text"] for claim in record["claims"]] == [CLAIM]
    assert (mixed["claims"][0]["stance"], outer["claims"][0]["stance"]) == ("asserts", "denies")
    assert mixed["claims"][0]["claim"] == outer["claims"][0]["claim"]
    text = record["article"]["text"]
    for quote in record["quotes"]:
        for role in ("content", "source", "cue", "addressee"):
            for span in quote[role]:
                assert text[span["start"] : span["end"]] == span["exact"]
    assert violations == []
