"""Reading bodies: JSON alone, strictly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from annotations.api.problems import Problem
from annotations.text import strict_json


class StrictJsonParser(BaseParser):
    """JSON in UTF-8 without anything that two readers could read differently."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the value of the body. Raises a 400 that names the place, or a 413."""
        limit = settings.API_MAX_BODY_BYTES
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise Problem(413, _("The body is too large: at most %(most)s bytes.") % {"most": f"{limit:,}"})
        try:
            return strict_json.loads(body)
        except strict_json.JsonRefused as refused:
            column = _("column %(column)s") % {"column": refused.column} if refused.column else _("body")
            found = {"field": refused.path, "code": refused.code, "message": refused.message}
            raise Problem(400, f"{refused.path or column}: {refused.message}", code="json", errors=[found]) from refused
