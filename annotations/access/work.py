"""Assignments, quotes and history that a member may see: independence (rule 6 of the design) stands here.

Before there is gold, nobody who holds an assignment of an article sees another's work on it, whatever their role.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.utils.translation import gettext as _

from annotations.access.members import ALLOWED, SEES_OTHERS, Act, found, get_membership
from annotations.models import (
    Annotator,
    ArticleVersion,
    Assignment,
    Change,
    Claim,
    Membership,
    Quote,
    Review,
    Speaker,
    User,
)
from annotations.models.assignments import AssignmentQuerySet
from annotations.services.proposals import proposal_of


def blind_articles(membership: Membership) -> QuerySet[Assignment, int]:
    """The numbers of the articles of which the member holds an assignment on a version that has no gold yet."""
    held = Assignment.objects.blinding(membership.project_id, membership.user_id)
    return held.values_list("version__article", flat=True)


def not_blind(membership: Membership, article: str) -> Q:
    """Return the condition that the member is not blind to the article to which this relation leads.

    It is asked row by row, each time through an index, so that nothing which the database wrongly believes of the
    sizes of tables makes it slow.
    """
    held = Assignment.objects.blinding(membership.project_id, membership.user_id)
    return Q(~Exists(held.filter(version__article=OuterRef(article))))


def work_seen(membership: Membership, assignment: str = "") -> Q:
    """Return the condition that the member may see the quotes of the assignment to which a relation leads."""
    to = f"{assignment}__" if assignment else ""
    seen = Q(**{f"{to}status": Assignment.Status.GOLD}) | Q(**{f"{to}annotator__user_id": membership.user_id})
    if membership.role not in SEES_OTHERS:
        return seen
    # What a program suggests is proposed to whoever annotates the story: there is nobody to be blind to.
    suggested = Q(**{f"{to}annotator__kind": Annotator.Kind.SUGGESTER})
    return seen | suggested | not_blind(membership, f"{to}version__article")


def visible_assignments(membership: Membership) -> AssignmentQuerySet:
    """Assignments whose quotes the member may see: gold, their own, and for some roles others' too, if not blind."""
    return Assignment.objects.filter(project=membership.project).filter(work_seen(membership))


def get_assignment(membership: Membership, pk: int) -> Assignment:
    """Return an assignment that the member may see. Raises ``Http404``."""
    whole = ("version__article", "annotator__user", "project")
    held = Assignment.objects.filter(project=membership.project, annotator__user_id=membership.user_id)
    # Their own is asked for at every gesture, and needs no look at anybody else's.
    own = held.select_related(*whole).filter(pk=pk).first()
    return own or found(
        visible_assignments(membership).select_related(*whole), _("There is no such assignment."), pk=pk
    )


def get_readable_assignment(user: User, pk: int) -> tuple[Membership, Assignment]:
    """Return an assignment, by its number alone, that the user may see. Raises ``Http404``."""
    membership = membership_where(user, pk)
    return membership, get_assignment(membership, pk)


def membership_where(user: User, pk: int) -> Membership:
    """Return the user's membership of the project of an assignment. Raises ``Http404``."""
    slug = Assignment.objects.filter(pk=pk).values_list("project__slug", flat=True).first()
    return get_membership(user, slug or "")


def get_own_assignment(user: User, pk: int) -> tuple[Membership, Assignment]:
    """Return an assignment that the user annotates, or a draft that they edit, to work on it.

    Raises ``Http404``, ``PermissionDenied``.
    """
    versions = ArticleVersion.objects.filter(article=OuterRef("version__article")).order_by("-number")
    rows: QuerySet[Any] = Assignment.objects.select_related("version__article", "annotator__user", "project").annotate(
        newest_number=Subquery(versions.values("number")[:1])
    )
    own = rows.filter(Q(annotator__user_id=user.pk) | Q(status=Assignment.Status.DRAFT, editor_id=user.pk))
    assignment = found(own, _("There is no such assignment."), pk=pk)
    assignment.version.newest_number = assignment.newest_number
    if assignment.is_draft:
        membership = get_membership(user, assignment.project.slug, Act.REVIEW)
        # Who has become blind to the story since does not go on with what others made of it.
        return membership, get_assignment(membership, pk)
    return get_membership(user, assignment.project.slug, Act.ANNOTATE), assignment


