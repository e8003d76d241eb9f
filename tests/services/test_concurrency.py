"""Many at once: nothing twice, nothing lost, nobody overwritten."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import connection

from annotations.models import Adjudication, Assignment, Change, Quote, Role, Speaker
from annotations.services import articles, assignments, quotes
from annotations.services.adjudications import start_adjudication
from annotations.services.decisions import Choice, decide
from annotations.services.errors import Conflict
from annotations.services.handing_out import next_story, skip_story
from annotations.services.members import add_member
from annotations.services.speakers import NewSpeaker
from tests.adjudicating import disputed, keys
from tests.cast import Cast, make_user
from tests.factories import STORY, at, make_quote, make_version
from tests.queues import healthy, set_queue
from tests.threads import WORKERS, together

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_pressing_save_many_times_at_once_makes_one_quote(cast: Cast, assignment: Assignment) -> None:
    parts: Any = {"content": [at(STORY, "“The bridge is safe,”")], "speaker": NewSpeaker("Ada Holt")}
    made = together(
        lambda _: quotes.create_quote(
            actor=cast.annotator, assignment=Assignment.objects.get(), parts=parts, gesture="once"
        )
    )
    assert {type(one) for one in made} == {Quote}
    assert len({one.key for one in made}) == Quote.objects.count() == 1
    assert Change.objects.filter(gesture="once", subject_kind="quote").count() == 1


def test_gestures_on_one_assignment_come_one_by_one(cast: Cast, assignment: Assignment) -> None:
    made = together(
        lambda number: quotes.create_quote(
            actor=cast.annotator,
            assignment=Assignment.objects.get(),
            parts={"content": [{"start": number, "end": number + 5}]},
        )
    )
    assert {type(one) for one in made} == {Quote}
    assert Assignment.objects.get().revision == 1 + WORKERS


def test_one_of_many_changes_from_the_same_revision_wins(cast: Cast, assignment: Assignment) -> None:
    quote = make_quote(assignment, cast.annotator, "“The bridge is safe,”")
    answers = together(
        lambda number: quotes.change_quote(
            actor=cast.annotator,
            quote=Quote.objects.get(pk=quote.pk),
            revision=1,
            parts={"speaker": NewSpeaker(f"Speaker {number}")},
        )
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict"] * (WORKERS - 1) + ["Quote"]
    winner = next(answer for answer in answers if isinstance(answer, Quote))
    assert all(answer.current["revision"] == 2 for answer in answers if isinstance(answer, Conflict))
    assert Quote.objects.get(pk=quote.pk).speaker == winner.speaker
    # A conflict writes nothing, not even the speaker that it would have made.
    assert Speaker.objects.count() == 1


def test_pressing_a_change_many_times_at_once_changes_it_once_and_never_conflicts_with_itself(
    cast: Cast, assignment: Assignment
) -> None:
    quote = make_quote(assignment, cast.annotator, "“The bridge is safe,”")
    answers = together(
        lambda _: quotes.change_quote(
            actor=cast.annotator,
            quote=Quote.objects.get(pk=quote.pk),
            revision=1,
            parts={"speaker": NewSpeaker("Ada Holt")},
            gesture="once",
        )
    )
    assert {type(answer) for answer in answers} == {Quote}
    assert Quote.objects.get(pk=quote.pk).revision == 2


def test_taking_up_a_story_many_times_gives_one_assignment(cast: Cast) -> None:
    version = make_version(cast.project, cast.manager)
    taken = together(lambda _: assignments.start_assignment(actor=cast.other_annotator, version=version))
    assert {one.pk for one in taken} == {Assignment.objects.get().pk}


def test_importing_a_story_many_times_at_once_adds_it_once(cast: Cast) -> None:
    imported = together(lambda _: articles.import_article(actor=cast.manager, project=cast.project, text=STORY))
    assert not [one for one in imported if isinstance(one, Exception)]
    assert cast.project.articles.count() == 1


def test_twenty_who_press_next_at_once_never_take_a_story_beyond_its_readers(cast: Cast) -> None:
    people = [make_user(f"reader-{number}") for number in range(20)]
    for user in people:
        add_member(actor=None, project=cast.project, user=user, role=Role.ANNOTATOR)
    set_queue(cast, overlap=2)
    for number in range(60):
        make_version(cast.project, cast.manager, f"Story {number}\n\nShe said it.")

    def press(number: int) -> list[Assignment]:
        taken = []
        for _ in range(10):
            if assignment := next_story(actor=people[number], project=cast.project):
                quotes.create_quote(
                    actor=people[number],
                    assignment=assignment,
                    parts={"content": [at(assignment.version.text, "said it")]},
                )
                taken.append(assignment)
            if connection.vendor == "postgresql":
                # As a request does at its end: all of them share the eight connections of a process.
                connection.close()
        return taken

    taken = together(press, len(people))
    assert [one for one in taken if isinstance(one, Exception)] == []
    readers = Counter(assignment.version_id for found in taken for assignment in found)
    assert sorted(readers.values()) == [2] * 60


def test_one_who_presses_many_times_at_once_has_the_only_place(cast: Cast) -> None:
    version = make_version(cast.project, cast.manager)
    set_queue(cast)
    taken = together(lambda _: assignments.start_assignment(actor=cast.annotator, version=version, gesture="once"))
    own = Assignment.objects.get()
    assert {one.pk for one in taken} == {own.pk}
    skip_story(actor=cast.annotator, assignment=own, reason="no time", revision=own.revision)
    again = together(lambda _: assignments.start_assignment(actor=cast.annotator, version=version))
    assert {one.pk for one in again} == {own.pk}
    assert Change.objects.filter(action=Change.Action.RESUME).count() == 1


def test_a_queue_is_set_while_people_press(cast: Cast) -> None:
    for number in range(6):
        make_version(cast.project, cast.manager, f"Story {number}\n\nShe said it.")
    set_queue(cast, overlap=2)
    people = [cast.annotator, cast.other_annotator, cast.reviewer]

    def act(number: int) -> Any:
        for _ in range(4):
            if number % 4 == 3:
                set_queue(cast, overlap=2 + number // 4)
            elif own := next_story(actor=people[number % 4], project=cast.project):
                skip_story(actor=people[number % 4], assignment=own, reason="no time", revision=own.revision)

    answers = together(act)
    # Two windows of one person, or two who save at once, are told; nobody waits for each other for ever.
    assert {type(answer).__name__ for answer in answers} <= {"NoneType", "Conflict", "Locked"}


def test_one_of_many_adjudicates_a_story_and_decides_from_the_same_state(cast: Cast) -> None:
    version = disputed(cast)
    people = [cast.reviewer, cast.manager]
    made = together(lambda number: start_adjudication(actor=people[number], version=version), workers=2)
    assert sorted(type(one).__name__ for one in made) == ["Adjudication", "Conflict"]
    adjudication = Adjudication.objects.get()
    editor, key = adjudication.result.editor, keys(adjudication)[1]
    answers = together(
        lambda number: decide(
            actor=editor,
            adjudication=Adjudication.objects.get(),
            key=key,
            revision=0,
            choice=Choice.take(number % 2),
        ),
        workers=4,
    )
    assert sorted(type(one).__name__ for one in answers) == ["Conflict"] * 3 + ["Decided"]
    assert Quote.objects.filter(assignment=adjudication.result).count() == 2
    assert healthy()
