"""The shapes of what programs send."""

from __future__ import annotations

from annotations.api.quote_bodies import (
    GONE_QUOTES,
    KEY,
    MAX_LABEL_SETS,
    NEW_CLAIM,
    NEW_QUOTE,
    NEW_QUOTES,
    NEW_SPEAKER,
    NEW_SUGGESTIONS,
    QUOTE_CHANGES,
    REVISION,
    SPAN,
    SPANS,
)
from annotations.api.release_shapes import NEW_RELEASE
from annotations.api.shapes import Shape, choice, listing, nullable, optional_record, record, string, whole
from annotations.clauses import KEY_LENGTH
from annotations.models import MOST_READERS, Queue, Task
from annotations.models.articles import MAX_STORY_BYTES
from annotations.services.adjudication_sources import MOST
from annotations.services.article_metadata import LENGTHS
from annotations.services.comments import COMMENT_LENGTH
from annotations.services.decisions import REASON_LENGTH as DECISION_LENGTH
from annotations.services.examples import EXAMPLE_NOTE_LENGTH
from annotations.services.guidelines import GUIDELINES_LENGTH
from annotations.services.handing_out import REASON_LENGTH
from annotations.services.queues import MOST_DAYS, MOST_SEED
from annotations.services.reviews import NOTE_LENGTH as MESSAGE_LENGTH

MOST_TAKERS = 1000
MAX_NOTICES = 500

_OF_SPEAKER = NEW_SPEAKER["properties"]
LONE_SPEAKER = record(
    {**_OF_SPEAKER, "article": {**KEY, "description": "The article of a speaker who is not named."}},
    optional=[name for name in (*_OF_SPEAKER, "article") if name != "label"],
    description="A speaker to be made; one that exists already is answered instead.",
)
SPEAKER_CHANGES = optional_record(
    {**{name: shape for name, shape in _OF_SPEAKER.items() if name != "named"}, "revision": REVISION}
)
CLAIM_CHANGES = record({**NEW_CLAIM["properties"], "revision": REVISION}, optional=["revision"])
MERGE = record(
    {"into": {**KEY, "description": "The id of the one that it is the same as."}, "revision": REVISION},
    optional=["revision"],
)

_TEXTS = ("outlet", "url", "byline", "licence")
KNOWN_OF_ARTICLE: dict[str, Shape] = {
    **{name: nullable(string(longest=LENGTHS[name])) for name in _TEXTS},
    "language": nullable(string(longest=LENGTHS["language"], description="As en, de or pt-BR.")),
    "published": nullable(string(longest=40, description="As 2026-03-31.")),
    "text_exportable": {"type": "boolean", "description": "Whether exports of those who are no managers hold it."},
    "embargoed_until": nullable(
        string(longest=40, description="As 2026-03-31 06:00, in UTC unless it says otherwise.")
    ),
}
NEW_ARTICLE = record(
    {
        "text": string(shortest=1, longest=MAX_STORY_BYTES, description="It is kept as it is."),
        "id": {**KEY, "description": "Made of the headline, if not given."},
        "headline": string(
            longest=LENGTHS["headline"], description="One that the text does not begin with becomes its first line."
        ),
        **KNOWN_OF_ARTICLE,
        "update": {
            "type": "boolean",
            "description": "Whether another text under an id or address that is here becomes a new version of it.",
        },
    },
    optional=["id", "headline", *KNOWN_OF_ARTICLE, "update"],
)
ARTICLE_CHANGES = optional_record({**KNOWN_OF_ARTICLE, "revision": REVISION})

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

ITEM = string(shortest=64, longest=64, description="The id of what is compared.")
PICKS: Shape = {
    "type": "object",
    "additionalProperties": whole(most=MOST - 1, description="The place of a source, from 0."),
    "maxProperties": MAX_LABEL_SETS,
    "description": "Part to source. “whole” is all of a quote; in a mix, parts that are not named come from the first"
    " source that has it.",
}

NEW_ADJUDICATION = record(
    {
        "article": KEY,
        "version": whole(least=1, description="The newest, if not given."),
        "sources": listing(
            whole(least=1, most=2**63 - 1), most=MOST, description="Whose assignments; all finished ones, if not given."
        ),
    },
    optional=["version", "sources"],
)

ITEM_DECISION = record(
    {
        "item": ITEM,
        "revision": whole(description="That of the item as you saw it."),
        "outcome": choice(["taken", "mixed", "dropped"]),
        "source": whole(most=MOST - 1, description="Which source is taken, from 0."),
        "picks": PICKS,
        "reason": string(longest=DECISION_LENGTH),
        "clause": string(longest=KEY_LENGTH, description="The key of a clause of the guidelines."),
    },
    optional=["source", "picks", "reason", "clause"],
)

