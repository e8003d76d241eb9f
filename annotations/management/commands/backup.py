"""Write a backup of the whole desk to one file, while people work: one unchanging state, checksummed and sealed.

It is as secret as the desk: it holds stories, hashes of passwords, and what second factors are made of. It does not
hold SECRET_KEY, and nobody's session. The file appears under its name when all of it is on the disk, and never takes
the place of another one. --check says whether every byte of a backup is as it was written, without any database.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.services.backup_files import Manifest
from annotations.services.backups import back_up, check_backup
from annotations.services.errors import Invalid


class Command(BaseCommand):
    """Make a backup, or check one."""

    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where to, or which one."""
        parser.add_argument("path", type=Path, metavar="FILE_OR_FOLDER", help="in a folder it is named by the time")
        parser.add_argument("--check", action="store_true", help="check the backup FILE instead of making one")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and print what the backup holds."""
        tell = self.stderr.write if options["verbosity"] else lambda _: None
        try:
            if options["check"]:
                path, manifest = options["path"], check_backup(path=options["path"])
            else:
                path, manifest = back_up(path=options["path"], tell=tell)
        except Invalid as invalid:
            raise CommandError(invalid.message) from invalid
        if not options["verbosity"]:
            return
        for part in manifest.parts:
            self.stdout.write(f"{part.sha256}  {part.rows:>9,}  {part.table}")
        self.stdout.write(f"{path} is whole: {described(manifest)}.")


def described(manifest: Manifest) -> str:
    """Return what a backup holds, in a few words."""
    last = f"change {manifest.as_of_change:,} of {manifest.as_of}" if manifest.as_of else "no change at all"
    return f"{manifest.rows:,} rows of {len(manifest.parts)} tables, as of {last}"
