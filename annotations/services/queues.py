"""Queues: how many people read each story of a project, who, and in which order; and the next story for one of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from heapq import nsmallest
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.exports.records import Record
from annotations.models import (
    MOST_READERS,
    Annotator,
    ArticleVersion,
    Assignment,
    Change,
    Membership,
    Project,
    Queue,
    Role,
    User,
)
from annotations.services.changes import Gesture, Replayed, fingerprint, recorded
from annotations.services.errors import Conflict, Invalid, NotAllowed
from annotations.services.members import require_manager
from annotations.services.members import state_of as state_of_member

MOST_DAYS = 365
MOST_SEED = 2**31 - 1
# So many people could press at once before all stories have to be looked through again.
MOST_LIKELY = 50


@dataclass(frozen=True)
class QueueSettings:
    """What a manager sets. ``days`` without work bring a story back; None is never."""

    overlap: int = 1
    sampled_percent: int = 0
    sampled_overlap: int = 2
    order: str = Queue.Order.IMPORTED.value
    seed: int = 1
    days: int | None = None


class Waiting(NamedTuple):
    """A story that waits: the newest version of an article, and how many places of it are taken."""

    version: int
    article: int
    key: str
    published: date | None
    outlet: str
    taken: int


def settings_of(project: Project) -> QueueSettings | None:
    """Return what is set for a project, or None where everybody chooses."""
    queue = Queue.objects.filter(project=project).first()
    return _settings(queue) if queue else None


def earlier_settings(project: Project, mark: str) -> QueueSettings | None:
    """Return the settings that history keeps under this mark, the ``fingerprint`` of them, or None."""
    rows = Change.objects.filter(project=project, subject_kind=Change.Subject.PROJECT, before__has_key="overlap")
    states = (state for state in rows.order_by("-pk").values_list("before", flat=True) if state)
    return next((QueueSettings(**state) for state in states if fingerprint(state) == mark), None)


def history_of(queue: Queue) -> Record:
    """Return what history keeps of a queue."""
    return asdict(_settings(queue))


def _settings(queue: Queue) -> QueueSettings:
    return QueueSettings(**{field.name: getattr(queue, field.name) for field in fields(QueueSettings)})


def seen_mark(project: Project) -> str:
    """Return the mark of a queue as it stands: what a change of it says that it has seen."""
    settings = settings_of(project)
    takers = project.memberships.filter(takes_stories=True).order_by("pk").values_list("pk", flat=True)
    return fingerprint(_record(settings), list(takers))


def change_queue(
    *,
    actor: User,
    project: Project,
    seen: str,
    settings: QueueSettings | None,
    takers: Mapping[int, bool],
    gesture: str | None = None,
) -> None:
    """Set how a project hands out its stories, and to whom; without settings everybody chooses again.

    ``takers`` says of memberships, by number, whether they get stories; who is not named keeps what they have, and so
    does everybody what they have in hand. Raises ``Invalid`` for a value out of range, ``Conflict`` if it was changed
    since it was seen, ``NotAllowed``.
    """
    if settings is not None:
        _check(settings)
    asked = ("queue", project.pk, seen, _record(settings), sorted(takers.items()))
    try:
        with recorded(project=project, actor=actor, gesture=gesture, asked=asked) as opened:
            require_manager(actor=actor, project=project)
            # Not its key: whoever takes a story meanwhile refers to the project.
            Project.objects.select_for_update(no_key=True).get(pk=project.pk)
            before = settings_of(project)
            if seen_mark(project) != seen:
                raise Conflict(_("This was changed since you saw it. Nothing was written."))
            _choose_takers(opened, project, takers)
            if settings != before:
                _write(opened, project, before, settings)
    except Replayed:
        pass


def _write(opened: Gesture, project: Project, before: QueueSettings | None, after: QueueSettings | None) -> None:
    if after is None:
        Queue.objects.filter(project=project).delete()
    else:
        Queue.objects.update_or_create(project=project, defaults=asdict(after))
    action = Change.Action.CHANGE if after else Change.Action.DELETE
    opened.record(action, Change.Subject.PROJECT, project.slug, before=_record(before), after=_record(after))


def _record(settings: QueueSettings | None) -> Record:
    return asdict(settings) if settings else {}


def _check(settings: QueueSettings) -> None:
    ranges = {
        "overlap": (1, MOST_READERS),
        "sampled_percent": (0, 100),
        "sampled_overlap": (1, MOST_READERS),
        "seed": (0, MOST_SEED),
        "days": (1, MOST_DAYS),
    }
    for name, (least, most) in ranges.items():
        value = getattr(settings, name)
        if not ((value is None and name == "days") or (value is not None and least <= value <= most)):
            told = {"least": least, "most": f"{most:,}"}
            raise Invalid(_("This is a number from %(least)s to %(most)s.") % told, field=name)
    if settings.sampled_percent and settings.sampled_overlap < settings.overlap:
        message = _("The share is read by as many people as every story, or more.")
        raise Invalid(message, field="sampled_overlap")
    if settings.order not in Queue.Order.values:
        raise Invalid(_("There is no order “%(order)s”.") % {"order": f"{settings.order:.60}"}, field="order")


def _choose_takers(opened: Gesture, project: Project, chosen: Mapping[int, bool]) -> None:
    # Who annotates nothing now may do so later, and then gets stories.
    members = Membership.objects.filter(project=project, is_active=True, user__is_active=True).exclude(role=Role.VIEWER)
    for membership in members.filter(pk__in=chosen).select_related("user").order_by("pk"):
        takes = chosen[membership.pk]
        if membership.takes_stories == takes:
            continue
        before = state_of_member(membership)
        membership.takes_stories = takes
        membership.save(update_fields=["takes_stories"])
        opened.record(
            Change.Action.CHANGE,
            Change.Subject.MEMBERSHIP,
            str(membership.pk),
            before=before,
            after=state_of_member(membership),
        )


def waiting_in_order(queue: Queue, annotator: Annotator) -> list[int]:
    """Return the first versions that an annotator could read next, as it stands now: others may take them meanwhile.

    It looks through all stories of the project, so it is asked before the queue is locked and others wait.
    """
    return [one.version for one in _first(queue, _waiting(annotator))]


def next_version(queue: Queue, annotator: Annotator, likely: Sequence[int] = ()) -> ArticleVersion | None:
    """Return the story that an annotator reads next, or None if none is left for them. Needs the queue locked.

    Those that are ``likely``, by number, are looked at first, and all others only if these are taken.
    """
    found = _first(queue, _waiting(annotator, likely)) if likely else []
    found = found or _first(queue, _waiting(annotator))
    return ArticleVersion.objects.get(pk=found[0].version) if found else None


def _first(queue: Queue, waiting: Iterable[Waiting]) -> list[Waiting]:
    settings = _settings(queue)
    free = (one for one in waiting if one.taken < quota(settings, one.key))
    return nsmallest(MOST_LIKELY, free, key=_place(settings))


def quota(settings: QueueSettings, key: str) -> int:
    """Return how many people read the story with this id: more in the sampled share, which the seed draws."""
    drawn = _draw("sample", settings.seed, key) % 100 < settings.sampled_percent
    return settings.sampled_overlap if drawn else settings.overlap


def readers_wanted(version: ArticleVersion) -> int:
    """Return how many people the queue of its project wants to read a story; one, where everybody chooses."""
    settings = settings_of(version.project)
    return quota(settings, version.article.key) if settings else 1


def lock_queue(project: Project) -> Queue | None:
    """Return the queue of a project, if it has one; whoever takes a story meanwhile waits."""
    return Queue.objects.select_for_update(of=("self",)).select_related("project").filter(project=project).first()


def require_place(queue: Queue | None, version: ArticleVersion, annotator: Annotator) -> None:
    """Raise ``Invalid`` if a story has all its readers, ``NotAllowed`` if this one is given none.

    Needs the queue locked. Without one everybody chooses, and a story with gold is for practice.
    """
    if queue is None or version.assignments.filter(status=Assignment.Status.GOLD).exists():
        return
    require_taker(queue, annotator)
    # One's own is no other's: pressed twice, the first press took the place.
    taken = Assignment.objects.holding().filter(version=version).exclude(annotator=annotator).count()
    if taken >= quota(_settings(queue), version.article.key):
        raise Invalid(_("This story has all the readers that it needs. Take the next one."), code="full")


def require_taker(queue: Queue, annotator: Annotator) -> None:
    """Raise ``NotAllowed`` if a manager gives this member no stories."""
    if not Membership.objects.filter(project=queue.project, user=annotator.user_id, takes_stories=True).exists():
        raise NotAllowed(_("Your manager hands no stories out to you at present."))


def _waiting(annotator: Annotator, among: Sequence[int] = ()) -> list[Waiting]:
    of_version = Assignment.objects.filter(version=OuterRef("pk"))
    had = Q(status=Assignment.Status.GOLD) | Q(annotator=annotator)
    # Its versions are one story: who knows others' work on one that has no gold yet annotates none of them.
    of_story = Assignment.objects.filter(version__article=OuterRef("article"))
    gold = Assignment.objects.filter(version=OuterRef("version"), status=Assignment.Status.GOLD)
    known = of_story.filter(~Exists(gold)).filter(Q(editor=annotator.user_id) | Q(reviews__reviewer=annotator.user_id))
    rows = (
        ArticleVersion.objects.newest()
        .filter(project=annotator.project_id)
        .exclude(text="")
        .filter(~Exists(of_version.filter(had)), ~Exists(known))
        .annotate(taken=Count("assignments", filter=Q(assignments__left="", assignments__annotator__kind="person")))
        .order_by()
    )
    if among:
        rows = rows.filter(pk__in=among)
    columns = ("pk", "article_id", "article__key", "article__published", "article__outlet", "taken")
    return [Waiting(*row) for row in rows.values_list(*columns)]


def _place(settings: QueueSettings) -> Callable[[Waiting], tuple[Any, ...]]:
    """Return the order of stories; those without a date come last, and those alike as they were imported."""
    places: dict[str, Callable[[Waiting], tuple[Any, ...]]] = {
        Queue.Order.IMPORTED: lambda one: (),
        Queue.Order.OLDEST: lambda one: (one.published is None, one.published or date.max),
        Queue.Order.NEWEST: lambda one: (one.published is None, -(one.published or date.min).toordinal()),
        Queue.Order.OUTLET: lambda one: (not one.outlet, one.outlet.casefold(), one.outlet),
        Queue.Order.RANDOM: lambda one: (_draw("order", settings.seed, one.key),),
    }
    place = places[settings.order]
    return lambda one: (*place(one), one.article)


def _draw(what: str, seed: int, key: str) -> int:
    """Return a number that the seed gives to a story, the same on every machine."""
    return int.from_bytes(hashlib.sha256(f"{what}:{seed}:{key}".encode()).digest()[:8])


def abandoned(queue: Queue, annotator: Annotator) -> list[Assignment]:
    """Return the others' assignments that nobody has touched for longer than the manager allows, locked."""
    if queue.days is None:
        return []
    since = timezone.now() - timedelta(days=queue.days)
    rows = Assignment.objects.holding().at_work().filter(project=queue.project_id, updated_at__lt=since)
    rows = rows.filter(annotator__user__isnull=False).exclude(annotator=annotator).order_by("version", "pk")
    # Versions before their assignments, as a removal does.
    versions = ArticleVersion.objects.filter(pk__in=rows.order_by().values("version")).order_by("pk")
    list(versions.select_for_update(no_key=True).values_list("pk", flat=True))
    return list(rows.select_for_update(of=("self",)).select_related("version").without_text())
