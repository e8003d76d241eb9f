"""Show, make and change the label sets of a project: the questions that it asks of every quote.

Nothing is ever deleted: a set or a label is hidden, and stays on the quotes that have it.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.exports.records import Record
from annotations.models import Change, LabelSet, Project, User
from annotations.services import label_sets as services
from annotations.services.changes import fingerprint
from annotations.services.errors import ServiceError
from annotations.services.label_sets import LabelSetState, LabelState
from annotations.services.restoring import label_set_states, restore_label_set

# So much of a mark tells the states of one set apart.
MARK = 10


class Command(BaseCommand):
    """Look after label sets."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the project, what to do, and to which set or label."""
        parser.add_argument("project", metavar="PROJECT", help="short name of the project")
        parser.add_argument("--as", dest="user", metavar="USER", help="who does it, as history will say")
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="show all sets and labels")
        made = acts.add_parser("add", help="ask another question")
        made.add_argument("set", metavar="ID")
        made.add_argument("--label", action="append", required=True, metavar="ID=NAME", help="one or more")
        changed = acts.add_parser("change", help="rename, move or hide a set")
        changed.add_argument("set", metavar="ID")
        made_label = acts.add_parser("add-label", help="allow another answer")
        changed_label = acts.add_parser("change-label", help="rename, move or hide a label")
        told = acts.add_parser(
            "history", help="list the states in which a set stood, the latest first, each with its mark"
        )
        restored = acts.add_parser("restore", help="make a set what it was in one of them")
        for one in (told, restored):
            one.add_argument("set", metavar="ID")
        restored.add_argument("mark", metavar="MARK", help="as history tells it; its beginning is enough")
        for one in (made_label, changed_label):
            one.add_argument("set", metavar="SET")
            one.add_argument("label", metavar="ID")
        for one in (made, changed, made_label, changed_label):
            one.add_argument("--name", help="as people read it")
        for one in (made, changed):
            one.add_argument("--question", help="what is asked, in a sentence")
        for one in (changed, changed_label):
            one.add_argument("--hidden", action=argparse.BooleanOptionalAction, help="ask for it no more, or again")
            one.add_argument("--place", type=int, metavar="N", help="its place among the others, from 1")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and show the sets as they are then."""
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"There is no project “{options['project']}”.")
        if options["act"] == "history":
            return self._history(_found(project, options["set"]))
        try:
            ACTS[options["act"]](project, _user(options["user"]), options)
        except ServiceError as error:
            raise CommandError(error.message) from error
        for label_set in LabelSet.objects.filter(project=project):
            self._tell(label_set)

    def _history(self, label_set: LabelSet) -> None:
        for change, state in _states(label_set).values():
            who = change.actor.username if change.actor else "newsnotes"
            self.stdout.write(f"{fingerprint(state)[:MARK]}  {change.created_at:%Y-%m-%d %H:%M}  {who}")
            self._state(state["id"], services.as_asked(state))

    def _tell(self, label_set: LabelSet) -> None:
        self._state(label_set.key, services.asked_of(label_set))

    def _state(self, key: str, state: LabelSetState) -> None:
        self.stdout.write(f"{key}: {state.name}{_hidden(state.active)} {state.question}".rstrip())
        for label in state.labels:
            self.stdout.write(f"    {label.key}: {label.name}{_hidden(label.active)}")


def _hidden(active: bool) -> str:
    return "" if active else " (hidden)"


def _user(username: str | None) -> User | None:
    user = User.objects.filter(username=username, is_active=True).first() if username else None
    if username and user is None:
        raise CommandError(f"There is no user “{username}”.")
    return user


def _found(project: Project, key: str) -> LabelSet:
    label_set = LabelSet.objects.filter(project=project, key=key).first()
    if label_set is None:
        raise CommandError(f"This project has no label set “{key}”.")
    return label_set


def _states(label_set: LabelSet) -> dict[str, tuple[Change, Record]]:
    """Return each state that history keeps once, by its mark, the latest first."""
    found: dict[str, tuple[Change, Record]] = {}
    for change, state in label_set_states(label_set):
        found.setdefault(fingerprint(state), (change, state))
    return found


def _restore(project: Project, actor: User | None, options: dict[str, Any]) -> None:
    label_set = _found(project, options["set"])
    marks = [mark for mark in _states(label_set) if mark.startswith(options["mark"])]
    if len(marks) != 1:
        raise CommandError(f"History keeps no one state “{options['mark']}” of this label set.")
    restore_label_set(actor=actor, label_set=label_set, to=marks[0], seen=services.seen_mark(label_set))


def _list(project: Project, actor: User | None, options: dict[str, Any]) -> None:
    """Nothing is to be done."""


def _add(project: Project, actor: User | None, options: dict[str, Any]) -> None:
    pairs = [one.partition("=") for one in options["label"]]
    labels = tuple(LabelState(key, name or key) for key, _equals, name in pairs)
    state = LabelSetState(options["name"] or options["set"], options["question"] or "", labels)
    services.create_label_set(actor=actor, project=project, key=options["set"], state=state)


def _change(project: Project, actor: User | None, options: dict[str, Any]) -> None:
    label_set = _found(project, options["set"])
    state = services.asked_of(label_set)
    _save(actor, label_set, replace(state, **_given(options, "name", "question")))
    if options["place"] is not None:
        services.move_label_set(actor=actor, label_set=label_set, place=options["place"] - 1)


def _add_label(project: Project, actor: User | None, options: dict[str, Any]) -> None:
    label_set = _found(project, options["set"])
    state = services.asked_of(label_set)
    new = LabelState(options["label"], options["name"] or options["label"])
    _save(actor, label_set, replace(state, labels=(*state.labels, new)))


def _change_label(project: Project, actor: User | None, options: dict[str, Any]) -> None:
    label_set = _found(project, options["set"])
    state = services.asked_of(label_set)
    old = next((one for one in state.labels if one.key == options["label"]), None)
    if old is None:
        raise CommandError(f"This label set has no label “{options['label']}”.")
    others = [one for one in state.labels if one.key != old.key]
    place = state.labels.index(old) if options["place"] is None else max(0, options["place"] - 1)
    others.insert(place, replace(old, **_given(options, "name")))
    _save(actor, label_set, replace(state, labels=tuple(others)))


def _given(options: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return what was asked for; what was not named stays."""
    given = {name: options[name] for name in names if options[name] is not None}
    return given | ({"active": not options["hidden"]} if options["hidden"] is not None else {})


def _save(actor: User | None, label_set: LabelSet, state: LabelSetState) -> None:
    services.change_label_set(actor=actor, label_set=label_set, seen=services.seen_mark(label_set), state=state)


ACTS = {
    "list": _list,
    "add": _add,
    "change": _change,
    "add-label": _add_label,
    "change-label": _change_label,
    "restore": _restore,
}
