"""Print a link that signs somebody in once. Needs no mail server, only this console."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from annotations.models import Membership, Project, Role, User
from annotations.services.accounts import clean_username, create_sign_in_link, create_user
from annotations.services.errors import Invalid
from annotations.services.members import add_member


class Command(BaseCommand):
    """Print a one-time sign-in link; make the account first if asked to."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the user, and what to do about one who is not there yet."""
        parser.add_argument("user", help="the user name")
        parser.add_argument("--create", action="store_true", help="make the account if there is none")
        parser.add_argument("--name", default="", help="the full name of a new account")
        parser.add_argument("--manager-of", metavar="SLUG", help="make a new member of this project its manager")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the link, and nothing else, to standard output."""
        try:
            with transaction.atomic():
                user = self._user(options)
                if options["manager_of"]:
                    join_as_manager(user, options["manager_of"])
                path = create_sign_in_link(user=user)
        except Invalid as invalid:
            raise CommandError(invalid.message) from invalid
        self.stdout.write(settings.SITE_URL + path)

    def _user(self, options: dict[str, Any]) -> User:
        user = User.objects.filter(username=clean_username(options["user"])).first()
        if user is None and options["create"]:
            return create_user(username=options["user"], name=options["name"])
        if user is None:
            raise CommandError(f"There is no user “{options['user']}”. --create makes the account.")
        if not user.is_active:
            raise CommandError(f"The account of {user.username} is switched off.")
        return user


def join_as_manager(user: User, slug: str) -> None:
    """Make ``user`` a manager of a project, unless they are or were a member: a restart must change no role."""
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        raise CommandError(f"There is no project “{slug}”.")
    if not Membership.objects.filter(project=project, user=user).exists():
        add_member(actor=None, project=project, user=user, role=Role.MANAGER)
