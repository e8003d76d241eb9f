"""How far a project is: by story, by person, and over time, as far as the manager may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from annotations.access import Act, annotating_members, blind_articles, get_membership, visible_assignments
from annotations.http import SignedInRequest
from annotations.models import ArticleVersion, Assignment, Change, Membership
from annotations.models.assignments import AssignmentQuerySet
from annotations.services.assignments import SUBMISSION
from annotations.services.queues import QueueSettings, quota, settings_of
from annotations.views.burn_up import BurnUp, burn_up
from annotations.views.pages import page_number, page_of, project_context, refuse_unknown

# Who does nothing for longer has gone away.
LONGEST_PAUSE = timedelta(minutes=5)
# So many stories of each person are enough for a median.
STORIES_TIMED = 50


@dataclass
class Reading:
    """A story with those who read it, and how many do: 0 where nobody is told."""

    version: ArticleVersion
    places: int
    readers: list[Assignment] = field(default_factory=list)

    @property
    def free(self) -> int:
        """How many places of it nobody has taken."""
        return max(0, self.places - sum(not one.left for one in self.readers))


@dataclass(frozen=True)
class Person:
    """What a member has in hand and has done."""

    membership: Membership
    at_work: int
    done: int
    given_back: int
    minutes: float | None


@require_safe
def progress(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show how far each story and each person is, and how the work has gone on from day to day."""
    refuse_unknown(request, {"page"})
    membership = get_membership(request.user, slug, Act.MANAGE)
    settings = settings_of(membership.project)
    seen = visible_assignments(membership).filter(annotator__isnull=False)
    page = page_of(_newest(membership), page_number(request))
    context = {
        "page": page,
        "stories": _stories(membership, page.object_list, seen, settings),
        "people": _people(membership, seen),
        "chart": _chart(membership, seen, settings),
        "settings": settings,
    }
    return TemplateResponse(request, "queues/progress.html", project_context(membership, "progress", **context))


def _newest(membership: Membership) -> QuerySet[Any, Any]:
    rows = ArticleVersion.objects.newest().filter(project=membership.project).exclude(text="")
    gold = Assignment.objects.filter(version=OuterRef("pk"), status=Assignment.Status.GOLD)
    rows = rows.annotate(has_gold=Exists(gold)).select_related("article").order_by("article_id")
    return rows.defer(*ArticleVersion.LONG)


def _places(settings: QueueSettings | None, key: str, has_gold: bool) -> int:
    """Return how many people are still to read a story, or have: none where there is gold, or no queue."""
    return quota(settings, key) if settings and not has_gold else 0


def _stories(
    membership: Membership, versions: Iterable[Any], seen: AssignmentQuerySet, settings: QueueSettings | None
) -> list[Reading]:
    blind = set(blind_articles(membership))
    stories = {
        version.pk: Reading(
            version,
            # Who annotates a story is not told how many others do.
            0 if version.article_id in blind else _places(settings, version.article.key, version.has_gold),
        )
        for version in versions
    }
    rows = seen.filter(version__in=stories).select_related("annotator__user").order_by("pk")
    times = minutes_of([row.pk for row in rows])
    for row in rows:
        row.minutes = times.get(row.pk)  # type: ignore[attr-defined]
        stories[row.version_id].readers.append(row)
    return list(stories.values())


def _people(membership: Membership, seen: AssignmentQuerySet) -> list[Person]:
    counts: dict[int, Any] = {
        row["annotator__user"]: row
        for row in seen.order_by()
        .values("annotator__user")
        .annotate(
            at_work=Count("pk", filter=Q(status__in=Assignment.OPEN, left="")),
            done=Count("pk", filter=Q(status__in=Assignment.FINISHED)),
            given_back=Count("pk", filter=~Q(left="")),
        )
    }
    return [_person(row, counts.get(row.user_id, {}), seen) for row in annotating_members(membership.project)]


def _person(membership: Membership, counts: Mapping[str, int], seen: AssignmentQuerySet) -> Person:
    finished = seen.filter(annotator__user=membership.user_id, status__in=Assignment.FINISHED).order_by("-pk")
    times = minutes_of(list(finished.values_list("pk", flat=True)[:STORIES_TIMED])) if counts.get("done") else {}
    at_work, done, given_back = (counts.get(name, 0) for name in ("at_work", "done", "given_back"))
    return Person(membership, at_work, done, given_back, median(times.values()) if times else None)


def minutes_of(assignments: list[int]) -> dict[int, float]:
    """Return how many minutes each annotator worked on a story: the pauses between gestures, long ones left out."""
    moments: dict[int, list[datetime]] = defaultdict(list)
    own = F("assignment__annotator__user")
    rows = Change.objects.filter(assignment__in=assignments, actor=own).order_by("pk")
    for assignment, moment in rows.values_list("assignment_id", "created_at"):
        moments[assignment].append(moment)
    return {pk: _worked(found) for pk, found in moments.items()}


def _worked(moments: list[datetime]) -> float:
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    return sum((pause for pause in pauses if pause <= LONGEST_PAUSE), timedelta()).total_seconds() / 60


def _chart(membership: Membership, seen: AssignmentQuerySet, settings: QueueSettings | None) -> BurnUp | None:
    stories = _newest(membership).values_list("pk", "article__key", "has_gold")
    taken = dict(seen.holding().order_by().values_list("version").annotate(count=Count("pk")))
    wanted = sum(max(_places(settings, key, has_gold), taken.get(pk, 0)) for pk, key, has_gold in stories)
    here = seen.filter(version__in=_newest(membership).order_by().values("pk"))
    moved = (
        Change.objects.filter(SUBMISSION | Q(action=Change.Action.REOPEN), assignment__in=here)
        .order_by()
        .annotate(day=TruncDate("created_at"))
        .values_list("day", "action")
        .annotate(count=Count("pk"))
    )
    days: dict[date, int] = defaultdict(int)
    for day, action, count in moved:
        days[day] += -count if action == Change.Action.REOPEN else count
    return burn_up(dict(days), wanted)
