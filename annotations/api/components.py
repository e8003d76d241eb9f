"""The shapes of what the API answers, by the names under which the OpenAPI document knows them."""

from __future__ import annotations

from collections.abc import Mapping

from annotations.api.agreement_shapes import AGREEMENT, COMPARISON, PAIRS
from annotations.api.bodies import ITEM, KEY, PICKS, QUEUE, TAKERS
from annotations.api.shapes import (
    FLAG,
    ID,
    OFFSET,
    REVISION,
    TEXT,
    WORDS,
    Shape,
    choice,
    listing,
    nullable,
    optional_record,
    record,
    reference,
    string,
    whole,
)
from annotations.exports.filters import APART, CHOICES, FILTERS, RESTRICTED
from annotations.exports.records import FORMAT, OFFSET_UNIT
from annotations.models import Assignment, Change, Decision, Quote, Role, Speaker, Stance
from annotations.reports.activity import COLUMNS, STEPS
from annotations.services.quote_parts import NOTE_LENGTH
from annotations.services.shelf import Outcome
from annotations.text.blocks import Kind

SHA256 = string(shortest=64, longest=64, pattern="^[0-9a-f]{64}$")

SPANS = listing(reference("Span"))
LABEL = record({"key": TEXT, "name": TEXT, "active": FLAG})
ASKED: Shape = {"type": "boolean", "description": "Whether it is asked now; a hidden one stays on quotes that have it."}
LABEL_SET = record({"key": TEXT, "name": TEXT, "question": TEXT, "active": ASKED, "labels": listing(LABEL)})

