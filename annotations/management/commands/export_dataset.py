"""Export a project's dataset as a file. The same data gives the same bytes, from every database."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Model
from django.http import Http404

from annotations.access import Act, exportable_assignments, get_membership, known_speakers, may, visible_changes
from annotations.exports import FORMATS
from annotations.exports.downloads import Download
from annotations.exports.filters import FILTERS, Asked, Filter, WrongFilter, check
from annotations.models import Assignment, Change, Membership, Project, Speaker, Task, User
from annotations.services.errors import ServiceError
from annotations.tasks.starting import start


class Command(BaseCommand):
    """Write a dataset, and its manifest where asked for."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the project, what of it, and where to."""
        parser.add_argument("--project", required=True, metavar="SLUG", help="short name of the project")
        parser.add_argument("--format", choices=sorted(FORMATS), default="jsonl")
        for one in FILTERS:
            parser.add_argument(one.option, help=_told(one), **_kind(one))
        parser.add_argument(
            "--as", dest="user", metavar="USER", help="only what this member may see; otherwise everything"
        )
        parser.add_argument(
            "--background", action="store_true", help="let a task write the files, whose key is printed"
        )
        parser.add_argument("--output", default="-", metavar="PATH", help="a file, or - for standard output")
        parser.add_argument("--manifest", metavar="PATH", help="also write the manifest, from the same state")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the dataset first and its manifest last."""
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"There is no project “{options['project']}”.")
        if options["background"]:
            self._start(project, options)
            return
        download = self._download(project, options)
        if options["output"] == "-":
            self._print(download)
        else:
            download.name = Path(options["output"]).name
            with whole_file(Path(options["output"])) as file:
                file.writelines(download.pieces())
        if options["manifest"]:
            with whole_file(Path(options["manifest"])) as file:
                file.write(download.manifest())

    def _start(self, project: Project, options: dict[str, Any]) -> None:
        """Ask for a task, which goes on when this command has ended."""
        if options["user"] is None or options["output"] != "-" or options["manifest"]:
            raise CommandError("--background takes --as, whose task it is, and writes files of its own.")
        asked = {one.name: options[one.name] for one in FILTERS if options[one.name]} | {"format": options["format"]}
        arguments = {name: value if isinstance(value, list) else str(value) for name, value in asked.items()}
        try:
            task = start(membership=_membership(project, options["user"]), kind=Task.Kind.EXPORT, arguments=arguments)
        except ServiceError as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(task.key)

    def _download(self, project: Project, options: dict[str, Any]) -> Download:
        models: tuple[type[Model], ...] = (Assignment, Speaker, Change)
        rows: list[Any] = [model._default_manager.filter(project=project) for model in models]
        may_include = True
        if options["user"] is not None:
            membership = _membership(project, options["user"])
            may_include = may(membership, Act.MANAGE)
            rows = [seen(membership) for seen in (exportable_assignments, known_speakers, visible_changes)]
        assignments, speakers, changes = rows
        asked = Asked.of(options)
        try:
            check(asked, project, assignments, speakers, may_include=may_include)
        except WrongFilter as refused:
            raise CommandError(f"--{refused.field.replace('_', '-')}: {refused.message}") from refused
        return Download(project, assignments, changes, asked, options["format"])

    def _print(self, download: Download) -> None:
        # Bytes, so that the console's encoding changes nothing; a caller who collects the output gets text.
        binary = getattr(self.stdout, "buffer", None)
        for piece in download.pieces():
            if binary is not None:
                binary.write(piece)
            else:
                self.stdout.write(piece.decode(), ending="")


def _membership(project: Project, username: str) -> Membership:
    user = User.objects.filter(username=username).first()
    try:
        if user is None:
            raise Http404
        return get_membership(user, project.slug)
    except Http404:
        raise CommandError(f"“{username}” is no member of the project “{project.slug}”.") from None


def _told(one: Filter) -> str:
    return f"{one.help}; may be given more than once" if one.many else one.help


def _kind(one: Filter) -> dict[str, Any]:
    if one.is_day:
        return {"type": date.fromisoformat, "metavar": "DAY"}
    kind: dict[str, Any] = {"action": "append"} if one.many else {"default": one.default}
    return kind | ({"choices": one.values} if one.values else {"metavar": one.name.upper()})


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
