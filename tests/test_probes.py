"""Texts that have broken annotation tools, from the paste to the dataset: imported, shown, marked, exported."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from annotations.models import Article, ArticleVersion, Assignment, Quote
from tests.cast import Cast
from tests.client import StrictClient, soup_of
from tests.corpus import PROBES, Probe

pytestmark = pytest.mark.django_db


@pytest.fixture(params=PROBES, ids=lambda probe: probe.name)
def probe(request: pytest.FixtureRequest) -> Probe:
    """One of the texts."""
    found: Probe = request.param
    return found


@pytest.fixture
def manager(cast: Cast, as_user: Any) -> StrictClient:
    """Who imports, annotates and exports."""
    client: StrictClient = as_user(cast.manager)
    return client


def paste(client: StrictClient, text: str) -> ArticleVersion:
    """Import a text by the form of the page, and return what is there."""
    sent = client.post(reverse("import", args=["desk"]), {"text": text})
    assert sent.status_code == 302, soup_of(sent).get_text()
    client.post(sent["Location"] + "confirm/")
    return ArticleVersion.objects.order_by("-pk")[0]


def story_of(client: StrictClient, path: str) -> str:
    """Return the textContent of the story on a page."""
    # The parser shortens white space unless it is told where that matters.
    page = BeautifulSoup(client.get(path).content.decode(), "html.parser", preserve_whitespace_tags={"div", "article"})
    story = page.find(id="story")
    assert isinstance(story, Tag)
    return story.get_text()


def annotate(client: StrictClient, version: ArticleVersion, probe: Probe) -> Assignment:
    """Mark the words of a probe by the form of the page, as a browser sends it."""
    client.post(reverse("article-annotate", args=["desk", version.article.key]))
    assignment = Assignment.objects.get(version=version)
    for span in probe.spans():
        # A browser sends every line break of a form as two characters.
        form = span | {"exact": str(span["exact"]).replace("\n", "\r\n")}
        answer = client.post(reverse("quote-create", args=[assignment.pk]), form)
        assert answer.status_code == 302, soup_of(answer).get_text()
    return assignment


def exported(client: StrictClient) -> dict[str, Any]:
    """Return the one record of the dataset."""
    answer = client.get(reverse("export-download", args=["desk"]) + "?annotations=all&format=jsonl")
    (line,) = b"".join(answer).splitlines()
    record: dict[str, Any] = json.loads(line)
    return record


def test_from_the_paste_to_the_dataset(manager: StrictClient, probe: Probe) -> None:
    version = paste(manager, probe.sent)
    assert version.text == probe.text
    assert version.length == len(probe.text)
    assignment = annotate(manager, version, probe)
    own = reverse("assignment", args=[assignment.pk])
    read = reverse("assignment-read", args=[assignment.pk])
    for path in (reverse("article-detail", args=["desk", version.article.key]), own, read):
        assert story_of(manager, path) == probe.text, path

    record = exported(manager)
    text = record["article"]["text"]
    assert text == probe.text
    spans = [span for quote in record["quotes"] for span in quote["content"]]
    assert all(text[span["start"] : span["end"]] == span["exact"] for span in spans)
    assert sorted(map(str, spans)) == sorted(map(str, probe.spans()))


def test_pasted_and_sent_as_a_file_it_is_the_same_story(manager: StrictClient, probe: Probe) -> None:
    first = paste(manager, probe.sent.replace("\n", "\r\n").replace("\r\r\n", "\r\n"))
    file = SimpleUploadedFile("again.txt", probe.text.encode())
    sent = manager.post(reverse("import-files", args=["desk"]), {"upload": file})
    manager.post(sent["Location"] + "confirm/")
    assert ArticleVersion.objects.count() == 1
    assert first.sha256 == ArticleVersion.objects.get().sha256


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b\u2060", "\t \n"])
def test_nothing_to_read_is_refused(manager: StrictClient, text: str) -> None:
    sent = manager.post(reverse("import", args=["desk"]), {"text": text})
    assert sent.status_code == 422
    assert not Article.objects.exists()


@pytest.mark.parametrize("text", ["ab\x00cd", "a\x08b", "a\x1bb", "a\x0cb"])
def test_what_cannot_be_kept_is_refused_with_its_place(manager: StrictClient, text: str) -> None:
    sent = manager.post(reverse("import", args=["desk"]), {"text": text})
    assert sent.status_code == 422
    assert "line 1" in soup_of(sent).get_text()
    assert not Article.objects.exists()


@pytest.mark.parametrize("text", ["x", "💩", "—", "ع"])
def test_one_character_is_a_story(manager: StrictClient, text: str) -> None:
    assert paste(manager, text).text == text


@pytest.fixture
def assignment(cast: Cast, manager: StrictClient) -> Assignment:
    """The manager's own of a story with an emoji before its words."""
    version = paste(manager, "💩 “Café ,” she said.  Twice.")
    manager.post(reverse("article-annotate", args=["desk", version.article.key]))
    return Assignment.objects.get(version=version)


