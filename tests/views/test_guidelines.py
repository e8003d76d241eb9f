"""The guidelines: to read and to write, their versions and clauses, their examples, and who is told of a change."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.models import Assignment
from annotations.services.examples import pin_example
from annotations.services.guidelines import GUIDELINES_LENGTH, change_guidelines, guidelines_seen, text_in_force
from tests.cast import Cast
from tests.client import soup_of
from tests.factories import make_assignment, make_quote

URL = "/projects/desk/guidelines/"


def write(cast: Cast, text: str) -> None:
    seen = guidelines_seen(cast.project)
    change_guidelines(actor=cast.manager, project=cast.project, seen=seen, guidelines=text)


def form_of(client: Any) -> dict[str, str]:
    page = soup_of(client.get(URL + "edit/"))
    return {field["name"]: field.get("value", "") for field in page.select("main form input[type=hidden]")}


def test_markdown_and_questions_are_shown(cast: Cast, as_user: Any) -> None:
    write(cast, "# Content\n\nMark **every** word. <script>x</script> [bad](javascript:x) ![p](http://127.0.0.1/)")
    page = soup_of(as_user(cast.viewer).get(URL))
    prose = page.select_one(".prose")
    assert prose.h2.get_text() == "Content #"
    assert prose.strong.get_text() == "every"
    assert prose.find(["script", "img"]) is None
    assert "statement" in page.aside.get_text()
    assert "Version 1, by Manager" in page.main.get_text()


def test_an_empty_page_says_who_writes_it(cast: Cast, as_user: Any) -> None:
    assert soup_of(as_user(cast.annotator).get(URL)).select_one(".empty a") is None
    assert soup_of(as_user(cast.manager).get(URL)).select_one(".empty a")["href"] == URL + "edit/"


def test_what_a_manager_writes_is_kept_once_with_its_history(cast: Cast, as_user: Any) -> None:
    client = as_user(cast.manager)
    form = form_of(client) | {"guidelines": "  One.\r\n\r\n\tTwo.\r\n"}
    for _press in range(2):
        assert client.post(URL + "edit/", form)["Location"] == URL
    assert text_in_force(cast.project) == "  One.\n\n\tTwo.\n"
    change = cast.changes.get(subject_kind="project")
    assert (change.before, change.after) == (
        {"guidelines": "", "version": 0},
        {"guidelines": "  One.\n\n\tTwo.\n", "version": 1},
    )


def test_a_conflict_shows_both_texts_and_loses_nothing(cast: Cast, as_user: Any) -> None:
    client = as_user(cast.manager)
    form = form_of(client) | {"guidelines": "Mine."}
    write(cast, "Theirs.")
    response = client.post(URL + "edit/", form)
    assert response.status_code == 409
    page = soup_of(response)
    assert page.pre.get_text() == "Theirs."
    assert page.textarea.get_text().strip() == "Mine."
    assert text_in_force(cast.project) == "Theirs."
    again = {field["name"]: field["value"] for field in page.select("main form input[type=hidden]")}
    assert client.post(URL + "edit/", form | again).status_code == 302
    assert text_in_force(cast.project) == "Mine."


@pytest.mark.parametrize("text", ["x" * (GUIDELINES_LENGTH + 1), "x" * (2 * GUIDELINES_LENGTH + 1), "a\x00b", "a\x1bb"])
def test_what_cannot_be_kept_is_refused(cast: Cast, as_user: Any, text: str) -> None:
    client = as_user(cast.manager)
    assert client.post(URL + "edit/", form_of(client) | {"guidelines": text}).status_code == 422
    assert not cast.changes.exists()


def test_saving_without_a_change_leaves_no_history(cast: Cast, as_user: Any) -> None:
    client = as_user(cast.manager)
    assert client.post(URL + "edit/", form_of(client) | {"guidelines": ""}).status_code == 302
    assert not cast.changes.exists()


@pytest.mark.parametrize("who", ["annotator", "reviewer", "viewer"])
def test_only_managers_write(cast: Cast, as_user: Any, who: str) -> None:
    client = as_user(cast.members[who])
    assert client.get(URL).status_code == 200
    assert client.get(URL + "edit/").status_code == 403
    assert client.post(URL + "edit/", {"guidelines": "x", "seen": "x"}).status_code == 403


def test_strangers_and_wrong_methods(cast: Cast, as_user: Any) -> None:
    assert as_user(cast.outsider).get(URL).status_code == 404
    assert as_user(cast.outsider).post(URL + "edit/").status_code == 404
    assert as_user(cast.manager).post(URL).status_code == 405
    assert as_user(cast.manager).get(URL + "?x=1").status_code == 400


CLAUSES = '# Marking\n\nAll.\n\n## The cue {#cue concerns="cue"}\n\nThe verb.\n\n### Split {#split}\n\nTwo parts.\n'


def test_each_clause_has_an_address_and_old_versions_can_be_read(cast: Cast, as_user: Any) -> None:
    write(cast, CLAUSES)
    write(cast, CLAUSES.replace("The verb.", "The verb group."))
    client = as_user(cast.viewer)
    page = soup_of(client.get(URL))
    linked = [link["href"] for link in page.select("nav[aria-labelledby=contents] a")]
    assert linked == ["#clause-marking", "#clause-cue", "#clause-split"]
    assert [page.find(id=one[1:]).name for one in linked] == ["h2", "h3", "h4"]
    assert "{#" not in page.main.get_text()
    assert page.select_one("[aria-labelledby=versions] [aria-current=page]").get_text() == "Version 2"
    old = soup_of(client.get(URL + "?version=1"))
    assert "The verb." in old.main.get_text()
    assert "no longer in force" in old.main.get_text()
    assert client.get(URL + "?version=3").status_code == 404
    assert client.get(URL + "?version=x").status_code == 400


def test_two_versions_are_compared(cast: Cast, as_user: Any) -> None:
    client = as_user(cast.viewer)
    assert client.get(URL + "compare/").status_code == 404
    write(cast, CLAUSES)
    assert "all of it is new" in soup_of(client.get(URL + "compare/")).main.get_text()
    write(cast, CLAUSES.replace("The verb.", "The verb group <b>."))
    write(cast, "# Marking\n\nAll.\n")
    page = soup_of(client.get(URL + "compare/?from=1&to=2"))
    assert [one.get_text() for one in page.select(".compared ins")] == [" group <b>"]
    assert not page.select(".compared del")
    assert "2 clauses are the same" in page.main.get_text()
    assert len(soup_of(client.get(URL + "compare/?from=1")).select("section .tag--bad")) == 2


def test_the_clauses_about_a_part_of_a_quote(cast: Cast, as_user: Any) -> None:
    write(cast, CLAUSES)
    client = as_user(cast.annotator)
    page = soup_of(client.get(URL + "about/cue/"))
    assert [one.get_text(strip=True) for one in page.select(".prose :is(h2, h3, h4)")] == ["The cue", "Split"]
    piece = client.get(URL + "about/cue/", headers={"HX-Request": "true"})
    assert soup_of(piece).find("html") is None
    assert soup_of(piece).section.has_attr("autofocus")
    assert "No clause" in soup_of(client.get(URL + "about/engagement/")).main.get_text()
    assert client.get(URL + "about/weather/").status_code == 404


def test_an_anchor_that_cannot_be_is_told_with_what_was_typed(cast: Cast, as_user: Any) -> None:
    client = as_user(cast.manager)
    answer = client.post(URL + "edit/", form_of(client) | {"guidelines": '# A {#a concerns="tone"}'})
    assert answer.status_code == 422
    assert "Line 1: a clause cannot concern “tone”" in soup_of(answer).main.get_text()
    assert "tone" in soup_of(answer).textarea.get_text()


class TestOnThePageOfAStory:
    def note(self, client: Any, assignment: Assignment) -> Any:
        return soup_of(client.get(reverse("assignment", args=[assignment.pk]))).find(id="new-guidelines")

    def test_what_changed_is_told_until_it_was_looked_at(
        self, cast: Cast, as_user: Any, assignment: Assignment
    ) -> None:
        write(cast, CLAUSES)
        client = as_user(cast.annotator)
        assert self.note(client, assignment) is None
        make_quote(assignment, cast.annotator, "“The bridge is safe,”")
        write(cast, "# Marking\n")
        note = self.note(client, assignment)
        form = {field["name"]: field["value"] for field in note.select("input")}
        answer = client.post(note["action"], form | {"then": "compare"})
        assert answer["Location"] == URL + "compare/?from=1"
        assert self.note(client, assignment) is None
        write(cast, "# Marking\n\nAll.\n")
        assert client.post(URL + "seen/", {"version": "3", "next": form["next"]})["Location"] == form["next"]
        assert self.note(client, assignment) is None
        assert client.post(URL + "seen/", {"version": "3", "next": "https://evil.example/"})["Location"] == URL
        assert client.post(URL + "seen/", {"version": "x"}).status_code == 400

    def test_the_open_card_leads_to_its_clauses_and_its_version(
        self, cast: Cast, as_user: Any, assignment: Assignment
    ) -> None:
        write(cast, CLAUSES)
        quote = make_quote(assignment, cast.annotator, "“The bridge is safe,”", source="Mayor Ada Holt")
        client = as_user(cast.annotator)
        address = reverse("assignment", args=[assignment.pk])
        page = soup_of(client.get(f"{address}?quote={quote.key}"))
        assert [one["href"] for one in page.select(".editor a.rule")] == [URL + "about/cue/"]
        assert page.find(id="made-under")["href"] == URL + "?version=1"
        history = soup_of(client.get(reverse("quote-history", args=["desk", quote.key])))
        assert "Made under version 1" in history.main.get_text()


class TestExamples:
    def test_pinned_shown_and_taken_off(self, cast: Cast, as_user: Any, assignment: Assignment) -> None:
        write(cast, CLAUSES)
        quote = make_quote(assignment, cast.annotator, "“The bridge is safe,”")
        client = as_user(cast.reviewer)
        address = reverse("quote-pin", args=["desk", quote.key])
        assert address in client.get(reverse("assignment-read", args=[assignment.pk])).content.decode()
        form = {"clause": "cue", "is_good": "no", "note": "Look <here>."}
        assert client.post(address, form | {"clause": "gone"}).status_code == 422
        assert client.post(address, form)["Location"] == URL + "#clause-cue"
        assert client.post(address, form).status_code == 422
        shown = soup_of(as_user(cast.viewer).get(URL)).select_one(".examples li")
        assert "Look <here>." in shown.get_text()
        assert "The bridge is safe" in shown.blockquote.get_text()
        assert shown.form is None
        history = client.get(reverse("article-history", args=["desk", assignment.version.article.key]))
        assert "pinned an example to the clause “cue”" in soup_of(history).main.get_text()
        own = soup_of(client.get(URL)).select_one(".examples form")
        assert client.post(own["action"], {"gesture": own.input["value"]}).status_code == 302
        assert soup_of(client.get(URL)).select_one(".examples") is None

    def test_one_whose_clause_is_gone_can_be_taken_off(self, cast: Cast, as_user: Any, assignment: Assignment) -> None:
        write(cast, CLAUSES)
        quote = make_quote(assignment, cast.annotator, "“The bridge is safe,”")
        form = {"clause": "split", "is_good": "yes", "note": "Both."}
        as_user(cast.reviewer).post(reverse("quote-pin", args=["desk", quote.key]), form)
        write(cast, "# Marking\n")
        assert soup_of(as_user(cast.reviewer).get(URL)).select_one(".examples form") is not None
        assert soup_of(as_user(cast.viewer).get(URL)).select_one(".examples") is None

    def test_a_story_that_is_read_blind_leaks_nowhere(self, cast: Cast, as_user: Any, assignment: Assignment) -> None:
        write(cast, CLAUSES)
        quote = make_quote(assignment, cast.annotator, "“The bridge is safe,”")
        pin_example(actor=cast.reviewer, quote=quote, clause="cue", is_good=True, note="zinc")
        client = as_user(cast.other_annotator)
        make_assignment(assignment.version, cast.other_annotator)
        for path in (
            URL,
            URL + "about/cue/",
            reverse("article-history", args=["desk", assignment.version.article.key]),
        ):
            assert "zinc" not in client.get(path).content.decode(), path
        page = soup_of(as_user(cast.reviewer).get(reverse("quote-pin", args=["desk", quote.key])))
        assert page.select_one("main form") is None

    def test_many_examples_take_no_more_queries(self, cast: Cast, as_user: Any, assignment: Assignment) -> None:
        write(cast, CLAUSES)
        client = as_user(cast.viewer)
        counts = []
        for words in ("“The bridge is safe,”", "moves a little"):
            quote = make_quote(assignment, cast.annotator, words)
            pin_example(actor=cast.reviewer, quote=quote, clause="cue", is_good=True, note="x")
            with CaptureQueriesContext(connection) as queries:
                client.get(URL)
            counts.append(len(queries))
        assert counts[0] == counts[1]
