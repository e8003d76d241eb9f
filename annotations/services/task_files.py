"""Files that tasks write for people to fetch: whole or not there, in a folder for each task, gone after some days."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db.models import Q

from annotations.models import Project, Task
from annotations.services.task_leases import hold, kept_since

PIECE = 64 * 1024


def folder_of(task: Task) -> Path:
    """Return the folder of a task, which may not be there.

    It has the name of the key, because a desk that is restored or begun anew may give a number again.
    """
    return Path(settings.TASK_FILES) / f"{task.project_id}-{task.key}"


def file_of(task: Task, name: str) -> Path | None:
    """Return a file that the result of a task names and that is still there."""
    names = {one["name"] for one in (task.result or {}).get("files", [])}
    path = folder_of(task) / name
    return path if name in names and path.is_file() else None


def pieces(path: Path) -> Iterator[bytes]:
    """Yield a file in pieces as a network likes them. It is open only while somebody takes them."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


@contextmanager
def new_file(task: Task, name: str) -> Iterator[BinaryIO]:
    """Open a file of a task to write it: it gets its name when all of it is on the disk, or never.

    Raises ``TaskCancelled`` or ``LeaseLost`` instead of giving it its name.
    """
    folder = folder_of(task)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Whoever has lost the task and does not know it yet writes into a file of its own.
    unfinished = folder / f"{name}.{task.attempts}.tmp"
    try:
        with open(unfinished, "wb", opener=_private) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        hold(task)
        unfinished.replace(folder / name)
        _sync_folder(folder)
    finally:
        unfinished.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_files(task: Task, *, but: str = "") -> None:
    """Delete all files of a task, or all but one."""
    folder = folder_of(task)
    if not but:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in folder.iterdir():
        if path.name != but:
            path.unlink(missing_ok=True)


def remove_files_of(project: Project) -> None:
    """Delete the files of all tasks of a project: a removal leaves no copy of what it removed."""
    for task in Task.objects.filter(project=project).only("pk"):
        remove_files(task)


def remove_old_files() -> None:
    """Delete the files of tasks that were done some days ago, or that have no result any more."""
    folder = Path(settings.TASK_FILES)
    keys = [one.name.partition("-")[2] for one in folder.iterdir()] if folder.is_dir() else []
    gone = Q(finished_at__lt=kept_since()) | Q(result__isnull=True)
    for task in Task.objects.filter(gone, key__in=keys, state=Task.State.DONE):
        remove_files(task)
