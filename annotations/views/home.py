"""My work: what is to be done, what is handed in, what is done."""

from __future__ import annotations

from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from annotations.access import ALLOWED, Act, may, open_assignments, projects_of, reviewable_assignments
from annotations.http import SignedInRequest
from annotations.models import Assignment, Membership, Queue, Quote, User, published
from annotations.models.assignments import AssignmentQuerySet
from annotations.services.changes import new_gesture
from annotations.views.pages import refuse_unknown

LISTED = 50
FINISHED_LISTED = 10
# Somebody waits for what was returned; what is begun comes before what is not.
FIRST = (Assignment.Status.RETURNED, Assignment.Status.IN_PROGRESS, Assignment.Status.ASSIGNED)


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Show the person's assignments and projects, and what to do next."""
    refuse_unknown(request)
    work = own_work(request.user)
    todo = sorted(work.at_work()[:LISTED], key=lambda row: FIRST.index(row.status))
    counts = open_assignments(request.user).aggregate(
        todo=Count("pk", filter=Q(status__in=Assignment.OPEN, left="")),
        submitted=Count("pk", filter=Q(status=Assignment.Status.SUBMITTED)),
        done=Count("pk", filter=Q(status=Assignment.Status.APPROVED)),
        given_back=Count("pk", filter=~Q(left="")),
    )
    memberships = memberships_of(request.user)
    context = {
        "todo": todo,
        "next": todo[0] if todo else None,
        "submitted": work.filter(status=Assignment.Status.SUBMITTED)[:FINISHED_LISTED],
        "done": work.filter(status=Assignment.Status.APPROVED)[:FINISHED_LISTED],
        "counts": counts,
        "memberships": memberships,
        "queues": handed_out_by(memberships),
        "new_gesture": new_gesture,
        "given_back": work.exclude(left="")[:FINISHED_LISTED],
        "may_annotate": any(row.role in ALLOWED[Act.ANNOTATE] for row in memberships),
    }
    return TemplateResponse(request, "home/home.html", context)


def own_work(user: User) -> AssignmentQuerySet:
    """Return the person's assignments with how far they are, without loading the stories."""
    quotes = Quote.objects.live().filter(assignment=OuterRef("pk")).order_by().values("assignment")
    return (
        open_assignments(user)
        .annotate(
            quote_count=Coalesce(Subquery(quotes.annotate(count=Count("pk")).values("count")), 0),
            touched=Coalesce(Subquery(quotes.annotate(last=Max("updated_at")).values("last")), F("updated_at")),
        )
        .without_text()
    )


def memberships_of(user: User) -> list[Membership]:
    """Return the person's projects with their role, how many articles each has, and how many stories to review."""
    rows: list[Membership] = list(
        Membership.objects.filter(user_id=user.pk, is_active=True, project__in=projects_of(user))
        .select_related("project")
        .annotate(article_count=Count("project__articles", filter=published("project__articles__")))
        .order_by("project__name", "pk")
    )
    for row in rows:
        waiting = reviewable_assignments(row).filter(status=Assignment.Status.SUBMITTED)
        row.to_review = waiting.count() if may(row, Act.REVIEW) else 0  # type: ignore[attr-defined]
    return rows


def handed_out_by(memberships: list[Membership]) -> list[Queue]:
    """Return the queues of these projects that give their member stories."""
    projects = [row.project_id for row in memberships if row.takes_stories and row.role in ALLOWED[Act.ANNOTATE]]
    return list(Queue.objects.filter(project__in=projects).select_related("project").order_by("project__name"))
