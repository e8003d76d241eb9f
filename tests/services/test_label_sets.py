"""Label sets: a question is made, renamed, ordered and hidden, with its history, and no answer is ever lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from annotations.exports.dataset import assignment_records
from annotations.models import Assignment, Label, LabelSet
from annotations.services.completeness import missing_answers
from annotations.services.errors import Conflict, Invalid, KeyReused
from annotations.services.label_sets import (
    MOST_LABELS,
    MOST_SETS,
    LabelSetState,
    LabelState,
    asked_of,
    change_label_set,
    create_label_set,
    move_label_set,
    seen_mark,
    state_of,
)
from annotations.services.quote_states import state_of as quote_state
from annotations.services.quotes import change_quote
from annotations.services.undo import undo
from annotations.services.verification import verify
from tests.cast import Cast
from tests.factories import make_quote

pytestmark = pytest.mark.django_db

TONE = LabelSetState("Tone", "How does it sound?", (LabelState("calm", "calm"), LabelState("angry", "angry")))


@pytest.fixture
def act(cast: Cast) -> LabelSet:
    """The first question of the desk."""
    return LabelSet.objects.get(project=cast.project, key="act")


def change(cast: Cast, label_set: LabelSet, **asked: Any) -> LabelSet:
    """Change something of a set as it stands."""
    state = replace(asked_of(label_set), **asked)
    return change_label_set(actor=cast.manager, label_set=label_set, seen=seen_mark(label_set), state=state)


def hidden(state: LabelSetState, key: str) -> tuple[LabelState, ...]:
    """Return the labels of a set with one of them hidden."""
    return tuple(replace(one, active=False) if one.key == key else one for one in state.labels)


def test_another_question_is_asked_after_the_others_and_once(cast: Cast) -> None:
    for _press in range(2):
        made = create_label_set(actor=cast.manager, project=cast.project, key="tone", state=TONE, gesture="once")
    assert made.position == 3
    assert asked_of(made) == TONE
    row = cast.changes.get(subject_kind="label_set")
    assert (row.action, row.subject_key, row.actor, row.before) == ("create", "tone", cast.manager, None)
    assert row.after == state_of(made)
    assert [label["id"] for label in row.after["labels"]] == ["calm", "angry"]
    with pytest.raises(KeyReused):
        create_label_set(actor=cast.manager, project=cast.project, key="mood", state=TONE, gesture="once")


@pytest.mark.parametrize("key", ["", "Tone", "a b", "-a", "a--b", "ä", "x" * 61, "act"])
def test_an_id_that_cannot_be_is_refused(cast: Cast, key: str) -> None:
    with pytest.raises(Invalid) as refused:
        create_label_set(actor=cast.manager, project=cast.project, key=key, state=TONE)
    assert refused.value.field == "key"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"question": "x" * 301}, "question"),
        ({"question": "What\u202e?"}, "question"),
        ({"labels": ()}, "labels"),
        ({"labels": (LabelState("calm", "calm", active=False),)}, "labels"),
        ({"labels": (LabelState("calm", "calm"), LabelState("calm", "still"))}, "labels"),
        ({"labels": (LabelState("A b", "calm"),)}, "labels"),
        ({"labels": (LabelState("calm", ""),)}, "name"),
        ({"labels": tuple(LabelState(f"l{n}", "x") for n in range(MOST_LABELS + 1))}, "labels"),
    ],
)
def test_what_cannot_be_is_refused_and_writes_nothing(cast: Cast, asked: dict[str, Any], field: str) -> None:
    before = (LabelSet.objects.count(), Label.objects.count())
    with pytest.raises(Invalid) as refused:
        create_label_set(actor=cast.manager, project=cast.project, key="tone", state=replace(TONE, **asked))
    assert refused.value.field == field
    assert (LabelSet.objects.count(), Label.objects.count(), cast.changes.count()) == (*before, 0)


def test_there_is_an_end_of_questions(cast: Cast) -> None:
    for number in range(MOST_SETS - 3):
        create_label_set(actor=cast.manager, project=cast.project, key=f"s{number}", state=TONE)
    with pytest.raises(Invalid, match="the most"):
        create_label_set(actor=cast.manager, project=cast.project, key="tone", state=TONE)


def test_labels_are_renamed_ordered_added_and_hidden_in_one_gesture(cast: Cast, act: LabelSet) -> None:
    labels = list(hidden(asked_of(act), "desire"))
    labels.insert(0, LabelState("promise", "promise"))
    labels[1] = replace(labels[1], name="plain statement")
    change(cast, act, name="Deed", question="What is done?", labels=tuple(labels))
    assert (act.name, act.question) == ("Deed", "What is done?")
    rows = list(act.labels.values_list("key", "name", "is_active"))
    assert rows[:2] == [("promise", "promise", True), ("statement", "plain statement", True)]
    assert [key for key, _name, active in rows if not active] == ["desire"]
    row = cast.changes.get()
    assert (row.action, row.before["name"], row.after["name"]) == ("change", "Act", "Deed")
    change(cast, act)
    assert cast.changes.count() == 1


def test_no_label_is_lost(cast: Cast, act: LabelSet) -> None:
    with pytest.raises(Invalid, match="never deleted"):
        change(cast, act, labels=asked_of(act).labels[1:])
    assert act.labels.count() == 7


def test_who_saw_something_older_gets_a_conflict(cast: Cast, act: LabelSet) -> None:
    seen = seen_mark(act)
    change(cast, act, name="Deed")
    with pytest.raises(Conflict) as conflict:
        change_label_set(actor=cast.manager, label_set=act, seen=seen, state=replace(asked_of(act), name="Act"))
    assert conflict.value.current["name"] == "Deed"
    assert cast.changes.count() == 1


def test_questions_change_places(cast: Cast) -> None:
    last = LabelSet.objects.get(project=cast.project, key="factuality")
    move_label_set(actor=cast.manager, label_set=last, place=0)
    keys = list(LabelSet.objects.filter(project=cast.project).values_list("key", flat=True))
    assert keys == ["factuality", "act", "engagement"]
    rows = cast.changes.order_by("sequence")
    assert [row.subject_key for row in rows] == keys
    assert len({row.gesture for row in rows}) == 1
    move_label_set(actor=cast.manager, label_set=last, place=-5)
    assert cast.changes.count() == 3


def test_a_hidden_label_stays_where_it_is_and_is_given_no_more(
    cast: Cast, assignment: Assignment, act: LabelSet
) -> None:
    has = make_quote(assignment, cast.annotator, "“The bridge is safe,”", labels={"act": "belief"})
    change(cast, act, labels=hidden(asked_of(act), "belief"))
    with pytest.raises(Invalid) as refused:
        make_quote(assignment, cast.annotator, "moves a little", labels={"act": "belief"})
    assert (refused.value.field, refused.value.code) == ("labels.act", "hidden_label")
    changed = change_quote(
        actor=cast.annotator, quote=has, revision=1, parts={"labels": {"act": "belief", "engagement": "endorses"}}
    )
    assert quote_state(changed)["labels"] == {"act": "belief", "engagement": "endorses"}
    change_quote(actor=cast.annotator, quote=has, revision=2, parts={"labels": {"act": None}})
    assignment.refresh_from_db()
    undo(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
    assert quote_state(has)["labels"]["act"] == "belief"
    assert list(verify()) == []


def test_what_is_renamed_or_hidden_while_it_is_used_stays_in_history_and_files(
    cast: Cast, assignment: Assignment, act: LabelSet
) -> None:
    make_quote(assignment, cast.annotator, "it will stay open", labels={"act": "demand"})
    mine = Assignment.objects.filter(pk=assignment.pk)
    before = list(assignment_records(mine, cast.project.pk))
    renamed = tuple(
        replace(one, name="claim to something") if one.key == "demand" else one for one in asked_of(act).labels
    )
    change(cast, act, labels=renamed)
    change(cast, act, labels=hidden(asked_of(act), "demand"))
    assert list(assignment_records(mine, cast.project.pk)) == before
    assert before[0]["quotes"][0]["labels"] == {"act": "demand"}
    told = cast.changes.filter(subject_kind="label_set").order_by("pk").values_list("before__labels", "after__labels")
    names = [
        {label["id"]: (label["name"], label["active"]) for label in state}["demand"] for row in told for state in row
    ]
    assert names == [
        ("demand", True),
        ("claim to something", True),
        ("claim to something", True),
        ("claim to something", False),
    ]
    assert list(verify()) == []


def test_a_hidden_question_is_asked_no_more(cast: Cast, assignment: Assignment, act: LabelSet) -> None:
    make_quote(assignment, cast.annotator, "“The bridge is safe,”")
    change(cast, act, active=False)
    missing = [place.rpartition(".")[2] for place, _ in missing_answers(assignment, None) if "labels" in place]
    assert missing == ["engagement", "factuality"]
    with pytest.raises(Invalid):
        make_quote(assignment, cast.annotator, "moves a little", labels={"act": "belief"})
