"""The columns of a release, declared once: Parquet is written with them, and the card tells them to ``datasets``.

A column is a type, a record of columns, or a list of either. Without them a reader guesses from the first lines, and
two splits of one dataset may look different.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from annotations.exports.records import ROLES, Record

TEXT, NUMBER, FLAG = "string", "int32", "bool"

SPAN = {"start": NUMBER, "end": NUMBER, "exact": TEXT, "sha256": TEXT}
SPEAKER = {
    **{"id": TEXT, "label": TEXT, "kind": TEXT, "named": FLAG, "description": TEXT},
    **{"aliases": [TEXT], "wikidata": TEXT},
}
CLAIM = {"id": TEXT, "text": TEXT}
BLOCK = {"kind": TEXT, "start": NUMBER, "end": NUMBER}
_KNOWN = {name: TEXT for name in ("headline", "outlet", "url", "byline", "published", "language", "licence", "sha256")}
_MARKED: Record = {"id": TEXT, "type": TEXT, "type_overridden": FLAG, **{role: [SPAN] for role in ROLES}}
_SAID = {"resolution": TEXT, "no_source": TEXT, "parent": TEXT}
_MORE = {"note": TEXT, "guidelines": TEXT}

# A row of Parquet says what a line names by its id.
STORY: Record = {"story": TEXT, "version": NUMBER, **_KNOWN}
QUOTE: Record = {
    **_MARKED,
    **{"speaker": SPEAKER, **_SAID, "labels": [{"label_set": TEXT, "label": TEXT}]},
    **{"claims": [{**CLAIM, "stance": TEXT}], **_MORE},
}
PARQUET: dict[str, Record] = {
    "attributions": {**STORY, **QUOTE},
    "stories": {
        **{**STORY, "text": TEXT, "blocks": [BLOCK], "speakers": [SPEAKER], "claims": [CLAIM], "quotes": [QUOTE]},
        **{"looked_at": [SPAN], "read_up_to": NUMBER, "guidelines": TEXT},
    },
    "annotations": {**STORY, "annotator": TEXT, "status": TEXT, **QUOTE},
}


def line_columns(label_sets: Iterable[str]) -> Record:
    """Return the columns of a line of newsnotes/1 whose quotes answer these questions."""
    quote = {
        **_MARKED,
        **{"speaker": TEXT, **_SAID, "labels": dict.fromkeys(label_sets, TEXT)},
        **{"claims": [{"claim": TEXT, "stance": TEXT}], **_MORE},
    }
    return {
        **{name: TEXT for name in ("format", "offset_unit", "status", "annotator", "guidelines")},
        "article": {"id": TEXT, "version": NUMBER, **_KNOWN, "text": TEXT, "blocks": [BLOCK]},
        **{"speakers": [SPEAKER], "claims": [CLAIM], "quotes": [quote], "looked_at": [SPAN], "read_up_to": NUMBER},
    }


def features(columns: Record) -> list[Record]:
    """Return columns as the part of a card has them that ``datasets`` reads."""
    return [{"name": name, **_feature(column)} for name, column in columns.items()]


def _feature(column: Any) -> Record:
    if isinstance(column, dict):
        return {"struct": features(column)}
    if isinstance(column, list):
        (item,) = column
        return {"list": features(item) if isinstance(item, dict) else item}
    return {"dtype": column}
