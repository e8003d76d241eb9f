"""The files of releases, kept in the database: so they are in every backup, and the database refuses to change them."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import islice

from annotations.exports.records import Record
from annotations.models import Release, ReleaseFile, ReleasePiece

PIECE = 256 * 1024
# Of one transaction: whoever saves meanwhile hardly waits.
PIECES = 8
LEVEL = 6


def write_file(
    *, release: Release, name: str, content: Iterable[bytes], step: Callable[[], AbstractContextManager[None]]
) -> ReleaseFile:
    """Add a file to a release that is being made, each some pieces in a transaction that ``step`` opens."""
    file, digest, number = ReleaseFile(release=release, name=name), hashlib.sha256(), 0
    pieces = _pieces(content)
    while batch := list(islice(pieces, PIECES)):
        with step():
            for piece in batch:
                digest.update(piece)
                file.bytes += len(piece)
            file.sha256 = digest.hexdigest()
            file.save()
            ReleasePiece.objects.bulk_create(
                ReleasePiece(file=file, number=place, data=zlib.compress(piece, LEVEL))
                for place, piece in enumerate(batch, number)
            )
        number += len(batch)
    return file


def _pieces(content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the content in pieces of one size but for the last; of nothing, one empty piece."""
    held, is_first = bytearray(), True
    for part in content:
        held += part
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
            is_first = False
    if held or is_first:
        yield bytes(held)


def content_of(file: ReleaseFile) -> Iterator[bytes]:
    """Yield the bytes of a file piece by piece. Of a release that was withdrawn nothing is left.

    Each piece is asked for when it is wanted: a reader at the other end of a slow line holds no connection.
    """
    using = file._state.db
    pieces = ReleasePiece.objects.using(using).filter(file=file.pk)
    for number in pieces.order_by("number").values_list("number", flat=True):
        data = pieces.filter(number=number).values_list("data", flat=True).first()
        if data:
            yield zlib.decompress(data)


def records_of(file: ReleaseFile) -> Iterator[Record]:
    """Yield the records of a file of JSON lines."""
    rest = b""
    for piece in content_of(file):
        *lines, rest = (rest + piece).split(b"\n")
        yield from map(json.loads, lines)


def listed(files: Iterable[ReleaseFile]) -> list[Record]:
    """Return files as a manifest lists them."""
    return [{"name": file.name, "bytes": file.bytes, "sha256": file.sha256} for file in files]
