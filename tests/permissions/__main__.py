"""``python -m tests.permissions`` writes docs/permissions.md."""

from __future__ import annotations

import os
import sys

import django


def main() -> None:
    """Write the page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsnotes.settings")
    django.setup()
    # The addresses are known only once Django is set up.
    from tests.permissions.document import FILE, document  # noqa: PLC0415

    FILE.write_text(document(), encoding="utf-8")
    sys.stdout.write(f"{FILE}\n")


if __name__ == "__main__":
    main()
