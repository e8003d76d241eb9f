"""Taking up, undo and redo, submitting and taking back by the API."""

from __future__ import annotations

import pytest

from annotations.models import Assignment, Change, Quote
from annotations.services import quotes
from annotations.services.handing_out import skip_story
from tests.api.program import Program, program_of
from tests.cast import Cast
from tests.factories import STORY, at, make_article, make_assignment, make_quote, make_version

START = "projects/desk/assignments"


def test_taking_up_an_article_makes_an_assignment_once(annotator: Program, cast: Cast) -> None:
    article = make_article(cast.project, cast.manager)
    first = annotator.post(START, {"article": article.key}, Idempotency_Key="start")
    assert first.status_code == 201
    made = first.json()
    assert (made["article"], made["version"], made["own"], made["status"]) == (article.key, 1, True, "assigned")
    assert annotator.read(first.headers["Location"].removeprefix("http://testserver")) == made
    again = annotator.post(START, {"article": article.key}, Idempotency_Key="start")
    assert (again.status_code, again.content) == (201, first.content)
    without_key = annotator.post(START, {"article": article.key, "version": 1})
    assert (without_key.status_code, without_key.json()) == (200, made)
    assert Assignment.objects.count() == Change.objects.filter(action="assign").count() == 1


def test_a_key_starts_one_article(annotator: Program, cast: Cast) -> None:
    one = make_article(cast.project, cast.manager)
    two = make_article(cast.project, cast.manager, text="Another story\n\nIt is short.")
    annotator.post(START, {"article": one.key}, Idempotency_Key="start")
    for _ in range(2):
        response = annotator.post(START, {"article": two.key}, Idempotency_Key="start")
        assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
        annotator.post(START, {"article": two.key})


@pytest.mark.parametrize("body", [{"article": "nothing"}, {"article": "bridge", "version": 2}])
def test_only_what_is_there_can_be_taken_up(annotator: Program, cast: Cast, body: dict[str, object]) -> None:
    make_article(cast.project, cast.manager, key="bridge")
    assert annotator.post(START, body).status_code == 422
    assert not Assignment.objects.exists()


def test_an_article_of_another_desk_is_as_if_it_were_not(annotator: Program, cast: Cast) -> None:
    make_article(cast.other_project, cast.outsider, key="theirs")
    theirs = annotator.post(START, {"article": "theirs"})
    nothing = annotator.post(START, {"article": "nothing"})
    assert theirs.content == nothing.content


def test_a_viewer_takes_nothing_up(cast: Cast) -> None:
    make_article(cast.project, cast.manager, key="bridge")
    response = program_of(cast.viewer).post(START, {"article": "bridge"})
    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")


def test_undo_and_redo(annotator: Program, quote: Quote) -> None:
    path = f"{START}/{quote.assignment_id}"
    annotator.patch(f"projects/desk/quotes/{quote.key}", {"revision": 1, "labels": {"act": "belief"}})
    revision = annotator.read(path)["revision"]
    undone = annotator.post(f"{path}/undo", {"revision": revision}, Idempotency_Key="back")
    assert undone.status_code == 200
    step = undone.json()
    assert (step["assignment"], step["revision"], step["deleted"]) == (quote.assignment_id, revision + 1, [])
    assert step["quotes"] == [annotator.read(f"projects/desk/quotes/{quote.key}")]
    assert step["quotes"][0]["labels"] == {"act": "statement"}
    gone = annotator.post(f"{path}/undo", {"revision": revision + 1}).json()
    assert (gone["quotes"], gone["deleted"]) == ([], [quote.key])
    back = annotator.post(f"{path}/redo", {"revision": revision + 2}).json()
    assert [one["id"] for one in back["quotes"]] == [quote.key]
    again = annotator.post(f"{path}/undo", {"revision": revision}, Idempotency_Key="back")
    assert again.content == undone.content


def test_a_step_says_what_it_saw(annotator: Program, quote: Quote) -> None:
    path = f"{START}/{quote.assignment_id}"
    assert annotator.post(f"{path}/undo", {}).status_code == 428
    assert annotator.post(f"{path}/undo").status_code == 428
    stale = annotator.post(f"{path}/undo", {"revision": 1})
    assert (stale.status_code, stale.json()["current"]) == (409, annotator.read(path))
    etag = annotator.get(path).headers["ETag"]
    assert annotator.post(f"{path}/undo", If_Match=etag).status_code == 200


