"""Examples of what is sent and answered, from the sample project."""

from __future__ import annotations

from typing import Any

SPEAKER = {
    "id": "john-kirby",
    "label": "John Kirby",
    "kind": "person",
    "named": True,
    "description": "Pentagon spokesman",
    "aliases": ["Kirby"],
    "wikidata": None,
    "article": None,
    "merged_into": None,
    "revision": 1,
}
CLAIM = {
    "id": "no-contact",
    "text": "Russia has refused military contact with the United States since it invaded Ukraine.",
    "merged_into": None,
    "revision": 1,
}
ASSIGNMENT = {
    "id": 15,
    "article": "kirby",
    "version": 1,
    "annotator": "annotator-7h2kx9bd4m",
    "own": True,
    "status": "in_progress",
    "left": None,
    "read_up_to": None,
    "revision": 4,
}
NEW_QUOTE: dict[str, Any] = {
    "content": [{"start": 40, "end": 96, "exact": "Russian defense officials are ignoring the United States"}],
    "cue": [{"start": 98, "end": 112, "exact": "as revealed by"}],
    "source": [{"start": 113, "end": 142, "exact": "Pentagon spokesman John Kirby"}],
    "speaker": "john-kirby",
    "labels": {"act": "statement"},
    "claims": [{"claim": "no-contact", "stance": "asserts"}],
}
QUOTE = {
    "id": "q-7h2kx9bd4m",
    "type": "indirect",
    "type_overridden": False,
    "content": NEW_QUOTE["content"],
    "cue": NEW_QUOTE["cue"],
    "source": NEW_QUOTE["source"],
    "addressee": [],
    "speaker": "john-kirby",
    "resolution": "explicit",
    "no_source": None,
    "parent": None,
    "labels": {"act": "statement"},
    "claims": [{"claim": "no-contact", "stance": "asserts"}],
    "guidelines": 1,
    "score": None,
    "assignment": 15,
    "article": "kirby",
    "version": 1,
    "revision": 1,
}
ITEM = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
ADJUDICATION = {
    "id": 3,
    "article": "kirby",
    "version": 1,
    "assignment": 21,
    "own": True,
    "status": "draft",
    "revision": 7,
}
DECISION = {
    "item": ITEM,
    "outcome": "mixed",
    "picks": {"content": 0, "speaker": 1},
    "reason": "The name stands in the sentence before.",
    "clause": "who-said-it",
    "quote": "q-9d2kx7h4bm",
    "revision": 1,
}
EXAMPLE = {
    "id": 3,
    "clause": "cue",
    "quote": "q-7h2kx9bd4m",
    "article": "kirby",
    "version": 1,
    "content": NEW_QUOTE["content"],
    "good": True,
    "note": "“as revealed by” signals saying.",
}
NEW_GUIDELINES = {"revision": 1, "text": '# The cue {#cue concerns="cue"}\n\nThe verb that signals saying.\n'}
GUIDELINES = {
    "revision": 2,
    "written": "2026-11-28T06:00:00+00:00",
    "text": NEW_GUIDELINES["text"],
    "clauses": [
        {"key": "cue", "title": "The cue", "level": 1, "concerns": ["cue"], "text": NEW_GUIDELINES["text"]},
    ],
    "versions": [
        {"version": 2, "written": "2026-11-28T06:00:00+00:00"},
        {"version": 1, "written": "2026-11-21T06:00:00+00:00"},
    ],
}
PROBLEM = {
    "type": "about:blank",
    "title": "Unprocessable Entity",
    "status": 422,
    "code": "wrong_words",
    "detail": "The words given for content 40..47 are not the words of the story there.",
    "given": "Russia",
    "true": "Russian",
    "errors": [
        {
            "field": "content",
            "code": "wrong_words",
            "message": "The words given for content 40..47 are not the words of the story there.",
        }
    ],
}

QUEUE = {"overlap": 2, "sampled_percent": 10, "sampled_overlap": 3, "order": "oldest", "seed": 1, "days": 14}
VERDICT = {"quote": "q-7h2kx9bd4m", "revision": 1, "approved": True}
REVIEW = {
    "assignment": 15,
    "article": "kirby",
    "version": 1,
    "annotator": "annotator-7h2kx9bd4m",
    "own": False,
    "status": "returned",
    "revision": 9,
    "reviewer": "ada",
    "outcome": "returned",
    "note": "Look at the cues again.",
    "read_revision": 8,
    "copy": 21,
    "copy_revision": 3,
    "verdicts": [{**VERDICT, "copy": "q-3m8rv5tc2p"}],
    "corrections": [
        {
            "id": "q-3m8rv5tc2p",
            "quote": "q-7h2kx9bd4m",
            "before": QUOTE,
            "after": {**QUOTE, "id": "q-3m8rv5tc2p", "cue": [], "assignment": 21, "revision": 2},
        }
    ],
}
REVIEW_IN_QUEUE = {
    "assignment": 15,
    "article": "kirby",
    "version": 1,
    "annotator": "annotator-7h2kx9bd4m",
    "status": "submitted",
    "handed_in": "2026-03-31T09:30:00Z",
    "quotes": 23,
    "open_comments": 1,
    "reviewer": None,
    "revision": 8,
}
COMMENT = {
    "id": "comment-9x4bw6kd7n",
    "assignment": 15,
    "quote": "q-7h2kx9bd4m",
    "thread": None,
    "author": "ada",
    "text": "Is “as revealed by” the cue, @ben?",
    "created": "2026-03-31T10:00:00Z",
    "resolved": False,
    "resolved_by": None,
}
NOTICE = {
    "id": 7,
    "kind": "mention",
    "project": "sample",
    "article": "kirby",
    "assignment": 15,
    "comment": "comment-9x4bw6kd7n",
    "actor": "ada",
    "created": "2026-03-31T10:00:00Z",
    "read": False,
}
SUM = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
RELEASE: dict[str, Any] = {
    "number": 2,
    "title": "City quotes",
    "asked": {"how": "random", "seed": 1, "dev": 10, "test": 10},
    "published": "2026-03-31T09:30:00Z",
    "published_by": "ada",
    "as_of_change": 4711,
    "guidelines": "3-1a2b3c4d",
    "sha256": SUM,
    "withdrawn": None,
    "withheld": None,
    "previous": 1,
    "changes": {"new": 12, "gone": 0, "quotes_changed": 7},
    "summary": {"counts": {"stories": 120, "quotes": 2160}},
    "files": [{"name": "gold-train.jsonl", "bytes": 812345, "sha256": SUM}],
}
TASK: dict[str, Any] = {
    "id": "task-4vk7rm2c9x",
    "kind": "verify",
    "arguments": {},
    "state": "running",
    "reason": None,
    "done": 7,
    "total": 23,
    "message": "parents",
    "attempts": 1,
    "asked_by": "ada",
    "asked": "2026-03-31T09:30:00Z",
    "started": "2026-03-31T09:30:01Z",
    "finished": None,
    "result": None,
    "result_withheld": None,
    "worker_running": True,
}

