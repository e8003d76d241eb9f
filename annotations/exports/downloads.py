"""A dataset as it leaves the desk: its lines one by one from one unchanging state, and the manifest of that state."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Max, QuerySet

from annotations.exports import FORMATS
from annotations.exports.dataset import articles, assignment_records, snapshot
from annotations.exports.filters import Asked
from annotations.exports.manifest import Tally, manifest
from annotations.models import Assignment, Change, Project

PIECE = 64 * 1024


class Download:
    """One dataset on its way out. ``assignments`` and ``changes`` are those that whoever asks may know of."""

    def __init__(
        self,
        project: Project,
        assignments: QuerySet[Assignment],
        changes: QuerySet[Change],
        asked: Asked,
        format_id: str = "jsonl",
    ) -> None:
        self.project = project
        self.changes = changes
        self.assignments = assignments
        self.asked = asked
        self.format = FORMATS[format_id]
        self.tally = Tally()
        self.as_of_change = 0
        part = ".part" if asked.is_part else ""
        self.name = f"{project.slug}.{asked.annotations}{part}.{self.format.EXTENSION}"

    def lines(self) -> Iterator[bytes]:
        """Yield the lines, all from one state of the database. Nobody has to wait for the end of it."""
        with snapshot() as using:
            self.as_of_change = self.changes.using(using).aggregate(last=Max("pk"))["last"] or 0
            rows = self.asked.select(self.assignments.using(using), self.project.pk)
            if self.asked.leaves_out:
                held_back = self.asked.embargoed(self.assignments.using(using), self.project.pk)
                self.tally.left_out["embargoed"] = articles(held_back)
            records = assignment_records(rows, self.project.pk, leave_out=self.asked.leaves_out)
            yield from self.tally.hashed(self.format.lines(self.tally.counted(records)))

    def pieces(self) -> Iterator[bytes]:
        """Yield the lines in larger pieces, as a network likes them."""
        held, size = [], 0
        for line in self.lines():
            held.append(line)
            size += len(line)
            if size >= PIECE:
                yield b"".join(held)
                held, size = [], 0
        yield b"".join(held)

    def manifest(self) -> bytes:
        """Return the manifest of the lines, which must all have been taken."""
        return manifest(
            project=self.project.slug,
            asked=self.asked,
            name=self.name,
            tally=self.tally,
            as_of_change=self.as_of_change,
        )