def test_with_nothing_to_undo_there_is_a_conflict(annotator: Program, assignment: Assignment) -> None:
    for step in ("undo", "redo"):
        response = annotator.post(f"{START}/{assignment.pk}/{step}", {"revision": 1})
        assert (response.status_code, response.json()["code"]) == (409, "conflict")


def test_undo_of_a_quote_that_changed_since_shows_how_it_stands(annotator: Program, quote: Quote, cast: Cast) -> None:
    make_quote(quote.assignment, cast.annotator, "“moves a little”")
    Quote.objects.filter(spans__exact="“moves a little”").update(type="reported", type_overridden=True)
    path = f"{START}/{quote.assignment_id}"
    response = annotator.post(f"{path}/undo", {"revision": annotator.read(path)["revision"]})
    assert (response.status_code, response.json()["current"]["type"]) == (409, "reported")


def test_submitting_and_taking_back(annotator: Program, quote: Quote) -> None:
    path = f"{START}/{quote.assignment_id}"
    revision = annotator.read(path)["revision"]
    asked = {"revision": revision, "confirmed": True}
    submitted = annotator.post(f"{path}/submit", asked, Idempotency_Key="done")
    assert submitted.status_code == 200
    assert submitted.json() == annotator.read(path) | {"status": "submitted", "revision": revision + 1}
    taken_back = annotator.post(f"{path}/reopen", {"revision": revision + 1})
    assert (taken_back.json()["status"], taken_back.json()["revision"]) == ("in_progress", revision + 2)
    again = annotator.post(f"{path}/submit", asked, Idempotency_Key="done")
    assert again.content == submitted.content
    assert annotator.read(path)["status"] == "in_progress"
    stale = annotator.post(f"{path}/submit", {"revision": revision})
    assert (stale.status_code, stale.json()["current"]) == (409, annotator.read(path))
    locked = annotator.post(f"{path}/reopen", {"revision": revision + 2})
    assert (locked.status_code, locked.json()["code"]) == (409, "locked")


def test_nobody_moves_the_assignment_of_another(quote: Quote, cast: Cast) -> None:
    for user, status in ((cast.reviewer, 403), (cast.viewer, 403), (cast.other_annotator, 404), (cast.outsider, 404)):
        program = program_of(user)
        for step in ("undo", "redo", "submit", "reopen"):
            response = program.post(f"{START}/{quote.assignment_id}/{step}", {"revision": 2})
            assert response.status_code == status
    quote.assignment.refresh_from_db()
    assert (quote.assignment.status, quote.assignment.revision) == ("in_progress", 2)


def test_the_gold_belongs_to_nobody(annotator: Program, cast: Cast) -> None:
    version = make_version(cast.project, cast.manager)
    gold = Assignment.objects.create(project=cast.project, version=version, status="gold")
    path = f"{START}/{gold.pk}"
    assert annotator.read(path) == {
        "id": gold.pk,
        "article": version.article.key,
        "version": 1,
        "annotator": None,
        "own": False,
        "status": "gold",
        "left": None,
        "read_up_to": None,
        "revision": 1,
    }
    assert annotator.post(f"{path}/quotes", {"content": [at(STORY, "said")]}).status_code == 403
    assert annotator.post(f"{path}/submit", {"revision": 1}).status_code == 403


def test_a_quote_made_on_a_page_is_undone_by_the_api(annotator: Program, cast: Cast, assignment: Assignment) -> None:
    quotes.create_quote(actor=cast.annotator, assignment=assignment, parts={"content": [at(STORY, "denied this")]})
    response = annotator.post(f"{START}/{assignment.pk}/undo", {"revision": 2})
    assert len(response.json()["deleted"]) == 1


def test_looking_at_words(annotator: Program, assignment: Assignment) -> None:
    path = f"projects/desk/assignments/{assignment.pk}/looked-at"
    assert annotator.read(path)["looked_at"] == []
    words = at(STORY, "The bridge is safe")
    made = annotator.post(path, {**words, "revision": 1}, Idempotency_Key="look")
    assert made.json() == {"assignment": assignment.pk, "revision": 2, "looked_at": [words]}
    assert annotator.post(path, {**words, "revision": 1}, Idempotency_Key="look").content == made.content
    part = {name: at(STORY, "bridge")[name] for name in ("start", "end")}
    left = annotator.post(path, {**part, "looked": False, "revision": 2}).json()["looked_at"]
    assert [one["exact"] for one in left] == ["The", "is safe"]
    assert annotator.read(path)["looked_at"] == left
    assert annotator.post(path, {**part, "revision": 2}).status_code == 409
    assert annotator.post(path, {**part, "exact": "fridge", "revision": 3}).status_code == 422
    undone = annotator.post(f"projects/desk/assignments/{assignment.pk}/undo", {"revision": 3}).json()
    assert undone == {"assignment": assignment.pk, "revision": 4, "quotes": [], "deleted": []}
    assert annotator.read(path)["looked_at"] == [words]


