"""Pages of adjudication: the list, beginning, deciding item by item, making it gold, and how it was made."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.models import Adjudication, Assignment, Decision, Quote
from annotations.services.adjudication_sources import compared
from annotations.services.adjudications import finish_adjudication
from annotations.services.assignments import reopen_assignment
from annotations.services.decisions import Choice, open_items
from tests.adjudicating import agreed_on, begun, choose, contents, disputed, keys, submitted
from tests.cast import Cast
from tests.client import StrictClient, soup_of
from tests.factories import make_assignment, make_version
from tests.walk import Answer

pytestmark = pytest.mark.django_db

LIST = reverse("adjudication-list", args=["desk"])


@pytest.fixture
def reviewer(cast: Cast, as_user: Any) -> StrictClient:
    """The reviewer's browser."""
    client: StrictClient = as_user(cast.reviewer)
    return client


def page_path(adjudication: Adjudication) -> str:
    """Return the address of an adjudication."""
    return reverse("adjudicate", args=["desk", adjudication.version.article.key])


def press(client: StrictClient, page: Any, name: str, **typed: Any) -> Any:
    """Press a button of the page by its words, with what else its form holds."""
    button = next(one for one in page.select("main form button") if one.get_text().startswith(name))
    assert not button.has_attr("disabled"), f"{name} cannot be pressed"
    form = button.find_parent("form")
    data = {one["name"]: one.get("value", "") for one in form.select("input[name]") if one.get("type") != "checkbox"}
    for one in form.select("input[type=checkbox][checked]"):
        data.setdefault(one["name"], [])
        data[one["name"]] = [*data[one["name"]], one["value"]]
    for one in form.select("select"):
        chosen = one.select_one("option[selected]") or one.select_one("option")
        data[one["name"]] = chosen["value"]
    data |= {one["name"]: one.get_text() for one in form.select("textarea")}
    data |= {button["name"]: button["value"]} if button.has_attr("name") else {}
    return client.post(form.get("action") or page.path, data | typed)


