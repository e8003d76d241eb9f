"""The shapes of what the API answers, by the names under which the OpenAPI document knows them."""

from __future__ import annotations

from collections.abc import Mapping

from annotations.api.bodies import KEY
from annotations.api.shapes import Shape, choice, listing, nullable, optional_record, record, reference, string, whole
from annotations.exports.downloads import CHOICES
from annotations.exports.records import FORMAT, OFFSET_UNIT
from annotations.models import Assignment, Quote, Role, Speaker, Stance
from annotations.services.quote_parts import NOTE_LENGTH
from annotations.text.blocks import Kind

TEXT: Shape = {"type": "string"}
FLAG: Shape = {"type": "boolean"}
WORDS = nullable(TEXT)
OFFSET = whole(description="Code points.")
REVISION = whole(least=1)
ID = whole(least=1, most=2**63 - 1)
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
ARTICLE_SUMMARY = {**ARTICLE, "length": OFFSET}
ARTICLE_DETAIL: dict[str, Shape] = {
    **ARTICLE,
    "text": TEXT,
    "blocks": listing(record({"kind": choice([kind.value for kind in Kind]), "start": OFFSET, "end": OFFSET})),
    "length": OFFSET,
    "versions": listing(record({"version": REVISION, "headline": WORDS, "sha256": SHA256, "length": OFFSET})),
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
COUNTS = ("assignments", "articles", "quotes", "spans")
MANIFEST = record(
    {
        "format": choice([FORMAT]),
        "schema": TEXT,
        "offset_unit": choice([OFFSET_UNIT]),
        "project": TEXT,
        "annotations": choice(CHOICES),
        "as_of_change": whole(most=2**63 - 1),
        "counts": record({name: whole(most=2**63 - 1) for name in COUNTS}),
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
    "ProjectDetail": record({**PROJECT, "guidelines": TEXT, "label_sets": listing(LABEL_SET)}),
    "Guidelines": record(GUIDELINES),
    "Article": record(ARTICLE_DETAIL),
    "ArticleInList": optional_record(ARTICLE_SUMMARY),
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
    "Problem": _open(PROBLEM, ["type", "title", "status", "code", "detail"]),
}


def page_of(name: str) -> Shape:
    """Return the shape of one page of a list."""
    following = nullable({"type": "string", "format": "uri", "description": "The address of the next page."})
    return record({"results": listing(reference(name)), "next": following})
