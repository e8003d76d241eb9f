"""How far a project is: by story, by person, and over time, as far as the manager may see it."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from annotations.access import Act, get_membership
from annotations.http import SignedInRequest
from annotations.reports.progress import by_day, by_person, by_story, newest_stories
from annotations.services.queues import settings_of
from annotations.views.burn_up import burn_up
from annotations.views.pages import page_number, page_of, project_context, refuse_unknown


@require_safe
def progress(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show how far each story and each person is, and how the work has gone on from day to day."""
    refuse_unknown(request, {"page"})
    membership = get_membership(request.user, slug, Act.MANAGE)
    page = page_of(newest_stories(membership), page_number(request))
    context = {
        "page": page,
        "stories": by_story(membership, page.object_list),
        "people": by_person(membership),
        "chart": burn_up(*by_day(membership), timezone.localdate()),
        "settings": settings_of(membership.project),
    }
    return TemplateResponse(request, "queues/progress.html", project_context(membership, "progress", **context))
