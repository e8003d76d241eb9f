"""The shapes of what programs send of quotes: those that they make, change and suggest."""

from __future__ import annotations

from annotations.api.shapes import choice, listing, nullable, optional_record, record, string, whole
from annotations.models import Quote, Speaker, Stance
from annotations.models.fields import KEY_MAX_LENGTH
from annotations.services.claims import TEXT_LENGTH
from annotations.services.quote_parts import NOTE_LENGTH
from annotations.services.speakers import DESCRIPTION_LENGTH, LABEL_LENGTH
from annotations.services.suggestions import NAME

MAX_QUOTES = 500
MAX_SPANS = 200
MAX_CLAIMS = 100
MAX_ALIASES = 50
MAX_LABEL_SETS = 100

KEY = string(shortest=1, longest=KEY_MAX_LENGTH)

REVISION = whole(least=1, description="The revision that you saw; an If-Match header says the same.")

SPAN = record(
    {
        "start": whole(description="Code points, 0-based."),
        "end": whole(description="Code points, exclusive."),
        "exact": string(longest=1_000_000, description="The words there. If given, they are compared."),
    },
    optional=["exact"],
)
SPANS = listing(SPAN, most=MAX_SPANS)

NEW_SPEAKER = record(
    {
        "label": string(shortest=1, longest=LABEL_LENGTH),
        "kind": choice(Speaker.Kind.values),
        "named": {"type": "boolean", "description": "A speaker who is not named belongs to one article."},
        "description": string(longest=DESCRIPTION_LENGTH),
        "aliases": listing(string(shortest=1, longest=LABEL_LENGTH), most=MAX_ALIASES),
        "wikidata": string(longest=30),
    },
    optional=["kind", "named", "description", "aliases", "wikidata"],
    description="A speaker to be made; one that exists already is taken instead.",
)

NEW_CLAIM = record(
    {"text": string(shortest=1, longest=TEXT_LENGTH)},
    description="A claim to be made; one of the same words is taken instead.",
)

CLAIM_LINK = record({"claim": {"anyOf": [KEY, NEW_CLAIM]}, "stance": choice(Stance.values)})

QUOTE_PARTS = {
    "content": listing(SPAN, least=1, most=MAX_SPANS, description="What was said, in one or more fragments."),
    "cue": SPANS,
    "source": SPANS,
    "addressee": SPANS,
    "speaker": {"anyOf": [KEY, NEW_SPEAKER, {"type": "null"}]},
    "type": nullable(choice(Quote.Type.values, description="null: as the quotation marks say.")),
    "resolution": nullable(choice(Quote.Resolution.values)),
    "no_source": nullable(choice(Quote.NoSource.values, description="The reason, with the resolution “none”.")),
    "parent": nullable(KEY),
    "labels": {
        "type": "object",
        "additionalProperties": nullable(KEY),
        "maxProperties": MAX_LABEL_SETS,
        "description": "Label set to label; null takes the answer away, and sets that are not named stay.",
    },
    "claims": listing(CLAIM_LINK, most=MAX_CLAIMS, description="All links of the quote, in order."),
    "note": string(longest=NOTE_LENGTH, description="Empty: no note."),
}
RULES = {"dependentRequired": {"no_source": ["resolution"]}}

NEW_QUOTE = record(QUOTE_PARTS, optional=[name for name in QUOTE_PARTS if name != "content"], **RULES)

NEW_QUOTES = record(
    {"quotes": listing(NEW_QUOTE, least=1, most=MAX_QUOTES, description="All are made, or none.")},
)

GONE_QUOTES = record(
    {
        "quotes": listing(KEY, least=1, most=MAX_QUOTES, description="Their ids. All are deleted, or none."),
        "revision": {**REVISION, "description": "Of the assignment, as you saw it."},
    },
    optional=["revision"],
)

QUOTE_CHANGES = optional_record(
    {
        **QUOTE_PARTS,
        "derive_parent": {"type": "boolean", "description": "Let the parent follow from the content again."},
        "revision": REVISION,
    },
    **RULES,
)

_PROGRAM = string(shortest=1, longest=49, pattern=f"^{NAME}$")
_SUGGESTED = {name: part for name, part in QUOTE_PARTS.items() if name != "parent"}
NEW_SUGGESTIONS = record(
    {
        "model": {**_PROGRAM, "description": "The name of the program."},
        "model_version": {**_PROGRAM, "description": "The version of the program."},
        "version": whole(least=1, description="Of the article; the newest, if not given."),
        "suggestions": listing(
            record(
                {
                    **_SUGGESTED,
                    "score": {"type": "number", "minimum": 0, "maximum": 1, "description": "How sure it is."},
                },
                optional=[name for name in _SUGGESTED if name != "content"],
                **RULES,
            ),
            most=MAX_QUOTES,
            description="All that it suggests for this text; the parents follow from the contents.",
        ),
    },
    optional=["version"],
)
