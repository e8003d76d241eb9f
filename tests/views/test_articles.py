"""One article to read: its gold, its bytes, its history, and taking it up."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import ArticleVersion, Assignment, Removal
from annotations.services.article_changes import change_article
from annotations.services.articles import add_version, import_article
from annotations.services.claims import NewClaim
from annotations.services.speakers import NewSpeaker
from tests.cast import Cast
from tests.client import soup_of
from tests.factories import make_assignment, make_quote, make_version
from tests.templatetags.test_annotated_text import TextContent
from tests.views.reading import gold_record, make_gold, make_work

KIRBY = "/projects/desk/articles/kirby/"
BRIDGE = "/projects/desk/articles/mayor-opens-bridge/"


class StoryText(TextContent):
    """The text of the story on a page, as a browser has it."""

    def __init__(self, html: str) -> None:
        self.depth = 0
        super().__init__(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth or ("id", "story") in attrs:
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        self.depth = max(0, self.depth - 1)

    def handle_data(self, data: str) -> None:
        if self.depth:
            super().handle_data(data)


@pytest.mark.parametrize("name", ["kirby", "miyah-ar", "kosoku-ja", "festival-emoji", "council"])
def test_the_story_is_its_text_and_every_quote_has_its_card(cast: Cast, as_user: Any, name: str) -> None:
    version = make_gold(cast.project, cast.manager, name)
    response = as_user(cast.viewer).get(f"/projects/desk/articles/{name}/")
    assert StoryText(response.content.decode()).text == version.text
    page, record = soup_of(response), gold_record(name)
    assert page.find(id="story").get("lang") == (version.article.language or None)
    assert {card["id"] for card in page.select(".quote-card")} == {f"q-{quote['id']}" for quote in record["quotes"]}
    marked = {ref for mark in page.select("#story mark") for ref in mark["data-quotes"].split()}
    assert marked == {quote["id"] for quote in record["quotes"]}


def test_cards_stand_in_story_order_with_all_that_is_known(cast: Cast, as_user: Any) -> None:
    make_gold(cast.project, cast.manager)
    page = soup_of(as_user(cast.viewer).get(KIRBY))
    cards = page.select(".quote-card")
    starts = {quote["id"]: quote["content"][0]["start"] for quote in gold_record()["quotes"]}
    order = [starts[card["data-quote"]] for card in cards]
    assert order == sorted(order)
    first = cards[0].get_text(" ", strip=True)
    for words in ("John Kirby", "indirect", "as revealed by", "explicit", "statement", "acknowledges", "Asserts"):
        assert words in first
    assert cards[0].find("a", href="#q-q01") is not None
    nested = next(card for card in cards if "in a quote" in card.get_text())
    assert page.find(id=nested.find("a", string="the quote around it")["href"][1:]) is not None


def test_a_story_without_gold_says_so(cast: Cast, as_user: Any) -> None:
    version = make_version(cast.project, cast.manager)
    make_work(version, cast.annotator)
    for person in (cast.annotator, cast.other_annotator, cast.viewer):
        response = as_user(person).get(BRIDGE)
        assert "There is no gold for this version yet" in response.content.decode()
        assert StoryText(response.content.decode()).text == version.text
        assert soup_of(response).select("mark") == []


def test_a_version_is_chosen_by_its_number(cast: Cast, as_user: Any) -> None:
    version = make_version(cast.project, cast.manager)
    add_version(actor=cast.manager, article=version.article, text="Mayor Closes Bridge\n\nIt is shut.")
    client = as_user(cast.viewer)
    assert StoryText(client.get(BRIDGE).content.decode()).text == "Mayor Closes Bridge\n\nIt is shut."
    assert StoryText(client.get(BRIDGE + "?version=1").content.decode()).text == version.text
    assert [client.get(f"{BRIDGE}?version={number}").status_code for number in ("3", "0", "x")] == [404, 400, 400]


def test_a_reader_finds_metadata_and_checksum(cast: Cast, as_user: Any) -> None:
    fields = {"outlet": "Post", "url": "https://post.example/a", "licence": "CC0", "language": "en-GB"}
    version = make_version(cast.project, cast.manager, **fields)
    page = soup_of(as_user(cast.viewer).get(BRIDGE))
    text = page.main.get_text()
    assert all(words in text for words in ("Post", "CC0", "British English", version.sha256))
    link = page.find("a", href="https://post.example/a")
    assert "noopener" in link["rel"]


class TestCorrecting:
    def test_a_manager_corrects_what_is_known_and_history_tells_it(self, cast: Cast, as_user: Any) -> None:
        version = make_version(cast.project, cast.manager, outlet="OutA")
        client = as_user(cast.manager)
        assert soup_of(client.get(BRIDGE)).find("a", href=f"{BRIDGE}edit/") is not None
        page = soup_of(client.get(f"{BRIDGE}edit/"))
        sent = {field["name"]: field.get("value", "") for field in page.select("main form input")}
        assert sent["outlet"] == "OutA"
        assert page.select_one("[name=text_exportable] [selected]")["value"] == "yes"
        assert "headline" not in sent
        sent |= {"outlet": "OutB", "text_exportable": "no", "embargoed_until": "2099-01-02 03:04"}
        assert client.post(f"{BRIDGE}edit/", sent)["Location"] == BRIDGE
        text = soup_of(client.get(BRIDGE)).find(id="about").parent.get_text(" ", strip=True)
        assert "Its text may not be exported: exports have offsets and hashes instead of words." in text
        assert "Until 2 January 2099, 03:04 UTC exports hold this story back." in text
        newest = soup_of(client.get(f"{BRIDGE}history/")).select(".timeline > li")[0]
        assert "changed the article" in newest.get_text(" ", strip=True)
        told = {row.th.get_text(): row.get_text(" ", strip=True) for row in newest.select(".compared tbody tr")}
        assert {"Outlet", "Text may be exported", "Embargoed until"} == set(told)
        assert "2099-01-02 03:04 UTC" in told["Embargoed until"]
        version.article.refresh_from_db()
        assert version.article.revision == 2

    def test_who_saw_something_else_sees_both(self, cast: Cast, as_user: Any) -> None:
        article = make_version(cast.project, cast.manager, outlet="OutA").article
        change_article(actor=cast.manager, article=article, revision=1, outlet="OutB")
        sent = {"revision": "1", "outlet": "OutC", "text_exportable": "yes"}
        response = as_user(cast.manager).post(f"{BRIDGE}edit/", sent)
        assert (response.status_code, response.context_data["compared"]) == (409, [("Outlet", "OutB", "OutC")])
        again = {field["name"]: field.get("value", "") for field in soup_of(response).select("main form input")}
        assert again["revision"] == "2"
        assert as_user(cast.manager).post(f"{BRIDGE}edit/", again | {"text_exportable": "yes"}).status_code == 302
        article.refresh_from_db()
        assert article.outlet == "OutC"

    def test_a_fault_is_told_at_its_field(self, cast: Cast, as_user: Any) -> None:
        make_version(cast.project, cast.manager)
        sent = {"revision": "1", "text_exportable": "yes", "embargoed_until": "2099-01-02"}
        response = as_user(cast.manager).post(f"{BRIDGE}edit/", sent)
        assert (response.status_code, list(response.context_data["form"].errors)) == (422, ["embargoed_until"])

    @pytest.mark.parametrize("who", ["reviewer", "annotator", "viewer"])
    def test_others_find_no_link(self, cast: Cast, as_user: Any, who: str) -> None:
        make_version(cast.project, cast.manager)
        assert soup_of(as_user(getattr(cast, who)).get(BRIDGE)).find("a", href=f"{BRIDGE}edit/") is None

    def test_an_embargo_that_is_over_holds_nothing_back(self, cast: Cast, as_user: Any) -> None:
        make_version(cast.project, cast.manager, embargoed_until="2001-01-02 03:04")
        text = as_user(cast.viewer).get(BRIDGE).content.decode()
        assert "It ended on 2 January 2001, 03:04 UTC." in text
        assert "hold this story back" not in text


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252"])
def test_the_bytes_are_given_as_they_came(cast: Cast, as_user: Any, encoding: str) -> None:
    data = "Café “shut”\r\n\r\nIt is shut.\r\n".encode(encoding)
    made = import_article(actor=cast.manager, project=cast.project, data=data, charset=encoding, key="Café x")
    response = as_user(cast.viewer).get(f"/projects/desk/articles/{quote(made.article.key)}/original/")
    assert response.content == data
    assert response["Content-Type"] == f"text/plain; charset={made.version.encoding}"
    assert response["Content-Disposition"] == 'attachment; filename="Caf-x-1.txt"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert hashlib.sha256(response.content).hexdigest() == made.version.original_sha256


class TestTakingUp:
    def test_it_makes_an_assignment_once(self, cast: Cast, as_user: Any) -> None:
        make_version(cast.project, cast.manager)
        client = as_user(cast.annotator)
        first = client.post(BRIDGE + "annotate/")
        assert client.post(BRIDGE + "annotate/")["Location"] == first["Location"]
        assignment = Assignment.objects.get()
        assert first["Location"] == f"/assignments/{assignment.pk}/"
        assert assignment.annotator.user == cast.annotator
        assert soup_of(client.get(BRIDGE)).find("a", href=f"/assignments/{assignment.pk}/") is not None

    def test_a_viewer_may_not(self, cast: Cast, as_user: Any) -> None:
        make_version(cast.project, cast.manager)
        assert as_user(cast.viewer).post(BRIDGE + "annotate/").status_code == 403
        assert soup_of(as_user(cast.viewer).get(BRIDGE)).select("main form") == []
        assert not Assignment.objects.exists()

    def test_reading_takes_nothing_up(self, cast: Cast, as_user: Any) -> None:
        make_version(cast.project, cast.manager)
        assert as_user(cast.annotator).get(BRIDGE + "annotate/").status_code == 405


class TestOthersWork:
    def test_a_reviewer_reads_it(self, cast: Cast, as_user: Any) -> None:
        quote = make_work(make_version(cast.project, cast.manager), cast.annotator)
        client = as_user(cast.reviewer)
        assert soup_of(client.get(BRIDGE)).find("a", href=f"/assignments/{quote.assignment_id}/read/") is not None
        page = soup_of(client.get(f"/assignments/{quote.assignment_id}/read/"))
        assert [card["data-quote"] for card in page.select(".quote-card")] == [quote.key]
        assert "The quotes of Annotator, to read only" in page.get_text()

    @pytest.mark.parametrize("who", ["other_annotator", "viewer", "outsider"])
    def test_others_do_not(self, cast: Cast, as_user: Any, who: str) -> None:
        quote = make_work(make_version(cast.project, cast.manager), cast.annotator)
        assert as_user(getattr(cast, who)).get(f"/assignments/{quote.assignment_id}/read/").status_code == 404

    def test_a_reviewer_who_holds_the_story_does_not(self, cast: Cast, as_user: Any) -> None:
        version = make_version(cast.project, cast.manager)
        quote = make_work(version, cast.annotator)
        make_assignment(version, cast.reviewer)
        client = as_user(cast.reviewer)
        assert client.get(f"/assignments/{quote.assignment_id}/read/").status_code == 404
        assert f"/assignments/{quote.assignment_id}/" not in client.get(BRIDGE).content.decode()

    def test_ones_own_is_there_to_read(self, cast: Cast, as_user: Any) -> None:
        quote = make_work(make_version(cast.project, cast.manager), cast.annotator)
        page = soup_of(as_user(cast.annotator).get(f"/assignments/{quote.assignment_id}/read/"))
        assert "Your own quotes" in page.get_text()

    def test_nothing_of_it_after_leaving_the_project(self, cast: Cast, as_user: Any) -> None:
        quote = make_work(make_version(cast.project, cast.manager), cast.annotator)
        cast.project.memberships.filter(user=cast.annotator).update(is_active=False)
        assert as_user(cast.annotator).get(f"/assignments/{quote.assignment_id}/read/").status_code == 404


def test_a_history_shows_imports_and_ones_own_work(cast: Cast, as_user: Any) -> None:
    version = make_version(cast.project, cast.manager)
    make_work(version, cast.annotator)
    make_work(version, cast.other_annotator, "engineers told the council")
    text = soup_of(as_user(cast.annotator).get(BRIDGE + "history/")).main.get_text()
    assert "imported the article “Mayor Opens Bridge”" in text
    assert "The bridge is safe" in text
    assert "engineers told" not in text


def test_a_removed_text_is_told(cast: Cast, as_user: Any) -> None:
    version = make_version(cast.project, cast.manager)
    Removal.objects.create(project=cast.project, article=version.article, actor=cast.manager, reason="court order")
    ArticleVersion.objects.filter(pk=version.pk).update(text="", original=b"", headline="", length=0, search_text="")
    client = as_user(cast.annotator)
    page = soup_of(client.get(BRIDGE))
    assert "was removed for good" in page.main.get_text()
    assert page.select("main form") == []
    assert client.get(BRIDGE + "original/").status_code == 404
    assert client.get("/projects/desk/articles/").status_code == 200


@pytest.mark.parametrize("path", ["", "original/", "history/"])
def test_strangers_wrong_methods_and_parameters(cast: Cast, as_user: Any, path: str) -> None:
    make_version(cast.project, cast.manager)
    assert as_user(cast.outsider).get(BRIDGE + path).status_code == 404
    assert as_user(cast.annotator).post(BRIDGE + path).status_code == 405
    assert as_user(cast.annotator).get(BRIDGE + path + "?fields=text").status_code == 400
    assert as_user(cast.annotator).get(f"/projects/desk/articles/nowhere/{path}").status_code == 404


def test_a_story_of_another_desk_is_not_here(cast: Cast, as_user: Any) -> None:
    make_version(cast.other_project, cast.outsider)
    assert as_user(cast.annotator).get(BRIDGE).status_code == 404


def test_more_quotes_take_no_more_queries(cast: Cast, as_user: Any) -> None:
    assignment = make_assignment(make_version(cast.project, cast.manager), cast.annotator)
    url = f"/assignments/{assignment.pk}/read/"
    client = as_user(cast.annotator)
    for words, speaker in (("The bridge is safe", "Ada Holt"), ("and it will stay open", "Ben Ruiz")):
        full(assignment, cast, words, speaker)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for words, speaker in (("engineers told", "Ben Ruiz"), ("the old pier", "Engineers"), ("nobody had", "Somebody")):
        full(assignment, cast, words, speaker)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few) < 25


def full(assignment: Assignment, cast: Cast, words: str, speaker: str) -> None:
    make_quote(
        assignment,
        cast.annotator,
        words,
        speaker=NewSpeaker(speaker),
        labels={"act": "statement"},
        claims=[{"claim": NewClaim(f"{speaker} said {words}."), "stance": "asserts"}],
    )
