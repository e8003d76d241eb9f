"""The queue: who gets which story next, and that no story has more readers than it needs."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from annotations.models import Annotator, Assignment, Queue
from annotations.services.articles import add_version
from annotations.services.assignments import annotator_of, start_assignment, submit_assignment
from annotations.services.errors import Conflict, Invalid, NotAllowed
from annotations.services.handing_out import hand_over, next_story
from annotations.services.queues import (
    MOST_LIKELY,
    QueueSettings,
    change_queue,
    next_version,
    quota,
    seen_mark,
    settings_of,
    waiting_in_order,
)
from tests.cast import Cast
from tests.queues import begin, healthy, set_queue, stories, take


def order_of(cast: Cast) -> list[str]:
    """Take every story, one after the other; return the ids of their articles."""
    found = []
    while assignment := take(cast, cast.annotator):
        found.append(assignment.version.article.key)
        submit_assignment(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
    return found


def test_each_story_gets_its_readers_and_no_more(cast: Cast) -> None:
    stories(cast, 3)
    set_queue(cast, overlap=2)
    for user in (cast.annotator, cast.other_annotator, cast.reviewer):
        while assignment := take(cast, user):
            begin(assignment, user)
    readers = Counter(Assignment.objects.values_list("version", flat=True))
    assert sorted(readers.values()) == [2, 2, 2]
    assert healthy()


def test_pressing_twice_takes_one(cast: Cast) -> None:
    stories(cast, 2)
    set_queue(cast)
    first = take(cast, cast.annotator)
    assert first is not None
    assert take(cast, cast.annotator) == first
    begin(first, cast.annotator)
    assert take(cast, cast.annotator) != first


def test_a_retry_gives_the_same_story(cast: Cast) -> None:
    stories(cast, 2)
    set_queue(cast)
    first = next_story(actor=cast.annotator, project=cast.project, gesture="press")
    assert first is not None
    begin(first, cast.annotator)
    assert next_story(actor=cast.annotator, project=cast.project, gesture="press") == first


def test_nothing_is_left_for_who_has_read_everything(cast: Cast) -> None:
    stories(cast, 1)
    set_queue(cast, overlap=3)
    assert len(order_of(cast)) == 1
    assert take(cast, cast.annotator) is None


def test_a_project_without_a_queue_hands_nothing_out(cast: Cast) -> None:
    stories(cast, 1)
    with pytest.raises(Invalid, match="choose a story"):
        take(cast, cast.annotator)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Queue.Order.IMPORTED, [0, 1, 2, 3]),
        (Queue.Order.OLDEST, [2, 0, 3, 1]),
        (Queue.Order.NEWEST, [0, 3, 2, 1]),
        (Queue.Order.OUTLET, [3, 0, 1, 2]),
    ],
)
def test_stories_come_in_the_order_that_is_set(cast: Cast, order: str, expected: list[int]) -> None:
    versions = stories(cast, 4)
    given = [("Post", date(2026, 5, 2)), ("Zeit", None), ("", date(2026, 5, 1)), ("Herald", date(2026, 5, 2))]
    for version, (outlet, published) in zip(versions, given, strict=True):
        article = version.article
        article.outlet, article.published = outlet, published
        article.save()
    set_queue(cast, order=order)
    keys = [version.article.key for version in versions]
    assert order_of(cast) == [keys[place] for place in expected]


def test_a_random_order_is_that_of_its_seed(cast: Cast) -> None:
    stories(cast, 8)
    orders = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            set_queue(cast, order=Queue.Order.RANDOM, seed=seed)
            orders.append(order_of(cast))
            transaction.set_rollback(True)
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == sorted(orders[2])


def test_a_sampled_share_of_stories_has_more_readers() -> None:
    settings = QueueSettings(overlap=1, sampled_percent=30, sampled_overlap=3)
    found = Counter(quota(settings, f"story-{number}") for number in range(2000))
    assert found.keys() == {1, 3}
    assert 0.26 < found[3] / 2000 < 0.34
    assert quota(QueueSettings(sampled_percent=100, sampled_overlap=4), "any") == 4


def test_who_gets_no_stories_is_refused(cast: Cast) -> None:
    stories(cast, 1)
    set_queue(cast, without=(cast.annotator,))
    with pytest.raises(NotAllowed):
        take(cast, cast.annotator)
    assert take(cast, cast.other_annotator) is not None
    assert healthy()


def test_choosing_a_story_by_hand_goes_by_the_same_number(cast: Cast) -> None:
    [version] = stories(cast, 1)
    set_queue(cast)
    start_assignment(actor=cast.annotator, version=version)
    with pytest.raises(Invalid, match="all the readers"):
        start_assignment(actor=cast.other_annotator, version=version)


def test_gold_and_older_versions_are_not_handed_out(cast: Cast) -> None:
    gold, other = stories(cast, 2)
    Assignment.objects.create(project=cast.project, version=gold, status=Assignment.Status.GOLD)
    add_version(actor=cast.manager, article=other.article, text="Another text.")
    set_queue(cast, overlap=2)
    assignment = take(cast, cast.annotator)
    assert assignment is not None
    assert (assignment.version.article, assignment.version.number) == (other.article, 2)


def test_a_story_with_gold_can_be_practised_on_whatever_the_queue_says(cast: Cast) -> None:
    [version] = stories(cast, 1)
    Assignment.objects.create(project=cast.project, version=version, status=Assignment.Status.GOLD)
    set_queue(cast, without=(cast.annotator,))
    for user in (cast.annotator, cast.other_annotator):
        assert start_assignment(actor=user, version=version).is_open


def test_a_share_with_fewer_readers_than_the_rest_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        set_queue(cast, overlap=3, sampled_percent=10, sampled_overlap=2)
    assert refused.value.field == "sampled_overlap"


def test_what_programs_suggest_takes_no_place(cast: Cast) -> None:
    [version] = stories(cast, 1)
    program = Annotator.objects.create(project=cast.project, kind=Annotator.Kind.SUGGESTER)
    Assignment.objects.create(project=cast.project, version=version, annotator=program)
    set_queue(cast)
    assert take(cast, cast.annotator) is not None


def test_only_managers_set_the_queue_and_hand_over(cast: Cast) -> None:
    stories(cast, 1)
    set_queue(cast)
    own = take(cast, cast.annotator)
    assert own is not None
    to = cast.membership(cast.other_annotator)
    with pytest.raises(NotAllowed):
        hand_over(actor=cast.reviewer, assignment=own, to=to, reason="no", revision=own.revision)
    with pytest.raises(NotAllowed):
        change_queue(
            actor=cast.reviewer,
            project=cast.project,
            seen=seen_mark(cast.project),
            settings=QueueSettings(overlap=2),
            takers={},
        )


def test_switched_off_everybody_chooses_again_and_keeps_what_they_have(cast: Cast) -> None:
    first, full = stories(cast, 2)
    set_queue(cast)
    own = take(cast, cast.annotator)
    assert own is not None
    assert own.version == first
    start_assignment(actor=cast.reviewer, version=full)
    change_queue(actor=cast.manager, project=cast.project, seen=seen_mark(cast.project), settings=None, takers={})
    assert settings_of(cast.project) is None
    own.refresh_from_db()
    assert own.is_open
    assert start_assignment(actor=cast.other_annotator, version=full).is_open
    off = cast.changes.filter(subject_kind="project").latest("pk")
    assert (off.action, off.after) == ("delete", {})
    assert off.before is not None
    assert off.before["overlap"] == 1
    assert healthy()
    set_queue(cast, overlap=2)
    assert healthy()


def test_who_is_not_named_keeps_what_they_have(cast: Cast) -> None:
    set_queue(cast, without=(cast.reviewer,))
    named = cast.membership(cast.annotator)
    change_queue(
        actor=cast.manager,
        project=cast.project,
        seen=seen_mark(cast.project),
        settings=QueueSettings(),
        takers={named.pk: False},
    )
    gets = dict(cast.project.memberships.values_list("user__username", "takes_stories"))
    assert [name for name, takes in sorted(gets.items()) if not takes] == ["annotator", "reviewer"]


def test_a_queue_that_changed_meanwhile_is_a_conflict(cast: Cast) -> None:
    seen = seen_mark(cast.project)
    set_queue(cast, overlap=2)
    with pytest.raises(Conflict):
        change_queue(actor=cast.manager, project=cast.project, seen=seen, settings=QueueSettings(), takers={})
    assert settings_of(cast.project) == QueueSettings(overlap=2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("overlap", 0),
        ("overlap", 7),
        ("sampled_percent", 101),
        ("sampled_overlap", 0),
        ("seed", -1),
        ("seed", 2**31),
        ("days", 0),
        ("days", 366),
        ("order", "backwards"),
        ("overlap", None),
    ],
)
def test_values_out_of_range_are_refused(cast: Cast, name: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        set_queue(cast, **{name: value})
    assert refused.value.field == name
    assert settings_of(cast.project) is None


def test_the_database_refuses_what_cannot_be(cast: Cast) -> None:
    [version] = stories(cast, 1)
    own = start_assignment(actor=cast.annotator, version=version)
    for values in ({"left": "lost"}, {"left": "skipped", "status": "submitted"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.filter(pk=own.pk).update(**values)
    for values in ({"overlap": 7}, {"order": "backwards"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Queue.objects.create(project=cast.project, **values)


def test_the_stories_are_looked_through_before_others_wait(cast: Cast) -> None:
    stories(cast, MOST_LIKELY + 5)
    set_queue(cast, overlap=1)
    with CaptureQueriesContext(connection) as seen:
        assert take(cast, cast.annotator)
    asked = [query["sql"] for query in seen.captured_queries]
    begun = next(place for place, sql in enumerate(asked) if "annotations_change" in sql)
    counting = [place for place, sql in enumerate(asked) if "COUNT(" in sql and "annotations_articleversion" in sql]
    within = [asked[place] for place in counting if place > begun]
    assert counting[0] < begun
    # Once it is locked, only those that were found are looked at.
    assert len(within) == 1
    assert '"annotations_articleversion"."id" IN (' in within[0]


def test_a_story_that_everybody_found_first_goes_to_one(cast: Cast) -> None:
    made = stories(cast, 2)
    set_queue(cast, overlap=1)
    queue, annotator = Queue.objects.get(), annotator_of(project=cast.project, user=cast.annotator)
    found = waiting_in_order(queue, annotator)
    assert found == [one.pk for one in made]
    assert take(cast, cast.other_annotator)
    assert next_version(queue, annotator, found) == made[1]
    assert take(cast, cast.reviewer)
    assert next_version(queue, annotator, found) is None
