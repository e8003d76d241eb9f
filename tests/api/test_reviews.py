"""Reviewing by the API: the queue, verdicts, corrections in a copy, and how a review ends."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import Assignment, Change, Quote
from annotations.services.assignments import submit_assignment
from tests.api.program import Program, program_of
from tests.cast import Cast
from tests.factories import at, make_assignment, make_quote, make_version
from tests.queues import healthy

LIST = "projects/desk/reviews"


@pytest.fixture
def reviewer(cast: Cast) -> Program:
    """A program of the reviewer that may write."""
    return program_of(cast.reviewer)


@pytest.fixture
def story(cast: Cast, quote: Quote) -> Assignment:
    """A story with a quote that the annotator handed in."""
    assignment = quote.assignment
    assignment.refresh_from_db()
    return submit_assignment(actor=cast.annotator, assignment=assignment, revision=assignment.revision)


def place(story: Assignment, *parts: str) -> str:
    """The address of the story's review, or of a part of it."""
    return "/".join((f"projects/desk/assignments/{story.pk}/review", *parts))


def seen(story: Assignment, **body: Any) -> dict[str, Any]:
    """A body that names the revision at which the story is."""
    return {"revision": Assignment.objects.get(pk=story.pk).revision, **body}


def corrected(reviewer: Program, story: Assignment) -> dict[str, Any]:
    """Correct the cue of the story's quote in the copy; return the review."""
    copy = reviewer.post(place(story, "correction"), seen(story)).json()
    (mine,) = reviewer.everything(f"projects/desk/quotes?assignment={copy['id']}")
    told = [at(story.version.text, "denied")]
    assert reviewer.patch(f"projects/desk/quotes/{mine['id']}", {"revision": 1, "cue": told}).status_code == 200
    return dict(reviewer.read(place(story)))


def test_the_queue_tells_what_waits_and_who_reads_it(reviewer: Program, cast: Cast, story: Assignment) -> None:
    own = make_assignment(make_version(cast.project, cast.manager, "Another\n\nShe said it."), cast.reviewer)
    submit_assignment(actor=cast.reviewer, assignment=own, revision=own.revision)
    reviewer.post(f"projects/desk/assignments/{story.pk}/comments", {"text": "Is that all?"})
    (waiting,) = reviewer.everything(f"{LIST}?status=submitted")
    handed_in = Change.objects.get(assignment=story, action="submit").created_at
    assert waiting.pop("handed_in")[:19] == handed_in.isoformat()[:19]
    assert waiting == {
        "assignment": story.pk,
        "article": story.version.article.key,
        "version": 1,
        "annotator": story.annotator and story.annotator.pseudonym,
        "status": "submitted",
        "quotes": 1,
        "open_comments": 1,
        "reviewer": None,
        "revision": story.revision,
    }
    reviewer.post(place(story, "correction"), seen(story))
    assert [one["reviewer"] for one in reviewer.everything(f"{LIST}?reviewer=reviewer&fields=reviewer")] == ["reviewer"]
    for query in ("status=approved", "article=other", "annotator=nobody", "reviewer=manager"):
        assert reviewer.everything(f"{LIST}?{query}") == []
    assert reviewer.get(f"{LIST}?status=draft").status_code == 400


def test_pages_of_the_queue_cost_the_same(reviewer: Program, cast: Cast, story: Assignment) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            reviewer.read(LIST)
        return len(asked)

    # The first use of a token is noted.
    reviewer.read(LIST)
    first = count()
    for number in range(3):
        more = make_assignment(
            make_version(cast.project, cast.manager, f"Story {number}\n\nShe said it."), cast.annotator
        )
        make_quote(more, cast.annotator, "said it")
        submit_assignment(actor=cast.annotator, assignment=more, revision=more.revision)
    assert count() == first
    assert [one["quotes"] for one in reviewer.everything(f"{LIST}?limit=2")] == [1, 1, 1, 1]


def test_a_quote_is_judged_as_it_was_read(reviewer: Program, quote: Quote, story: Assignment) -> None:
    path = place(story, "quotes", quote.key)
    right = reviewer.post(path, seen(story, quote_revision=1), Idempotency_Key="judge")
    assert right.json() == {"quote": quote.key, "revision": 1, "approved": True}
    assert reviewer.post(path, seen(story, quote_revision=1), Idempotency_Key="judge").content == right.content
    assert [one["approved"] for one in reviewer.read(place(story))["verdicts"]] == [True]
    assert reviewer.post(path, seen(story, quote_revision=1, approved=False)).status_code == 200
    assert [one["approved"] for one in reviewer.read(place(story))["verdicts"]] == [False]
    stale = reviewer.post(path, seen(story, quote_revision=2))
    assert (stale.status_code, stale.json()["current"]["revision"]) == (409, story.revision)
    assert reviewer.post(path, {"quote_revision": 1}).status_code == 428
    assert reviewer.post(place(story, "quotes", "nothing"), seen(story, quote_revision=1)).status_code == 404


