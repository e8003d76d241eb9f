"""Make the desk ready to serve: database, sample project, static files, and a link to sign in."""

import sys
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from annotations.services.accounts import SAMPLE_PROJECT

# Whose link is printed at every start; the first one makes the account.
USERNAME = "editor"


class Command(BaseCommand):
    """Bring the database up to date, load the sample project, collect static files, print a link.

    The link alone goes to the standard output: ``make run`` shows it once the server answers.
    """

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare everything; running it again changes nothing but the link."""
        call_command("migrate", verbosity=0, interactive=False)
        self._check()
        call_command("load_sample", stdout=sys.stderr)
        if static_files_are_stale():
            call_command("collectstatic", verbosity=0, interactive=False)
        self._print_link()

    def _check(self) -> None:
        """Stop at an error, and say each warning in a line."""
        found = [message for message in run_checks(databases=["default"]) if not message.is_silenced()]
        if any(message.is_serious() for message in found):
            self.check(databases=["default"])
        for message in found:
            sys.stderr.write(f"Note: {message.msg} {message.hint or ''}\n")

    def _print_link(self) -> None:
        link = StringIO()
        try:
            call_command(
                "sign_in_link",
                USERNAME,
                create=True,
                name=USERNAME.title(),
                manager_of=SAMPLE_PROJECT,
                stdout=link,
            )
        except CommandError as error:
            # A team may have switched this account off, and still wants to be served.
            self.stdout.write(str(error))
            return
        self.stdout.write("Sign in as the first editor with this link. It works once, within an hour:\n")
        self.stdout.write(f"    {link.getvalue()}")


def static_files_are_stale() -> bool:
    """Return whether a source is newer than the last collection: ours, or the packages it came from."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return True
    collected = manifest.stat().st_mtime
    folders = [Path(folder) for folder in settings.STATICFILES_DIRS]
    sources = [source for folder in folders for source in [folder, *folder.rglob("*")]]
    sources.append(settings.BASE_DIR / "requirements.lock")
    return any(source.stat().st_mtime > collected for source in sources if source.exists())
