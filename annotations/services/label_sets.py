"""Label sets: the questions that a project asks of every quote, and how they change.

As with quotes, a write makes the rows equal a state: that of one set with all its labels, in order. Nothing is ever
deleted, for quotes have these answers and history names them; a set or a label is hidden and is asked for no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from annotations.exports.records import Record
from annotations.models import Change, Label, LabelSet, Project, User
from annotations.services.changes import Gesture, Replayed, fingerprint, recorded
from annotations.services.errors import Conflict, Invalid
from annotations.services.speakers import clean_name

NAME_LENGTH = 100
QUESTION_LENGTH = 300
KEY = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
KEY_LENGTH = 60
MOST_SETS = 20
MOST_LABELS = 60

# key, name, question, answers; an answer's key has underscores where its name has spaces.
DEFAULT = (
    (
        "act",
        "Act",
        "What does the speaker do with these words?",
        ("statement", "question", "demand", "decline", "belief", "desire", "decree"),
    ),
    (
        "engagement",
        "Engagement",
        "How does the reporter treat it?",
        ("acknowledges", "endorses", "distances"),
    ),
    (
        "factuality",
        "Factuality",
        "Does the story say that it was said?",
        ("said", "not said", "hypothetical"),
    ),
)


def add_default_label_sets(project: Project) -> None:
    """Give a new project the usual label sets."""
    for position, (key, name, question, answers) in enumerate(DEFAULT):
        label_set = LabelSet.objects.create(project=project, key=key, name=name, question=question, position=position)
        Label.objects.bulk_create(
            Label(label_set=label_set, key=answer.replace(" ", "_"), name=answer, position=place)
            for place, answer in enumerate(answers)
        )


@dataclass(frozen=True)
class LabelState:
    """One answer: its id, which stays for ever, its name, and whether it can be given."""

    key: str
    name: str
    active: bool = True


@dataclass(frozen=True)
class LabelSetState:
    """A question with its answers, in order."""

    name: str
    question: str
    labels: tuple[LabelState, ...]
    active: bool = True


def state_of(label_set: LabelSet) -> Record:
    """Return what history keeps of a label set."""
    rows = Label.objects.filter(label_set=label_set).order_by("position", "pk")
    return {
        "id": label_set.key,
        "name": label_set.name,
        "question": label_set.question,
        "position": label_set.position,
        "active": label_set.is_active,
        "labels": [{"id": row.key, "name": row.name, "active": row.is_active} for row in rows],
    }


def asked_of(label_set: LabelSet) -> LabelSetState:
    """Return a label set as it is, to change something of it."""
    return as_asked(state_of(label_set))


def as_asked(state: Record) -> LabelSetState:
    """Return a state that history keeps, to ask for it."""
    labels = tuple(LabelState(one["id"], one["name"], one["active"]) for one in state["labels"])
    return LabelSetState(state["name"], state["question"], labels, state["active"])


def seen_mark(label_set: LabelSet) -> str:
    """Return the mark of a label set as it stands: what a change of it says that it has seen."""
    return fingerprint(state_of(label_set))


def create_label_set(
    *, actor: User | None, project: Project, key: str, state: LabelSetState, gesture: str | None = None
) -> LabelSet:
    """Ask one more question, after the others. Raises ``Invalid`` for an id that is taken or a part that cannot be."""
    key, state = clean_key(key, "key"), _clean(state)
    try:
        asked = ("label set", project.pk, key, asdict(state))
        with recorded(project=project, actor=actor, gesture=gesture, asked=asked) as opened:
            # Whoever makes another one meanwhile waits here.
            Project.objects.select_for_update().get(pk=project.pk)
            sets = list(LabelSet.objects.filter(project=project))
            if any(one.key == key for one in sets):
                message = _("There is a label set “%(key)s” already.") % {"key": key}
                raise Invalid(message, field="key", code="taken")
            if len(sets) >= MOST_SETS:
                raise Invalid(_("%(most)s label sets are the most.") % {"most": MOST_SETS}, code="too_many")
            position = max((one.position for one in sets), default=-1) + 1
            made = LabelSet.objects.create(project=project, key=key, position=position)
            _write(made, state)
            opened.record(Change.Action.CREATE, Change.Subject.LABEL_SET, key, after=state_of(made))
    except Replayed:
        pass
    return LabelSet.objects.get(project=project, key=key)


def change_label_set(
    *,
    actor: User | None,
    label_set: LabelSet,
    seen: str,
    state: LabelSetState,
    place: int | None = None,
    action: Change.Action = Change.Action.CHANGE,
    gesture: str | None = None,
) -> LabelSet:
    """Make a label set what ``state`` says; labels that it does not name yet are made.

    ``place``, from 0, is where it is asked among the others, if that is to change too. Raises ``Conflict`` if the set
    changed since it was seen, ``Invalid`` if a label would be lost or cannot be.
    """
    state = _clean(state)
    asked = ("label set", label_set.pk, seen, asdict(state), *([] if place is None else [place]))
    try:
        with recorded(project=label_set.project, actor=actor, gesture=gesture, asked=asked) as opened:
            if place is not None:
                Project.objects.select_for_update().get(pk=label_set.project_id)
            locked = LabelSet.objects.select_for_update(no_key=True).get(pk=label_set.pk)
            before = state_of(locked)
            if seen_mark(locked) != seen:
                raise Conflict(_("This label set was changed since you saw it. Nothing was written."), current=before)
            _refuse_loss(before, state)
            _write(locked, state)
            if (after := state_of(locked)) != before:
                opened.record(action, Change.Subject.LABEL_SET, locked.key, before=before, after=after)
            if place is not None:
                _place(opened, locked, place)
    except Replayed:
        pass
    label_set.refresh_from_db()
    return label_set


def move_label_set(*, actor: User | None, label_set: LabelSet, place: int, gesture: str | None = None) -> LabelSet:
    """Ask a question at another place, from 0, among the others; each that moves has its row of history."""
    asked = ("place of label set", label_set.pk, place)
    try:
        with recorded(project=label_set.project, actor=actor, gesture=gesture, asked=asked) as opened:
            Project.objects.select_for_update().get(pk=label_set.project_id)
            _place(opened, label_set, place)
    except Replayed:
        pass
    label_set.refresh_from_db()
    return label_set


def _place(opened: Gesture, label_set: LabelSet, place: int) -> None:
    others = list(LabelSet.objects.filter(project=label_set.project_id).exclude(pk=label_set.pk))
    for position, one in enumerate([*others[: max(0, place)], label_set, *others[max(0, place) :]]):
        before = state_of(one)
        if one.position != position:
            one.position = position
            one.save(update_fields=["position"])
            after = state_of(one)
            opened.record(Change.Action.CHANGE, Change.Subject.LABEL_SET, one.key, before=before, after=after)


def clean_key(key: str, field: str) -> str:
    """Return an id of a label or a set. Raises ``Invalid`` for one that is none."""
    if len(key) > KEY_LENGTH or not KEY.fullmatch(key):
        message = _("“%(key)s” is no id: small letters a to z, digits, and hyphens or underscores between them.")
        raise Invalid(message % {"key": f"{key:.60}"}, field=field, code="key")
    return key


def _clean(state: LabelSetState) -> LabelSetState:
    question = " ".join(state.question.split())
    labels = tuple(
        LabelState(clean_key(one.key, "labels"), clean_name(one.name, field="name", length=NAME_LENGTH), one.active)
        for one in state.labels
    )
    keys = [one.key for one in labels]
    for key in keys:
        if keys.count(key) > 1:
            raise Invalid(_("Two labels have the id “%(key)s”.") % {"key": key}, field="labels", code="taken")
    if len(keys) > MOST_LABELS:
        raise Invalid(_("%(most)s labels are the most.") % {"most": MOST_LABELS}, field="labels", code="too_many")
    if not any(one.active for one in labels):
        raise Invalid(_("A question needs a label that can be given. Hide the whole set instead."), field="labels")
    return LabelSetState(
        name=clean_name(state.name, field="name", length=NAME_LENGTH),
        question=clean_name(question, field="question", length=QUESTION_LENGTH) if question else "",
        labels=labels,
        active=state.active,
    )


def _refuse_loss(before: Record, state: LabelSetState) -> None:
    lost = {one["id"] for one in before["labels"]} - {one.key for one in state.labels}
    for key in sorted(lost):
        message = _("The label “%(key)s” is missing. A label is never deleted: hide it.") % {"key": key}
        raise Invalid(message, field="labels", code="lost")


def _write(label_set: LabelSet, state: LabelSetState) -> None:
    label_set.name, label_set.question, label_set.is_active = state.name, state.question, state.active
    label_set.save(update_fields=["name", "question", "is_active"])
    for position, one in enumerate(state.labels):
        values: dict[str, Any] = {"name": one.name, "is_active": one.active, "position": position}
        Label.objects.update_or_create(label_set=label_set, key=one.key, defaults=values)


def hidden_answers(project_pk: int, answers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return those of these answers, each a set and a label, that are hidden and cannot be given any more."""
    asked = set(answers)
    rows = Label.objects.filter(label_set__project=project_pk, label_set__key__in={set_key for set_key, _key in asked})
    columns = ("label_set__key", "key", "is_active", "label_set__is_active")
    found = rows.values_list(*columns)
    return sorted((set_key, key) for set_key, key, *active in found if (set_key, key) in asked and not all(active))