PROJECT: dict[str, Shape] = {
    "slug": TEXT,
    "name": TEXT,
    "description": TEXT,
    "role": choice(Role.values),
}
ARTICLE: dict[str, Shape] = {
    "id": KEY,
    "version": REVISION,
    "headline": WORDS,
    "outlet": WORDS,
    "url": WORDS,
    "byline": WORDS,
    "published": nullable({"type": "string", "format": "date"}),
    "language": WORDS,
    "licence": WORDS,
    "sha256": SHA256,
}
ARTICLE_KNOWN: dict[str, Shape] = {
    "text_exportable": {**FLAG, "description": "Whether exports of those who are no managers hold it."},
    "embargoed_until": nullable({"type": "string", "format": "date-time"}),
    "revision": whole(least=1, description="Of what is known of it beside its text."),
}
ARTICLE_SUMMARY = {**ARTICLE, **ARTICLE_KNOWN, "length": OFFSET}
ARTICLE_DETAIL: dict[str, Shape] = {
    **ARTICLE,
    **ARTICLE_KNOWN,
    "text": TEXT,
    "blocks": listing(record({"kind": choice([kind.value for kind in Kind]), "start": OFFSET, "end": OFFSET})),
    "length": OFFSET,
    "versions": listing(record({"version": REVISION, "headline": WORDS, "sha256": SHA256, "length": OFFSET})),
}
REPORT: dict[str, Shape] = {
    **{outcome.value: whole(description="How many lines.") for outcome in Outcome},
    "told": listing(
        record(
            {
                "line": whole(least=1, description="Its number, from 1."),
                "outcome": choice([Outcome.REFUSED.value, Outcome.CHANGED.value]),
                "id": nullable(KEY),
                "place": {"type": "string", "description": "Which part of the line, if one is to blame."},
                "reason": TEXT,
            }
        ),
        description="The lines of which nothing was written.",
    ),
    "told_left_out": whole(description="How many more of them there are."),
}
SPEAKER: dict[str, Shape] = {
    "id": KEY,
    "label": TEXT,
    "kind": choice(Speaker.Kind.values),
    "named": FLAG,
    "description": WORDS,
    "aliases": listing(TEXT),
    "wikidata": WORDS,
    "article": nullable(KEY),
    "merged_into": nullable(KEY),
    "revision": REVISION,
}
CLAIM: dict[str, Shape] = {"id": KEY, "text": TEXT, "merged_into": nullable(KEY), "revision": REVISION}
ASSIGNMENT: dict[str, Shape] = {
    "id": ID,
    "article": KEY,
    "version": REVISION,
    "annotator": nullable(KEY),
    "own": FLAG,
    "status": choice(Assignment.Status.values),
    "left": nullable(choice(Assignment.Left.values, description="Why it was given back; null: it was not.")),
    "read_up_to": nullable(whole(least=1, description="Where reading stopped, in code points; null: at the end.")),
    "revision": REVISION,
}
LOOKED_AT: dict[str, Shape] = {
    "assignment": ID,
    "revision": whole(least=1, description="Of the assignment."),
    "looked_at": listing(reference("Span"), description="In order and apart."),
}
QUOTE: dict[str, Shape] = {
    "id": KEY,
    "type": choice(Quote.Type.values),
    "type_overridden": FLAG,
    "content": SPANS,
    "cue": SPANS,
    "source": SPANS,
    "addressee": SPANS,
    "speaker": nullable(KEY),
    "resolution": nullable(choice(Quote.Resolution.values)),
    "no_source": nullable(choice(Quote.NoSource.values)),
    "parent": nullable(KEY),
    "labels": {"type": "object", "additionalProperties": TEXT},
    "claims": listing(record({"claim": KEY, "stance": choice(Stance.values)})),
    "note": string(shortest=1, longest=NOTE_LENGTH, description="Left out where there is none."),
    "score": nullable(
        {"type": "number", "minimum": 0, "maximum": 1, "description": "Of a suggestion; null: people’s."}
    ),
    "guidelines": nullable(whole(least=1, description="The version under which it was made; null: nobody knows.")),
    "assignment": ID,
    "article": KEY,
    "version": REVISION,
    "revision": REVISION,
}
WRITTEN: Shape = {"type": "string", "format": "date-time"}
CLAUSE = record(
    {
        "key": TEXT,
        "title": TEXT,
        "level": whole(least=1, most=6, description="Of its heading."),
        "concerns": listing(TEXT, description="Parts of a quote, and label sets."),
        "text": {"type": "string", "description": "Markdown, up to the next heading of any level."},
    }
)
EXAMPLE: dict[str, Shape] = {
    "id": ID,
    "clause": {**TEXT, "description": "The key of its clause, which a newer version may not have."},
    "quote": KEY,
    "article": KEY,
    "version": REVISION,
    "content": listing(reference("Span"), description="What was said."),
    "good": {**FLAG, "description": "Whether it shows how it is done, or how it is not."},
    "note": TEXT,
}
GUIDELINES: dict[str, Shape] = {
    "revision": whole(description="The number of this version; 0: there are no guidelines yet."),
    "written": nullable(WRITTEN),
    "text": TEXT,
    "clauses": listing(CLAUSE, description="In order. What stands before the first heading is in none."),
    "versions": listing(record({"version": REVISION, "written": WRITTEN}), description="The newest, in force, first."),
}
STEP: dict[str, Shape] = {
    "assignment": ID,
    "revision": whole(least=1, description="Of the assignment, after this step."),
    "quotes": listing(reference("Quote"), description="The quotes that the step changed, as it left them."),
    "deleted": listing(KEY, description="The quotes that the step took away."),
}
MADE: dict[str, Shape] = {
    "assignment": ID,
    "quotes": listing(reference("Quote"), description="Each after the one in which it stands."),
}
ADJUDICATION: dict[str, Shape] = {
    "id": ID,
    "article": KEY,
    "version": REVISION,
    "assignment": whole(least=1, most=2**63 - 1, description="The draft, which becomes gold."),
    "own": {"type": "boolean", "description": "Whether you make it."},
    "status": choice([Assignment.Status.DRAFT.value, Assignment.Status.GOLD.value]),
    "revision": whole(least=1, description="Of the draft."),
}
DECISION: dict[str, Shape] = {
    "item": ITEM,
    "outcome": choice(Decision.Outcome.values),
    "picks": PICKS,
    "reason": TEXT,
    "clause": TEXT,
    "quote": nullable(KEY),
    "revision": REVISION,
}
ITEM_RECORD: dict[str, Shape] = {
    "id": ITEM,
    "agreed": FLAG,
    "differing": listing(TEXT, description="The parts in which those who have it differ."),
    "quotes": listing(nullable(reference("Quote")), description="That of each source, in their order."),
    "decision": nullable(reference("Decision")),
    "revision": whole(description="What a decision says that it has seen; 0 before the first."),
}
SOURCE = record(
    {
        "assignment": ID,
        "revision": REVISION,
        "moved_on": {"type": "boolean", "description": "Whether it was changed since it was compared."},
    }
)
DAY: Shape = {"type": "string", "format": "date"}
COUNT = whole(most=2**63 - 1)
MINUTES = nullable({"type": "number", "minimum": 0, "description": "Pauses of more than five minutes are left out."})
QUEUE_STATE: dict[str, Shape] = {
    "settings": {"anyOf": [QUEUE, {"type": "null", "description": "null: everybody chooses freely."}]},
    "takers": TAKERS,
    "seen": string(shortest=1, longest=64, description="What a change of it says that it has seen."),
}
PERSON: dict[str, Shape] = {
    "user": TEXT,
    "name": TEXT,
    "takes_stories": FLAG,
    "in_hand": COUNT,
    "submitted": COUNT,
    "given_back": COUNT,
    "minutes": MINUTES,
}
PROGRESS: dict[str, Shape] = {
    "wanted": whole(most=2**63 - 1, description="How many readings are wanted in all."),
    "days": listing(record({"day": DAY, "submitted": {"type": "integer", "description": "Up to and on this day."}})),
    "people": listing(record(PERSON)),
}
READER: dict[str, Shape] = {
    "assignment": ID,
    "annotator": KEY,
    "user": WORDS,
    "status": choice(Assignment.Status.values),
    "left": nullable(choice(Assignment.Left.values)),
    "minutes": MINUTES,
}
STORY: dict[str, Shape] = {
    "article": KEY,
    "version": REVISION,
    "headline": WORDS,
    "gold": FLAG,
    "wanted": nullable(whole(description="Its readers; null: you annotate it, and are not told.")),
    "free": nullable(whole(description="Places that nobody has taken.")),
    "readers": listing(record(READER)),
}
STATE = nullable({"type": "object", "description": "The object as history keeps it."})
CHANGE: dict[str, Shape] = {
    "at": {"type": "string", "format": "date-time"},
    "user": nullable({"type": "string", "description": "Who did it; null: the program itself."}),
    "action": choice(Change.Action.values),
    "kind": choice(Change.Subject.values),
    "object": TEXT,
    "article": nullable(KEY),
    "assignment": nullable(ID),
    "gesture": {"type": "string", "description": "What was done at once has the same."},
    "before": STATE,
    "after": STATE,
}
STEP_OF_ACTIVITY = record(
    {
        "since": DAY,
        "until": DAY,
        **{column.key: COUNT for column in COLUMNS},
        "minutes": {"type": "number", "minimum": 0},
    }
)
ACTIVITY: dict[str, Shape] = {
    "by": choice(list(STEPS)),
    "since": DAY,
    "until": DAY,
    "people": listing(
        record(
            {
                "user": TEXT,
                "name": TEXT,
                "last_seen": nullable({"type": "string", "format": "date-time"}),
                "total": STEP_OF_ACTIVITY,
                "steps": listing(STEP_OF_ACTIVITY),
            }
        )
    ),
}
COUNTS = ("assignments", "articles", "quotes", "spans")
MANIFEST = record(
    {
        "format": choice([FORMAT]),
        "schema": TEXT,
        "offset_unit": choice([OFFSET_UNIT]),
        "project": TEXT,
        "annotations": choice(CHOICES),
        "filters": optional_record(
            {one.name: listing(TEXT, least=1) if one.many else TEXT for one in FILTERS if one.name not in APART},
            description="Those that were used.",
        ),
        "restricted": choice(RESTRICTED),
        "as_of": {"type": "string", "format": "date", "description": "Embargoes are as of this day."},
        "as_of_change": whole(most=2**63 - 1),
        "counts": record({name: whole(most=2**63 - 1) for name in COUNTS}),
        "left_out": record(
            {"texts": whole(), "embargoed": whole()}, description="Stories without text, and stories held back."
        ),
        "files": listing(record({"name": TEXT, "bytes": whole(most=2**63 - 1), "sha256": SHA256})),
    }
)
FAULT = record({"field": TEXT, "code": TEXT, "message": TEXT})
PROBLEM: dict[str, Shape] = {
    "type": TEXT,
    "title": TEXT,
    "status": whole(least=400, most=599),
    "code": string(longest=60, description="A stable word for programs."),
    "detail": string(longest=10_000, description="For people: what is wrong, and what to do."),
    "errors": listing(FAULT, description="What is wrong, place by place."),
    "current": {"anyOf": [{"type": "object"}, {"type": "null"}], "description": "The object as it stands."},
    "yours": {"type": "object", "description": "What you sent."},
    "given": TEXT,
    "true": {"type": "string", "description": "The words that really stand there."},
}


