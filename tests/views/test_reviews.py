"""Pages of a review: the queue, the story with its quotes, returning, approving, and what the annotator reads of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from annotations.models import Assignment, Comment, Notice
from annotations.services.assignments import reopen_assignment, submit_assignment
from annotations.services.comments import write_comment
from tests.cast import Cast
from tests.client import StrictClient, patch_page, soup_of
from tests.factories import make_assignment, make_quote, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(cast: Cast, as_user: Any) -> StrictClient:
    """The reviewer's browser."""
    client: StrictClient = as_user(cast.reviewer)
    return client


@pytest.fixture
def annotator(cast: Cast, as_user: Any) -> StrictClient:
    """The annotator's browser."""
    client: StrictClient = as_user(cast.annotator)
    return client


@pytest.fixture
def story(cast: Cast) -> Assignment:
    """A story with two quotes that the annotator handed in."""
    return handed_in(cast, "Mayor Opens Bridge")


def handed_in(cast: Cast, headline: str) -> Assignment:
    """Hand in a story with two quotes."""
    text = f"{headline}\n\nAda said it stands. Ben denied it."
    assignment = make_assignment(make_version(cast.project, cast.manager, text), cast.annotator)
    make_quote(assignment, cast.annotator, "it stands", source="Ada", cue="said")
    make_quote(assignment, cast.annotator, "it", source="Ben", cue="denied", note="Which bridge?")
    return submit_assignment(actor=cast.annotator, assignment=assignment, revision=assignment.revision)


def place(name: str, story: Assignment, *more: str) -> str:
    """Return an address of a review."""
    return reverse(name, args=[story.pk, *more])


def texts(client: StrictClient, story: Assignment) -> str:
    """Return what the page of the review says."""
    return " ".join(soup_of(client.get(place("assignment-review", story))).get_text(" ").split())


def test_the_queue_shows_what_waits_longest_first(cast: Cast, reviewer: StrictClient, story: Assignment) -> None:
    handed_in(cast, "Pier Closed")
    write_comment(actor=cast.annotator, assignment=story, text="Is this one quote?")
    page = soup_of(reviewer.get(reverse("review-list", args=["desk"])))
    rows = [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in page.select("tbody tr")]
    assert [row[:5] for row in rows] == [
        ["Mayor Opens Bridge", "Annotator", "submitted", "2", "1"],
        ["Pier Closed", "Annotator", "submitted", "2", "0"],
    ]
    assert page.select_one(".page-head .button--primary")["href"] == place("assignment-review", story)  # type: ignore[index]
    found = reviewer.get(reverse("review-list", args=["desk"]) + "?q=pier&status=all&order=latest")
    assert [row.get_text(strip=True) for row in soup_of(found).select("tbody th")] == ["Pier Closed"]
    assert reviewer.get(reverse("review-list", args=["desk"]) + "?status=gone").status_code == 400


def test_the_queue_asks_as_often_for_many_stories(
    cast: Cast, reviewer: StrictClient, story: Assignment, django_assert_max_num_queries: Any
) -> None:
    url = reverse("review-list", args=["desk"])
    with django_assert_max_num_queries(30) as first:
        reviewer.get(url)
    for number in range(5):
        handed_in(cast, f"Story {number}")
    with django_assert_max_num_queries(len(first.captured_queries)):
        reviewer.get(url)


def test_a_judged_quote_leads_to_the_next_one(reviewer: StrictClient, story: Assignment) -> None:
    first, second = story.quotes.order_by("pk")
    page = soup_of(reviewer.get(place("assignment-review", story)))
    assert page.select_one("[aria-current=true][data-quote]")["data-quote"] == first.key  # type: ignore[index]
    sent = {"revision": story.revision, "quote_revision": first.revision, "approved": "1"}
    answer = reviewer.post(place("review-quote", story, first.key), sent)
    assert answer.headers["Location"] == f"{place('assignment-review', story)}?quote={second.key}#q-{second.key}"
    page = soup_of(reviewer.get(answer.headers["Location"]))
    assert page.select_one("[aria-current=true][data-quote]")["data-quote"] == second.key  # type: ignore[index]
    assert "1 of 2 quotes judged" in page.get_text()
    answer = reviewer.post(place("review-quote", story, second.key), sent)
    assert answer.headers["Location"] == f"{place('assignment-review', story)}#finish"
    reviewer.post(place("review-quote", story, first.key), sent | {"approved": "0"})
    assert "1 of 2 quotes judged" in texts(reviewer, story)


def test_a_correction_leads_to_the_quote_in_the_copy(reviewer: StrictClient, story: Assignment) -> None:
    quote = story.quotes.order_by("pk")[1]
    answer = reviewer.post(place("review-correct", story), {"revision": story.revision, "quote": quote.key})
    copy = Assignment.objects.get(status="draft")
    twin = copy.quotes.get(note="Which bridge?")
    assert answer.headers["Location"] == f"{place('assignment', copy)}?quote={twin.key}"
    page = soup_of(reviewer.get(answer.headers["Location"]))
    assert page.select_one(f"a[href='{place('assignment-review', story)}']")
    assert not page.select(f"a[href='{place('assignment-submit', copy)}']")
    note = {"revision": twin.revision, "note": "The old one."}
    assert reviewer.post(reverse("quote-note", args=[copy.pk, twin.key]), note).status_code == 302
    said = texts(reviewer, story)
    assert "corrected" in said
    assert "Which bridge? The old one." in said


