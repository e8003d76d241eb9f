"""ETags: which revision of an object a program has seen, and whether what it has still holds."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework.request import Request

from annotations.api.problems import Problem

TAG = re.compile(r'(?:W/)?"(0|[1-9][0-9]{0,8})(?:-[0-9a-f]*)?"')


def etag_of(record: dict[str, Any]) -> str:
    """Return the ETag of a record: its revision, if it has one, and a hash of all of it."""
    digest = hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()[:16]
    return f'"{record["revision"]}-{digest}"' if "revision" in record else f'"{digest}"'


def is_held(request: Request, etag: str) -> bool:
    """Say whether the program has this very answer already."""
    held = parse_etags(request.headers.get("If-None-Match", ""))
    return etag in {tag.removeprefix("W/") for tag in held} or "*" in held


def seen_revision(request: Request, body: dict[str, Any], *, least: int = 1) -> int:
    """Return the revision that a write says it has seen, in ``If-Match`` or the body. Raises a 400 or a 428.

    What may not be there yet is seen at revision 0, which is the ``least`` then.
    """
    header = request.headers.get("If-Match")
    if header is None:
        if "revision" not in body:
            raise Problem(428)
        return int(body["revision"])
    match = TAG.fullmatch(header.strip())
    if match is None or int(match[1]) < least:
        raise Problem(400, _("If-Match: send one ETag as you got it."), code="if_match")
    if body.get("revision") not in {None, int(match[1])}:
        raise Problem(400, _("If-Match and revision name two different revisions."), code="if_match")
    return int(match[1])