EXAMPLES: dict[str, Any] = {
    "NewQuote": NEW_QUOTE,
    "NewQuotes": {"quotes": [NEW_QUOTE]},
    "MadeQuotes": {"assignment": 15, "quotes": [QUOTE]},
    "QuoteChanges": {
        "revision": 1,
        "speaker": {"label": "Ada Holt", "description": "mayor"},
        "labels": {"engagement": "distances"},
    },
    "NewGuidelines": NEW_GUIDELINES,
    "Guidelines": GUIDELINES,
    "NewExample": {"quote": "q-7h2kx9bd4m", "clause": "cue", "good": True, "note": "“as revealed by” signals saying."},
    "Example": EXAMPLE,
    "NewArticle": {
        "id": "bridge",
        "headline": "Mayor Opens Bridge",
        "text": "“The bridge is safe,” said Mayor Ada Holt.\n",
        "outlet": "Post",
        "published": "2026-03-31",
        "language": "en",
    },
    "ArticleChanges": {"revision": 1, "licence": "CC BY 4.0", "text_exportable": True},
    "NewSpeaker": {"label": "Ada Holt", "kind": "person", "description": "mayor", "aliases": ["Holt"]},
    "SpeakerChanges": {"revision": 1, "description": "mayor until 2026", "wikidata": "Q42"},
    "NewClaim": {"text": "The bridge is safe."},
    "ClaimChanges": {"revision": 1, "text": "The bridge is safe for lorries."},
    "Merge": {"revision": 1, "into": "john-kirby"},
    "NewAssignment": {"article": "kirby"},
    "Seen": {"revision": 4},
    "Speaker": SPEAKER,
    "Claim": CLAIM,
    "Assignment": ASSIGNMENT,
    "Quote": QUOTE,
    "Look": {"start": 40, "end": 96, "revision": 4},
    "LookedAt": {"assignment": 15, "revision": 5, "looked_at": NEW_QUOTE["content"]},
    "Submission": {"revision": 4, "confirmed": True},
    "Queue": {"settings": QUEUE, "takers": {"dana": True, "eve": False}, "seen": "5e0c…"},
    "QueueChanges": {"settings": QUEUE, "takers": {"eve": True}, "seen": "5e0c…"},
    "Restoration": {"to": 2, "revision": 4},
    "GivingBack": {"revision": 4, "reason": "I know the author."},
    "HandingOver": {"revision": 4, "to": "eve", "reason": "Dana is on holiday."},
    "Step": {"assignment": 15, "revision": 5, "quotes": [QUOTE], "deleted": []},
    "NewAdjudication": {"article": "kirby"},
    "ItemDecision": {"item": ITEM, "revision": 0, "outcome": "taken", "source": 1},
    "Completion": {"revision": 7, "confirmed": True},
    "AdjudicationSummary": ADJUDICATION,
    "Decision": DECISION,
    "NewVerdict": {"quote_revision": 1, "approved": True, "revision": 8},
    "ReviewEnd": {"note": "Look at the cues again.", "revision": 8},
    "NewComment": {"text": COMMENT["text"], "quote": "q-7h2kx9bd4m"},
    "CommentChanges": {"resolved": True},
    "ReadNotices": {"notices": [7]},
    "ReviewInList": REVIEW_IN_QUEUE,
    "Review": REVIEW,
    "Verdict": VERDICT,
    "Comment": COMMENT,
    "NoticeInList": NOTICE,
    "NewVersion": {"text": "Mayor Opens Bridge\n\nCorrection: The bridge is safe, not closed.", "headline": ""},
    "Acceptance": {"content": NEW_QUOTE["content"], "revision": 1},
    "LeavingOut": {"out": True, "revision": 1},
    "NewTask": {"kind": "statistics", "arguments": {"against": "gold"}},
    "Task": TASK,
    "NewRelease": {"title": "City quotes", "licence": "CC-BY-4.0", "how": "random", "seed": 1, "parquet": True},
    "Release": RELEASE,
    "Problem": PROBLEM,
}