COMPLETION = optional_record(
    {
        "confirmed": {
            "type": "boolean",
            "description": "Whether to make it gold although something is missing; otherwise that is refused.",
        },
        "revision": REVISION,
    }
)
QUEUE = record(
    {
        "overlap": whole(least=1, most=MOST_READERS, description="How many read each story."),
        "sampled_percent": whole(most=100, description="The share of stories that more people read."),
        "sampled_overlap": whole(least=1, most=MOST_READERS, description="How many read those."),
        "order": choice(Queue.Order.values),
        "seed": whole(most=MOST_SEED, description="It draws the share and the random order."),
        "days": nullable(
            whole(least=1, most=MOST_DAYS, description="Without work, until a story returns; null: never.")
        ),
    }
)
TAKERS: Shape = {
    "type": "object",
    "additionalProperties": {"type": "boolean"},
    "maxProperties": MOST_TAKERS,
    "description": "By user name, whether a member who annotates gets stories.",
}
QUEUE_CHANGES = record(
    {
        "settings": {"anyOf": [QUEUE, {"type": "null", "description": "null: everybody chooses freely."}]},
        "takers": {**TAKERS, "description": "By user name, who gets stories. Who is not named keeps what they have."},
        "seen": string(shortest=1, longest=64, description="The mark that reading the queue gave you."),
    },
    optional=["takers"],
)
REASON = string(shortest=1, longest=REASON_LENGTH)
GIVING_BACK = record({"reason": REASON, "revision": REVISION}, optional=["revision"])
HANDING_OVER = record(
    {
        "to": string(shortest=1, longest=150, description="The user name of a member who annotates."),
        "reason": REASON,
        "revision": REVISION,
    },
    optional=["revision"],
)

RESTORATION = record(
    {"to": whole(least=1, description="The revision at which it stood so."), "revision": REVISION},
    optional=["revision"],
)
VERDICT = record(
    {
        "quote_revision": whole(least=1, description="The revision of the quote that you read."),
        "approved": {"type": "boolean", "description": "Whether it is right; true if not given."},
        "revision": whole(least=1, description="Of the assignment; an If-Match header says the same."),
    },
    optional=["approved", "revision"],
)

REVIEW_END = optional_record(
    {
        "note": string(longest=MESSAGE_LENGTH, description="A message to the annotator."),
        "copy_revision": whole(
            description="Of the copy as you read it, 0: there was none. Needed where somebody else corrects.",
        ),
        "revision": REVISION,
    }
)

NEW_COMMENT = record(
    {
        "text": string(shortest=1, longest=COMMENT_LENGTH, description="@name tells the person who is called so."),
        "quote": {**KEY, "description": "The quote that it is about."},
        "thread": {**KEY, "description": "The comment to which it replies."},
    },
    optional=["quote", "thread"],
)

READ_NOTICES = optional_record(
    {
        "notices": listing(
            whole(least=1, most=2**63 - 1), most=MAX_NOTICES, description="Their ids; if not given, all of yours."
        )
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

NEW_EXAMPLE = record(
    {
        "quote": KEY,
        "clause": string(shortest=1, longest=KEY_LENGTH, description="The key of a clause of the guidelines in force."),
        "good": {
            "type": "boolean",
            "description": "Whether it shows how it is done, or how it is not; true if not given.",
        },
        "note": string(shortest=1, longest=EXAMPLE_NOTE_LENGTH, description="One line: what to look at."),
    },
    optional=["good"],
)

SEEN: Shape = optional_record({"revision": REVISION})

NEW_VERSION = record(
    {"text": string(shortest=1, longest=MAX_STORY_BYTES), "headline": string(longest=500)}, optional=["headline"]
)
ACCEPTANCE = optional_record(
    {
        **{role: SPANS for role in ("content", "cue", "source", "addressee")},
        "revision": {**REVISION, "description": "That of the proposed quote, as you saw it."},
    }
)
LEAVING_OUT = optional_record(
    {
        "out": {"type": "boolean", "description": "false: let it wait again."},
        "revision": {**REVISION, "description": "That of the proposed quote, as you saw it."},
    }
)
ARGUMENT: Shape = {
    "anyOf": [
        string(longest=2_000),
        whole(),
        {"type": "boolean"},
        listing(string(longest=200), most=200),
        {"type": "null"},
    ]
}
NEW_TASK = record(
    {
        "kind": choice(Task.Kind.values),
        "arguments": {"type": "object", "additionalProperties": ARGUMENT, "maxProperties": 50},
    },
    optional=["arguments"],
)

BODIES: dict[str, Shape] = {
    "NewVersion": NEW_VERSION,
    "Acceptance": ACCEPTANCE,
    "LeavingOut": LEAVING_OUT,
    "NewQuote": NEW_QUOTE,
    "NewQuotes": NEW_QUOTES,
    "GoneQuotes": GONE_QUOTES,
    "NewSuggestions": NEW_SUGGESTIONS,
    "QuoteChanges": QUOTE_CHANGES,
    "NewArticle": NEW_ARTICLE,
    "ArticleChanges": ARTICLE_CHANGES,
    "NewSpeaker": LONE_SPEAKER,
    "SpeakerChanges": SPEAKER_CHANGES,
    "NewClaim": NEW_CLAIM,
    "ClaimChanges": CLAIM_CHANGES,
    "Merge": MERGE,
    "NewAssignment": NEW_ASSIGNMENT,
    "Look": LOOK,
    "Submission": SUBMISSION,
    "QueueChanges": QUEUE_CHANGES,
    "GivingBack": GIVING_BACK,
    "HandingOver": HANDING_OVER,
    "Restoration": RESTORATION,
    "NewGuidelines": NEW_GUIDELINES,
    "NewExample": NEW_EXAMPLE,
    "Seen": SEEN,
    "NewAdjudication": NEW_ADJUDICATION,
    "ItemDecision": ITEM_DECISION,
    "Completion": COMPLETION,
    "NewVerdict": VERDICT,
    "ReviewEnd": REVIEW_END,
    "NewComment": NEW_COMMENT,
    "CommentChanges": record({"resolved": {"type": "boolean", "description": "Whether nothing is left to say."}}),
    "ReadNotices": READ_NOTICES,
    "NewTask": NEW_TASK,
    "NewRelease": NEW_RELEASE,
}
