"""Switch an account off: its sessions and API tokens die at once. What the person made stays theirs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.models import User
from annotations.services.accounts import clean_username, deactivate_user, reactivate_user
from annotations.services.errors import ServiceError


class Command(BaseCommand):
    """Switch an account off, or on again."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the user and the direction."""
        parser.add_argument("user", help="the user name")
        parser.add_argument("--undo", action="store_true", help="switch the account on again")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say so."""
        change = reactivate_user if options["undo"] else deactivate_user
        try:
            user = User.objects.get(username=clean_username(options["user"]))
            change(actor=None, user=user)
        except User.DoesNotExist as error:
            raise CommandError(f"There is no user “{options['user']}”.") from error
        except ServiceError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"The account of {user.username} is switched {'on' if options['undo'] else 'off'}.")