def test_a_correction_is_made_in_a_copy_that_is_named_once(reviewer: Program, quote: Quote, story: Assignment) -> None:
    asked = seen(story)
    made = reviewer.post(place(story, "correction"), asked, Idempotency_Key="copy")
    assert made.status_code == 201
    copy = made.json()
    assert (copy["status"], copy["annotator"], copy["own"]) == ("draft", None, True)
    assert reviewer.read(made.headers["Location"].removeprefix("http://testserver")) == copy
    again = reviewer.post(place(story, "correction"), asked)
    assert (again.status_code, again.json(), again.headers["Location"]) == (200, copy, made.headers["Location"])
    review = corrected(reviewer, story)
    assert (review["copy"], review["reviewer"], review["outcome"]) == (copy["id"], "reviewer", None)
    ((verdict,), (correction,)) = review["verdicts"], review["corrections"]
    assert (verdict["quote"], verdict["copy"]) == (quote.key, correction["id"])
    assert correction["quote"] == correction["before"]["id"] == quote.key
    assert [[span["exact"] for span in correction[when]["cue"]] for when in ("before", "after")] == [
        ["said"],
        ["denied"],
    ]
    assert correction["after"] == reviewer.read(f"projects/desk/quotes/{correction['id']}")
    assert copy["id"] not in [one["assignment"] for one in reviewer.everything("projects/desk/quotes")]
    approved = reviewer.post(place(story, "approve"), seen(story))
    assert approved.json()["status"] == "approved"
    assert reviewer.post(place(story, "correction"), asked, Idempotency_Key="copy").content == made.content
    assert reviewer.read(f"projects/desk/assignments/{copy['id']}")["status"] == "gold"
    assert healthy()


def test_approving_names_what_was_read(reviewer: Program, story: Assignment) -> None:
    assert reviewer.post(place(story, "approve"), {}).status_code == 428
    stale = reviewer.post(place(story, "approve"), {"revision": story.revision - 1})
    assert (stale.status_code, stale.json()["code"], stale.json()["current"]["status"]) == (
        409,
        "conflict",
        "submitted",
    )
    asked = {"revision": story.revision, "note": "Fine."}
    done = reviewer.post(place(story, "approve"), asked, Idempotency_Key="approve")
    taken = reviewer.post(place(story, "withdraw"), seen(story))
    assert (done.json()["status"], taken.json()["status"]) == ("approved", "submitted")
    # A retry answers what the approval made, whatever came of it.
    assert reviewer.post(place(story, "approve"), asked, Idempotency_Key="approve").content == done.content
    other = reviewer.post(place(story, "approve"), {**asked, "note": "Other."}, Idempotency_Key="approve")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Change.objects.filter(assignment=story, action="approve").count() == 1
    locked = reviewer.post(place(story, "withdraw"), seen(story))
    assert (locked.status_code, locked.json()["code"]) == (409, "locked")


def test_a_returned_story_tells_its_annotator_why(
    annotator: Program, reviewer: Program, quote: Quote, story: Assignment
) -> None:
    empty = reviewer.post(place(story, "return"), seen(story))
    assert (empty.status_code, empty.json()["errors"][0]["field"]) == (422, "note")
    (correction,) = corrected(reviewer, story)["corrections"]
    while_read = annotator.read(place(story))
    assert [while_read[name] for name in ("reviewer", "copy", "corrections")] == [None, None, []]
    reviewer.post(place(story, "return"), seen(story, note="Look at the cue."))
    told = annotator.read(place(story))
    assert [told[name] for name in ("outcome", "note", "read_revision", "own")] == [
        "returned",
        "Look at the cue.",
        story.revision,
        True,
    ]
    assert told["corrections"] == [correction]
    # The copy itself is none of theirs.
    assert annotator.get(f"projects/desk/quotes/{correction['id']}").status_code == 404
    path = place(story, "corrections", correction["id"], "adopt")
    assert reviewer.post(path, seen(story)).status_code == 403
    asked = seen(story)
    step = annotator.post(path, asked, Idempotency_Key="adopt")
    assert [[span["exact"] for span in one["cue"]] for one in step.json()["quotes"]] == [["denied"]]
    assert annotator.post(path, asked, Idempotency_Key="adopt").content == step.content
    assert annotator.post(path, asked).status_code == 409
    assert annotator.post(place(story, "corrections", quote.key, "adopt"), seen(story)).status_code == 404
    undone = annotator.post(f"projects/desk/assignments/{story.pk}/undo", {"revision": step.json()["revision"]})
    assert [[span["exact"] for span in one["cue"]] for one in undone.json()["quotes"]] == [["said"]]


def test_an_etag_holds_until_something_is_said(reviewer: Program, quote: Quote, story: Assignment) -> None:
    first = reviewer.get(place(story))
    assert reviewer.get(place(story), If_None_Match=first.headers["ETag"]).status_code == 304
    reviewer.post(place(story, "quotes", quote.key), seen(story, quote_revision=1))
    second = reviewer.get(place(story), If_None_Match=first.headers["ETag"])
    assert second.status_code == 200
    # What was read can be named by it.
    assert reviewer.post(place(story, "approve"), {}, If_Match=second.headers["ETag"]).status_code == 200
