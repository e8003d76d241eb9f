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
    "assignment": 15,
    "article": "kirby",
    "version": 1,
    "revision": 1,
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

EXAMPLES: dict[str, Any] = {
    "NewQuote": NEW_QUOTE,
    "QuoteChanges": {
        "revision": 1,
        "speaker": {"label": "Ada Holt", "description": "mayor"},
        "labels": {"engagement": "distances"},
    },
    "NewGuidelines": NEW_GUIDELINES,
    "Guidelines": GUIDELINES,
    "NewAssignment": {"article": "kirby"},
    "Seen": {"revision": 4},
    "Speaker": SPEAKER,
    "Claim": CLAIM,
    "Assignment": ASSIGNMENT,
    "Quote": QUOTE,
    "Look": {"start": 40, "end": 96, "revision": 4},
    "LookedAt": {"assignment": 15, "revision": 5, "looked_at": NEW_QUOTE["content"]},
    "Submission": {"revision": 4, "confirmed": True},
    "Step": {"assignment": 15, "revision": 5, "quotes": [QUOTE], "deleted": []},
    "Problem": PROBLEM,
}