def _open(properties: Mapping[str, Shape], required: list[str]) -> Shape:
    return {"type": "object", "properties": dict(properties), "required": required}


# In a list, `fields` may leave any part of a record out.
RECORDS: dict[str, Shape] = {
    "Project": record(PROJECT),
    "ProjectInList": optional_record(PROJECT),
    "ProjectDetail": record({**PROJECT, "guidelines": TEXT, "label_sets": listing(LABEL_SET)}),
    "Guidelines": record(GUIDELINES),
    "Example": record(EXAMPLE),
    "ExampleInList": optional_record(EXAMPLE),
    "Article": record(ARTICLE_DETAIL),
    "ArticleInList": optional_record(ARTICLE_SUMMARY),
    "ImportReport": record(REPORT),
    "Speaker": record(SPEAKER),
    "SpeakerInList": optional_record(SPEAKER),
    "Claim": record(CLAIM),
    "ClaimInList": optional_record(CLAIM),
    "Assignment": record(ASSIGNMENT),
    "AssignmentInList": optional_record(ASSIGNMENT),
    "Span": record({"start": OFFSET, "end": OFFSET, "exact": TEXT}),
    "Quote": record(QUOTE, optional=["note"]),
    "QuoteInList": optional_record(QUOTE),
    "LookedAt": record(LOOKED_AT),
    "Step": record(STEP),
    "MadeQuotes": record(MADE),
    "Agreement": record(AGREEMENT),
    "AgreementPairs": record(PAIRS),
    "Comparison": record(COMPARISON),
    "ComparisonInList": optional_record(COMPARISON),
    "AdjudicationSummary": record(ADJUDICATION),
    "AdjudicationInList": optional_record(ADJUDICATION),
    "Adjudication": record(
        {**ADJUDICATION, "sources": listing(SOURCE), "items": listing(reference("Item"), description="In story order.")}
    ),
    "Item": record(ITEM_RECORD),
    "Decision": record(DECISION),
    "Queue": record(QUEUE_STATE),
    "Progress": record(PROGRESS),
    "StoryInList": optional_record(STORY),
    "ChangeInList": optional_record(CHANGE),
    "Activity": record(ACTIVITY),
    "Problem": _open(PROBLEM, ["type", "title", "status", "code", "detail"]),
}


def page_of(name: str) -> Shape:
    """Return the shape of one page of a list."""
    following = nullable({"type": "string", "format": "uri", "description": "The address of the next page."})
    return record({"results": listing(reference(name)), "next": following})
