"""The report of a task while it is written: lines that steps add, of which a later attempt keeps what was committed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from annotations.exports.records import Record
from annotations.models import Task
from annotations.services.task_files import folder_of


class ReportLines:
    """A file of JSON lines that grows with the steps of a task.

    Each attempt writes into a file of its own, since whoever has lost the task may not know it yet, and begins it
    with what the written steps of the attempt before it say. The state of the task names the file and that size.
    """

    def __init__(self, task: Task, name: str, state: Record) -> None:
        self.name = f"{name}.{task.attempts}.tmp"
        path = self.path(task, self.name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        earlier = self.path(task, state["file"]) if state["file"] else None
        if earlier and earlier != path and earlier.is_file():
            shutil.copyfile(earlier, path)
        path.touch(mode=0o600)
        self.file: BinaryIO = path.open("r+b")
        # Whether all that was committed is here; after a power cut it may not be.
        self.is_whole: bool = path.stat().st_size >= state["size"]
        if self.is_whole:
            self.cut(state["size"])

    @staticmethod
    def path(task: Task, name: str) -> Path:
        """Return where the lines of that name are."""
        return folder_of(task) / name

    def __enter__(self) -> ReportLines:
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()

    def cut(self, size: int) -> None:
        """Forget what a step wrote that did not come to its end."""
        self.file.truncate(size)
        self.file.seek(size)

    def add(self, rows: Iterable[Record]) -> int:
        """Add lines, and return the size that the file has now."""
        for row in rows:
            self.file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        self.file.flush()
        return self.file.tell()

    def sync(self) -> None:
        """Make sure that all of it is on the disk."""
        os.fsync(self.file.fileno())
