"""Show the guidelines of a project and their versions, compare versions, and put a new one in force."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.clauses import clause_changes, is_reordered
from annotations.models import GuidelinesVersion, Project, User
from annotations.services.errors import ServiceError
from annotations.services.guidelines import change_guidelines, guidelines_seen, in_force
from annotations.services.restoring import restore_guidelines
from annotations.text.canonical import TextRefused, decode

SIGNS = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}


class Command(BaseCommand):
    """Look after guidelines."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the project, and what to do."""
        parser.add_argument("project", metavar="PROJECT", help="short name of the project")
        parser.add_argument("--as", dest="user", metavar="USER", help="who does it, as history will say")
        acts = parser.add_subparsers(dest="act", required=True)
        shown = acts.add_parser("show", help="write the Markdown of a version")
        shown.add_argument("--version", dest="number", type=int, metavar="N", help="not the one in force")
        acts.add_parser("versions", help="list all versions, the newest first")
        changed = acts.add_parser("diff", help="show what changed, clause by clause")
        changed.add_argument("older", nargs="?", type=int, metavar="FROM", help="the version before, unless named")
        changed.add_argument("newer", nargs="?", type=int, metavar="TO", help="the one in force, unless named")
        written = acts.add_parser("set", help="put the text of a file in force")
        restored = acts.add_parser("restore", help="put an earlier version in force again, as a new one")
        restored.add_argument("number", type=int, metavar="N")
        written.add_argument("file", metavar="FILE", help="Markdown in UTF-8; - reads what is piped in")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"There is no project “{options['project']}”.")
        getattr(self, f"_{options['act']}")(project, options)

    def _show(self, project: Project, options: dict[str, Any]) -> None:
        self.stdout.write(_version(project, options["number"]).text, ending="")

    def _versions(self, project: Project, options: dict[str, Any]) -> None:
        for row in project.guidelines_versions.select_related("author").order_by("-number"):
            author = row.author.get_username() if row.author else "newsnotes"
            self.stdout.write(f"{row.number}  {row.created_at:%Y-%m-%d %H:%M}  {author}  {len(row.clauses)} clauses")

    def _diff(self, project: Project, options: dict[str, Any]) -> None:
        newer = _version(project, options["newer"])
        number = newer.number - 1 if options["older"] is None else options["older"]
        before = _version(project, number).text if number else ""
        for change in clause_changes(before, newer.text):
            self.stdout.write(f"## {change.title or 'Before the first clause'} ({change.kind})")
            self.stdout.write("".join(SIGNS[piece.kind].format(piece.text) for piece in change.pieces) + "\n")
        if is_reordered(before, newer.text):
            self.stdout.write("Clauses stand in another order now.")

    def _set(self, project: Project, options: dict[str, Any]) -> None:
        self._put(change_guidelines, project, options, guidelines=_read(options["file"]))

    def _restore(self, project: Project, options: dict[str, Any]) -> None:
        self._put(restore_guidelines, project, options, number=options["number"])

    def _put(self, service: Callable[..., Any], project: Project, options: dict[str, Any], **asked: Any) -> None:
        user = User.objects.filter(username=options["user"], is_active=True).first() if options["user"] else None
        if options["user"] and user is None:
            raise CommandError(f"There is no user “{options['user']}”.")
        try:
            version = service(actor=user, project=project, seen=guidelines_seen(project), **asked)
        except ServiceError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"In force: version {version.number if version else 0}")


def _version(project: Project, number: int | None) -> GuidelinesVersion:
    version = in_force(project.pk) if number is None else project.guidelines_versions.filter(number=number).first()
    if version is None:
        raise CommandError("There is no such version." if number is not None else "There are no guidelines yet.")
    return version


def _read(name: str) -> str:
    try:
        return decode(sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()).text
    except (OSError, TextRefused) as error:
        raise CommandError(f"{name}: {error}") from error
