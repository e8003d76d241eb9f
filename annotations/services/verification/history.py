"""Does history, played from its beginning, give what the rows say today?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from annotations.exports.dataset import quote_states
from annotations.exports.records import ROLES, Record
from annotations.models import Assignment, Change, Claim, Quote, Speaker
from annotations.services import claims as claim_services
from annotations.services import speakers as speaker_services
from annotations.services.verification.breach import Breach, batches
from annotations.services.verification.scope import Scope
from annotations.services.verification.texts import removed_articles

BATCH = 20
ROWS = 500


def history_gives_the_present(scope: Scope) -> Iterator[Breach]:
    """Each quote is what its history says, each change follows from the one before, each assignment is as recorded."""
    rows = scope.rows(Assignment).exclude(version__article__in=removed_articles(scope)).order_by("pk")
    columns = rows.values_list("pk", "status", "revision", "left", "looked_at", "left_out", "read_up_to")
    for batch in batches(columns.iterator(chunk_size=BATCH), BATCH):
        changes = _changes(scope, [row[0] for row in batch])
        present = _present(scope, [row[0] for row in batch])
        for pk, status, revision, *read in batch:
            replay = Replay(pk, changes[pk])
            yield from replay.breaches
            yield from replay.compare(present[pk], status, revision)
            if read != [replay.left, replay.looked_at, replay.left_out, replay.read_up_to]:
                yield Breach(
                    "assignment",
                    str(pk),
                    "what was given back, looked at, left out or read is not what its history says",
                )


def _changes(scope: Scope, assignments: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    kinds = [Change.Subject.QUOTE, Change.Subject.ASSIGNMENT]
    rows = scope.rows(Change).filter(assignment__in=assignments, subject_kind__in=kinds).order_by("pk")
    for row in rows.values_list("assignment_id", "pk", "gesture", "subject_kind", "subject_key", "before", "after"):
        found[row[0]].append(row[1:])
    return found


def _present(scope: Scope, assignments: list[int]) -> dict[int, dict[str, Record]]:
    found: dict[int, dict[str, Record]] = defaultdict(dict)
    quotes = scope.rows(Quote).filter(assignment__in=assignments)
    owners = dict(quotes.values_list("pk", "assignment_id"))
    for pk, state in quote_states(quotes).items():
        found[owners[pk]][state["id"]] = comparable(state)
    return found


def comparable(state: Record) -> Record:
    """Return a state without the words of its spans: those are held against the text itself."""
    offsets = {role: [(span["start"], span["end"]) for span in state[role]] for role in ROLES}
    links = sorted((link["claim"], link["stance"]) for link in state["claims"])
    return {**state, **offsets, "claims": links}


class Replay:
    """The history of one assignment, played."""

    def __init__(self, assignment: int, changes: list[Any]) -> None:
        self.assignment = assignment
        self.states: dict[str, Record] = {}
        self.status = ""
        self.begun = False
        self.left = ""
        self.looked_at: list[list[int]] = []
        self.left_out: list[str] = []
        self.read_up_to: int | None = None
        self.gestures: set[str] = set()
        self.breaches: list[Breach] = []
        for pk, gesture, kind, key, before, after in changes:
            self.gestures.add(gesture)
            if kind == Change.Subject.ASSIGNMENT:
                self._play_assignment(pk, before or {}, after or {})
            else:
                self._play_quote(pk, key, before, after)

    def _play_assignment(self, pk: int, before: Record, after: Record) -> None:
        for name, told in (("looked_at", "looked at"), ("left_out", "left out")):
            present = getattr(self, name)
            if before.get(name, present) != present:
                self.breaches.append(Breach("change", str(pk), f"it does not follow from what was {told} before it"))
            setattr(self, name, after.get(name, present))
        if "status" in after:
            self.status, self.read_up_to = after["status"], after.get("read_up_to")
            self.left = after.get("left", "")
        else:
            self.begun = True
        for state in after.get("quotes", ()):
            self.states[state["id"]] = comparable(state)

    def _play_quote(self, pk: int, key: str, before: Record | None, after: Record | None) -> None:
        self.begun = True
        seen = comparable(before) if before else None
        if seen != self.states.get(key):
            self.breaches.append(
                Breach("change", str(pk), f"it does not follow from the change before it (quote {key})")
            )
        if after is None:
            self.breaches.append(Breach("change", str(pk), f"it leaves nothing behind (quote {key})"))
        else:
            self.states[key] = comparable(after)

    def compare(self, present: dict[str, Record], status: str, revision: int) -> Iterator[Breach]:
        """Yield what is today other than history says."""
        for key in sorted(present.keys() | self.states.keys()):
            if present.get(key) != self.states.get(key):
                yield Breach("quote", key, "it is not what its history says")
        # Whoever makes the first gesture in an assignment begins it; that is told by the gesture.
        begun = {self.status, Assignment.Status.IN_PROGRESS.value} if self.begun else {self.status}
        if status not in (begun if self.status == Assignment.Status.ASSIGNED else {self.status}):
            yield Breach("assignment", str(self.assignment), f"it is {status}, history says {self.status or 'nothing'}")
        elif revision < len(self.gestures):
            # The gesture that made it left it at revision 1, and each other one counted it up.
            message = f"it is at revision {revision} after {len(self.gestures)} gestures"
            yield Breach("assignment", str(self.assignment), message)


def registry_history_gives_the_present(scope: Scope) -> Iterator[Breach]:
    """The last change of each speaker and claim says what it is today."""
    for model, kind, service in (
        (Speaker, Change.Subject.SPEAKER, speaker_services),
        (Claim, Change.Subject.CLAIM, claim_services),
    ):
        rows: Any = scope.rows(model).select_related("merged_into", "project").order_by("pk")
        for batch in batches(rows.iterator(chunk_size=ROWS), ROWS):
            last = _last(scope, kind, [row.key for row in batch])
            for row in batch:
                if service.state_of(row) != last.get((row.project_id, row.key)):
                    yield Breach(kind.value, row.key, "it is not what its history says")


def _last(scope: Scope, kind: Change.Subject, keys: list[str]) -> dict[tuple[int, str], Record]:
    rows = scope.rows(Change).filter(subject_kind=kind, subject_key__in=keys).order_by("pk")
    found = rows.values_list("project_id", "subject_key", "after")
    return {(project, key): after or {} for project, key, after in found}
