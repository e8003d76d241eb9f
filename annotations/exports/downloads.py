"""A dataset as it leaves the desk: its lines one by one from one unchanging state, and the manifest of that state."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Max, QuerySet

from annotations.exports import FORMATS
from annotations.exports.dataset import assignment_records, snapshot
from annotations.exports.manifest import Tally, manifest
from annotations.models import Assignment, Change, Project, Removal

GOLD = "gold"
ALL = "all"
CHOICES = (GOLD, ALL)
PIECE = 64 * 1024


def chosen(assignments: QuerySet[Assignment], annotations: str) -> QuerySet[Assignment]:
    """Return those of the assignments that a choice of annotations means. A removed story is in no dataset."""
    removed = Removal.objects.filter(article__isnull=False).values("article")
    assignments = assignments.exclude(version__article__in=removed)
    return assignments.filter(status=Assignment.Status.GOLD) if annotations == GOLD else assignments


class Download:
    """One dataset on its way out. ``assignments`` and ``changes`` are those that whoever asks may know of."""

    def __init__(
        self,
        project: Project,
        assignments: QuerySet[Assignment],
        changes: QuerySet[Change],
        annotations: str = GOLD,
        format_id: str = "jsonl",
    ) -> None:
        self.project = project
        self.changes = changes
        self.assignments = chosen(assignments, annotations)
        self.annotations = annotations
        self.format = FORMATS[format_id]
        self.tally = Tally()
        self.as_of_change = 0
        self.name = f"{project.slug}.{annotations}.{self.format.EXTENSION}"

    def lines(self) -> Iterator[bytes]:
        """Yield the lines, all from one state of the database. Nobody has to wait for the end of it."""
        with snapshot() as using:
            self.as_of_change = self.changes.using(using).aggregate(last=Max("pk"))["last"] or 0
            records = assignment_records(self.assignments.using(using), self.project.pk)
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
            annotations=self.annotations,
            name=self.name,
            tally=self.tally,
            as_of_change=self.as_of_change,
        )
