"""The database backend: a transaction that writes waits in line before it asks SQLite for the lock.

SQLite itself lets those who wait ask again and again, each after a longer pause, so that with many writers one may
come too late every time until its timeout is over. Other processes still ask that way: they are few.
"""

from __future__ import annotations

from collections import defaultdict

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from newsnotes.sqlite.line import Line

# One for each database file.
LINES: defaultdict[str, Line] = defaultdict(Line)


class DatabaseWrapper(base.DatabaseWrapper):
    """Holds the place at the head of the line from the beginning of a transaction that writes to its end."""

    _held: Line | None = None

    def _start_transaction_under_autocommit(self) -> None:
        if self.transaction_mode == "IMMEDIATE":  # type: ignore[attr-defined]
            line = LINES[str(self.settings_dict["NAME"])]
            if not line.enter(self.settings_dict["OPTIONS"]["timeout"]):
                raise OperationalError("database is locked")
            self._held = line
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave()
            raise

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        # The transaction is over. What is done on its commit comes after this, and may write in turn.
        if autocommit:
            self._leave()

    def close(self) -> None:
        """Close the connection, which ends its transaction too."""
        super().close()
        self._leave()

    def _leave(self) -> None:
        if self._held:
            held, self._held = self._held, None
            held.leave()
