"""Releases are for every member, unless they annotate a story in one that has no gold any more."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from annotations.access.members import found
from annotations.access.work import blind_articles
from annotations.models import Membership, Release, ReleaseFile


def visible_releases(membership: Membership) -> QuerySet[Release]:
    """Return the releases of the project that are published, the newest first."""
    releases = Release.objects.filter(project=membership.project).published().order_by("-number")
    return releases.select_related("project", "actor", "guidelines", "withdrawn_by")


def get_release(membership: Membership, number: int) -> Release:
    """Return a release by its number. Raises ``Http404``."""
    return found(visible_releases(membership), _("There is no such release."), number=number)


def withheld_release(membership: Membership, release: Release) -> str:
    """Return why the member sees nothing of what a release holds; empty where they do."""
    if release.withdrawn_by_id is not None:
        return _("This release was withdrawn: something that was in it was removed for good.")
    if release.stories.filter(version__article__in=blind_articles(membership)).exists():
        return _("You annotate a story of this release that has no gold now: you see the release when it has.")
    return ""


def get_release_file(membership: Membership, number: int, name: str) -> ReleaseFile:
    """Return a file of a release that the member sees. Raises ``Http404``."""
    release = get_release(membership, number)
    if told := withheld_release(membership, release):
        raise Http404(told)
    return found(ReleaseFile.objects.filter(release=release), _("This release has no such file."), name=name)
