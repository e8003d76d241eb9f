"""Releases: made unseen, published by one flip, never changed, and withdrawn by a removal alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.exports.records import ROLES, Record
from annotations.exports.releases.manifest import CHECKSUMS
from annotations.models import (
    Article,
    Change,
    GuidelinesVersion,
    Project,
    Release,
    ReleaseFile,
    ReleasePiece,
    ReleaseStory,
    Removal,
    Task,
)
from annotations.services.changes import Gesture, recorded
from annotations.services.erasure import Erasure
from annotations.services.errors import Conflict
from annotations.services.release_files import content_of, records_of

GUIDELINES = "guidelines.md"


def next_number(project: Project, using: str) -> int:
    """Return the number of the next release of a project."""
    releases = Release.objects.using(using).filter(project=project)
    return (releases.aggregate(last=Max("number"))["last"] or 0) + 1


def begin_release(
    *, task: Task, asked: Record, summary: Record, as_of_change: int, guidelines: GuidelinesVersion | None
) -> Release:
    """Begin to make a release, which nobody sees until it is published."""
    return Release.objects.create(
        project=task.project,
        task=task,
        actor=task.asked_by,
        asked=asked,
        summary=summary,
        as_of_change=as_of_change,
        guidelines_id=guidelines.pk if guidelines else None,
    )


def add_stories(*, release: Release, stories: Iterable[tuple[int, str]]) -> None:
    """Say which versions of stories are in a release that is being made, and in which splits."""
    ReleaseStory.objects.bulk_create(
        ReleaseStory(release=release, version_id=version, split=split) for version, split in stories
    )


def publish_release(*, release: Release, number: int) -> Release:
    """Give a release its number: from now on everybody sees it, and nothing of it changes.

    Raises ``Conflict`` if another one got this number meanwhile: its files say which one they are.
    """
    project, actor = release.project, release.actor
    with recorded(project=project, actor=actor, gesture=None, asked=("publish release", release.pk)) as opened:
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        if next_number(project, "default") != number:
            told = {"number": number}
            message = _("Another release became number %(number)s while this one was made. Try again.") % told
            raise Conflict(message)
        release.number, release.published_at = number, timezone.now()
        release.sha256 = release.files.get(name=CHECKSUMS).sha256
        release.save(update_fields=["number", "published_at", "sha256"])
        opened.record(Change.Action.PUBLISH, Change.Subject.RELEASE, str(number), after=state_of(release))
    return release


def state_of(release: Release) -> Record:
    """Return what history keeps of a release: which one it is. What it holds stands in its files."""
    state: Record = {"number": release.number, "as_of_change": release.as_of_change, "sha256": release.sha256}
    return state


def discard_drafts(*, project: Project, task: Task | None = None) -> None:
    """Take away what was begun and is not published, of one task or of all."""
    drafts = Release.objects.filter(project=project, number__isnull=True)
    if task is not None:
        drafts = drafts.filter(task=task)
    keys = list(drafts.values_list("pk", flat=True))
    ReleasePiece.objects.filter(file__release__in=keys).delete()
    ReleaseFile.objects.filter(release__in=keys).delete()
    ReleaseStory.objects.filter(release__in=keys).delete()
    Release.objects.filter(pk__in=keys).delete()


def withdraw_releases(*, opened: Gesture, removal: Removal, erasure: Erasure, article: Article | None = None) -> None:
    """Withdraw each release that holds what a removal erases, and empty its files. Their checksums stay.

    What is being made goes altogether. Call it in the transaction of the removal, before that is finished.
    """
    discard_drafts(project=removal.project)
    rows = Release.objects.filter(project=removal.project).published().select_for_update(of=("self",))
    for release in rows.order_by("number"):
        if release.withdrawn_by_id is None and (_holds(release, article) or _mentions(release, erasure)):
            release.withdrawn_by, release.summary = removal, {}
            release.asked = erasure.applied(release.asked)
            release.save(update_fields=["withdrawn_by", "summary", "asked"])
            ReleasePiece.objects.filter(file__release=release).update(data=b"")
            opened.record(Change.Action.WITHDRAW, Change.Subject.RELEASE, str(release.number), after=state_of(release))
        elif (asked := erasure.applied(release.asked)) != release.asked:
            Release.objects.filter(pk=release.pk).update(asked=asked)


def _holds(release: Release, article: Article | None) -> bool:
    return article is not None and release.stories.filter(version__article=article).exists()


def _mentions(release: Release, erasure: Erasure) -> bool:
    """Whether a release says, beside the texts of stories, a word or an id that must go."""
    if erasure.words is None and not erasure.ids:
        return False
    if erasure.applied(release.asked) != release.asked:
        return True
    files = {file.name: file for file in release.files.all()}
    if (file := files.get(GUIDELINES)) is not None:
        text = b"".join(content_of(file)).decode()
        if erasure.text(text) != text:
            return True
    data = (file for name, file in files.items() if name.startswith(("gold-", "annotators-")))
    return any(erasure.applied(said) != said for file in data for said in _said(file))


def _said(file: ReleaseFile) -> Iterator[Record]:
    """Yield what a file says of stories beside their own words, line by line."""
    for record in records_of(file):
        quotes: list[dict[str, Any]] = record["quotes"]
        yield {
            "speakers": record["speakers"],
            "claims": record["claims"],
            "quotes": [{name: value for name, value in quote.items() if name not in ROLES} for quote in quotes],
        }
