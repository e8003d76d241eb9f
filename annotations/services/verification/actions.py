"""Does what a row of history calls itself fit what it holds? Who acted, and when, nothing else in the desk can tell."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from annotations.models import Assignment, Change
from annotations.services.changes import UNDOABLE
from annotations.services.verification.breach import Breach
from annotations.services.verification.scope import Scope

ROWS = 500
Action, Subject, Status = Change.Action, Change.Subject, Assignment.Status

REGISTRY = (Subject.SPEAKER, Subject.CLAIM)
# What each action can be about.
SUBJECTS: dict[Change.Action, tuple[Change.Subject, ...]] = {
    Action.CREATE: (
        *(Subject.PROJECT, Subject.MEMBERSHIP, Subject.QUOTE, Subject.COMMENT, Subject.EXAMPLE),
        *REGISTRY,
    ),
    Action.CHANGE: tuple(subject for subject in Subject if subject != Subject.RELEASE),
    Action.DELETE: (Subject.PROJECT, Subject.QUOTE),
    Action.UNDO: (Subject.QUOTE, Subject.ASSIGNMENT),
    Action.REDO: (Subject.QUOTE, Subject.ASSIGNMENT),
    Action.RESTORE: (Subject.QUOTE, Subject.LABEL_SET, Subject.PROJECT),
    Action.IMPORT: (Subject.ARTICLE, Subject.ASSIGNMENT, Subject.PROJECT),
    Action.ASSIGN: (Subject.ASSIGNMENT,),
    Action.SUBMIT: (Subject.ASSIGNMENT,),
    Action.REOPEN: (Subject.ASSIGNMENT,),
    Action.LEAVE: (Subject.ASSIGNMENT,),
    Action.RESUME: (Subject.ASSIGNMENT,),
    Action.COPY: (Subject.ASSIGNMENT, Subject.QUOTE),
    Action.RETURN: (Subject.ASSIGNMENT,),
    Action.APPROVE: (Subject.ASSIGNMENT, Subject.VERDICT),
    Action.DECIDE: (Subject.DECISION, Subject.QUOTE),
    Action.SETTLE: (Subject.ASSIGNMENT,),
    Action.MERGE: REGISTRY,
    Action.UNMERGE: REGISTRY,
    Action.REMOVE: (Subject.ARTICLE, *REGISTRY),
    Action.PUBLISH: (Subject.RELEASE,),
    Action.WITHDRAW: (Subject.RELEASE,),
}
BEGINNINGS = (Action.CREATE, Action.IMPORT, Action.ASSIGN)
# The statuses in which each can leave an assignment, and that in which it cannot have found it.
MOVES: dict[Change.Action, tuple[tuple[Assignment.Status, ...], Assignment.Status | None]] = {
    Action.ASSIGN: ((Status.ASSIGNED,), None),
    Action.SUBMIT: ((Status.SUBMITTED,), Status.SUBMITTED),
    Action.REOPEN: ((Status.IN_PROGRESS, Status.SUBMITTED, Status.DRAFT), Status.IN_PROGRESS),
    Action.RETURN: ((Status.RETURNED,), Status.RETURNED),
    Action.SETTLE: ((Status.GOLD, Status.CORRECTED), Status.GOLD),
}


def _misfits() -> Q:
    """Return the condition of a row that its action belies. A removal leaves ids, status and ``deleted`` behind."""
    wrong = ~Q(action__in=list(SUBJECTS))
    for action, subjects in SUBJECTS.items():
        wrong |= Q(action=action) & ~Q(subject_kind__in=subjects)
    wrong |= Q(action__in=BEGINNINGS, before__isnull=False) | Q(after__isnull=True)
    wrong |= Q(action__in=(Action.CHANGE, Action.DELETE, Action.RESTORE), before__isnull=True)
    wrong |= Q(action__in=(Action.UNDO, Action.REDO)) ^ ~Q(reverses="")
    for action, (left, found) in MOVES.items():
        status_fits = Q(after__status__in=[status.value for status in left])
        wrong |= Q(action=action) & (~Q(after__has_key="status") | ~status_fits)
        if found:
            wrong |= Q(action=action) & (Q(before__isnull=True) | Q(before__status=found.value))
    wrong |= Q(action=Action.LEAVE) ^ Q(after__has_key="left")
    wrong |= Q(action=Action.RESUME) ^ Q(before__has_key="left")
    wrong |= Q(action__in=UNDOABLE, subject_kind=Subject.ASSIGNMENT, after__has_key="status")
    quote = Q(subject_kind=Subject.QUOTE)
    wrong |= quote & Q(action=Action.DELETE) & ~Q(before__deleted=False, after__deleted=True)
    wrong |= quote & Q(action=Action.CHANGE) & ~Q(before__deleted=False, after__deleted=False)
    wrong |= quote & Q(action=Action.RESTORE) & ~Q(after__deleted=False)
    wrong |= Q(action=Action.MERGE, after__merged_into=None)
    return wrong | (Q(action=Action.UNMERGE, after__has_key="merged_into") & ~Q(after__merged_into=None))


def actions_fit(scope: Scope) -> Iterator[Breach]:
    """What each row of history says was done is what its before and after show."""
    rows = scope.rows(Change).filter(_misfits()).order_by("pk")
    for pk, action in rows.values_list("pk", "action").iterator(chunk_size=ROWS):
        yield Breach("change", str(pk), f"“{action}” is not what it shows")
