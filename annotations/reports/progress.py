"""How far a project is: by story, by person, and over time, as far as the manager may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate, pairwise
from statistics import median
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from annotations.access import annotating_members, blind_articles, visible_assignments
from annotations.exports.records import Record
from annotations.models import Annotator, ArticleVersion, Assignment, Change, Membership
from annotations.models.assignments import AssignmentQuerySet
from annotations.services.assignments import SUBMISSION
from annotations.services.queues import QueueSettings, quota, settings_of

# Who does nothing for longer has gone away.
LONGEST_PAUSE = timedelta(minutes=5)
# So many stories of each person are enough for a median.
STORIES_TIMED = 50
# What takes a finished reading back: its annotator, or a reviewer who returns it.
TAKEN_BACK = Q(action=Change.Action.REOPEN, after__status=Assignment.Status.IN_PROGRESS) | Q(
    action=Change.Action.RETURN
)


@dataclass
class Reading:
    """A story with those who read it, and how many are to: None where the manager is not told."""

    version: Any
    places: int | None
    readers: list[Any] = field(default_factory=list)

    @property
    def free(self) -> int:
        """How many places of it nobody has taken."""
        return max(0, (self.places or 0) - sum(not one.left for one in self.readers))


@dataclass(frozen=True)
class Person:
    """What a member has in hand and has done."""

    membership: Membership
    at_work: int
    done: int
    given_back: int
    minutes: float | None


def readings(membership: Membership) -> AssignmentQuerySet:
    """Return the assignments of people that the manager may see."""
    return visible_assignments(membership).filter(annotator__kind=Annotator.Kind.PERSON)


def newest_stories(membership: Membership) -> QuerySet[Any, Any]:
    """Return the newest version of each story of the project, with whether it has gold."""
    rows = ArticleVersion.objects.newest().filter(project=membership.project).exclude(text="")
    gold = Assignment.objects.filter(version=OuterRef("pk"), status=Assignment.Status.GOLD)
    rows = rows.annotate(has_gold=Exists(gold)).select_related("article").order_by("article_id")
    return rows.defer(*ArticleVersion.LONG)


def _places(settings: QueueSettings | None, key: str, has_gold: bool) -> int:
    """Return how many people are still to read a story, or have: none where there is gold, or no queue."""
    return quota(settings, key) if settings and not has_gold else 0


def by_story(membership: Membership, versions: Iterable[Any]) -> list[Reading]:
    """Return these stories, each with its readers and the minutes that they took."""
    settings, blind = settings_of(membership.project), set(blind_articles(membership))
    stories = {
        version.pk: Reading(
            version,
            # Who annotates a story is not told how many others do.
            None if version.article_id in blind else _places(settings, version.article.key, version.has_gold),
        )
        for version in versions
    }
    rows = readings(membership).filter(version__in=stories).select_related("annotator__user").order_by("pk")
    times = minutes_of([row.pk for row in rows])
    for row in rows:
        row.minutes = times.get(row.pk)  # type: ignore[attr-defined]
        stories[row.version_id].readers.append(row)
    return list(stories.values())


def by_person(membership: Membership) -> list[Person]:
    """Return what each member who may annotate has in hand and has done."""
    seen = readings(membership)
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
    return {pk: worked(found) for pk, found in moments.items()}


def worked(moments: list[datetime]) -> float:
    """Return the minutes between moments that follow each other closely enough to be work."""
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    return sum((pause for pause in pauses if pause <= LONGEST_PAUSE), timedelta()).total_seconds() / 60


def by_day(membership: Membership) -> tuple[dict[date, int], int]:
    """Return how many readings more (or less) were submitted on each day, and how many are wanted in all."""
    seen, settings = readings(membership), settings_of(membership.project)
    stories = newest_stories(membership).values_list("pk", "article__key", "has_gold")
    taken = dict(seen.holding().order_by().values_list("version").annotate(count=Count("pk")))
    wanted = sum(max(_places(settings, key, has_gold), taken.get(pk, 0)) for pk, key, has_gold in stories)
    here = seen.filter(version__in=newest_stories(membership).order_by().values("pk"))
    moved = (
        Change.objects.filter(SUBMISSION | TAKEN_BACK, assignment__in=here)
        .order_by()
        .annotate(day=TruncDate("created_at"))
        .values_list("day", "action")
        .annotate(count=Count("pk"))
    )
    days: dict[date, int] = defaultdict(int)
    for day, action, count in moved:
        days[day] += -count if action in (Change.Action.REOPEN, Change.Action.RETURN) else count
    return dict(days), wanted


def progress_record(membership: Membership) -> Record:
    """Return by person and day how far a project is, for programs."""
    days, wanted = by_day(membership)
    ordered = sorted(days)
    so_far = accumulate(days[day] for day in ordered)
    return {
        "wanted": wanted,
        "days": [{"day": day.isoformat(), "submitted": count} for day, count in zip(ordered, so_far, strict=True)],
        "people": [_person_record(one) for one in by_person(membership)],
    }


def _person_record(person: Person) -> Record:
    membership = person.membership
    return {
        "user": membership.user.username,
        "name": str(membership.user),
        "takes_stories": membership.takes_stories,
        "in_hand": person.at_work,
        "submitted": person.done,
        "given_back": person.given_back,
        "minutes": _rounded(person.minutes),
    }


def story_records(membership: Membership, versions: Iterable[Any]) -> list[Record]:
    """Return these stories, each with its readers, for programs."""
    return [
        {
            "article": story.version.article.key,
            "version": story.version.number,
            "headline": story.version.headline or None,
            "gold": story.version.has_gold,
            "wanted": story.places,
            "free": None if story.places is None else story.free,
            "readers": [_reader_record(one) for one in story.readers],
        }
        for story in by_story(membership, versions)
    ]


def _reader_record(assignment: Any) -> Record:
    user = assignment.annotator.user
    return {
        "assignment": assignment.pk,
        "annotator": assignment.annotator.pseudonym,
        "user": user.username if user else None,
        "status": assignment.status,
        "left": assignment.left or None,
        "minutes": _rounded(assignment.minutes),
    }


def _rounded(minutes: float | None) -> float | None:
    return None if minutes is None else round(minutes, 1)
