"""Load the sample project: stories with gold quotes. Running it again adds only what is missing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotations.services.errors import Invalid
from annotations.services.sample import load_sample


class Command(BaseCommand):
    """Load the sample project."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is missing, and say how much that was."""
        try:
            project, count = load_sample()
        except Invalid as invalid:
            raise CommandError(invalid.message) from invalid
        if count:
            self.stdout.write(f"Sample project “{project.name}”: {count} stories added.")
