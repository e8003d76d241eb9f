"""Move a whole desk from one database to another, SQLite or PostgreSQL, and prove that nothing is missing.

The target must be empty. Every table is copied with its keys, but for sessions: people sign in again. At the end all
rows of both are compared. Run it while nobody works: what is saved meanwhile stays in the source.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.services.database_copy import copy_database
from annotations.services.errors import Invalid


class Command(BaseCommand):
    """Copy a database."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the two addresses, each in the form of DATABASE_URL."""
        parser.add_argument("--from", dest="source", required=True, metavar="URL")
        parser.add_argument("--to", dest="target", required=True, metavar="URL")

    def handle(self, *args: Any, **options: Any) -> None:
        """Copy, compare, and print what both have."""
        try:
            copied = copy_database(source=options["source"], target=options["target"], tell=self.stderr.write)
        except Invalid as invalid:
            raise CommandError(invalid.message) from invalid
        for table in copied:
            self.stdout.write(f"{table.sha256}  {table.rows:>9,}  {table.table}")
        self.stdout.write(f"Both databases hold the same {sum(table.rows for table in copied):,} rows.")
