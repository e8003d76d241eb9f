"""A project: what is in it, who works in it, what happened lately."""

from __future__ import annotations

from itertools import groupby

from django.db.models import Count, Q
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from annotations.access import get_membership, open_assignments, visible_changes
from annotations.http import SignedInRequest
from annotations.models import Article, Assignment, Membership, Project, Queue, Role
from annotations.services.changes import new_gesture
from annotations.views.change_words import gestures
from annotations.views.pages import project_context, refuse_unknown

GESTURES = 10
# An import of many stories is one gesture of many rows.
ROWS_READ = 300


@require_safe
def project_detail(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show a project. Counts are of what every member may know, or of the member's own work."""
    refuse_unknown(request)
    membership = get_membership(request.user, slug)
    project = membership.project
    changes = visible_changes(membership).select_related("actor", "article", "project").order_by("-pk")[:ROWS_READ]
    own = open_assignments(request.user).filter(project=project)
    context = {
        "articles": Article.objects.filter(project=project).count(),
        "gold": Assignment.objects.filter(project=project, status=Assignment.Status.GOLD).count(),
        "own": own.aggregate(
            todo=Count("pk", filter=Q(status__in=Assignment.OPEN, left="")),
            submitted=Count("pk", filter=Q(status=Assignment.Status.SUBMITTED)),
        ),
        "next": own.at_work().without_text().first(),
        "queue": membership.takes_stories and Queue.objects.filter(project=project).exists(),
        "new_gesture": new_gesture,
        "recent": gestures(changes, GESTURES),
        "people": people(project),
    }
    return TemplateResponse(request, "projects/detail.html", project_context(membership, "overview", **context))


def people(project: Project) -> list[tuple[str, list[Membership]]]:
    """Return the active members by role, managers first."""
    order = [Role.MANAGER, Role.REVIEWER, Role.ANNOTATOR, Role.VIEWER]
    rows = project.memberships.filter(is_active=True, user__is_active=True).select_related("user")
    ordered = sorted(rows, key=lambda row: (order.index(Role(row.role)), str(row.user).casefold()))
    return [(str(Role(role).label), list(group)) for role, group in groupby(ordered, key=lambda row: row.role)]
