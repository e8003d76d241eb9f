"""The shapes of what programs send."""

from __future__ import annotations

from annotations.api.shapes import Shape, choice, listing, nullable, optional_record, record, string, whole
from annotations.models import Quote, Speaker, Stance
from annotations.models.fields import KEY_MAX_LENGTH
from annotations.services.claims import TEXT_LENGTH
from annotations.services.guidelines import GUIDELINES_LENGTH
from annotations.services.quote_parts import NOTE_LENGTH
from annotations.services.speakers import DESCRIPTION_LENGTH, LABEL_LENGTH

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

QUOTE_CHANGES = optional_record(
    {
        **QUOTE_PARTS,
        "derive_parent": {"type": "boolean", "description": "Let the parent follow from the content again."},
        "revision": REVISION,
    },
    **RULES,
)

NEW_ASSIGNMENT = record(
    {"article": KEY, "version": whole(least=1, description="The newest, if not given.")}, optional=["version"]
)

LOOK = record(
    {
        **SPAN["properties"],
        "looked": {"type": "boolean", "description": "Whether it was looked at; true if not given."},
        "revision": REVISION,
    },
    optional=["exact", "looked", "revision"],
)

SUBMISSION = optional_record(
    {
        "read_up_to": whole(
            least=1, description="The end of the last block that was read, in code points. Not given: of the story."
        ),
        "confirmed": {
            "type": "boolean",
            "description": "Whether to submit although something is missing; otherwise that is refused, and told.",
        },
        "revision": REVISION,
    }
)

NEW_GUIDELINES = record(
    {
        "text": string(longest=GUIDELINES_LENGTH, description="Markdown. Each heading is a clause."),
        "revision": whole(
            description="The version that you saw, 0 if there was none; an If-Match header says the same."
        ),
    },
    optional=["revision"],
)

SEEN: Shape = optional_record({"revision": REVISION})

BODIES: dict[str, Shape] = {
    "NewQuote": NEW_QUOTE,
    "QuoteChanges": QUOTE_CHANGES,
    "NewAssignment": NEW_ASSIGNMENT,
    "Look": LOOK,
    "Submission": SUBMISSION,
    "NewGuidelines": NEW_GUIDELINES,
    "Seen": SEEN,
}
