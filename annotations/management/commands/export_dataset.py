"""Export a project's dataset as a file. The same data gives the same bytes, from every database."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.exports import FORMATS
from annotations.exports.downloads import CHOICES, GOLD, Download
from annotations.models import Assignment, Change, Project


class Command(BaseCommand):
    """Write a dataset, and its manifest where asked for."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the project, what of it, and where to."""
        parser.add_argument("--project", required=True, metavar="SLUG", help="short name of the project")
        parser.add_argument("--format", choices=sorted(FORMATS), default="jsonl")
        parser.add_argument("--annotations", choices=CHOICES, default=GOLD, help="the gold only, or all assignments")
        parser.add_argument("--output", default="-", metavar="PATH", help="a file, or - for standard output")
        parser.add_argument("--manifest", metavar="PATH", help="also write the manifest, from the same state")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the dataset first and its manifest last."""
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"There is no project “{options['project']}”.")
        assignments, changes = Assignment.objects.filter(project=project), Change.objects.filter(project=project)
        download = Download(project, assignments, changes, options["annotations"], options["format"])
        if options["output"] == "-":
            self._print(download)
        else:
            download.name = Path(options["output"]).name
            with whole_file(Path(options["output"])) as file:
                file.writelines(download.pieces())
        if options["manifest"]:
            with whole_file(Path(options["manifest"])) as file:
                file.write(download.manifest())

    def _print(self, download: Download) -> None:
        # Bytes, so that the console's encoding changes nothing; a caller who collects the output gets text.
        binary = getattr(self.stdout, "buffer", None)
        for piece in download.pieces():
            if binary is not None:
                binary.write(piece)
            else:
                self.stdout.write(piece.decode(), ending="")


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that appears under its name only when all of it is on the disk."""
    if path.exists() and not path.is_file():
        # A pipe or a device takes the bytes as they come: a file put in its place would destroy it.
        with path.open("wb") as file:
            yield file
        return
    temporary = path.with_name(f"{path.name}.tmp")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
