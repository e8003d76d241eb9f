"""Who did how much, day by day or week by week, as far as the manager may see it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.access import ALLOWED, Act, visible_changes
from annotations.exports.records import Record
from annotations.models import Change, Membership, User
from annotations.reports.progress import worked
from annotations.services.errors import Invalid

STEPS = {"week": timedelta(days=7), "day": timedelta(days=1)}
USUAL = timedelta(days=27)
MOST_STEPS = 100
# Beyond these no desk has any history, and the calendar of a computer ends.
YEARS = range(1970, 2200)


@dataclass(frozen=True)
class Column:
    """What is counted: rows of history of one kind and one action."""

    key: str
    name: Any
    kind: Change.Subject
    action: Change.Action


COLUMNS = (
    Column("made", gettext_lazy("Quotes made"), Change.Subject.QUOTE, Change.Action.CREATE),
    Column("changed", gettext_lazy("Quotes changed"), Change.Subject.QUOTE, Change.Action.CHANGE),
    Column("deleted", gettext_lazy("Quotes deleted"), Change.Subject.QUOTE, Change.Action.DELETE),
    Column("submitted", gettext_lazy("Stories submitted"), Change.Subject.ASSIGNMENT, Change.Action.SUBMIT),
    Column("reopened", gettext_lazy("Stories reopened"), Change.Subject.ASSIGNMENT, Change.Action.REOPEN),
    Column("given_back", gettext_lazy("Stories given back"), Change.Subject.ASSIGNMENT, Change.Action.LEAVE),
    Column("returned", gettext_lazy("Stories returned"), Change.Subject.ASSIGNMENT, Change.Action.RETURN),
    Column("approved", gettext_lazy("Stories approved"), Change.Subject.ASSIGNMENT, Change.Action.APPROVE),
)
KEYS = {(column.kind.value, column.action.value): column.key for column in COLUMNS}


@dataclass
class Step:
    """What one person did from one day to another, both included."""

    since: date
    until: date
    counts: Counter[str] = field(default_factory=Counter)
    minutes: float = 0.0


@dataclass
class Activity:
    """What one person did: in each step and in all, and when they were last seen at work."""

    user: User
    last: datetime | None
    steps: list[Step]
    total: Step


@dataclass(frozen=True)
class Span:
    """The days that are told of, and in which steps."""

    since: date
    until: date
    by: str

    @classmethod
    def of(cls, since: date | None, until: date | None, by: str) -> Span:
        """Return the span that is asked for, up to today and four weeks long unless said. Raises ``Invalid``."""
        for name, day in {"since": since, "until": until}.items():
            if day and day.year not in YEARS:
                raise Invalid(_("No desk has any history then."), field=name)
        until = until or max(since or date.min, timezone.localdate())
        since = since or until - USUAL
        if since > until:
            raise Invalid(_("It ends before it begins."), field="until")
        if (until - since) // STEPS[by] >= MOST_STEPS:
            raise Invalid(_("%(most)s days or weeks are the most.") % {"most": MOST_STEPS}, field="since")
        return cls(since, until, by)

    def steps(self) -> Iterator[Step]:
        """Yield the steps, each empty; weeks begin on Monday, and the first and the last may be cut."""
        start = self.since
        while start <= self.until:
            following = start + STEPS[self.by] - timedelta(days=start.weekday() if self.by == "week" else 0)
            yield Step(start, min(following - timedelta(days=1), self.until))
            start = following

    def place(self, day: date) -> int:
        """Return which of the steps a day belongs to."""
        days = (day - self.since).days
        return days if self.by == "day" else (days + self.since.weekday()) // 7


def activity(membership: Membership, span: Span) -> list[Activity]:
    """Return what each member did, by name. Of stories to which the manager is blind nothing counts."""
    changes = visible_changes(membership).filter(actor__isnull=False).order_by()
    # MAX over all of history: who was last seen before this span is told too.
    last = dict(changes.values_list("actor").annotate(Max("created_at")))
    rows = changes.filter(created_at__date__range=(span.since, span.until)).order_by("actor", "pk")
    did: dict[int, list[tuple[datetime, str, str]]] = defaultdict(list)
    for actor, *row in rows.values_list("actor", "created_at", "subject_kind", "action").iterator():
        did[actor].append(tuple(row))  # type: ignore[arg-type]
    working = Q(is_active=True, user__is_active=True, role__in=ALLOWED[Act.ANNOTATE])
    members = membership.project.memberships.filter(working | Q(user__in=did)).select_related("user")
    people = sorted((row.user for row in members), key=lambda user: (str(user).casefold(), user.pk))
    return [_activity(user, last.get(user.pk), did[user.pk], span) for user in people]


def _activity(user: User, last: datetime | None, rows: list[tuple[datetime, str, str]], span: Span) -> Activity:
    steps, moments = list(span.steps()), defaultdict(list)
    for moment, kind, action in rows:
        place = span.place(timezone.localtime(moment).date())
        moments[place].append(moment)
        if key := KEYS.get((kind, action)):
            steps[place].counts[key] += 1
    for place, found in moments.items():
        steps[place].minutes = worked(found)
    return Activity(user, last, steps, _total(steps, span))


def _total(steps: Iterable[Step], span: Span) -> Step:
    total = Step(span.since, span.until)
    for step in steps:
        total.counts += step.counts
        total.minutes += step.minutes
    return total


def activity_record(membership: Membership, span: Span) -> Record:
    """Return what each member did, for programs."""
    return {
        "by": span.by,
        "since": span.since.isoformat(),
        "until": span.until.isoformat(),
        "people": [
            {
                "user": one.user.username,
                "name": str(one.user),
                "last_seen": one.last.isoformat() if one.last else None,
                "total": _step_record(one.total),
                "steps": [_step_record(step) for step in one.steps],
            }
            for one in activity(membership, span)
        ],
    }


def _step_record(step: Step) -> Record:
    return {
        "since": step.since.isoformat(),
        "until": step.until.isoformat(),
        **{column.key: step.counts[column.key] for column in COLUMNS},
        "minutes": round(step.minutes, 1),
    }
