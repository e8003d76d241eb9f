"""Configuration of Django's own apps where it differs from the default."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class TrimmedStaticFiles(StaticFilesConfig):
    """Collect only what our pages load."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "*.map",
        "*.LICENSE.txt",
        "rest_framework",
        "webauthn*",
        "ext",
        "htmx-4*",
        "htmax*",
    ]