OFFSETS: list[dict[str, Any]] = [
    {"start": "-1", "end": "3"},
    {"start": "3", "end": "3"},
    {"start": "5", "end": "3"},
    {"start": "0", "end": "9999"},
    {"start": str(2**31), "end": str(2**31 + 1)},
    {"start": str(2**63), "end": str(2**63 + 1)},
    {"start": "1.0", "end": "2"},
    {"start": "1e0", "end": "2"},
    {"start": "NaN", "end": "2"},
    {"start": "true", "end": "2"},
    {"start": "", "end": "2"},
    {"start": "٣", "end": "٥"},
    {},
]


@pytest.mark.parametrize("span", OFFSETS, ids=str)
def test_offsets_that_are_none_are_refused(manager: StrictClient, assignment: Assignment, span: dict[str, str]) -> None:
    answer = manager.post(reverse("quote-create", args=[assignment.pk]), span | {"exact": "Café"})
    assert answer.status_code == 422
    assert not Quote.objects.exists()


@pytest.mark.parametrize("exact", ["Cafe\u0301", "Caf", "Café ", " Café", "café", "“Café", ""])
def test_words_that_do_not_stand_there_are_refused(manager: StrictClient, assignment: Assignment, exact: str) -> None:
    place = {"start": "3", "end": "7"}
    assert assignment.version.text[3:7] == "Café"
    answer = manager.post(reverse("quote-create", args=[assignment.pk]), place | {"exact": exact})
    assert answer.status_code == 422
    assert not Quote.objects.exists()
    assert manager.post(reverse("quote-create", args=[assignment.pk]), place | {"exact": "Café"}).status_code == 302


def test_spaces_at_the_edges_are_kept_where_they_were_chosen(manager: StrictClient, assignment: Assignment) -> None:
    start = assignment.version.text.index(" she said. ")
    span = {"start": start, "end": start + 11, "exact": " she said. "}
    manager.post(reverse("quote-create", args=[assignment.pk]), span)
    (record,) = exported(manager)["quotes"]
    assert record["content"] == [span]


def test_white_space_alone_is_no_quote(manager: StrictClient, assignment: Assignment) -> None:
    text = assignment.version.text
    start = text.index("  ")
    form = {"start": str(start), "end": str(start + 2), "exact": "  "}
    assert manager.post(reverse("quote-create", args=[assignment.pk]), form).status_code == 422


def test_a_search_finds_both_ways_of_writing_a_letter(cast: Cast, manager: StrictClient) -> None:
    paste(manager, next(probe for probe in PROBES if probe.name == "composed and not").sent)
    for word in ("Café", "Cafe\u0301", "CAFÉ"):
        page = soup_of(manager.get(reverse("article-list", args=["desk"]), {"q": word}))
        assert page.find("tbody"), word
