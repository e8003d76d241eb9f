"""Every page for everybody: axe finds nothing, and the browser has nothing to object to."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotations.models import Article, Assignment, Quote, User
from annotations.services import quotes as services
from annotations.services.accounts import welcome
from annotations.services.preferences import finish_tour
from tests.browser.annotating import Desk
from tests.browser.site import visitor
from tests.browser.test_annotate import desk  # noqa: F401
from tests.cast import Cast
from tests.factories import make_quote
from tests.place import Place
from tests.walk import address, readable_routes
from tests.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

AXE = Axe().axe_script
RUN = "options => axe.run(document, options).then((results) => results.violations)"
# Sheets that axe loads itself would be styles within the page, to which the browser objects.
EVERYTHING: dict[str, object] = {"resultTypes": ["violations"], "preload": False}
COLOURS = EVERYTHING | {"runOnly": ["color-contrast", "link-in-text-block"]}
# The sheets change colours from light to dark, and nothing else; no script asks which it is.
SCHEMES: dict[Any, dict[str, object]] = {"light": EVERYTHING, "dark": COLOURS}
# Downloads and JSON are no pages.
DOWNLOADS = {
    "article-original",
    "export-download",
    "export-manifest",
    "task-file",
    "release-file",
    "health",
    "api-schema",
    "api-dataset-schema",
    "api-index",
    "api-unknown",
}
# What is wider than the screen, and not in a box that scrolls by itself.
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > innerWidth)
    .map((one) => `${one.tagName} ${one.className} ${one.getBoundingClientRect().right}`)"""
FRAGMENTS = {"speaker-options", "claim-options"}


@pytest.fixture
def world(transactional_db: None) -> World:
    """Both desks and the sample project, which has stories in other scripts."""
    call_command("load_sample")
    world = make_world()
    welcome(user=world.cast.annotator)
    return world


def paths(place: Place) -> list[str]:
    """Return the addresses of all pages about the objects of a place, and some that say no."""
    found = [
        address(route, place)
        for route in readable_routes()
        if route.name not in DOWNLOADS | FRAGMENTS and not route.path.startswith(("/api/v1/projects", "/api/v1/inbox"))
    ]
    quote = f"{reverse('assignment', args=[place.assignment.pk])}?quote={place.quote.key}"
    home = reverse("project-detail", args=[place.project.slug])
    return [*found, quote, "/nothing/here/", f"{home}?no=1", f"{home}articles/?q=zzzz"]


def sample_paths(world: World) -> list[str]:
    """Return stories of the sample project: many quotes, from right to left, in Japanese, with emoji."""
    keys = Article.objects.filter(project__slug="sample").values_list("key", flat=True)
    own = Assignment.objects.get(project__slug="sample", annotator__user=world.cast.annotator)
    return [
        *(f"{reverse('article-detail', args=['sample', key])}?cards=full" for key in keys),
        reverse("assignment", args=[own.pk]),
        reverse("guidelines", args=["sample"]),
    ]


def faults(page: Page) -> list[str]:
    """Return what axe finds on a page in light and in dark, with the place of each."""
    page.evaluate(AXE)
    found = []
    for scheme, options in SCHEMES.items():
        page.emulate_media(color_scheme=scheme)
        for rule in page.evaluate(RUN, options):
            found += [f"{scheme}, {rule['id']}: {one['target']} {one['html'][:200]}" for one in rule["nodes"]]
    return found


def broken(browser: Browser, server: str, world: World, who: str) -> list[str]:
    """Visit every page as somebody, and return what is wrong with them."""
    place, user = world.place(who, "own"), None if who == "anonymous" else getattr(world.cast, who)
    visited = paths(place) + (sample_paths(world) if who == "annotator" else [])
    found = []
    with visitor(browser, server, user, viewport={"width": 1280, "height": 900}) as seen:
        for path in visited:
            assert seen.visit(path) < 500, path
            found += [f"{path}: {fault}" for fault in faults(seen.page)]
    return found


@pytest.mark.parametrize("who", ["anonymous", "annotator", "manager"])
def test_every_page(browser: Browser, live_server: LiveServer, world: World, who: str) -> None:
    found = broken(browser, live_server.url, world, who)
    assert not found, "\n".join(found)


def test_narrow_pages_do_not_scroll_sideways(browser: Browser, live_server: LiveServer, world: World) -> None:
    """At 320 pixels, which is a wide screen at four times its size (WCAG 1.4.10)."""
    wide = []
    place = world.place("manager", "own")
    with visitor(browser, live_server.url, world.cast.manager, viewport={"width": 320, "height": 640}) as seen:
        for path in paths(place):
            seen.visit(path)
            wide += [f"{path}: {one}" for one in seen.page.evaluate(TOO_WIDE)]
    assert not wide, "\n".join(wide)


def _open(desk: Desk) -> None:  # noqa: F811
    desk.page.locator(".quote-card__open").first.press("Enter")
    expect(desk.page.locator("#editor")).to_be_visible()


def _refuse(desk: Desk) -> None:  # noqa: F811
    _open(desk)
    desk.page.locator("#words-field").fill("words that nobody wrote")
    desk.page.get_by_role("button", name="New quote").click()
    expect(desk.page.locator("#refusal")).to_be_visible()


def _clash(desk: Desk) -> None:  # noqa: F811
    _open(desk)
    quote = Quote.objects.earliest("pk")
    actor = User.objects.get(annotators__assignments=desk.assignment)
    services.change_quote(actor=actor, quote=quote, revision=quote.revision, parts={"type": "free_indirect"})
    desk.page.get_by_role("radio", name="reported").click()
    expect(desk.page.locator("#conflict")).to_be_visible()


def _lose(desk: Desk) -> None:  # noqa: F811
    _open(desk)
    desk.page.context.set_offline(True)
    desk.page.get_by_role("radio", name="reported").click()
    expect(desk.page.locator("#save-state")).to_contain_text("Not saved")


def _show_keys(desk: Desk) -> None:  # noqa: F811
    desk.page.locator("#open-help").click()
    expect(desk.page.locator("#help")).to_be_visible()


def _choose_words(desk: Desk) -> None:  # noqa: F811
    _open(desk)
    desk.select("nobody had measured it")
    expect(desk.page.get_by_role("button", name="New quote")).to_be_visible()


STATES = {
    "closed": Desk.settled,
    "open": _open,
    "words chosen": _choose_words,
    "refused": _refuse,
    "conflict": _clash,
    "not saved": _lose,
    "all keys": _show_keys,
}


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("state", STATES)
def test_every_state_of_the_annotation_page(desk: Desk, cast: Cast, state: str, width: int) -> None:  # noqa: F811
    make_quote(desk.assignment, cast.annotator, "The bridge is safe", source="Mayor Ada Holt", cue="said")
    make_quote(desk.assignment, cast.annotator, "safe")
    if state == "open":
        finish_tour(user=cast.annotator, done=True)
    desk.page.emulate_media(reduced_motion="reduce")
    desk.page.set_viewport_size({"width": width, "height": 844})
    desk.open()
    STATES[state](desk)
    found = faults(desk.page)
    assert not found, "\n".join(found)
