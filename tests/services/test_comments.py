"""Comments: threads on a story or a quote, who is told of them, and what they keep."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from annotations.access import visible_notices
from annotations.models import Assignment, Comment, Notice, Removal, Review
from annotations.services import comments, reviews
from annotations.services.assignments import submit_assignment
from annotations.services.errors import Invalid
from annotations.services.members import deactivate_member
from annotations.services.removals import remove_article, remove_name
from annotations.services.speakers import NewSpeaker
from tests.cast import Cast
from tests.factories import make_assignment, make_quote, make_version
from tests.queues import healthy

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(cast: Cast) -> Assignment:
    """A story with a quote that the annotator handed in."""
    assignment = make_assignment(make_version(cast.project, cast.manager), cast.annotator)
    ada = NewSpeaker(label="Ada Holt", description="mayor")
    make_quote(assignment, cast.annotator, "it will stay open", speaker=ada, source="Mayor Ada Holt")
    return submit_assignment(actor=cast.annotator, assignment=assignment, revision=assignment.revision)


def say(story: Assignment, actor: Any, text: str, **place: Any) -> Comment:
    """Write a comment."""
    return comments.write_comment(actor=actor, assignment=story, text=text, **place)


def told() -> list[tuple[str, str]]:
    """Who was told, and of what."""
    return list(Notice.objects.order_by("pk").values_list("user__username", "kind"))


def test_a_thread_tells_those_whom_it_concerns(cast: Cast, story: Assignment) -> None:
    first = say(story, cast.reviewer, "Where does the quote end?", quote=story.quotes.get())
    assert told() == [("annotator", "comment")]
    say(story, cast.annotator, "At the comma. Right, @manager?", thread=first)
    assert sorted(told()[1:]) == [("manager", "mention"), ("reviewer", "reply")]
    reply = say(story, cast.manager, "Yes.", thread=first)
    assert sorted(told()[3:]) == [("annotator", "reply"), ("reviewer", "reply")]
    assert (reply.quote, reply.thread) == (story.quotes.get(), first)
    assert healthy()


@pytest.mark.parametrize("name", ["other_annotator", "viewer", "outsider", "nobody"])
def test_only_who_may_read_it_can_be_named(cast: Cast, story: Assignment, name: str) -> None:
    with pytest.raises(Invalid, match=f"“{name}”.*annotator, manager, reviewer"):
        say(story, cast.reviewer, f"Ask @{name}.")
    assert not Comment.objects.exists()


def test_an_address_is_no_mention(cast: Cast, story: Assignment) -> None:
    say(story, cast.reviewer, "The desk is ana@desk.example; ask @annotator.")
    assert told() == [("annotator", "mention")]


def test_a_reply_to_a_reply_stands_in_the_same_thread_and_of_the_same_quote(cast: Cast, story: Assignment) -> None:
    first = say(story, cast.reviewer, "Look at this.")
    reply = say(story, cast.annotator, "I did.", thread=first, quote=story.quotes.get())
    again = say(story, cast.reviewer, "Again.", thread=reply)
    assert (reply.quote, again.thread) == (None, first)


def test_a_reply_opens_a_resolved_thread_again(cast: Cast, story: Assignment) -> None:
    first = say(story, cast.reviewer, "Look at this.")
    thread = comments.resolve_thread(actor=cast.annotator, comment=first)
    assert thread.resolved_by == cast.annotator
    say(story, cast.reviewer, "Not yet.", thread=thread)
    thread.refresh_from_db()
    assert thread.resolved_at is None
    kinds = cast.changes.filter(subject_kind="comment").order_by("pk").values_list("action", "after__resolved")
    assert list(kinds) == [("create", False), ("change", True), ("change", False), ("create", False)]


def test_a_comment_sent_twice_is_one(cast: Cast, story: Assignment) -> None:
    one, two = (say(story, cast.reviewer, "Once.", gesture="say-once") for _ in range(2))
    assert one == two
    assert told() == [("annotator", "comment")]


def test_who_annotates_the_story_too_is_told_once_they_may_read_it(cast: Cast, story: Assignment) -> None:
    make_assignment(story.version, cast.manager)
    say(story, cast.reviewer, "What do you think, @manager?")
    assert told()[0] == ("manager", "mention")
    assert not visible_notices(cast.manager).exists()
    assert visible_notices(cast.annotator).count() == 1
    deactivate_member(actor=cast.manager, membership=cast.membership(cast.annotator))
    assert not visible_notices(cast.annotator).exists()


def test_a_comment_keeps_its_words(cast: Cast, story: Assignment) -> None:
    comment = say(story, cast.reviewer, "As it was said.")
    for act in (
        lambda: Comment.objects.filter(pk=comment.pk).update(text="Otherwise."),
        lambda: Comment.objects.filter(pk=comment.pk).delete(),
        lambda: Review.objects.all().delete() if Review.objects.exists() else Comment.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert Comment.objects.get().text == "As it was said."


@pytest.mark.parametrize("of_article", [True, False])
def test_what_was_said_leaves_with_the_text_or_the_name(cast: Cast, story: Assignment, *, of_article: bool) -> None:
    say(story, cast.reviewer, "Ada Holt said no such thing.")
    reviews.return_assignment(actor=cast.reviewer, assignment=story, revision=story.revision, note="Ask Ada Holt.")
    if of_article:
        remove_article(actor=cast.manager, article=story.version.article, reason="court order")
    else:
        remove_name(actor=cast.manager, speaker=story.quotes.get().speaker, reason="a request")
    assert Removal.objects.exists()
    words = [Comment.objects.get().text, Review.objects.get().note]
    words += [str(row) for row in cast.changes.values_list("before", "after")]
    assert not any("Holt" in one for one in words)
    assert healthy()
