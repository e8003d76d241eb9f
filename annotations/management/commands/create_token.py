"""Make an API token and print it. It cannot be shown again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.models import ApiToken, User
from annotations.services.errors import Invalid
from annotations.services.tokens import DEFAULT_DAYS, MAX_DAYS, create_token


class Command(BaseCommand):
    """Make a token for one person."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whose token it is, what it may do and for how long."""
        parser.add_argument("user", help="user name")
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default=ApiToken.Scope.READ)
        parser.add_argument(
            "--days",
            type=int,
            default=DEFAULT_DAYS,
            help=f"until it expires, at most {MAX_DAYS} (default: %(default)s)",
        )
        parser.add_argument("--name", default="command line", help="what will use it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the token alone, so that a script can take it."""
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user “{options['user']}”.")
        try:
            _token, secret = create_token(user=user, name=options["name"], scope=options["scope"], days=options["days"])
        except Invalid as invalid:
            raise CommandError(invalid.message) from invalid
        self.stdout.write(secret)
