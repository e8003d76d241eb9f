"""Who may review what, and what of it reaches whom."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from annotations.access.members import Act, found, require
from annotations.access.work import (
    get_assignment,
    get_assignment_quote,
    membership_where,
    visible_assignments,
    work_seen,
)
from annotations.models import Annotator, Assignment, Comment, Membership, Notice, Quote, User
from annotations.models.assignments import AssignmentQuerySet


def get_annotated_assignment(user: User, pk: int) -> tuple[Membership, Assignment]:
    """Return an annotator's assignment that the user may see: not gold, nor a draft of it. Raises ``Http404``."""
    membership = membership_where(user, pk)
    return membership, annotated_assignment(membership, pk)


def annotated_assignment(membership: Membership, pk: int) -> Assignment:
    """Return a person's assignment that the member may see: not gold, nor a draft of it. Raises ``Http404``."""
    assignment = get_assignment(membership, pk)
    if assignment.annotator is None or assignment.annotator.kind == Annotator.Kind.SUGGESTER:
        raise Http404(_("There is no such assignment."))
    return assignment


def get_reviewed_assignment(user: User, pk: int) -> tuple[Membership, Assignment]:
    """Return an assignment of another person, to review it. Raises ``Http404``, ``PermissionDenied``."""
    membership = membership_where(user, pk)
    return membership, reviewed_assignment(membership, pk)


def reviewed_assignment(membership: Membership, pk: int) -> Assignment:
    """Return an assignment of another person, to review it. Raises ``Http404``, ``PermissionDenied``."""
    assignment = annotated_assignment(membership, pk)
    require(membership, Act.REVIEW)
    _require_anothers(membership, assignment)
    return assignment


def get_reviewed_quote(user: User, pk: int, key: str) -> tuple[Membership, Quote]:
    """Return a quote of an assignment of another person, to review it. Raises ``Http404``, ``PermissionDenied``."""
    membership = membership_where(user, pk)
    return membership, reviewed_quote(membership, pk, key)


def reviewed_quote(membership: Membership, pk: int, key: str) -> Quote:
    """Return a quote of an assignment of another person, to review it. Raises ``Http404``, ``PermissionDenied``."""
    assignment = annotated_assignment(membership, pk)
    require(membership, Act.REVIEW)
    quote = get_assignment_quote(membership, assignment, key)
    _require_anothers(membership, assignment)
    return quote


def _require_anothers(membership: Membership, assignment: Assignment) -> None:
    if assignment.is_of(membership.user_id):
        raise PermissionDenied(_("Nobody reviews their own work. Somebody else has to read this story."))


def reviewable_assignments(membership: Membership) -> AssignmentQuerySet:
    """Others' assignments that the member may see and that were handed in, whatever came of it: the review queue."""
    handed_in = visible_assignments(membership).filter(status__in=Assignment.HANDED_IN)
    others = handed_in.holding()
    return others.exclude(annotator__user_id=membership.user_id)


def visible_notices(user: User) -> QuerySet[Notice]:
    """What a person's inbox shows: nothing of a project or a story that they may not see, or not yet."""
    seen = Q(pk__in=())
    own = Notice.objects.filter(user=user)
    rows = Membership.objects.filter(user=user, is_active=True, project__in=own.values("project"))
    for membership in rows.select_related("project"):
        seen |= work_seen(membership, "assignment") & Q(assignment__project=membership.project)
    return own.filter(seen)


def get_comment(membership: Membership, key: str, assignment: Assignment | None = None) -> Comment:
    """Return a comment on what the member may see, on this assignment if it is given. Raises ``Http404``."""
    rows = Comment.objects.filter(project=membership.project, assignment__in=visible_assignments(membership))
    if assignment is not None:
        rows = rows.filter(assignment=assignment)
    whole = ("assignment__version__article", "assignment__annotator__user", "project", "thread", "quote", "author")
    return found(rows.select_related(*whole), _("There is no such comment."), key=key)
