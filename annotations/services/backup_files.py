"""The file of a backup: lines of JSON, compressed, and sealed so that no byte of it can change unseen.

It is a gzip file, so ``zcat`` shows its lines: the format; for each table a line with its columns, and its rows; the
manifest; the seal. The first and the last line are gzip members of their own, stored as they are. The seal is the
SHA-256 of every byte before it. Every later format begins and ends in the same way, and counts in its first line.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import struct
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

from annotations.services.errors import Invalid
from annotations.services.whole_desk import Part, Tally

FORMAT = "newsnotes-backup/1"
ANY_FORMAT = "newsnotes-backup/"
# Quick, and a fifth of the size.
LEVEL = 3
PIECE = 1 << 20
MEND = "Copy it again from where it was made, or take another backup."


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: its tables, the last change in it, and the last migration of each app."""

    as_of_change: int
    as_of: str | None
    migrations: dict[str, str]
    columns: dict[str, list[str]]
    parts: list[Part]

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(part.rows for part in self.parts)

    def as_json(self) -> dict[str, Any]:
        """Return it as the file has it."""
        return {"format": FORMAT} | asdict(self)

    @classmethod
    def of(cls, found: dict[str, Any]) -> Manifest:
        """Make it of what the file has."""
        values = {key: value for key, value in found.items() if key != "format"}
        return cls(**values | {"parts": [Part(**part) for part in found["parts"]]})


def _line(value: Any) -> bytes:
    return f"{json.dumps(value, separators=(',', ':'))}\n".encode()


def _stored(line: bytes) -> bytes:
    """Return a gzip member that holds a line as it is, and that is the same whatever compresses the rest."""
    header = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01" + struct.pack("<HH", len(line), len(line) ^ 0xFFFF)
    return header + line + struct.pack("<II", zlib.crc32(line), len(line))


def _seal(sha256: str) -> bytes:
    return _stored(_line({"sha256": sha256}))


HEAD = _stored(_line({"format": FORMAT}))
SEAL_LENGTH = len(_seal("0" * 64))
SEAL_START = _seal("0" * 64).partition(b"0" * 64)[0]


class Writer:
    """Writes the lines of a backup to a file, and what it is sealed with."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self._packer = zlib.compressobj(LEVEL, wbits=31)
        self._put(HEAD)

    def _put(self, data: bytes) -> None:
        self._hash.update(data)
        self._file.write(data)

    def row(self, line: bytes) -> None:
        """Write one row."""
        if data := self._packer.compress(line):
            self._put(data)

    def table(self, name: str, columns: list[str]) -> None:
        """Begin a table."""
        self.row(_line({"table": name, "columns": columns}))

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, and seal it all."""
        self.row(_line({"manifest": manifest.as_json()}))
        self._put(self._packer.flush())
        self._file.write(_seal(self._hash.hexdigest()))


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for its owner alone. It gets its name, which nothing has, when all of it is on the disk."""
    _check_free(path)
    number, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with open(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _publish(Path(name), path)
    finally:
        Path(name).unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _check_free(path: Path) -> None:
    if path.exists():
        raise Invalid(f"{path} is there already, and a backup is never overwritten. Name another file.", code="exists")


def _publish(draft: Path, path: Path) -> None:
    # A link never takes the place of a file; a rename does. Some file systems know no links.
    with suppress(OSError):
        os.link(draft, path)
        return
    _check_free(path)
    draft.rename(path)


def sections(path: Path) -> Iterator[tuple[dict[str, Any], Iterator[bytes]]]:
    """Yield each line of the file that is no row, and the rows that follow it. Take the rows before the next one."""
    with gzip.open(path) as file:
        for header, lines in groupby(_under_headers(file), key=lambda pair: pair[0]):
            yield json.loads(header), (line for _, line in lines if line is not header)


def _under_headers(lines: Iterator[bytes] | gzip.GzipFile) -> Iterator[tuple[bytes, bytes]]:
    header = b""
    for line in lines:
        if line.startswith(b"{"):
            header = line
        yield header, line


def check_file(path: Path) -> Manifest:
    """Return the manifest of a backup of which every byte is as it was written.

    Raises ``Invalid`` where it is not, or where the file is none of ours or of another format.
    """
    with path.open("rb") as file:
        _check_head(path, file)
        _check_seal(path, file)
    manifest, found = None, []
    for header, rows in sections(path):
        if "table" in header:
            found.append(_tallied(header["table"], rows))
        elif "manifest" in header:
            manifest = Manifest.of(header["manifest"])
    if manifest is None or manifest.parts != found:
        raise Invalid(f"{path} does not hold what its own manifest says. Take another backup.", code="damaged")
    return manifest


def _tallied(table: str, rows: Iterator[bytes]) -> Part:
    found = Tally(table)
    for line in rows:
        found.add(line)
    return found.part()


def _check_head(path: Path, file: BinaryIO) -> None:
    if file.read(len(HEAD)) == HEAD:
        return
    found = ""
    # The first line of another file may be anything.
    with suppress(OSError, EOFError, ValueError, TypeError, KeyError, zlib.error), gzip.open(path) as lines:
        found = str(json.loads(lines.readline(1000))["format"])
    if found == FORMAT or not found.startswith(ANY_FORMAT):
        raise Invalid(f"{path} is not a backup of newsnotes, or its first bytes are damaged. {MEND}", code="no_backup")
    raise Invalid(
        f"{path} is of the format {found}, and this newsnotes reads {FORMAT}. Restore it with a newer newsnotes.",
        code="other_format",
    )


def _check_seal(path: Path, file: BinaryIO) -> None:
    file.seek(0)
    left = max(path.stat().st_size - SEAL_LENGTH, 0)
    found = hashlib.sha256()
    while left and (data := file.read(min(left, PIECE))):
        found.update(data)
        left -= len(data)
    seal = file.read()
    if seal == _seal(found.hexdigest()):
        return
    if not seal.startswith(SEAL_START):
        raise Invalid(f"{path} does not end as a backup does: its end was cut off or damaged. {MEND}", code="cut_off")
    raise Invalid(f"{path} is damaged: its bytes are not those that were written. {MEND}", code="damaged")
