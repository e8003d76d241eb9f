"""Lines that are read once from the database and then as often as the files of a release need them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from annotations.exports.records import Record


class Spool:
    """Lines of stories in a file without a name, which is gone with its process, whatever ends that."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  __exit__ closes it
        self._stories: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def add(self, story: str, line: bytes) -> None:
        """Keep one line of a story, which ends as lines do."""
        self._stories.append(story)
        self._file.write(line)

    def lines(self, splits: dict[str, str], split: str) -> Iterator[bytes]:
        """Yield the lines of the stories of a split, in the order in which they came. Take them all before others."""
        self._file.seek(0)
        for story, line in zip(self._stories, self._file, strict=True):
            if splits[story] == split:
                yield line

    def every_line(self) -> Iterator[bytes]:
        """Yield all lines."""
        self._file.seek(0)
        yield from self._file

    def records(self, splits: dict[str, str], split: str) -> Iterator[Record]:
        """Yield the same as records."""
        return map(json.loads, self.lines(splits, split))