def opened(client: StrictClient, path: str) -> Any:
    """Read a page."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    soup = soup_of(answer)
    soup.path = path
    return soup


def current(page: Any) -> str:
    """Return the words of the item that is looked at."""
    return " ".join(page.select_one("[aria-current=true] h3").get_text().split())


def test_a_story_is_adjudicated_from_the_list_to_gold(cast: Cast, reviewer: StrictClient) -> None:
    version = disputed(cast)
    row = opened(reviewer, LIST).select_one("tbody tr")
    assert "waiting" in row.get_text()
    start = opened(reviewer, row.find("a")["href"])
    made = press(reviewer, start, "Compare")
    page = opened(reviewer, made["Location"])
    assert current(page) == "2 the old pier “moves a little” in winter"
    assert [one.get_text() for one in page.select(".parts thead .badge")] == ["A", "B"]
    rows = [one.get_text(" ", strip=True) for one in page.select(".parts tbody th")]
    assert rows == ["Content", "Cue", "Speaker", "Act"]
    assert [one.get_text() for one in page.select(".parts mark.differs")][:2] == ["the ", " in winter"]
    letters = [one["data-n"] for one in page.select("#story mark.content[data-n]")]
    assert letters == ["A", "B"]
    assert page.select_one("#story mark.source[data-n]")["data-n"] == "AB"
    page = opened(reviewer, press(reviewer, page, "Take A", reason="It is all that they said.")["Location"])
    assert current(page) == "3 nobody had measured it"
    page = opened(reviewer, press(reviewer, page, "Undo")["Location"])
    assert current(page).startswith("2 ")
    page = opened(reviewer, press(reviewer, page, "Take the mix", **{"part-content": "1"})["Location"])
    page = opened(reviewer, press(reviewer, page, "As B: no quote")["Location"])
    missing = press(reviewer, page, "Make it gold")
    assert missing.status_code == 422
    done = soup_of(missing)
    assert "paragraph" in done.get_text()
    assert press(reviewer, done, "Make it gold all the same").status_code == 302
    gold = version.assignments.get(status="gold")
    assert contents(Adjudication.objects.get(result=gold))[1:] == ["old pier “moves a little”"]
    assert "gold" in opened(reviewer, LIST).select_one("tbody tr").get_text()


def test_what_does_not_go_together_is_said_and_what_was_typed_is_kept(cast: Cast, reviewer: StrictClient) -> None:
    version = make_version(cast.project, cast.manager)
    denial = "nobody had measured it"
    submitted(version, cast.annotator, (denial, {"source": "He", "resolution": "anaphoric"}))
    submitted(version, cast.other_annotator, (denial, {"resolution": "none", "no_source": "orphan"}))
    page = opened(reviewer, page_path(begun(cast, version)))
    answer = press(reviewer, page, "Take the mix", reason="Because.", **{"part-source": "1"})
    assert answer.status_code == 422
    told = soup_of(answer)
    assert "Source of B and speaker of A do not go together" in told.select_one("[role=alert]").get_text()
    assert told.select_one("textarea").get_text() == "Because."
    assert told.select_one("[name=part-source] [selected]")["value"] == "1"
    assert not Quote.objects.filter(assignment__status="draft").exists()


def test_who_edits_goes_to_the_draft_and_comes_back(cast: Cast, reviewer: StrictClient) -> None:
    made = begun(cast)
    answer = press(reviewer, opened(reviewer, page_path(made)), "Edit")
    quote = Quote.objects.get(assignment=made.result, decisions__outcome="taken")
    assert answer["Location"] == f"{reverse('assignment', args=[made.result_id])}?quote={quote.key}"
    draft = soup_of(reviewer.get(answer["Location"]))
    assert draft.select_one("[data-key=submit]")["href"] == page_path(made) + "?version=1"
    page = opened(reviewer, f"{page_path(made)}?item={keys(made)[1]}")
    assert page.select_one("a[data-key=item-edit]")["href"] == answer["Location"]


def test_a_stale_page_writes_nothing(cast: Cast, reviewer: StrictClient) -> None:
    made = begun(cast)
    page = opened(reviewer, page_path(made))
    choose(made, keys(made)[1], Choice.take(0), cast.reviewer)
    answer = press(reviewer, page, "Take B")
    assert answer.status_code == 409
    assert "decided otherwise" in soup_of(answer).select_one("[role=alert]").get_text()
    assert Decision.objects.get(key=keys(made)[1]).picks == {"whole": 0}


def test_work_that_moved_on_stops_all_until_it_is_compared_anew(cast: Cast, reviewer: StrictClient) -> None:
    made = begun(cast)
    theirs = Assignment.objects.get(annotator__user=cast.annotator)
    reopen_assignment(actor=cast.annotator, assignment=theirs, revision=theirs.revision)
    page = opened(reviewer, page_path(made))
    assert page.select_one(".moved-on bdi").get_text() == "Annotator"
    assert not page.select("[name=choice]")
    assert press(reviewer, page, "Compare anew").status_code == 409


def test_somebody_else_sees_who_is_at_it_and_takes_it_over(cast: Cast, as_user: Any) -> None:
    made = begun(cast)
    manager = as_user(cast.manager)
    page = opened(manager, page_path(made))
    assert "Reviewer is at it" in page.get_text()
    assert not page.select("[name=choice]")
    assert press(manager, page, "Take it over").status_code == 302
    made.result.refresh_from_db()
    assert made.result.editor == cast.manager


def test_what_keeps_a_story_from_it_is_said_plainly(cast: Cast, reviewer: StrictClient) -> None:
    version = make_version(cast.project, cast.manager)
    submitted(version, cast.annotator, agreed_on())
    make_assignment(version, cast.other_annotator)
    path = reverse("adjudicate", args=["desk", version.article.key])
    page = opened(reviewer, path)
    assert "Somebody is still at work on it: Other_Annotator." in page.get_text()
    assert not page.select("main form")
    finished = Assignment.objects.get(annotator__user=cast.annotator)
    answer = reviewer.post(path, {"sources": [finished.pk]})
    assert answer.status_code == 422
    assert not Adjudication.objects.exists()


@pytest.mark.parametrize("who", ["reviewer", "manager"])
def test_who_annotates_the_story_sees_nothing_of_it(cast: Cast, as_user: Any, who: str) -> None:
    user = getattr(cast, who)
    version = make_version(cast.project, cast.manager)
    make_assignment(version, user)
    path = reverse("adjudicate", args=["desk", version.article.key])
    before = Answer.of(as_user(user).get(path))
    for annotator in (cast.annotator, cast.other_annotator):
        submitted(version, annotator, agreed_on())
    assert Answer.of(as_user(user).get(path)) == before
    assert before.status == 403
    own = Assignment.objects.get(annotator__user=user)
    own.status = "submitted"
    own.save()
    made = begun(cast, version) if who == "manager" else None
    assert as_user(user).get(path).status_code == 403
    assert not soup_of(as_user(user).get(LIST)).select("tbody tr")
    if made:
        for name in (
            "decision",
            "decision-undo",
            "adjudication-compare",
            "adjudication-take-up",
            "adjudication-finish",
        ):
            assert as_user(user).post(reverse(name, args=[made.pk]), {"revision": 1}).status_code == 404
        assert as_user(user).get(reverse("ancestry", args=[made.result_id])).status_code == 404


def test_how_gold_was_made_is_shown_with_names_only_to_who_may_see_the_work(cast: Cast, as_user: Any) -> None:
    made = begun(cast)
    path = reverse("ancestry", args=[made.result_id])
    assert as_user(cast.viewer).get(path).status_code == 404
    assert as_user(cast.manager).get(path).status_code == 404
    for item in open_items(compared(made)):
        choose(made, item.key, Choice.take(1), cast.reviewer, reason="Shorter is better.")
    finish_adjudication(actor=cast.reviewer, adjudication=made, revision=made.result.revision)
    for user, named in ((cast.manager, True), (cast.viewer, False), (cast.annotator, False)):
        page = opened(as_user(user), path)
        rows = [" ".join(one.get_text(" ").split()) for one in page.select("tbody tr")]
        assert rows == [
            "“The bridge is safe,” A, B all agree",
            "old pier “moves a little” A, B from B Shorter is better.",
            f"{'nobody had measured it' if named else 'no quote'} – no quote Shorter is better.",
        ]
        assert ("Other_Annotator" in page.select_one("main").get_text()) == named
    story = opened(as_user(cast.viewer), reverse("article-detail", args=["desk", made.version.article.key]))
    assert story.select_one(f"a[href='{path}']") is not None


def test_lists_and_pages_ask_the_same_however_much_there_is(cast: Cast, reviewer: StrictClient) -> None:
    made = begun(cast)
    small, large = [], []
    for counts in (small, large):
        for path in (LIST, page_path(made)):
            with CaptureQueriesContext(
                connection,
            ) as seen:
                assert reviewer.get(path).status_code == 200
            counts.append(len(seen))
        for number in range(3):
            version = make_version(cast.project, cast.manager, f"Story {number} {len(large)}\n\nShe said it.")
            for user in (cast.annotator, cast.other_annotator):
                submitted(version, user, ("said", {}))
    assert small == large


def test_the_list_is_filtered_by_what_it_declares(cast: Cast, reviewer: StrictClient) -> None:
    begun(cast)
    for query, found in (
        ("state=waiting", 0),
        ("state=in_progress", 1),
        ("state=done", 0),
        ("q=bridge&order=newest", 1),
    ):
        assert len(opened(reviewer, f"{LIST}?{query}").select("tbody tr")) == found, query
    for query in ("state=x", "order=x", "who=me"):
        assert reviewer.get(f"{LIST}?{query}").status_code == 400
