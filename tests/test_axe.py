"""Every page for everybody: axe finds nothing, and the browser has nothing to object to."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from annotations.models import Article, Assignment
from annotations.services.accounts import welcome
from tests.browser.site import visitor
from tests.walk import address, readable_routes
from tests.world import Place, World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Colours change from light to dark and nothing else does.
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}
EVERYTHING = {"resultTypes": ["violations"]}
# Downloads and JSON are no pages.
DOWNLOADS = {
    "article-original",
    "export-download",
    "export-manifest",
    "health",
    "api-schema",
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
        if route.name not in DOWNLOADS | FRAGMENTS and not route.path.startswith("/api/v1/projects")
    ]
    quote = f"{reverse('assignment', args=[place.assignment.pk])}?quote={place.quote.key}"
    desk = reverse("project-detail", args=[place.project.slug])
    return [*found, quote, "/nothing/here/", f"{desk}?no=1", f"{desk}articles/?q=zzzz"]


def sample_paths(world: World) -> list[str]:
    """Return stories of the sample project: many quotes, from right to left, in Japanese, with emoji."""
    keys = Article.objects.filter(project__slug="sample").values_list("key", flat=True)
    own = Assignment.objects.get(project__slug="sample", annotator__user=world.cast.annotator)
    return [
        *(f"{reverse('article-detail', args=['sample', key])}?cards=full" for key in keys),
        reverse("assignment", args=[own.pk]),
        reverse("guidelines", args=["sample"]),
    ]


def faults(page: Page, options: dict[str, object]) -> list[str]:
    """Return what axe finds on a page, with the place of each."""
    found = Axe().run(page, options=options).response["violations"]
    return [f"{rule['id']}: {node['target']} {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def broken(browser: Browser, server: str, world: World, who: str, scheme: str) -> list[str]:
    """Visit every page as somebody, and return what is wrong with them."""
    place, user = world.place(who, "own"), None if who == "anonymous" else getattr(world.cast, who)
    visited = paths(place) + (sample_paths(world) if who == "annotator" else [])
    options = EVERYTHING if scheme == "light" else COLOURS
    found = []
    with visitor(browser, server, user, color_scheme=scheme, viewport={"width": 1280, "height": 900}) as seen:
        for path in visited:
            assert seen.visit(path) < 500, path
            found += [f"{path}: {fault}" for fault in faults(seen.page, options)]
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("who", ["anonymous", "annotator", "manager"])
def test_every_page(browser: Browser, live_server: LiveServer, world: World, who: str, scheme: str) -> None:
    found = broken(browser, live_server.url, world, who, scheme)
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
