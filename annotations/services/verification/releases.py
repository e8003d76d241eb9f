"""Are releases what they were when they were published?"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from annotations.exports.releases.manifest import CHECKSUMS, checksums
from annotations.models import Change, Project, Release, ReleaseFile, ReleasePiece
from annotations.services.release_files import content_of, listed
from annotations.services.releases import state_of
from annotations.services.verification.breach import Breach
from annotations.services.verification.scope import Scope


def releases_are_as_published(scope: Scope) -> Iterator[Breach]:
    """Each release has its number, all its files with the bytes that its checksums tell, and history knows of it.

    Of one that was withdrawn no bytes are left.
    """
    for pk in scope.rows(Project).order_by("pk").values_list("pk", flat=True):
        rows = scope.rows(Release).filter(project=pk).published().order_by("number")
        for expected, release in enumerate(rows.select_related("project"), 1):
            subject = f"{release.project.slug} {release.number}"
            if release.number != expected:
                yield Breach("release", subject, "a release before it is missing")
            for told in _wrong(scope, release):
                yield Breach("release", subject, told)


def _wrong(scope: Scope, release: Release) -> Iterator[str]:
    files: Any = list(ReleaseFile.objects.using(scope.using).filter(release=release.pk))
    of_list = checksums(listed(file for file in files if file.name != CHECKSUMS))
    if hashlib.sha256(of_list).hexdigest() != release.sha256:
        yield "its files are not those that were published"
    changes = scope.rows(Change).filter(project=release.project_id, subject_kind=Change.Subject.RELEASE)
    told = changes.filter(subject_key=str(release.number), action=Change.Action.PUBLISH)
    if told.values_list("after", flat=True).first() != state_of(release):
        yield "it is not what its history says"
    for file in files:
        if release.withdrawn_by_id is not None:
            pieces = ReleasePiece.objects.using(scope.using).filter(file=file.pk)
            if pieces.exclude(data=b"").exists():
                yield f"it is withdrawn, and {file.name} still holds something"
        elif not _is_whole(file):
            yield f"{file.name} has not the bytes that were published"


def _is_whole(file: ReleaseFile) -> bool:
    digest, size = hashlib.sha256(), 0
    # Bytes that were changed may not even be those of something compressed.
    with suppress(zlib.error):
        for piece in content_of(file):
            digest.update(piece)
            size += len(piece)
    return (size, digest.hexdigest()) == (file.bytes, file.sha256)
