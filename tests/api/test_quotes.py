"""Reading, making, changing and deleting quotes by the API."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.models import Assignment, Change, Claim, Quote, Speaker
from annotations.services import speakers
from annotations.services.assignments import submit_assignment
from annotations.services.speakers import NewSpeaker
from tests.api.program import Program, program_of
from tests.cast import Cast
from tests.factories import STORY, at, make_assignment, make_quote, make_version

SAFE = "“The bridge is safe,”"
OPEN = "“and it will stay open.”"


def quotes_of(assignment: Assignment) -> str:
    """Return where quotes of this assignment are made."""
    return f"projects/desk/assignments/{assignment.pk}/quotes"


def body(**parts: Any) -> dict[str, Any]:
    """Return a quote to be made."""
    return {"content": [at(STORY, SAFE)], **parts}


def test_a_quote_reads_as_in_the_native_format_with_its_place(annotator: Program, quote: Quote) -> None:
    found = annotator.read(f"projects/desk/quotes/{quote.key}")
    assert found == {
        "id": quote.key,
        "type": "direct",
        "type_overridden": False,
        "content": [at(STORY, SAFE)],
        "cue": [at(STORY, "said")],
        "source": [at(STORY, "Mayor Ada Holt")],
        "addressee": [],
        "speaker": quote.speaker.key if quote.speaker else None,
        "resolution": "explicit",
        "no_source": None,
        "parent": None,
        "labels": {"act": "statement"},
        "claims": [{"claim": Claim.objects.get().key, "stance": "asserts"}],
        "guidelines": None,
        "score": None,
        "assignment": quote.assignment_id,
        "article": quote.assignment.version.article.key,
        "version": 1,
        "revision": 1,
    }
    assert annotator.read("projects/desk/quotes")["results"] == [found]


def test_making_a_quote_answers_with_it_and_its_address(annotator: Program, assignment: Assignment) -> None:
    asked = body(
        source=[at(STORY, "Mayor Ada Holt")],
        cue=[at(STORY, "said")],
        speaker={"label": "Ada Holt", "kind": "person", "aliases": ["Holt"]},
        labels={"act": "statement"},
        claims=[{"claim": {"text": "The bridge is safe."}, "stance": "asserts"}],
    )
    response = annotator.post(quotes_of(assignment), asked)
    assert response.status_code == 201
    made = response.json()
    assert (made["type"], made["resolution"], made["speaker"], made["revision"]) == (
        "direct",
        "explicit",
        Speaker.objects.get().key,
        1,
    )
    path = response.headers["Location"].removeprefix("http://testserver")
    assert annotator.read(path) == made
    assert annotator.read(f"projects/desk/speakers/{made['speaker']}")["aliases"] == ["Holt"]


@pytest.mark.parametrize(("start", "end"), [(20, 20), (0, 0), (30, 20), (len(STORY), len(STORY))])
def test_a_span_without_a_character_is_refused(
    annotator: Program, assignment: Assignment, start: int, end: int
) -> None:
    for span in ({"start": start, "end": end}, {"start": start, "end": end, "exact": ""}):
        response = annotator.post(quotes_of(assignment), {"content": [span]})
        assert (response.status_code, response.json()["code"]) == (400, "offsets")
    assert not Quote.objects.exists()


def test_a_span_that_cuts_a_character_is_kept_with_a_warning(annotator: Program, cast: Cast) -> None:
    text = "👨🏻\u200d🚒 said: Cafe\u0301 opens."
    path = quotes_of(make_assignment(make_version(cast.project, cast.manager, text), cast.annotator))
    start = text.index("Cafe")
    sent = {"content": [{"start": 0, "end": 2}], "cue": [{"start": start, "end": start + 4}]}
    made = annotator.post(path, sent, Idempotency_Key="cut")
    assert made.status_code == 201
    warning = f"content[0] cuts a character at 2; cue[0] cuts a character at {start + 4}"
    assert made.headers["X-Span-Warning"] == warning
    assert annotator.post(path, sent, Idempotency_Key="cut").headers["X-Span-Warning"] == warning
    whole = {"revision": 1, "content": [{"start": 0, "end": 4}]}
    changed = annotator.patch(f"projects/desk/quotes/{made.json()['id']}", whole)
    assert (changed.status_code, "X-Span-Warning" in changed.headers) == (200, False)
    cut = annotator.patch(f"projects/desk/quotes/{made.json()['id']}", {"revision": 2, **sent})
    assert cut.headers["X-Span-Warning"] == warning


def test_a_retry_gets_the_same_answer_and_writes_nothing(annotator: Program, assignment: Assignment) -> None:
    first = annotator.post(quotes_of(assignment), body(), Idempotency_Key="once")
    key = first.json()["id"]
    annotator.patch(f"projects/desk/quotes/{key}", {"revision": 1, "type": "reported"})
    changes = Change.objects.count()
    again = annotator.post(quotes_of(assignment), body(), Idempotency_Key="once")
    assert (again.status_code, again.content, again.headers["ETag"]) == (201, first.content, first.headers["ETag"])
    assert again.headers["Location"] == first.headers["Location"]
    assert (Quote.objects.count(), Change.objects.count()) == (1, changes)


def test_a_retried_change_gets_the_same_answer(annotator: Program, quote: Quote) -> None:
    path = f"projects/desk/quotes/{quote.key}"
    first = annotator.patch(path, {"labels": {"act": "belief"}}, If_Match='"1"', Idempotency_Key="change")
    annotator.patch(path, {"labels": {"act": "demand"}}, If_Match='"2"')
    again = annotator.patch(path, {"labels": {"act": "belief"}}, If_Match='"1"', Idempotency_Key="change")
    assert (first.status_code, first.json()["revision"], first.json()["labels"]) == (200, 2, {"act": "belief"})
    assert (again.status_code, again.content) == (200, first.content)
    assert annotator.read(path)["labels"] == {"act": "demand"}


def test_a_key_used_for_something_else_is_refused(annotator: Program, assignment: Assignment) -> None:
    annotator.post(quotes_of(assignment), body(), Idempotency_Key="once")
    other = annotator.post(quotes_of(assignment), {"content": [at(STORY, OPEN)]}, Idempotency_Key="once")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("key", ["", " ", "a b", "ü", "x" * 65])
def test_an_idempotency_key_is_short_and_visible(annotator: Program, assignment: Assignment, key: str) -> None:
    response = annotator.post(quotes_of(assignment), body(), Idempotency_Key=key)
    assert (response.status_code, response.json()["code"]) == (400, "idempotency_key")
    assert not Quote.objects.exists()


def test_a_stale_change_is_a_conflict_with_both_states(annotator: Program, quote: Quote) -> None:
    path = f"projects/desk/quotes/{quote.key}"
    annotator.patch(path, {"revision": 1, "labels": {"act": "belief"}})
    mine = {"revision": 1, "labels": {"act": "demand"}}
    response = annotator.patch(path, mine)
    problem = response.json()
    assert (response.status_code, problem["code"], problem["yours"]) == (409, "conflict", mine)
    assert problem["current"] == annotator.read(path)


@pytest.mark.parametrize("header", ['"1"', 'W/"1"', '"1-0123456789abcdef"'])
def test_if_match_names_the_revision(annotator: Program, quote: Quote, header: str) -> None:
    response = annotator.patch(f"projects/desk/quotes/{quote.key}", {"type": "reported"}, If_Match=header)
    assert (response.status_code, response.json()["type_overridden"]) == (200, True)


def test_the_etag_that_was_read_is_the_one_to_send(annotator: Program, quote: Quote) -> None:
    path = f"projects/desk/quotes/{quote.key}"
    etag = annotator.get(path).headers["ETag"]
    assert annotator.get(path, If_None_Match=etag).status_code == 304
    assert annotator.patch(path, {"type": "reported"}, If_Match=etag).status_code == 200
    assert annotator.get(path, If_None_Match=etag).status_code == 200
    assert annotator.patch(path, {"type": None}, If_Match=etag).status_code == 409


@pytest.mark.parametrize(
    ("header", "revision", "status"),
    [
        (None, None, 428),
        ("1", None, 400),
        ("*", None, 400),
        ('"1", "2"', None, 400),
        ('"1"', 2, 400),
        ('"0"', None, 400),
    ],
)
def test_a_change_says_which_revision_it_saw(
    annotator: Program, quote: Quote, header: str | None, revision: int | None, status: int
) -> None:
    headers = {"If_Match": header} if header is not None else {}
    sent = {"type": "reported"} | ({"revision": revision} if revision is not None else {})
    assert annotator.patch(f"projects/desk/quotes/{quote.key}", sent, **headers).status_code == status


def test_a_change_touches_only_what_it_names(annotator: Program, quote: Quote) -> None:
    path = f"projects/desk/quotes/{quote.key}"
    before = annotator.read(path)
    after = annotator.patch(path, {"revision": 1, "addressee": [at(STORY, "the council")]}).json()
    assert after == before | {"addressee": [at(STORY, "the council")], "revision": 2}


@pytest.mark.parametrize("answer", [None, "statement"])
def test_a_label_set_that_is_not_there_is_told_at_its_place(
    annotator: Program, assignment: Assignment, quote: Quote, answer: str | None
) -> None:
    sent = {"labels": {"nonsense": answer}}
    for response in (
        annotator.post(quotes_of(assignment), body(**sent)),
        annotator.patch(f"projects/desk/quotes/{quote.key}", {"revision": 1, **sent}),
    ):
        assert response.status_code == 422
        (fault,) = response.json()["errors"]
        assert (fault["field"], fault["code"]) == ("labels.nonsense", "unknown_label")
    assert Quote.objects.count() == 1


def test_a_label_that_is_not_there_is_told_at_its_set(annotator: Program, assignment: Assignment) -> None:
    response = annotator.post(quotes_of(assignment), body(labels={"act": "nonsense"}))
    assert [fault["field"] for fault in response.json()["errors"]] == ["labels.act"]


def test_an_answer_that_was_never_given_can_be_taken_away(annotator: Program, quote: Quote) -> None:
    response = annotator.patch(f"projects/desk/quotes/{quote.key}", {"revision": 1, "labels": {"engagement": None}})
    assert (response.status_code, response.json()["labels"]) == (200, {"act": "statement"})


def test_a_change_that_changes_nothing_answers_with_the_quote(annotator: Program, quote: Quote) -> None:
    path = f"projects/desk/quotes/{quote.key}"
    response = annotator.patch(path, {"revision": 1})
    assert (response.status_code, response.json()) == (200, annotator.read(path))


def test_a_deleted_quote_is_gone_and_a_retry_does_no_harm(annotator: Program, quote: Quote) -> None:
    path = f"projects/desk/quotes/{quote.key}"
    assert annotator.delete(path).status_code == 428
    for _ in range(2):
        assert annotator.delete(path, If_Match='"1"', Idempotency_Key="away").status_code == 204
    assert annotator.get(path).status_code == 404
    assert annotator.read("projects/desk/quotes")["results"] == []
    stale = annotator.delete(path, If_Match='"1"')
    assert (stale.status_code, stale.json()["current"]["deleted"]) == (409, True)


def test_a_delete_takes_no_body(annotator: Program, quote: Quote) -> None:
    response = annotator.request("DELETE", f"projects/desk/quotes/{quote.key}", {"revision": 1}, If_Match='"1"')
    assert (response.status_code, response.json()["code"]) == (400, "body")


def test_the_parent_follows_from_the_content_or_is_chosen(annotator: Program, assignment: Assignment) -> None:
    outer = annotator.post(quotes_of(assignment), {"content": [at(STORY, "the old pier “moves a little” in winter")]})
    inner = annotator.post(quotes_of(assignment), {"content": [at(STORY, "“moves a little”")]}).json()
    assert inner["parent"] == outer.json()["id"]
    path = f"projects/desk/quotes/{inner['id']}"
    alone = annotator.patch(path, {"revision": inner["revision"], "parent": None}).json()
    assert alone["parent"] is None
    again = annotator.patch(path, {"revision": alone["revision"], "derive_parent": True}).json()
    assert again["parent"] == outer.json()["id"]


def test_a_merged_speaker_reads_as_the_one_it_stands_for(annotator: Program, quote: Quote, cast: Cast) -> None:
    target = speakers.create_speaker(project=cast.project, actor=cast.reviewer, new=NewSpeaker("Ada J. Holt"))
    source = Speaker.objects.get(label="Ada Holt")
    etag = annotator.get(f"projects/desk/quotes/{quote.key}").headers["ETag"]
    speakers.merge_speakers(actor=cast.reviewer, speaker=source, into=target, revision=1)
    response = annotator.get(f"projects/desk/quotes/{quote.key}", If_None_Match=etag)
    assert (response.status_code, response.json()["speaker"]) == (200, target.key)
    assert [one["id"] for one in annotator.everything(f"projects/desk/quotes?speaker={target.key}")] == [quote.key]
    assert annotator.read(f"projects/desk/speakers/{source.key}")["merged_into"] == target.key


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("type=direct", 1),
        ("type=mixed", 0),
        ("resolution=explicit", 1),
        ("resolution=unanswered", 1),
        ("speaker={speaker}", 1),
        ("speaker=nobody", 0),
        ("claim={claim}", 1),
        ("claim=nothing", 0),
        ("status=in_progress", 2),
        ("status=gold", 0),
        ("article=nothing", 0),
        ("parent=nothing", 0),
        ("assignment=9223372036854775807", 0),
    ],
)
def test_filters(annotator: Program, cast: Cast, quote: Quote, query: str, found: int) -> None:
    make_quote(quote.assignment, cast.annotator, "nobody had measured it")
    asked = query.format(speaker=Speaker.objects.get().key, claim=Claim.objects.get().key)
    assert len(annotator.everything(f"projects/desk/quotes?{asked}")) == found


def test_a_submitted_assignment_is_locked(annotator: Program, quote: Quote, cast: Cast) -> None:
    assignment = quote.assignment
    assignment.refresh_from_db()
    submit_assignment(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
    for response in (
        annotator.post(quotes_of(assignment), body()),
        annotator.patch(f"projects/desk/quotes/{quote.key}", {"revision": 1, "type": "reported"}),
        annotator.delete(f"projects/desk/quotes/{quote.key}", If_Match='"1"'),
    ):
        assert (response.status_code, response.json()["code"]) == (409, "locked")
        assert response.json()["current"]


def test_an_approved_assignment_is_locked(annotator: Program, quote: Quote) -> None:
    Assignment.objects.filter(pk=quote.assignment_id).update(status=Assignment.Status.APPROVED)
    revision = annotator.read(f"projects/desk/assignments/{quote.assignment_id}")["revision"]
    path = f"projects/desk/assignments/{quote.assignment_id}"
    for response in (
        annotator.post(quotes_of(quote.assignment), body()),
        annotator.patch(f"projects/desk/quotes/{quote.key}", {"revision": 1, "type": "reported"}),
        annotator.delete(f"projects/desk/quotes/{quote.key}", If_Match='"1"'),
        annotator.post(f"{path}/undo", {"revision": revision}),
        annotator.post(f"{path}/looked-at", {"start": 0, "end": 5, "revision": revision}),
        annotator.post(f"{path}/submit", {"revision": revision, "confirmed": True}),
        annotator.post(f"{path}/reopen", {"revision": revision}),
    ):
        assert (response.status_code, response.json()["code"]) == (409, "locked")
    assert annotator.read(path)["status"] == "approved"


def test_only_its_annotator_changes_an_assignment(quote: Quote, cast: Cast) -> None:
    reviewer, other = program_of(cast.reviewer), program_of(cast.other_annotator)
    viewer = program_of(cast.viewer)
    path = f"projects/desk/quotes/{quote.key}"
    for program, status in ((reviewer, 403), (other, 404), (viewer, 403)):
        assert program.post(quotes_of(quote.assignment), body()).status_code == status
        assert program.patch(path, {"revision": 1, "type": "reported"}).status_code == status
        assert program.delete(path, If_Match='"1"').status_code == status
    assert Change.objects.filter(subject_kind="quote").count() == 1


def test_nobody_who_holds_an_assignment_sees_the_quotes_of_another(quote: Quote, cast: Cast) -> None:
    path = f"projects/desk/quotes/{quote.key}"
    reviewer = program_of(cast.reviewer)
    assert reviewer.get(path).status_code == 200
    make_assignment(quote.assignment.version, cast.reviewer)
    for program in (reviewer, program_of(cast.other_annotator), program_of(cast.viewer)):
        assert program.get(path).status_code == 404
        assert program.everything("projects/desk/quotes") == []
        assert program.get(f"projects/desk/assignments/{quote.assignment_id}").status_code == 404


def test_a_speaker_that_the_member_cannot_see_cannot_be_named(quote: Quote, cast: Cast) -> None:
    other = program_of(cast.other_annotator)
    own = make_assignment(quote.assignment.version, cast.other_annotator)
    unknown = other.post(quotes_of(own), body(speaker="nobody")).json()
    theirs = Speaker.objects.get().key
    hidden = other.post(quotes_of(own), body(speaker=theirs)).json()
    assert hidden["detail"].replace(theirs, "nobody") == unknown["detail"]
    assert (hidden["status"], hidden["code"]) == (unknown["status"], unknown["code"]) == (422, "unknown_speaker")
    claim = {"claim": Claim.objects.get().key, "stance": "denies"}
    assert other.post(quotes_of(own), body(claims=[claim])).json()["code"] == "unknown_claim"


def test_a_note_is_written_read_and_taken_away(annotator: Program, cast: Cast, quote: Quote) -> None:
    path = f"projects/desk/quotes/{quote.key}"
    assert "note" not in annotator.read(path)
    made = annotator.patch(path, {"note": "Ask.\r\nTwice.", "revision": 1})
    assert (made.status_code, made.json()["note"]) == (200, "Ask.\nTwice.")
    assert annotator.read(path) == made.json()
    listed = annotator.read("projects/desk/quotes?fields=id,note")["results"]
    assert listed == [{"id": quote.key, "note": "Ask.\nTwice."}]
    assert "note" not in annotator.patch(path, {"note": "", "revision": 2}).json()
    assert annotator.read("projects/desk/quotes?fields=id,note")["results"] == [{"id": quote.key}]
    assert annotator.patch(path, {"note": "x" * 2001, "revision": 3}).status_code == 400