def get_own_quote(user: User, assignment_pk: int, key: str) -> tuple[Membership, Assignment, Quote]:
    """Return a quote of an assignment that the user annotates, deleted or not. Raises ``Http404``."""
    membership, assignment = get_own_assignment(user, assignment_pk)
    quote = found(Quote.objects.filter(assignment=assignment), _("There is no such quote."), key=key)
    quote.assignment = assignment
    return membership, assignment, quote


def visible_quotes(membership: Membership, *, with_copies: bool = False) -> QuerySet[Quote]:
    """Live quotes that the member may see; those of copies, which say again what others say, only if asked for."""
    quotes = Quote.objects.live().filter(work_seen(membership, "assignment"), project=membership.project)
    return quotes if with_copies else quotes.exclude(assignment__status__in=Assignment.COPIES)


def get_quote(membership: Membership, key: str) -> Quote:
    """Return a quote that the member may see, deleted or not. Raises ``Http404``."""
    rows = Quote.objects.filter(work_seen(membership, "assignment"), project=membership.project)
    whole = ("assignment__version__article", "assignment__annotator", "speaker", "project", "guidelines")
    return found(rows.select_related(*whole), _("There is no such quote."), key=key)


def get_assignment_quote(membership: Membership, assignment: Assignment, key: str) -> Quote:
    """Return a quote of an assignment that the member may see, deleted or not. Raises ``Http404``."""
    quote = found(Quote.objects.filter(assignment=assignment), _("There is no such quote."), key=key)
    quote.assignment = assignment
    return quote


def require_proposal(assignment: Assignment, key: str) -> None:
    """Raise ``Http404`` unless this is a quote that is proposed to the annotator of an assignment."""
    if proposal_of(assignment, key) is None:
        raise Http404(_("There is no such quote."))


def open_assignments(user: User) -> AssignmentQuerySet:
    """The user's assignments in the projects in which they may annotate, newest first."""
    return (
        Assignment.objects.filter(
            annotator__user_id=user.pk,
            project__memberships__user_id=user.pk,
            project__memberships__is_active=True,
            project__memberships__role__in=ALLOWED[Act.ANNOTATE],
        )
        .select_related("version__article", "project")
        .order_by(F("updated_at").desc(), "-pk")
    )


def exportable_assignments(membership: Membership) -> QuerySet[Assignment]:
    """Assignments that the member may take out of the desk: those they may see, without copies in the making.

    Which stories are under embargo, and which leave without their text, is a matter of the export.
    """
    return visible_assignments(membership).exclude(status__in=Assignment.COPIES)


def visible_changes(membership: Membership) -> QuerySet[Change]:
    """History of the project that the member may see: none of an assignment that they may not see.

    Nor of any speaker or claim that was made in a story to which they are blind, not even by themselves: whether
    it was them who made it would tell that nobody else had. Nor verdicts on their own story while somebody still reads
    it, who may take them back.
    """
    own_or_none = Q(assignment__isnull=True) | Q(assignment__in=visible_assignments(membership))
    changes = Change.objects.filter(project=membership.project).filter(own_or_none)
    being_read = Review.objects.filter(outcome="", assignment__annotator__user_id=membership.user_id)
    changes = changes.exclude(subject_kind=Change.Subject.VERDICT, assignment__in=being_read.values("assignment"))
    hidden: dict[Change.Subject, type[Speaker] | type[Claim]] = {
        Change.Subject.SPEAKER: Speaker,
        Change.Subject.CLAIM: Claim,
    }
    for kind, model in hidden.items():
        made_here = model.objects.filter(project=membership.project, introduced_in__in=blind_articles(membership))
        changes = changes.exclude(subject_kind=kind, subject_key__in=made_here.order_by().values("key"))
    return changes
