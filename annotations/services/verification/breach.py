"""One promise broken, named so that it can be found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

BATCH = 50

Item = TypeVar("Item")


@dataclass(frozen=True)
class Breach:
    """What kind of row, which one, and what is wrong with it."""

    kind: str
    subject: str
    message: str

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}: {self.message}"


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """Yield the items in lists of at most ``size``, taking no more than one list from them at a time."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
