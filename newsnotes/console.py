"""The command line: a command that fails for a reason which people can mend says so in a sentence, not in a trace."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import InterfaceError, OperationalError

# What shells tell of a program whose reader went away.
READER_GONE = 141


def main(arguments: list[str]) -> int:
    """Run a command and return its exit status. ``--traceback`` shows every error as Python does."""
    # A migration, an import or a look at every row takes as long as it takes: nobody waits for a page.
    for name in ("NEWSNOTES_STATEMENT_TIMEOUT", "NEWSNOTES_EXPORT_TIMEOUT"):
        os.environ.setdefault(name, "0")
    try:
        try:
            execute_from_command_line(arguments)
        finally:
            # Now, where it can be caught: at the end of Python nobody could.
            sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more at its end, to nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except (ImproperlyConfigured, InterfaceError, OperationalError, OSError) as error:
        if "--traceback" in arguments:
            raise
        sys.stderr.write(f"{explained(error)}\n")
        return 1
    return 0


def explained(error: Exception) -> str:
    """Return what went wrong and what to do, in words. They name no password, as the address of a database does."""
    if isinstance(error, InterfaceError | OperationalError):
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        return (
            f"The database does not answer: {reason}. Does it run, is its address (DATABASE_URL) right, and has"
            " manage.py migrate been run on it?"
        )
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}."
    return str(error)
