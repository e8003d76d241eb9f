"""The shapes of versions: what changed, and what becomes of the quotes of an earlier one."""

from __future__ import annotations

from annotations.api.bodies import KEY
from annotations.api.components import FLAG, ID, TEXT
from annotations.api.shapes import Shape, choice, listing, nullable, record, reference, whole
from annotations.services.carrying import Fate
from annotations.text.differences import GONE, NEW, SAME
from annotations.text.reanchoring import Kind

NUMBER = whole(least=1)
SCORE: Shape = {"type": "number", "minimum": 0, "maximum": 1}
SUGGESTED_COUNTS = ("waiting", "accepted", "left_out")
COUNTS = ("standing", "proposed", "repair", "carried", "left_out")

DIFFERENCES = {
    "article": KEY,
    "from": NUMBER,
    "to": NUMBER,
    "pieces": listing(
        record({"kind": choice((SAME, GONE, NEW)), "text": TEXT}),
        description="In order; all but the new ones give the older text, all but those that are gone the newer.",
    ),
}
ANCHORED = record(
    {
        "role": TEXT,
        "before": reference("Span"),
        "kind": choice([kind.value for kind in Kind], description="Whether its words stand, stand elsewhere, or not."),
        "place": nullable(reference("Span")),
        "score": SCORE,
    }
)
EARLIER = record(
    {
        "quote": {**KEY, "description": "The quote of the earlier version."},
        "version": NUMBER,
        "revision": whole(least=1, description="Of the earlier quote: what an acceptance says it has seen."),
        "fate": choice([fate.value for fate in Fate]),
        "score": {**SCORE, "description": "The lowest of its words."},
        "spans": listing(ANCHORED),
        "copies": listing(KEY, description="The quotes that it became here."),
        "left_out": FLAG,
    }
)
CARRY_OVER = {
    "assignment": ID,
    "counts": record({name: whole() for name in COUNTS}),
    "quotes": listing(EARLIER, description="All that concern the assignment, in story order."),
}
SUGGESTED = record(
    {
        "quote": reference("Quote"),
        "model": TEXT,
        "model_version": TEXT,
        "copies": listing(KEY, description="The quotes of the annotator that were made of it."),
        "left_out": FLAG,
    }
)
SUGGESTIONS = {
    "assignment": ID,
    "counts": record({name: whole() for name in SUGGESTED_COUNTS}),
    "suggestions": listing(SUGGESTED, description="In story order."),
}
RECORDS: dict[str, Shape] = {
    "Suggestions": record(SUGGESTIONS),
    "Differences": record(DIFFERENCES),
    "CarryOver": record(CARRY_OVER),
}
