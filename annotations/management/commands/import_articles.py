"""Import stories (.txt) and records with annotations (.jsonl) into a project.

Running it again adds only what is missing, so a run that was interrupted is simply started anew.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import Http404

from annotations.access import Act, get_membership
from annotations.models import Project, User
from annotations.services import imports, uploads
from annotations.services.article_metadata import COLUMNS, ArticleFields, clean_metadata
from annotations.services.errors import Invalid, ServiceError
from annotations.services.imports import Item, Options, Row, Source
from annotations.services.shelf import Outcome
from annotations.tasks.starting import start_import

STANDARD_INPUT = "-"
HELP = {
    "text_exportable": "yes, or no where exports leave the text out",
    "embargoed_until": "end of the embargo, as 2026-03-31 06:00 in UTC,",
}


class Command(BaseCommand):
    """Import files."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the project, the files, and what is said about all of them."""
        parser.add_argument("paths", nargs="+", help="files; - is standard input: one story, or JSON lines")
        parser.add_argument("--project", required=True, metavar="SLUG", help="short name of the project")
        parser.add_argument(
            "--format", choices=("jsonl", "txt"), help="what standard input is; seen from its first line unless given"
        )
        parser.add_argument("--as", dest="user", metavar="USER", help="who imports, as history will say")
        parser.add_argument("--charset", default="", help="the charset of .txt files that are not UTF-8")
        parser.add_argument("--update", action="store_true", help="make a changed story a new version")
        parser.add_argument("--background", action="store_true", help="let a task import one .jsonl or .csv file")
        parser.add_argument("--dry-run", action="store_true", help="only tell what would happen")
        parser.add_argument("--key", help="id of the story; its file's name unless given")
        parser.add_argument("--headline", default="", help="headline, where the text does not begin with it")
        for name in COLUMNS:
            parser.add_argument(f"--{name.replace('_', '-')}", help=f"{HELP.get(name, name)} of every .txt file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, print what was refused and the counts; fail if anything was refused."""
        project, actor = _project(options["project"]), _user(options["user"])
        if options["background"]:
            self._start(project, actor, options)
            return
        chosen = _options(options)
        totals: Counter[str] = Counter()
        found = (_items(path, chosen, options["format"]) for path in options["paths"])
        for batch in imports.batches(chain.from_iterable(found)):
            if options["dry_run"]:
                rows = imports.preview(actor=actor, project=project, items=batch, update=chosen.update)
            else:
                rows = imports.run(actor=actor, project=project, items=batch, update=chosen.update)
            totals.update(imports.counts(rows))
            for row in rows:
                self._tell(row, options["verbosity"])
        self.stdout.write(", ".join(f"{outcome.value} {totals[outcome.value]}" for outcome in Outcome))
        if totals[Outcome.REFUSED.value]:
            raise CommandError(f"{totals[Outcome.REFUSED.value]} refused.")

    def _start(self, project: Project, actor: User | None, options: dict[str, Any]) -> None:
        """Ask for a task, which goes on when this command has ended."""
        if actor is None or len(options["paths"]) != 1 or options["dry_run"]:
            raise CommandError("--background takes one file, and --as, whose task it is.")
        path = Path(options["paths"][0])
        try:
            membership = get_membership(actor, project.slug, Act.IMPORT)
            with path.open("rb") as file:
                task = start_import(
                    membership=membership,
                    pieces=uploads.pieces_of(file),
                    name=path.name,
                    file_format="csv" if path.suffix.lower() == ".csv" else "jsonl",
                    update=options["update"],
                )
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except (Http404, PermissionDenied, ServiceError) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(task.key)

    def _tell(self, row: Row, verbosity: int) -> None:
        if row.outcome == Outcome.REFUSED:
            place = ", ".join(filter(None, (f"line {row.line}" if row.line else "", row.place)))
            self.stderr.write(f"{row.source or '-'}: {f'{place}: ' if place else ''}{row.reason}")
        elif row.changes or verbosity > 1:
            self.stdout.write(f"{row.outcome}: {row.key}{f': {row.changes}' if row.changes else ''}")


def _items(path: str, options: Options, standard_format: str | None) -> Iterator[Item]:
    if path == STANDARD_INPUT:
        yield from _of_standard_input(sys.stdin.buffer, options, standard_format)
        return
    file = Path(path)
    try:
        if file.suffix.lower() in imports.RECORD_ENDINGS:
            with file.open("rb") as lines:
                yield from _records(file.name, lines)
        else:
            yield from imports.items_of(Source(file.name, file.read_bytes()), options)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error


def _of_standard_input(stream: BinaryIO, options: Options, standard_format: str | None) -> Iterator[Item]:
    first = stream.readline()
    if standard_format == "jsonl" or (standard_format is None and imports.is_record(first)):
        yield from _records(STANDARD_INPUT, chain([first], stream))
    else:
        yield from imports.items_of(Source("", first + stream.read()), options)


def _records(name: str, lines: Iterable[bytes]) -> Iterator[Item]:
    # A dataset may be larger than memory.
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield imports.record_item(name, number, line.rstrip(b"\n"))


def _project(slug: str) -> Project:
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        raise CommandError(f"There is no project “{slug}”. create_project makes one.")
    return project


def _user(username: str | None) -> User | None:
    user = User.objects.filter(username=username, is_active=True).first() if username else None
    if username and user is None:
        raise CommandError(f"There is no user “{username}”.")
    return user


def _options(options: dict[str, Any]) -> Options:
    fields = cast("ArticleFields", {name: options[name] for name in ("key", *COLUMNS)})
    try:
        clean_metadata(**fields)
    except Invalid as invalid:
        raise CommandError(invalid.message) from invalid
    return Options(charset=options["charset"], update=options["update"], headline=options["headline"], fields=fields)
