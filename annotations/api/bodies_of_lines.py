"""The body of a request, read by lines."""

from __future__ import annotations

import io
from typing import Any


class _Body(io.RawIOBase):
    """What a server hands on of a body, in pieces. Its own ``readline`` loses what comes after the first line."""

    def __init__(self, stream: Any) -> None:
        super().__init__()
        self.stream = stream

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, room: Any) -> int:
        """Read as much as there is room for, and return how much that was."""
        piece: bytes = self.stream.read(len(room))
        room[: len(piece)] = piece
        return len(piece)


def buffered(stream: Any) -> io.BufferedReader:
    """Return the body so that it can be read by lines on every server, in constant memory."""
    return io.BufferedReader(_Body(stream), 1 << 16)