def test_submitting_what_was_read(annotator: Program, assignment: Assignment) -> None:
    path = f"projects/desk/assignments/{assignment.pk}"
    end = STORY.index("\n")
    assert annotator.post(f"{path}/submit", {"revision": 1, "read_up_to": end - 1}).status_code == 400
    done = annotator.post(f"{path}/submit", {"revision": 1, "read_up_to": end, "confirmed": True})
    assert (done.status_code, done.json()["read_up_to"]) == (200, end)
    assert annotator.read(path) == done.json()


def test_what_is_missing_is_told_until_it_is_confirmed(annotator: Program, cast: Cast, quote: Quote) -> None:
    bare = make_quote(quote.assignment, cast.annotator, "nobody had measured it")
    path = f"{START}/{quote.assignment_id}"
    revision = annotator.read(path)["revision"]
    for asked in ({"revision": revision}, {"revision": revision, "confirmed": False}):
        refused = annotator.post(f"{path}/submit", asked)
        assert (refused.status_code, refused.json()["code"]) == (422, "incomplete")
    places = [fault["field"] for fault in refused.json()["errors"]]
    assert places[:3] == [f"quotes.{quote.key}.labels.{key}" for key in ("engagement", "factuality")] + [
        f"quotes.{bare.key}.speaker"
    ]
    # The headline and the paragraph without a quote.
    assert places.count("looked_at") == 2
    assert annotator.read(path)["status"] == "in_progress"
    assert annotator.post(f"{path}/submit", {"revision": revision, "confirmed": True}).status_code == 200


def test_a_story_that_lacks_nothing_needs_no_word_more(annotator: Program, cast: Cast, assignment: Assignment) -> None:
    labels = {"act": "statement", "engagement": "acknowledges", "factuality": "said"}
    no_source = {"resolution": "none", "no_source": "passive"}
    make_quote(assignment, cast.annotator, "Mayor Opens Bridge", labels=labels, **no_source)
    path = f"{START}/{assignment.pk}"
    end = STORY.index("\n")
    done = annotator.post(f"{path}/submit", {"revision": 2, "read_up_to": end}, Idempotency_Key="done")
    assert done.status_code == 200
    annotator.post(f"{path}/reopen", {"revision": 3})
    make_quote(assignment, cast.annotator, "Mayor")
    again = annotator.post(f"{path}/submit", {"revision": 2, "read_up_to": end}, Idempotency_Key="done")
    assert again.content == done.content


def test_what_was_looked_at_is_no_gap(annotator: Program, assignment: Assignment) -> None:
    path = f"{START}/{assignment.pk}"
    annotator.post(f"{path}/looked-at", {"start": 0, "end": len(STORY), "revision": 1})
    assert annotator.post(f"{path}/submit", {"revision": 2}).status_code == 200


def test_a_stale_submission_is_a_conflict_whatever_is_missing(annotator: Program, quote: Quote) -> None:
    response = annotator.post(f"{START}/{quote.assignment_id}/submit", {"revision": 1})
    assert (response.status_code, response.json()["code"]) == (409, "conflict")


def test_what_was_given_back_is_told_found_and_taken_up_again(annotator: Program, cast: Cast) -> None:
    own = make_assignment(make_version(cast.project, cast.manager), cast.annotator)
    skip_story(actor=cast.annotator, assignment=own, reason="too long", revision=own.revision)
    [listed] = annotator.read(f"{START}?left=skipped")["results"]
    assert (listed["id"], listed["status"], listed["left"]) == (own.pk, "assigned", "skipped")
    assert annotator.read(f"{START}?left=abandoned")["results"] == []
    again = annotator.post(START, {"article": own.version.article.key})
    assert (again.status_code, again.json()["id"], again.json()["left"]) == (200, own.pk, None)
