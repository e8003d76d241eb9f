"""The shapes of reviews, comments and notices."""

from __future__ import annotations

from annotations.api.bodies import KEY
from annotations.api.components import FLAG, ID, REVISION, TEXT
from annotations.api.shapes import Shape, choice, listing, nullable, optional_record, record, reference, whole
from annotations.models import Assignment, Notice, Review

MOMENT: Shape = {"type": "string", "format": "date-time"}
PERSON: Shape = {"type": "string", "description": "A user name."}
COUNT = whole()
HANDED_IN = tuple(status.value for status in Assignment.HANDED_IN)

REVIEW_IN_QUEUE: dict[str, Shape] = {
    "assignment": ID,
    "article": KEY,
    "version": REVISION,
    "annotator": KEY,
    "status": choice(HANDED_IN),
    "handed_in": {**MOMENT, "description": "When it was handed in last."},
    "quotes": COUNT,
    "open_comments": {**COUNT, "description": "Threads that are not resolved."},
    "reviewer": nullable({**PERSON, "description": "Who is reading it."}),
    "revision": whole(least=1, description="Of the assignment: what an approval says it has read."),
}
VERDICT: dict[str, Shape] = {
    "quote": KEY,
    "revision": whole(least=1, description="Of the quote."),
    "approved": {**FLAG, "description": "Whether it was found right at this revision."},
}
REVIEWED = {**VERDICT, "copy": nullable({**KEY, "description": "The quote in the copy, to correct it there."})}
CORRECTION = record(
    {
        "id": {**KEY, "description": "Of the quote in the copy: with it the annotator adopts the correction."},
        "quote": nullable({**KEY, "description": "The annotator's quote; null: the reviewer added one."}),
        "before": nullable(reference("Quote")),
        "after": nullable({**reference("Quote"), "description": "null: the reviewer took it out."}),
    }
)
REVIEW: dict[str, Shape] = {
    "assignment": ID,
    "article": KEY,
    "version": REVISION,
    "annotator": KEY,
    "own": FLAG,
    "status": choice(Assignment.Status.values),
    "revision": whole(least=1, description="Of the assignment: what a verdict, return or approval says it has read."),
    "reviewer": nullable({**PERSON, "description": "Who reads it, or read it last; null: nobody has."}),
    "outcome": nullable(choice(Review.Outcome.values, description="null: it is not read, or still being read.")),
    "note": nullable({"type": "string", "description": "The message to the annotator."}),
    "read_revision": nullable(whole(least=1, description="The revision of the assignment that was read to the end.")),
    "copy": nullable({**ID, "description": "The assignment in which reviewers correct; gold once approved."}),
    "copy_revision": nullable(whole(least=1, description="Of the copy: what a return or approval says it has read.")),
    "verdicts": listing(record(REVIEWED), description="Of each quote of the annotator."),
    "corrections": listing(CORRECTION, description="What the reviewer changed in the copy."),
}
COMMENT: dict[str, Shape] = {
    "id": KEY,
    "assignment": ID,
    "quote": nullable({**KEY, "description": "null: of the whole story."}),
    "thread": nullable({**KEY, "description": "The comment that this one replies to; null: it began a thread."}),
    "author": PERSON,
    "text": TEXT,
    "created": MOMENT,
    "resolved": nullable({**FLAG, "description": "Of a thread: whether nothing is left to say; null in a reply."}),
    "resolved_by": nullable(PERSON),
}
NOTICE: dict[str, Shape] = {
    "id": ID,
    "kind": choice(Notice.Kind.values),
    "project": TEXT,
    "article": KEY,
    "assignment": ID,
    "comment": nullable(KEY),
    "actor": PERSON,
    "created": MOMENT,
    "read": FLAG,
}

RECORDS: dict[str, Shape] = {
    "ReviewInList": optional_record(REVIEW_IN_QUEUE),
    "Review": record(REVIEW),
    "Verdict": record(VERDICT),
    "Comment": record(COMMENT),
    "CommentInList": optional_record(COMMENT),
    "NoticeInList": optional_record(NOTICE),
}
