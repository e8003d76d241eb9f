"""Put a backup into the database of this desk (DATABASE_URL), SQLite or PostgreSQL, which must be empty.

The whole backup is checked first, and nothing is touched if a byte of it is wrong or another version of newsnotes made
it. Then everything is written in one transaction and compared: all of it is there afterwards, or nothing.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.management.commands.backup import described
from annotations.services.backups import restore
from annotations.services.errors import Invalid


class Command(BaseCommand):
    """Restore a backup."""

    help = __doc__
    # The database may have no tables yet.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the backup."""
        parser.add_argument("path", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore it, and say what is there now."""
        try:
            manifest = restore(path=options["path"], tell=self.stderr.write)
        except Invalid as invalid:
            raise CommandError(invalid.message) from invalid
        self.stdout.write(f"Restored {described(manifest)}. Check the promises of the data now: manage.py verify")
