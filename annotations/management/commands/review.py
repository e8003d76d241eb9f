"""List what was handed in to a project, and return or approve it, as one of those who review there."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import Http404

from annotations.access import Act, get_membership, reviewable_assignments, reviewed_assignment
from annotations.forms.reviews import ReviewFilters
from annotations.models import Assignment, Membership, User
from annotations.services.errors import ServiceError
from annotations.services.review_states import with_review_facts
from annotations.services.reviews import approve_assignment, return_assignment

ALL = "all"
COLUMNS = ("id", "revision", "status", "handed in", "quotes", "open comments", "annotator", "read by", "article")


class Command(BaseCommand):
    """Look after the review queue."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the project, who reviews, what to do, and with which assignment as it was read."""
        parser.add_argument("project", metavar="PROJECT", help="short name of the project")
        parser.add_argument("--as", dest="user", required=True, metavar="USER", help="a reviewer or manager")
        acts = parser.add_subparsers(dest="act", required=True)
        listed = acts.add_parser("list", help="show what others handed in, longest waiting first")
        statuses = [*(status.value for status in Assignment.HANDED_IN), ALL]
        listed.add_argument("--status", choices=statuses, default=Assignment.Status.SUBMITTED.value)
        listed.add_argument("--json", action="store_true", help="one JSON object a line")
        for name, told in (("approve", "approve a story as it was read"), ("return", "give it back to its annotator")):
            act = acts.add_parser(name, help=told)
            act.add_argument("assignment", type=int, metavar="ID")
            act.add_argument("--revision", type=int, required=True, help="the revision of the assignment that was read")
            act.add_argument(
                "--copy-revision",
                type=int,
                metavar="N",
                help="the revision of the copy that was read, 0: there was none; needed where somebody else corrects",
            )
            act.add_argument("--note", default="", help="a message to the annotator")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        try:
            membership = get_membership(_user(options["user"]), options["project"], Act.REVIEW)
            if options["act"] == "list":
                self._list(membership, options)
            else:
                self._end(membership, options)
        except (Http404, PermissionDenied) as refused:
            raise CommandError(str(refused)) from refused
        except ServiceError as error:
            raise CommandError(error.message) from error

    def _list(self, membership: Membership, options: dict[str, Any]) -> None:
        rows = (
            with_review_facts(reviewable_assignments(membership))
            .without_text()
            .order_by(*ReviewFilters.ORDERS["waiting"])
        )
        if options["status"] != ALL:
            rows = rows.filter(status=options["status"])
        lines = [_record(one) for one in rows.select_related("version__article", "annotator")]
        if options["json"]:
            for line in lines:
                self.stdout.write(json.dumps(line, ensure_ascii=False))
            return
        table = [list(COLUMNS), *([str(value) for value in line.values()] for line in lines)]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for row in table:
            self.stdout.write("  ".join(map(str.ljust, row, widths)).rstrip())

    def _end(self, membership: Membership, options: dict[str, Any]) -> None:
        service = {"approve": approve_assignment, "return": return_assignment}[options["act"]]
        assignment = reviewed_assignment(membership, options["assignment"])
        asked = {name: options[name] for name in ("revision", "note", "copy_revision")}
        service(actor=membership.user, assignment=assignment, **asked)
        self.stdout.write(f"{assignment.pk}: {assignment.status}, revision {assignment.revision}.")


def _user(username: str) -> User:
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no user “{username}”.")
    return user


def _record(assignment: Any) -> dict[str, Any]:
    values = (
        assignment.pk,
        assignment.revision,
        assignment.status,
        f"{assignment.handed_in:%Y-%m-%d %H:%M}",
        assignment.quote_count,
        assignment.open_threads,
        assignment.annotator.pseudonym,
        assignment.read_by or "",
        assignment.version.article.key,
    )
    return dict(zip((name.replace(" ", "_") for name in COLUMNS), values, strict=True))
