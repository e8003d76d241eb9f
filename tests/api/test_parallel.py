"""Many requests at once: a retry that overtakes its first try gets the same answer, and one of many writers wins."""

from __future__ import annotations

import pytest

from annotations.models import Assignment, Change, Quote
from tests.api.program import program_of
from tests.cast import Cast
from tests.factories import STORY, at, make_version
from tests.services.test_concurrency import WORKERS, together

pytestmark = pytest.mark.usefixtures("transactional_db")
BODY = {"content": [at(STORY, "“The bridge is safe,”")], "speaker": {"label": "Ada Holt"}}


def test_the_same_request_many_times_at_once_makes_one_quote_and_one_answer(cast: Cast, assignment: Assignment) -> None:
    programs = [program_of(cast.annotator) for _ in range(WORKERS)]
    path = f"projects/desk/assignments/{assignment.pk}/quotes"
    answers = together(lambda number: programs[number].post(path, BODY, Idempotency_Key="once"))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == Quote.objects.count() == 1
    assert Change.objects.filter(gesture="once", subject_kind="quote").count() == 1


def test_taking_an_article_up_many_times_at_once_makes_one_assignment(cast: Cast) -> None:
    article = make_version(cast.project, cast.manager).article
    programs = [program_of(cast.annotator) for _ in range(WORKERS)]
    answers = together(lambda number: programs[number].post("projects/desk/assignments", {"article": article.key}))
    assert sorted(answer.status_code for answer in answers) == [200] * (WORKERS - 1) + [201]
    assert len({answer.json()["id"] for answer in answers}) == Assignment.objects.count() == 1


def test_one_of_many_changes_wins_and_the_others_are_told(cast: Cast, assignment: Assignment, quote: Quote) -> None:
    programs = [program_of(cast.annotator) for _ in range(WORKERS)]
    acts = ("statement", "question", "demand", "decline", "belief", "desire", "decree", "statement")
    answers = together(
        lambda number: programs[number].patch(
            f"projects/desk/quotes/{quote.key}",
            {"revision": 1, "labels": {"act": acts[number]}, "type": "reported"},
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (WORKERS - 1)
    quote.refresh_from_db()
    assert quote.revision == 2
