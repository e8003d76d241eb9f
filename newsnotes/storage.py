"""Static files as the browser gets them: hashed names, compressed once, cached for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

_PATTERNS = CompressedManifestStaticFilesStorage.patterns[0][1]
_MODULES = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hash what style sheets and our own scripts name; leave other people's bundles as they are.

    Source maps are not collected, so the references to them must not be followed either.
    """

    patterns = (("*.css", _PATTERNS[:2]), ("js/*.js", _MODULES))