def test_the_annotator_reads_what_was_changed_and_takes_it_in(
    cast: Cast, reviewer: StrictClient, annotator: StrictClient, story: Assignment
) -> None:
    reviewer.post(place("review-correct", story), {"revision": story.revision})
    copy = Assignment.objects.get(status="draft")
    twin = copy.quotes.get(note="Which bridge?")
    reviewer.post(reverse("quote-note", args=[copy.pk, twin.key]), {"revision": 1, "note": "The old one."})
    assert "The old one." not in texts(annotator, story)
    sent = {"revision": story.revision, "note": "Two small things."}
    assert reviewer.post(place("review-return", story), sent).status_code == 302
    said = texts(annotator, story)
    assert "Reviewer returned the story" in said
    assert "Two small things." in said
    assert "Which bridge? The old one." in said
    home = soup_of(annotator.get("/"))
    assert home.select_one(f"a[href='{place('assignment-review', story)}']")
    story.refresh_from_db()
    taken = annotator.post(place("review-adopt", story, twin.key), {"revision": story.revision})
    assert taken.status_code == 302
    assert story.quotes.filter(note="The old one.").exists()
    assert annotator.post(place("review-adopt", story, twin.key), {"revision": 1}).status_code == 409


@pytest.mark.parametrize("name", ["review-approve", "review-return"])
def test_what_was_not_read_is_not_judged_and_the_message_stays(
    cast: Cast, reviewer: StrictClient, story: Assignment, name: str
) -> None:
    read = story.revision
    reopen_assignment(actor=cast.annotator, assignment=story, revision=read)
    make_quote(story, cast.annotator, "denied it")
    submit_assignment(actor=cast.annotator, assignment=story, revision=story.revision)
    answer = reviewer.post(place(name, story), {"revision": read, "note": "Thank you, Ann."})
    assert answer.status_code == 409
    page = soup_of(answer)
    assert "changed since you read it" in page.select_one("[role=alert]").get_text()  # type: ignore[union-attr]
    assert "Thank you, Ann." in page.select_one("#note").get_text()  # type: ignore[union-attr]
    assert not Assignment.objects.filter(status__in=["gold", "returned"]).exists()


def test_an_approved_story_is_read_as_gold(cast: Cast, reviewer: StrictClient, story: Assignment) -> None:
    assert "is gold" in texts(reviewer, story)
    reviewer.post(place("review-approve", story), {"revision": story.revision})
    page = soup_of(reviewer.get(reverse("article-detail", args=["desk", story.version.article.key])))
    assert len(page.select(".quote-card")) == 2
    story.refresh_from_db()
    reviewer.post(place("review-withdraw", story), {"revision": story.revision})
    story.refresh_from_db()
    assert story.status == "submitted"


def test_comments_are_written_answered_and_resolved(
    cast: Cast, reviewer: StrictClient, annotator: StrictClient, story: Assignment
) -> None:
    quote = story.quotes.order_by("pk")[0]
    answer = reviewer.post(place("comment-create", story), {"text": "Where does it end?", "quote": quote.key})
    first = Comment.objects.get()
    assert answer.headers["Location"] == f"{place('assignment-review', story)}?quote={quote.key}#{first.key}"
    annotator.post(place("comment-create", story), {"text": "At the stop, @manager.", "thread": first.key})
    assert "2 notices" not in texts(annotator, story)
    said = texts(annotator, story)
    assert said.index("Where does it end?") < said.index("At the stop, @manager.")
    assert annotator.post(reverse("comment-resolve", args=["desk", first.key]), {"resolved": "1"}).status_code == 302
    assert "Resolved by Annotator" in texts(reviewer, story)


def test_a_comment_that_cannot_be_written_stays_in_its_field(reviewer: StrictClient, story: Assignment) -> None:
    quote = story.quotes.order_by("pk")[0]
    answer = reviewer.post(place("comment-create", story), {"text": "Ask @nobody.", "quote": quote.key})
    assert answer.status_code == 422
    page = soup_of(answer)
    assert "called “nobody”" in page.select_one("[role=alert]").get_text()  # type: ignore[union-attr]
    assert [field.get_text() for field in page.select("details[open] textarea")] == ["Ask @nobody."]


