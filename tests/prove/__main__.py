"""``python -m tests.prove`` runs what backs each promise, once on each database, and prints a dated table.

It fails if a proof fails or did not run. The progress of the tests goes to the standard error.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.prove.promises import proofs
from tests.prove.running import run
from tests.prove.table import holds, table


def main() -> int:
    """Prove everything."""
    with tempfile.TemporaryDirectory() as folder:
        runs = [run(proofs(), Path(folder, "report.xml"), on_postgresql=choice) for choice in (False, True)]
    sys.stdout.write(table(runs))
    return 0 if holds(runs) else 1


if __name__ == "__main__":
    sys.exit(main())
