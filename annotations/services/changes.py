"""Gestures: one act of one person, written once, with its history, whatever is retried."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from annotations.exports.records import Record
from annotations.models import Article, Assignment, Change, Delivery, Project, Speaker, User
from annotations.services import bulk
from annotations.services.errors import Conflict, Invalid, KeyReused

GESTURE_LENGTH = 64
# A change of an assignment's status is an act of its own and is taken back by its own counterpart.
UNDOABLE = (
    Change.Action.CREATE,
    Change.Action.CHANGE,
    Change.Action.DELETE,
    Change.Action.UNDO,
    Change.Action.REDO,
    Change.Action.RESTORE,
)


class Replayed(Exception):
    """The same gesture was written before. Whoever asked again gets what it made, and nothing is written."""

    def __init__(self, changes: list[Change]) -> None:
        super().__init__("this gesture was written before")
        self.changes = changes


class Gesture:
    """Collects the history rows of one act; ``recorded`` writes them in the transaction of the act."""

    def __init__(self, *, project: Project, actor: User | None, key: str, fingerprint: str) -> None:
        self.project = project
        self.actor = actor
        self.key = key
        self.fingerprint = fingerprint
        self.changes: list[Change] = []
        # Rows that an import wrote by itself, before those that are collected.
        self.inserted = 0
        # What the act writes is a part of this, and shown with it.
        self.delivery: Delivery | None = None
        # Speakers that the act met by key, so that it reads each once.
        self.speakers: dict[str, Speaker] = {}

    def refuse_replay(self) -> None:
        """Raise ``Replayed`` if this gesture is written already, ``KeyReused`` if its key stands for another."""
        written = list(Change.every.filter(actor=self.actor, gesture=self.key).order_by("sequence"))
        if not written:
            return
        if written[0].fingerprint != self.fingerprint:
            raise KeyReused(_("This idempotency key was used before for a different request. Use a new key."))
        raise Replayed(written)

    @property
    def next_sequence(self) -> int:
        """The number of the next row of the gesture."""
        return self.inserted + len(self.changes)

    def record(
        self,
        action: Change.Action,
        kind: Change.Subject,
        key: str,
        *,
        before: Record | None = None,
        after: Record | None = None,
        assignment: Assignment | None = None,
        article: Article | None = None,
        reverses: str = "",
    ) -> None:
        """Add the history row of one object."""
        self.changes.append(
            Change(
                project=self.project,
                actor=self.actor,
                gesture=self.key,
                sequence=self.next_sequence,
                fingerprint=self.fingerprint,
                action=action,
                subject_kind=kind,
                subject_key=key,
                article_id=article.pk if article else assignment.version.article_id if assignment else None,
                assignment=assignment,
                before=before,
                after=after,
                reverses=reverses,
                delivery=self.delivery,
            )
        )


def new_gesture() -> str:
    """Return a fresh idempotency key, for callers who bring none."""
    return secrets.token_urlsafe(24)


def fingerprint(*parts: Any) -> str:
    """Return a hash of what a gesture asks for, to tell a retry from a key used twice."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


@contextmanager
def recorded(*, project: Project, actor: User | None, gesture: str | None, asked: tuple[Any, ...]) -> Iterator[Gesture]:
    """Open the transaction of one gesture and write its history rows at the end.

    Raises ``Replayed`` if the actor wrote this very gesture before, ``KeyReused`` if the key was used for
    something else. The caller locks what it changes before it reads it.
    """
    key = gesture or new_gesture()
    if len(key) > GESTURE_LENGTH or not key.isprintable():
        message = _("An idempotency key has 1 to %(most)s printable characters.") % {"most": GESTURE_LENGTH}
        raise Invalid(message, field="gesture")
    opened = Gesture(project=project, actor=actor, key=key, fingerprint=fingerprint(*asked))
    try:
        with transaction.atomic():
            opened.refuse_replay()
            yield opened
            bulk.insert_new(opened.changes)
    except (IntegrityError, Conflict):
        # Pressed twice at once: the other press wrote the gesture between our look and our write or our lock.
        opened.refuse_replay()
        raise


def gesture_rows(assignment: Assignment, actor: User) -> QuerySet[Change]:
    """Return the rows of what ``actor`` did here that can be undone: to quotes, and by looking at words."""
    return Change.objects.filter(
        assignment=assignment,
        actor=actor,
        subject_kind__in=[Change.Subject.QUOTE, Change.Subject.ASSIGNMENT],
        action__in=UNDOABLE,
    )


def state_at(changes: QuerySet[Change], revision: int) -> Record | None:
    """Return the state of one object at this revision, from changes of it; None if none of them tells."""
    row = changes.filter(Q(before__revision=revision) | Q(after__revision=revision)).order_by("pk").first()
    if row is None:
        return None
    states: tuple[Record | None, Record | None] = (row.before, row.after)
    return next(state for state in states if state and state["revision"] == revision)


def last_gesture(assignment: Assignment, actor: User) -> str:
    """Return the key of the last gesture of ``actor`` in this assignment, or nothing."""
    rows = Change.objects.filter(assignment=assignment, actor=actor).order_by("-pk")
    return rows.values_list("gesture", flat=True).first() or ""


def undo_stack(assignment: Assignment, actor: User) -> tuple[list[str], list[str]]:
    """Return the gestures of ``actor`` in this assignment that can be undone and redone, the next one last.

    Computed from history alone, so that it survives a reload; a new gesture empties the second list.
    """
    undoable: list[str] = []
    redoable: list[str] = []
    rows = gesture_rows(assignment, actor).order_by("pk").values_list("gesture", "action")
    for gesture, action in _once_each(rows):
        if action == Change.Action.UNDO:
            redoable.append(undoable.pop())
        elif action == Change.Action.REDO:
            undoable.append(redoable.pop())
        else:
            undoable.append(gesture)
            redoable.clear()
    return undoable, redoable


def _once_each(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield each gesture once, with the action of its first row; the rows of a gesture follow each other."""
    for gesture, found in groupby(rows, key=itemgetter(0)):
        yield gesture, next(found)[1]
