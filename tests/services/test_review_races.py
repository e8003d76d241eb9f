"""Reviewing while others work: an approval is of what was read, gold is made once, and nobody waits for ever."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.exports.dataset import quote_states
from annotations.models import Assignment, Comment, Notice, Quote, Review, User
from annotations.services import reviews
from annotations.services.assignments import reopen_assignment, submit_assignment
from annotations.services.comments import write_comment
from annotations.services.errors import Conflict, Invalid, Locked
from annotations.services.quotes import change_quote
from annotations.services.removals import remove_article
from tests.cast import Cast
from tests.factories import make_quote
from tests.queues import healthy
from tests.threads import before_commit, together

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def story(cast: Cast, assignment: Assignment) -> Assignment:
    """A story with two quotes that the annotator handed in."""
    make_quote(assignment, cast.annotator, "nobody had measured it", source="He", cue="said")
    make_quote(assignment, cast.annotator, "it will stay open")
    return submit_assignment(actor=cast.annotator, assignment=assignment, revision=assignment.revision)


def fresh(story: Assignment) -> Assignment:
    """The story as another request would load it."""
    return Assignment.objects.select_related("version__article", "annotator__user", "project").get(pk=story.pk)


def approve(actor: User, story: Assignment) -> Assignment:
    """Approve the story as it was when the test began."""
    return reviews.approve_assignment(actor=actor, assignment=fresh(story), revision=story.revision)


def take_back(cast: Cast, story: Assignment) -> Assignment:
    """Let the annotator take it back, as it was when the test began."""
    return reopen_assignment(actor=cast.annotator, assignment=fresh(story), revision=story.revision)


def contents(assignment: Assignment) -> list[Any]:
    """What the quotes of an assignment say."""
    return [one["content"] for one in quote_states(Quote.objects.live().filter(assignment=assignment)).values()]


def golds(story: Assignment) -> list[Assignment]:
    """The gold of the story."""
    return list(Assignment.objects.filter(version=story.version, status="gold"))


def test_what_is_saved_while_somebody_approves_is_never_approved(cast: Cast, story: Assignment) -> None:
    with before_commit(lambda: approve(cast.reviewer, story)) as answer:
        mine = take_back(cast, story)
        change_quote(
            actor=cast.annotator, quote=mine.quotes.order_by("pk")[0], revision=1, parts={"note": "Or all of it?"}
        )
        submit_assignment(actor=cast.annotator, assignment=fresh(story), revision=fresh(story).revision)
    assert type(answer.result()) is Conflict
    assert "changed since you read it" in answer.result().message
    assert (fresh(story).status, golds(story), Review.objects.count()) == ("submitted", [], 0)
    assert healthy()


@pytest.mark.parametrize("act", ["save", "take back"])
def test_who_saves_while_somebody_approves_finds_it_approved(cast: Cast, story: Assignment, act: str) -> None:
    read = contents(story)

    def save() -> Any:
        if act == "take back":
            return take_back(cast, story)
        return make_quote(fresh(story), cast.annotator, "The bridge is safe")

    with before_commit(save) as answer:
        approve(cast.reviewer, story)
    assert isinstance(answer.result(), Conflict)
    assert act == "take back" or type(answer.result()) is Locked
    assert [contents(gold) for gold in golds(story)] == [contents(story)] == [read]
    assert healthy()


def test_many_who_approve_at_once_make_one_gold(cast: Cast, story: Assignment) -> None:
    reviewers = [cast.reviewer, cast.manager]
    answers = together(lambda number: approve(reviewers[number % 2], story))
    assert sorted(type(answer).__name__ for answer in answers) == ["Assignment", *["Conflict"] * (len(answers) - 1)]
    assert len(golds(story)) == Review.objects.count() == Notice.objects.filter(kind="approved").count() == 1
    assert healthy()


def test_one_of_taking_back_returning_and_approving_wins(cast: Cast, story: Assignment) -> None:
    def act(number: int) -> Assignment:
        if number % 3 == 0:
            return take_back(cast, story)
        if number % 3 == 1:
            return approve(cast.reviewer, story)
        return reviews.return_assignment(
            actor=cast.manager, assignment=fresh(story), revision=story.revision, note="Look again."
        )

    answers = together(act)
    assert sorted(type(answer).__name__ for answer in answers) == ["Assignment", *["Conflict"] * (len(answers) - 1)]
    assert len(golds(story)) == (fresh(story).status == "approved")
    assert healthy()


def test_two_who_begin_to_correct_at_once_share_a_copy(cast: Cast, story: Assignment) -> None:
    people = [cast.reviewer, cast.manager]
    copies = together(
        lambda number: reviews.start_correction(
            actor=people[number % 2], assignment=fresh(story), revision=story.revision
        )
    )
    assert {type(copy) for copy in copies} == {Assignment}
    assert {copy.pk for copy in copies} == {Assignment.objects.get(status="draft").pk}
    assert healthy()


def test_a_story_that_is_removed_while_it_is_reviewed_leaves_no_word(cast: Cast, story: Assignment) -> None:
    first = story.quotes.order_by("pk")[0]
    revision = story.revision

    def act(number: int) -> Any:
        mine: dict[str, Any] = {"actor": cast.reviewer, "revision": revision}
        match number % 4:
            case 0:
                return remove_article(actor=cast.manager, article=fresh(story).version.article, reason="court order")
            case 1:
                copy = reviews.start_correction(assignment=fresh(story), **mine)
                return make_quote(copy, cast.reviewer, "The bridge is safe")
            case 2:
                quote = Quote.objects.select_related("assignment__project").get(pk=first.pk)
                return reviews.judge_quote(quote=quote, quote_revision=1, **mine)
            case _:
                return reviews.approve_assignment(assignment=fresh(story), note="The bridge is safe.", **mine)

    answers = together(act)
    # Nobody waits for each other for ever, and whoever came too late is told.
    assert {type(answer).__name__ for answer in answers} <= {
        *("Removal", "Quote", "NoneType", "Assignment"),
        *("Invalid", "Conflict", "Locked", "NotAllowed"),
    }
    assert [answer for answer in answers if type(answer).__name__ == "Removal"]
    assert fresh(story).version.text == ""
    assert not Review.objects.exclude(note="").exists()
    assert healthy()


@pytest.mark.parametrize("act", ["approve", "comment"])
def test_nothing_is_said_of_a_story_that_somebody_removes(cast: Cast, story: Assignment, act: str) -> None:
    def say() -> Any:
        if act == "approve":
            return approve(cast.reviewer, story)
        return write_comment(actor=cast.reviewer, assignment=fresh(story), text="Who said “nobody had measured it”?")

    with before_commit(say) as answer:
        remove_article(actor=cast.manager, article=fresh(story).version.article, reason="court order")
    assert type(answer.result()) is Invalid
    assert (golds(story), Comment.objects.count()) == ([], 0)
    assert healthy()
