"""The shapes of agreement: figures, pairs of annotators, and compared quotes."""

from __future__ import annotations

from annotations.api.bodies import KEY
from annotations.api.shapes import ID, REVISION, TEXT, Shape, choice, listing, nullable, record, whole
from annotations.forms.agreement import AGAINST

SHARE: Shape = {"type": "number", "maximum": 1}
UNDEFINED = "Why there is none; null: there is one."
FIGURE: dict[str, Shape] = {"value": nullable(SHARE), "reason": nullable({"type": "string", "description": UNDEFINED})}
LEFT_OUT = whole(description="Stories submitted earlier for which there was no room: `manage.py agreement` has no end.")
AGREEMENT: dict[str, Shape] = {
    "against": choice(AGAINST),
    "annotators": listing(KEY, description="Whose work is compared."),
    "stories": whole(),
    "stories_left_out": LEFT_OUT,
    "resamples": whole(description="Draws of stories behind each interval."),
    "figures": listing(
        record(
            {
                "metric": TEXT,
                "name": TEXT,
                "part": {
                    "type": "string",
                    "description": "The part of a quote; it finds the quotes behind the figure.",
                },
                **FIGURE,
                "low": nullable({"type": "number"}),
                "high": nullable({"type": "number"}),
                "no_interval": nullable({"type": "string", "description": UNDEFINED}),
            }
        )
    ),
}
PAIR = record({"one": KEY, "other": nullable(KEY), "stories": whole(), **FIGURE})
PAIRS: dict[str, Shape] = {
    "against": choice(AGAINST),
    "metric": TEXT,
    "name": TEXT,
    "stories": whole(),
    "stories_left_out": LEFT_OUT,
    "pairs": listing(PAIR, description="`other` is null where it is the gold."),
}
COMPARISON: dict[str, Shape] = {
    "article": KEY,
    "version": REVISION,
    "one": KEY,
    "other": nullable(KEY),
    "one_assignment": ID,
    "other_assignment": ID,
    "one_quote": nullable({**KEY, "description": "Null where only the other one has the quote."}),
    "other_quote": nullable(KEY),
    "compared": listing(TEXT, description="The parts that at least one of the two marked or answered."),
    "differing": listing(TEXT, description="Those of them that are not the same."),
}
