"""Comments and the inbox by the API."""

from __future__ import annotations

import pytest

from annotations.models import Comment, Notice, Quote
from tests.api.program import Program, program_of
from tests.cast import Cast


@pytest.fixture
def reviewer(cast: Cast) -> Program:
    """A program of the reviewer that may write."""
    return program_of(cast.reviewer)


def place(quote: Quote) -> str:
    """The address of the comments on the quote's story."""
    return f"projects/desk/assignments/{quote.assignment_id}/comments"


def test_a_thread_is_written_once_and_read(annotator: Program, reviewer: Program, quote: Quote) -> None:
    asked = {"text": "Where does it end, @manager?", "quote": quote.key}
    made = reviewer.post(place(quote), asked, Idempotency_Key="say")
    assert made.status_code == 201
    first = made.json()
    assert [first[name] for name in ("author", "quote", "thread", "resolved")] == ["reviewer", quote.key, None, False]
    assert annotator.read(made.headers["Location"].removeprefix("http://testserver")) == first
    reply = annotator.post(place(quote), {"text": "At the comma.", "thread": first["id"]}).json()
    assert [reply[name] for name in ("quote", "thread", "resolved")] == [quote.key, first["id"], None]
    whole = annotator.post(place(quote), {"text": "Thank you."}).json()
    assert reviewer.everything(place(quote)) == [first, reply, whole]
    assert reviewer.everything(f"{place(quote)}?quote={quote.key}&limit=1") == [first, reply]
    resolved = annotator.patch(f"projects/desk/comments/{first['id']}", {"resolved": True}, Idempotency_Key="done")
    assert resolved.json() == {**first, "resolved": True, "resolved_by": "annotator"}
    assert reviewer.everything(f"{place(quote)}?resolved=false") == [whole]
    reviewer.post(place(quote), {"text": "Not yet.", "thread": first["id"]})
    assert reviewer.read(f"projects/desk/comments/{first['id']}") == first
    # Retries answer what was done then, and do nothing.
    assert reviewer.post(place(quote), asked, Idempotency_Key="say").content == made.content
    again = annotator.patch(f"projects/desk/comments/{first['id']}", {"resolved": True}, Idempotency_Key="done")
    assert again.content == resolved.content
    assert Comment.objects.count() == 4


def test_what_cannot_be_said(annotator: Program, reviewer: Program, quote: Quote, cast: Cast) -> None:
    first = reviewer.post(place(quote), {"text": "Look."}).json()
    reply = reviewer.post(place(quote), {"text": "Again.", "thread": first["id"]}).json()
    for body, field in (
        ({"text": "Ask @viewer."}, "text"),
        ({"text": "Look.", "quote": "nothing"}, "quote"),
        ({"text": "Look.", "thread": "nothing"}, "thread"),
    ):
        refused = annotator.post(place(quote), body)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    assert annotator.post(place(quote), {"text": " "}).status_code == 422
    assert annotator.patch(f"projects/desk/comments/{reply['id']}", {"resolved": True}).status_code == 422
    for program in (program_of(cast.other_annotator), program_of(cast.viewer), program_of(cast.outsider)):
        assert program.get(place(quote)).status_code == 404
        assert program.get(f"projects/desk/comments/{first['id']}").status_code == 404


def test_an_inbox_is_read(annotator: Program, reviewer: Program, quote: Quote, cast: Cast) -> None:
    said = [reviewer.post(place(quote), {"text": f"Number {number}"}).json()["id"] for number in range(3)]
    found = annotator.everything("inbox?read=false&limit=2")
    assert [(one["kind"], one["comment"], one["actor"]) for one in found] == [
        ("comment", key, "reviewer") for key in said
    ]
    assert annotator.post("inbox/read", {"notices": [found[0]["id"]]}).status_code == 204
    assert [one["comment"] for one in annotator.everything("inbox?read=true")] == said[:1]
    # Nobody reads for somebody else.
    assert reviewer.post("inbox/read", {"notices": [one["id"] for one in found]}).status_code == 204
    assert Notice.objects.filter(user=cast.annotator, read_at=None).count() == 2
    assert annotator.post("inbox/read", {}).status_code == 204
    assert annotator.everything("inbox?read=false&project=desk") == []
    assert reviewer.read("inbox")["results"] == []
