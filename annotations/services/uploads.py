"""Files for an import in the background: written to the disk as they come, and kept with their task until its end."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from annotations.models import Task
from annotations.services.errors import Invalid
from annotations.services.task_files import PIECE, folder_of

NAME = "upload"
NAME_LENGTH = 200
# Longer than anybody sends one file.
ABANDONED_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Upload:
    """A whole file that came, and that goes again unless a task keeps it."""

    path: Path
    size: int
    sha256: str


@contextmanager
def received(pieces: Iterable[bytes]) -> Iterator[Upload]:
    """Write a file to the disk, a piece in memory at a time. Raises ``Invalid`` if it is empty or too large."""
    folder = Path(settings.TASK_FILES) / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _forget_abandoned(folder)
    handle, name = tempfile.mkstemp(dir=folder)
    path = Path(name)
    try:
        with open(handle, "wb") as file:
            digest, size = hashlib.sha256(), 0
            for piece in pieces:
                digest.update(piece)
                size += file.write(piece)
                _check_size(size)
            file.flush()
            os.fsync(file.fileno())
        if size == 0:
            raise Invalid(_("The file is empty."), field="upload", code="empty")
        yield Upload(path, size, digest.hexdigest())
    finally:
        path.unlink(missing_ok=True)


def pieces_of(stream: object) -> Iterator[bytes]:
    """Yield what can be read from a stream in pieces."""
    read = stream.read  # type: ignore[attr-defined]
    while piece := read(PIECE):
        yield piece


def keep(upload: Upload, task: Task) -> None:
    """Let a task that was asked for have the file. Asked for again it gets the same bytes, unless it has ended."""
    if not task.is_ended:
        folder = folder_of(task)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        upload.path.replace(folder / NAME)


def kept(task: Task) -> Path:
    """Return the file of a task. Raises ``Invalid`` if it is gone."""
    path = folder_of(task) / NAME
    if not path.is_file():
        raise Invalid(_("The file that was to be imported is not here any more. Send it again."), code="gone")
    return path


def _check_size(size: int) -> None:
    if size > settings.MAX_LINES_BYTES:
        told = {"most": settings.MAX_LINES_BYTES // 1_000_000}
        raise Invalid(_("The file has more than %(most)s MB.") % told, field="upload", code="too_large")


def _forget_abandoned(folder: Path) -> None:
    """Delete what a server had begun to write when it was killed."""
    for path in folder.iterdir():
        if path.stat().st_mtime < time.time() - ABANDONED_SECONDS:
            path.unlink(missing_ok=True)
