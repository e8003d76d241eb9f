"""What every answer of the site has in common: walked as everybody, errors and downloads included."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from annotations.models import ApiToken, SignInLink, User
from tests.client import soup_of
from tests.walk import Walker
from tests.world import World

pytestmark = pytest.mark.django_db

WHO = ["anonymous", "viewer", "annotator", "manager", "outsider"]
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
Answers = list[tuple[str, HttpResponse]]


@cache
def answers(actor: str, world_id: int) -> Answers:
    """Return everything that somebody can read, kept for all tests of this file."""
    world = WORLDS[world_id]
    walker = Walker.of(world, actor)
    seen = list(walker.walk(world.place(actor, "own")))
    seen += [(f"{path} elsewhere", response) for path, response in walker.walk(world.place(actor, "elsewhere"))]
    seen += list(errors(walker, world))
    for _, response in seen:
        if response.streaming:
            response.whole = b"".join(response)
    return seen


def errors(walker: Walker, world: World) -> Iterator[tuple[str, HttpResponse]]:
    """Yield answers that say no."""
    desk = reverse("project-detail", args=[world.cast.project.slug])
    yield "no such page", walker.get("/nothing/here/")
    yield "no such page of the API", walker.get("/api/v1/nothing")
    yield "an unknown parameter", walker.get(f"{desk}?password=1")
    yield "a NUL", walker.get(f"{desk}articles/?q=%00")
    yield "another method", walker.client.put(desk)
    yield "another host", walker.client.get(desk, headers={"Host": "evil.example"})
    yield "too large", walker.client.generic("POST", desk, "", headers={"Content-Length": "99999999"})
    yield "a form without its fields", walker.client.post(reverse("account_login"), {})


WORLDS: dict[int, World] = {}


@pytest.fixture(params=WHO)
def seen(request: pytest.FixtureRequest, world: World) -> Answers:
    """All answers that one person gets."""
    WORLDS[id(world)] = world
    return answers(request.param, id(world))


def body_of(response: HttpResponse) -> str:
    """Return the text of an answer."""
    return (response.whole if response.streaming else response.content).decode(errors="replace")


def pages(seen: Answers) -> Iterator[tuple[str, BeautifulSoup]]:
    """Yield the answers that are HTML."""
    for path, response in seen:
        if response.headers.get("Content-Type", "").startswith("text/html") and response.content:
            yield path, soup_of(response)


def test_nothing_breaks(seen: Answers) -> None:
    assert [(path, response.status_code) for path, response in seen if response.status_code >= 500] == []


def test_the_policy_stands_on_every_answer(seen: Answers) -> None:
    for path, response in seen:
        directives = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
        assert directives == POLICY, path


def test_no_answer_can_be_framed_guessed_or_followed(seen: Answers) -> None:
    for path, response in seen:
        assert response["X-Frame-Options"] == "DENY", path
        assert response["X-Content-Type-Options"] == "nosniff", path
        assert response["Referrer-Policy"] == "same-origin", path
        assert response["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert not {"Server", "X-Powered-By", "Access-Control-Allow-Origin"} & set(response.headers), path


def test_no_cache_keeps_an_answer(seen: Answers) -> None:
    for path, response in seen:
        assert "no-store" in response["Cache-Control"], path
        varies = {name.strip().lower() for name in response.get("Vary", "").split(",")}
        assert {"hx-request", "hx-target"} <= varies, path
        if path.startswith("/api/v1/projects") and response.status_code == 200:
            assert "authorization" in varies, path
        if b"user-menu" in (b"" if response.streaming else response.content):
            assert "cookie" in varies, path


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(seen: Answers) -> None:
    for path, response in seen:
        for cookie in response.cookies.values():
            assert cookie["httponly"], path
            assert cookie["samesite"] == "Lax", path


def test_types_are_told(seen: Answers) -> None:
    for path, response in seen:
        kind = response.headers.get("Content-Type", "")
        assert kind or not body_of(response), path
        if kind.startswith("text/"):
            assert "charset=" in kind, path


def test_downloads_are_no_pages(seen: Answers) -> None:
    named = [(path, response) for path, response in seen if "Content-Disposition" in response.headers]
    for path, response in named:
        assert response["Content-Disposition"].startswith("attachment"), path
        assert not response["Content-Type"].startswith("text/html"), path


def posts_with_a_token_and_stays_here(path: str, page: BeautifulSoup) -> None:
    for form in page.find_all("form"):
        method, action = form.get("method", "get"), str(form.get("action", ""))
        # A form of the method dialog only closes the sheet that it stands in.
        assert method in {"get", "post", "dialog"}, path
        assert action.startswith(("/", "?")) or not action, path
        assert not action.startswith("//"), path
        assert method != "post" or form.find("input", {"name": "csrfmiddlewaretoken"}), f"{path}: {form}"


def loads_nothing_from_elsewhere(path: str, page: BeautifulSoup) -> None:
    tags = page.find_all(["script", "link", "img", "source"])
    # Data of a page for its scripts loads nothing, and no browser runs it.
    loaded = [str(tag.get("src") or tag.get("href")) for tag in tags if tag.get("type") != "application/json"]
    assert [address for address in loaded if not address.startswith(("/", "data:"))] == [], path


def puts_fragments_in_as_words_and_marks_and_never_runs_them(path: str, page: BeautifulSoup) -> None:
    """What htmx may do is said in the page, since its own defaults run scripts."""
    if not page.select_one("script[src*='htmx']"):
        return
    told = json.loads(str(page.find("meta", {"name": "htmx-config"})["content"]))
    safe = {
        "allowEval": False,
        "allowScriptTags": False,
        "includeIndicatorStyles": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
    }
    assert safe.items() <= told.items(), path


def tells_nothing_by_links_out_of_the_site(path: str, page: BeautifulSoup) -> None:
    for link in page.find_all("a", href=True):
        parts = urlsplit(str(link["href"]))
        assert parts.scheme in {"", "http", "https", "mailto"}, path
        own = not parts.netloc or parts.netloc == "testserver"
        assert own or "noopener" in link.get("rel", []), f"{path}: {link}"


def has_a_title_a_language_and_one_heading(path: str, page: BeautifulSoup) -> None:
    if page.html is None:
        return
    assert page.title, path
    assert page.title.get_text(strip=True), path
    assert page.html.get("lang"), path
    assert len(page.find_all("h1")) == 1, path


def test_every_page(seen: Answers) -> None:
    """All of it at once: to parse the pages takes longer than to look at them."""
    for path, page in pages(seen):
        for check in (
            posts_with_a_token_and_stays_here,
            loads_nothing_from_elsewhere,
            puts_fragments_in_as_words_and_marks_and_never_runs_them,
            tells_nothing_by_links_out_of_the_site,
            has_a_title_a_language_and_one_heading,
        ):
            check(path, page)


def test_the_page_of_a_story_uses_htmx(world: World) -> None:
    path = reverse("assignment", args=[world.place("annotator", "own").assignment.pk])
    assert soup_of(Walker.of(world, "annotator").get(path)).select_one("script[src*='htmx']")


def test_no_answer_holds_a_secret(seen: Answers, world: World) -> None:
    hashes = {user.password for user in User.objects.all()}
    hashes |= set(ApiToken.objects.values_list("digest", flat=True))
    hashes |= set(SignInLink.objects.values_list("token_hash", flat=True))
    secrets = {settings.SECRET_KEY, *world.tokens.values(), *hashes}
    for client in world.clients.values():
        secrets |= {cookie.value for cookie in client.cookies.values()}
    for path, response in seen:
        # Whoever opens a link with a secret is not told it again in a form's address of another site.
        text = body_of(response) + str(response.items())
        assert not [secret for secret in secrets if secret and secret in text], path


def test_addresses_of_mail_are_for_their_owner(world: World) -> None:
    User.objects.update(email="canary@mail.example")
    for path, response in Walker.of(world, "annotator").walk(world.place("annotator", "own")):
        if path.startswith("/account"):
            continue
        text = (b"".join(response) if response.streaming else response.content).decode(errors="replace")
        assert "canary@mail.example" not in text, path


@pytest.mark.parametrize("actor", ["viewer", "annotator", "manager"])
def test_no_answer_tells_of_another_desk(world: World, actor: str) -> None:
    WORLDS[id(world)] = world
    words = [world.elsewhere.version.headline, world.elsewhere.quote.key, "Ada Holt of outsider", "Another desk"]
    for path, response in answers(actor, id(world)):
        if not path.endswith("elsewhere") and not path.endswith("elsewhere/"):
            assert not [word for word in words if word in body_of(response)], path


@pytest.mark.parametrize("actor", ["viewer", "annotator", "reviewer", "manager"])
def test_every_link_leads_somewhere(world: World, actor: str) -> None:
    """Nobody is shown a link that they may not follow."""
    WORLDS[id(world)] = world
    seen = answers(actor, id(world))
    client = Walker.of(world, actor).client
    # A page that was read already need not be read again to know that it is there.
    known = {path: response.status_code for path, response in seen}
    wanted = {address for _, response in seen for address in links(response)}
    status = {address: known.get(address) or client.get(address).status_code for address in sorted(wanted)}
    broken = [f"{code} {address}" for address, code in status.items() if code not in {200, 302}]
    assert not broken, "\n".join(broken)


def links(response: HttpResponse) -> Iterator[str]:
    """Yield where the links of a page lead within the site. Only their tags are read: the pages are many."""
    if not response.streaming:
        for tag in re.findall(rb"<a\s[^>]*>", response.content):
            href = BeautifulSoup(tag, "html.parser").a.get("href", "")
            if href.startswith("/"):
                yield urlsplit(href)._replace(fragment="").geturl()
