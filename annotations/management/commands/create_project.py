"""Make a project with the usual label sets, and somebody who manages it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from annotations.models import Role, User
from annotations.services.errors import Invalid
from annotations.services.members import add_member
from annotations.services.projects import create_project


class Command(BaseCommand):
    """Make a project."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the short name, the name and the manager."""
        parser.add_argument("slug", help="the short name, as it stands in addresses")
        parser.add_argument("--name", help="the name; the short name unless given")
        parser.add_argument("--manager", metavar="USER", help="who manages it")
        parser.add_argument("--description", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, or say why not."""
        try:
            with transaction.atomic():
                manager = _user(options["manager"]) if options["manager"] else None
                project = create_project(
                    actor=manager,
                    slug=options["slug"],
                    name=options["name"] or options["slug"],
                    description=options["description"],
                )
                if manager:
                    add_member(actor=manager, project=project, user=manager, role=Role.MANAGER)
        except Invalid as invalid:
            raise CommandError(invalid.message) from invalid
        self.stdout.write(f"Project “{project.name}” is at /projects/{project.slug}/.")


def _user(username: str) -> User:
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no user “{username}”. sign_in_link --create makes the account.")
    return user
