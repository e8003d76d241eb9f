#!/usr/bin/env python
"""Command line of newsnotes."""

import os
import sys

from newsnotes.console import main

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsnotes.settings")
    sys.exit(main(sys.argv))
