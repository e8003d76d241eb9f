"""Static files as the browser gets them: hashed names, compressed once, cached for ever."""

import posixpath
import re
from collections.abc import Callable
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

_URL = CompressedManifestStaticFilesStorage.patterns[0][1][0]
_IMPORT = (r'(?P<matched>@import "(?P<url>[^"]+)";)', "@import")
# Whole lines in scripts, anything in sheets: what is written for those who read the source.
_SCRIPT_COMMENT = (r"(?m:^[ \t]*//.*\n)", "comment")
_SHEET_COMMENT = (r"(?s:/\*.*?\*/\s*)", "comment")
_MODULES = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hash what style sheets and our own scripts name; leave other people's bundles as they are.

    A sheet that a sheet imports is put in its place: a page waits for every sheet before it shows its first word. Our
    own comments are not sent.
    Source maps are not collected, so the references to them must not be followed either.
    """

    patterns = (
        ("*.css", (_IMPORT, _URL)),
        ("css/*.css", (_SHEET_COMMENT,)),
        ("js/*.js", (_SCRIPT_COMMENT, *_MODULES)),
    )

    def url_converter(
        self, name: str, hashed_files: dict[str, str], template: str | None = None
    ) -> Callable[[re.Match[str]], str]:
        """Return what takes the place of a reference in the file ``name``."""
        if template == "comment":
            return lambda _found: ""
        if template != "@import":
            converter: Callable[[re.Match[str]], str] = super().url_converter(name, hashed_files, template)
            return converter
        return lambda found: self._source(posixpath.join(posixpath.dirname(name), found["url"]))

    def _source(self, name: str) -> str:
        with self.open(name) as file:
            content: Any = file.read()
        return str(content.decode())
