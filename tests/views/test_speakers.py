"""Speakers: the list, one of them, mending, merging and taking a merge back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import Change, Speaker
from annotations.services.speakers import NewSpeaker, change_speaker, create_speaker, merge_speakers
from tests.cast import Cast
from tests.client import soup_of
from tests.factories import make_assignment, make_quote, make_version
from tests.views.reading import make_gold, make_work, other_story

URL = "/projects/desk/speakers/"


def add(cast: Cast, label: str, **fields: Any) -> Speaker:
    return create_speaker(project=cast.project, actor=cast.manager, new=NewSpeaker(label, **fields))


def listed(client: Any, query: str = "") -> dict[str, int]:
    response = client.get(URL + query)
    assert response.status_code == 200, response.content
    rows = soup_of(response).select("tbody tr")
    return {row.a.get_text(): int(row.find("td", {"data-label": "Quotes"}).get_text()) for row in rows}


def test_the_list_counts_visible_quotes(cast: Cast, as_user: Any) -> None:
    make_gold(cast.project, cast.manager)
    counts = listed(as_user(cast.viewer))
    assert counts["John Kirby"] == 13
    assert counts["some reports"] == 1


def test_what_others_do_is_not_counted_and_not_listed(cast: Cast, as_user: Any) -> None:
    holt = add(cast, "Ada Holt")
    version = make_version(cast.project, cast.manager)
    make_work(version, cast.annotator, speaker=holt.key)
    make_work(version, cast.other_annotator, "engineers told the council", speaker=NewSpeaker("The Engineers", "group"))
    make_assignment(version, cast.reviewer)
    assert listed(as_user(cast.annotator)) == {"Ada Holt": 1}
    assert listed(as_user(cast.reviewer)) == {"Ada Holt": 0}
    assert listed(as_user(cast.manager)) == {"Ada Holt": 1, "The Engineers": 1}
    engineers = Speaker.objects.get(label="The Engineers")
    for person in (cast.annotator, cast.reviewer):
        assert as_user(person).get(f"{URL}{engineers.key}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=kirby", ["John Kirby"]),
        ("?q=JOHN+pentagon", []),
        ("?q=spokesman", ["John Kirby"]),
        ("?q=the+admiral", ["John Kirby"]),
        ("?q=jk+the+second", ["John Kirby"]),
        ("?kind=document", ["Report"]),
        ("?named=no", []),
        ("?named=yes&order=last", ["Zoë", "Report", "John Kirby"]),
        ("?q=ZOE%CC%88", ["Zoë"]),
    ],
)
def test_filters_and_search(cast: Cast, as_user: Any, query: str, expected: list[str]) -> None:
    kirby = add(cast, "John Kirby", description="Pentagon spokesman", aliases=("The Admiral",))
    add(cast, "Zoë")
    add(cast, "Report", kind="document")
    second = add(cast, "JK the Second")
    third = add(cast, "JK the Third")
    merge_speakers(actor=cast.manager, speaker=third, into=second, revision=third.revision)
    merge_speakers(actor=cast.manager, speaker=second, into=kirby, revision=second.revision)
    assert list(listed(as_user(cast.viewer), query)) == expected


@pytest.mark.parametrize(
    "query", ["?kind=robot", "?order=label", "?order=added", "?q__regex=x", "?named=maybe", "?page=0", "?q=%00"]
)
def test_what_is_not_declared_is_refused(cast: Cast, as_user: Any, query: str) -> None:
    assert as_user(cast.viewer).get(URL + query).status_code == 400


def test_merged_speakers_are_folded_with_their_quotes(cast: Cast, as_user: Any) -> None:
    first, second, third = add(cast, "Ada Holt"), add(cast, "Mayor Holt"), add(cast, "The Mayor")
    version = make_version(cast.project, cast.manager)
    make_work(version, cast.annotator, speaker=second.key)
    make_quote(make_assignment(version, cast.annotator), cast.annotator, "moves a little", speaker=third.key)
    merge_speakers(actor=cast.manager, speaker=third, into=second, revision=third.revision)
    merge_speakers(actor=cast.manager, speaker=second, into=first, revision=second.revision)
    client = as_user(cast.annotator)
    assert listed(client) == {"Ada Holt": 2}
    page = soup_of(client.get(URL + "ada-holt/"))
    assert [words.get_text() for words in page.select(".use__words")] == ["The bridge is safe", "moves a little"]
    assert "Ada Holt" in soup_of(client.get(URL + "mayor-holt/")).select_one(".message").get_text()


def test_a_quote_leads_to_its_place_in_the_story(cast: Cast, as_user: Any) -> None:
    make_gold(cast.project, cast.manager)
    quote = make_work(make_version(cast.project, cast.manager), cast.annotator, speaker="john-kirby")
    links = {link["href"] for link in soup_of(as_user(cast.annotator).get(URL + "john-kirby/")).select(".use a")}
    assert "/projects/desk/articles/kirby/?version=1#q-q01" in links
    assert f"/assignments/{quote.assignment_id}/read/#q-{quote.key}" in links


class TestEditing:
    FIELDS = {
        "label": "Ada Holt",
        "kind": "person",
        "description": "mayor",
        "aliases": "Holt\nMayor Ada",
        "wikidata": "Q7",
    }

    def form(self, client: Any, key: str = "ada-holt") -> dict[str, str]:
        page = soup_of(client.get(f"{URL}{key}/edit/"))
        hidden = {field["name"]: field.get("value", "") for field in page.select("main form input[type=hidden]")}
        return {**self.FIELDS, **{name: hidden[name] for name in ("revision", "gesture")}}

    def test_it_is_saved_once_with_its_history(self, cast: Cast, as_user: Any) -> None:
        add(cast, "Ada Holt")
        client = as_user(cast.reviewer)
        form = self.form(client)
        for _press in range(2):
            assert client.post(URL + "ada-holt/edit/", form)["Location"] == URL + "ada-holt/"
        speaker = Speaker.objects.get()
        assert (speaker.description, speaker.aliases, speaker.wikidata) == ("mayor", ["Holt", "Mayor Ada"], "Q7")
        assert Change.objects.filter(action="change", subject_key="ada-holt").count() == 1

    def test_a_conflict_shows_both_and_keeps_what_was_typed(self, cast: Cast, as_user: Any) -> None:
        speaker = add(cast, "Ada Holt")
        client = as_user(cast.reviewer)
        form = self.form(client)
        change_speaker(
            actor=cast.manager, speaker=speaker, revision=1, new=NewSpeaker("Ada Holt", description="ex-mayor")
        )
        response = client.post(URL + "ada-holt/edit/", form)
        assert response.status_code == 409
        page = soup_of(response)
        assert [cell.get_text() for cell in page.select(".error-summary tbody tr")[0].select("td")] == [
            "ex-mayor",
            "mayor",
        ]
        assert page.find("input", {"name": "description"})["value"] == "mayor"
        assert Speaker.objects.get().description == "ex-mayor"
        again = {field["name"]: field.get("value", "") for field in page.select("main form input[type=hidden]")}
        assert client.post(URL + "ada-holt/edit/", {**form, **again}).status_code == 302
        assert Speaker.objects.get().description == "mayor"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"label": ""},
            {"label": "Ada\u202eHolt"},
            {"kind": "robot"},
            {"wikidata": "Q0"},
            {"label": "x" * 301},
            {"revision": "x"},
            {"aliases": "a\u200bb"},
            {"label": "a\x00b"},
        ],
    )
    def test_a_bad_form_is_refused_and_shown_again(self, cast: Cast, as_user: Any, wrong: dict[str, str]) -> None:
        add(cast, "Ada Holt")
        client = as_user(cast.manager)
        response = client.post(URL + "ada-holt/edit/", self.form(client) | wrong)
        assert response.status_code == 422
        assert soup_of(response).select_one(".error-summary, .errorlist") is not None
        assert Speaker.objects.get().revision == 1

    def test_a_name_that_exists_is_refused(self, cast: Cast, as_user: Any) -> None:
        add(cast, "Ada Holt")
        add(cast, "Ben Ruiz")
        client = as_user(cast.manager)
        form = self.form(client, "ben-ruiz") | {"description": "", "aliases": ""}
        assert client.post(URL + "ben-ruiz/edit/", form).status_code == 422


class TestMerging:
    def test_candidates_share_a_word_or_are_looked_for(self, cast: Cast, as_user: Any) -> None:
        for name in ("Ada Holt", "Mayor Holt", "Ben Ruiz"):
            add(cast, name)
        client = as_user(cast.reviewer)
        near = soup_of(client.get(URL + "ada-holt/merge/")).select("input[type=radio]")
        assert [choice["value"] for choice in near] == ["mayor-holt"]
        found = soup_of(client.get(URL + "ada-holt/merge/?q=ruiz")).select("input[type=radio]")
        assert [choice["value"] for choice in found] == ["ben-ruiz"]

    def test_a_merge_and_its_taking_back(self, cast: Cast, as_user: Any) -> None:
        holt, mayor = add(cast, "Ada Holt"), add(cast, "Mayor Holt")
        client = as_user(cast.reviewer)
        form = {"into": mayor.key, "revision": holt.revision}
        assert client.post(URL + "ada-holt/merge/", form)["Location"] == URL + "ada-holt/"
        holt.refresh_from_db()
        assert holt.merged_into == mayor
        assert client.post(URL + "ada-holt/unmerge/", {"revision": 1}).status_code == 302
        holt.refresh_from_db()
        assert holt.merged_into == mayor
        assert client.post(URL + "ada-holt/unmerge/", {"revision": holt.revision}).status_code == 302
        holt.refresh_from_db()
        assert holt.merged_into is None

    def test_a_stale_merge_is_a_conflict(self, cast: Cast, as_user: Any) -> None:
        holt, mayor = add(cast, "Ada Holt"), add(cast, "Mayor Holt")
        change_speaker(actor=cast.manager, speaker=holt, revision=1, new=NewSpeaker("Ada Holt", description="x"))
        response = as_user(cast.reviewer).post(URL + "ada-holt/merge/", {"into": mayor.key, "revision": 1})
        assert response.status_code == 409
        assert Speaker.objects.get(key="ada-holt").merged_into is None

    @pytest.mark.parametrize(("into", "status"), [("", 422), ("ada-holt", 422), ("nobody", 404), ("stranger", 404)])
    def test_a_bad_choice_is_refused(self, cast: Cast, as_user: Any, into: str, status: int) -> None:
        add(cast, "Ada Holt")
        create_speaker(project=cast.other_project, actor=cast.outsider, new=NewSpeaker("Stranger"))
        response = as_user(cast.reviewer).post(URL + "ada-holt/merge/", {"into": into, "revision": 1})
        assert response.status_code == status


@pytest.mark.parametrize("path", ["edit/", "merge/", "unmerge/"])
@pytest.mark.parametrize("who", ["annotator", "viewer"])
def test_only_reviewers_and_managers_change_speakers(cast: Cast, as_user: Any, path: str, who: str) -> None:
    add(cast, "Ada Holt")
    client = as_user(cast.members[who])
    assert client.post(URL + "ada-holt/" + path, {"revision": 1}).status_code == 403
    reading = ".page-head .button:not([href*=history]):not([href*=export])"
    assert soup_of(client.get(URL + "ada-holt/")).select(f"{reading}, .page-head form") == []
    assert as_user(cast.outsider).post(URL + "ada-holt/" + path).status_code == 404


def test_wrong_methods(cast: Cast, as_user: Any) -> None:
    add(cast, "Ada Holt")
    client = as_user(cast.manager)
    assert [client.post(URL + path).status_code for path in ("", "ada-holt/")] == [405, 405]
    assert client.put(URL + "ada-holt/edit/").status_code == 405
    assert client.get(URL + "ada-holt/unmerge/").status_code == 405


def test_more_rows_take_no_more_queries(cast: Cast, as_user: Any) -> None:
    client = as_user(cast.annotator)
    for number in range(2):
        make_work(
            other_story(cast.project, cast.manager, number),
            cast.annotator,
            f"This is story {number}",
            speaker=NewSpeaker("Ada"),
        )
    urls = (URL, URL + "ada/")
    few = [queries(client, url) for url in urls]
    for number in range(2, 9):
        add(cast, f"Speaker {number}")
        make_work(
            other_story(cast.project, cast.manager, number),
            cast.annotator,
            f"This is story {number}",
            speaker=NewSpeaker("Ada"),
        )
    assert [queries(client, url) for url in urls] == few


def queries(client: Any, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)
