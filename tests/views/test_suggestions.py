"""What programs suggest, on the annotation page."""

from __future__ import annotations

from django.urls import reverse

from annotations.models import Assignment
from annotations.services.speakers import NewSpeaker
from annotations.services.suggestions import Suggestion, push_suggestions, suggestions_of
from tests.cast import Cast
from tests.client import StrictClient
from tests.factories import STORY, at


def test_they_wait_with_their_score_until_they_are_accepted_or_left_out(cast: Cast, assignment: Assignment) -> None:
    client = StrictClient()
    client.force_login(cast.annotator)
    page = reverse("assignment", args=[assignment.pk])
    assert 'id="suggested"' not in client.get(page).content.decode()
    push_suggestions(
        actor=cast.manager,
        version=assignment.version,
        model="tagger",
        model_version="1",
        suggestions=[
            Suggestion({"content": [at(STORY, words)], "speaker": NewSpeaker("Ada Holt")}, score)
            for words, score in (("“The bridge is safe,”", 0.879), ("moves a little", 0.5))
        ],
    )
    shown = client.get(page).content.decode()
    assert "suggested, 87 %" in shown
    assert all(words in shown for words in ("2 suggestions wait", "tagger@1", "Ada Holt"))
    safe, pier = suggestions_of(assignment).waiting
    accept = reverse("carry-over-quote", args=[assignment.pk, safe.key])
    assert client.post(accept, {"revision": 1}).status_code == 302
    assert "1 suggestion waits" in client.get(page).content.decode()
    again = client.post(accept, {"revision": 1})
    assert again.status_code == 409
    assert "accepted already" in again.content.decode()
    leave = reverse("carry-over-leave-out", args=[assignment.pk, pier.key])
    assert client.post(leave, {"revision": 1, "out": "1"}).status_code == 302
    assert "Let it wait again" in client.get(page).content.decode()
