"""Check every promise of the data. Names each breach on a line of its own; fails if there is one.

Reads one unchanging state of the database, so it can be run while people work.
"""

from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.exports.dataset import READER
from annotations.services.verification import verify
from annotations.services.verification.database import integrity


class Command(BaseCommand):
    """Verify the data."""

    help = __doc__
    # The checks of the system warn of missing triggers, which is one of the things that this names itself.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what else to check."""
        parser.add_argument("--integrity", action="store_true", help="let SQLite read its whole file as well")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each breach."""
        found = 0
        for breach in chain(verify(), integrity(READER) if options["integrity"] else ()):
            self.stdout.write(str(breach))
            found += 1
        if found:
            raise CommandError(f"{found} breaches.", returncode=1)
        self.stdout.write("All promises hold.")