def test_the_inbox_tells_what_waits_until_it_was_read(
    cast: Cast, reviewer: StrictClient, annotator: StrictClient, story: Assignment
) -> None:
    for number in range(2):
        write_comment(actor=cast.reviewer, assignment=story, text=f"Look at this, number {number}.")
    reviewer.post(place("review-approve", story), {"revision": story.revision})
    page = soup_of(annotator.get(reverse("inbox")))
    told = [" ".join(row.get_text(" ").split()) for row in page.select("main ol li")]
    assert "Reviewer approved your story: Mayor Opens Bridge" in told[0]
    assert "commented on your story: Mayor Opens Bridge Look at this, number 1." in told[1]
    assert page.select_one(".site-header .tag").get_text() == "3 notices"  # type: ignore[union-attr]
    annotator.post(reverse("inbox-read"), {"notice": Notice.objects.order_by("pk")[0].pk})
    assert "2 notices" in soup_of(annotator.get(reverse("inbox"))).get_text()
    annotator.post(reverse("inbox-read"))
    assert not soup_of(annotator.get(reverse("inbox"))).select(".site-header .tag")


def test_a_verdict_changes_only_what_it_says(cast: Cast, reviewer: StrictClient, story: Assignment) -> None:
    first, second = story.quotes.order_by("pk")
    page = soup_of(reviewer.get(place("assignment-review", story)))
    sent = {"revision": story.revision, "quote_revision": first.revision, "approved": "1"}
    answer = reviewer.htmx(place("review-quote", story, first.key), sent)
    assert {tag["id"].partition("-")[0] for tag in soup_of(answer).find_all(id=True)} == {"judged", "verdict", "count"}
    assert json.loads(answer.headers["HX-Trigger"]) == {"item-done": {"next": f"q-{second.key}"}}
    patched = patch_page(page, answer, "")
    anew = soup_of(reviewer.get(f"{place('assignment-review', story)}?quote={first.key}"))
    for part in (".review-card .tag--good", "#count", ".review-card button[data-key=right]"):
        assert [one.get_text() for one in patched.select(part)] == [one.get_text() for one in anew.select(part)]
    back = reviewer.htmx(place("review-quote", story, first.key), sent | {"approved": "0"})
    assert json.loads(back.headers["HX-Trigger"])["item-done"]["next"] == f"q-{first.key}"
    for one in (first, second):
        answer = reviewer.htmx(place("review-quote", story, one.key), sent)
    assert json.loads(answer.headers["HX-Trigger"])["item-done"]["next"] == "finish"
    stale = reviewer.htmx(place("review-quote", story, first.key), sent | {"revision": 1})
    assert (stale.status_code, stale.headers["HX-Retarget"]) == (409, "#content")


def test_a_story_is_approved_only_with_the_corrections_that_were_read(
    cast: Cast, reviewer: StrictClient, as_user: Any, story: Assignment
) -> None:
    manager = as_user(cast.manager)
    reviewer.post(place("review-correct", story), {"revision": story.revision})
    read = soup_of(manager.get(place("assignment-review", story))).select_one("#finish")
    assert read is not None
    sent = {str(field["name"]): str(field["value"]) for field in read.select("input")} | {"note": "Fine work."}
    copy = Assignment.objects.get(status="draft")
    twin = copy.quotes.get(note="Which bridge?")
    reviewer.post(reverse("quote-note", args=[copy.pk, twin.key]), {"revision": 1, "note": "The old one."})
    answer = manager.post(place("review-approve", story), sent)
    assert answer.status_code == 409
    assert "Fine work." in soup_of(answer).select_one("#note").get_text()  # type: ignore[union-attr]
    anew = soup_of(answer).select_one("#finish [name=copy_revision]")["value"]  # type: ignore[index]
    assert manager.post(place("review-approve", story), sent | {"copy_revision": anew}).status_code == 302


def test_the_history_of_a_quote_tells_what_was_said_of_it(
    cast: Cast, reviewer: StrictClient, annotator: StrictClient, story: Assignment
) -> None:
    first, second = story.quotes.order_by("pk")
    sent = {"revision": story.revision, "quote_revision": first.revision, "approved": "1"}
    reviewer.post(place("review-quote", story, first.key), sent)
    write_comment(actor=cast.reviewer, assignment=story, quote=first, text="Who is Ada?")
    write_comment(actor=cast.reviewer, assignment=story, quote=second, text="Who is Ben?")

    def told(client: StrictClient) -> list[str]:
        page = soup_of(client.get(reverse("quote-history", args=["desk", first.key])))
        return [" ".join(entry.p.get_text().split()) for entry in page.select(".timeline > li")]  # type: ignore[union-attr]

    comment, verdict, made = "Reviewer wrote a comment", "Reviewer found a quote right", "Annotator made the quote"
    assert [line.partition(" “")[0] for line in told(reviewer)] == [comment, verdict, made]
    # Who reads it may still take the verdict back.
    assert [line.partition(" “")[0] for line in told(annotator)] == [comment, made]
    reviewer.post(place("review-return", story), {"revision": story.revision, "note": "Look again."})
    assert [line.partition(" “")[0] for line in told(annotator)] == [comment, verdict, made]
    page = soup_of(annotator.get(reverse("quote-history", args=["desk", first.key])))
    assert [form.get_text(strip=True) for form in page.select(".timeline form")] == []
    assert "as it stands now" in page.get_text()
    history = soup_of(reviewer.get(reverse("project-history", args=["desk"]) + "?kind=verdict"))
    assert history.select_one(".timeline a")["href"] == reverse("quote-history", args=["desk", first.key])  # type: ignore[index]
