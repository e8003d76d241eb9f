"""What a person or program would really send to each address: a refusal of an empty form proves little."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from annotations.services.adjudication_sources import finished_of
from annotations.services.guidelines import guidelines_seen
from annotations.services.label_sets import seen_mark
from annotations.services.queues import QueueSettings
from annotations.services.queues import seen_mark as queue_seen
from tests.cast import PASSWORD
from tests.factories import at
from tests.place import Place

Body = Callable[[Place], dict[str, Any]]
NEW_PASSWORD = "a longer battery staple 9"


def _span(words: str) -> Body:
    return lambda place: at(place.version.text, words)


def _seen(**fields: Any) -> Body:
    """The form of a gesture on the quote."""
    return lambda place: {"revision": place.quote.revision, **fields}


def _step(place: Place) -> dict[str, Any]:
    return {"revision": place.assignment.revision}


def _draft(place: Place) -> dict[str, Any]:
    return {"revision": place.adjudication.result.revision}


def _span_at(place: Place, words: str, **fields: Any) -> dict[str, Any]:
    return {"revision": place.quote.revision, "role": "cue", **at(place.version.text, words), **fields}


ANSWERS = ("acknowledges", "endorses", "distances")


def _labels(keys: Sequence[str]) -> dict[str, Any]:
    """The rows of a form of labels."""
    rows = {f"form-{row}-{name}": key for row, key in enumerate(keys) for name in ("key", "name")}
    shown = {f"form-{row}-active": "on" for row in range(len(keys))}
    return {**rows, **shown, "form-TOTAL_FORMS": len(keys), "form-INITIAL_FORMS": 0}


FORMS: dict[str, Body] = {
    "invitation": lambda place: {
        "username": "new-person",
        "name": "New Person",
        "email": "new@desk.example",
        "password": NEW_PASSWORD,
        "password_again": NEW_PASSWORD,
    },
    "account_login": lambda place: {"login": place.owner.username, "password": PASSWORD},
    "account_reset_password": lambda place: {"email": "nobody@desk.example"},
    "account_reauthenticate": lambda place: {"password": PASSWORD},
    "account_change_password": lambda place: {
        "oldpassword": PASSWORD,
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD,
    },
    "account": lambda place: {"name": "Another Name"},
    "account-email": lambda place: {"email": "another@desk.example"},
    "account-keys": lambda place: {"quote": "h"},
    "account-tour": lambda place: {"tour": "done"},
    "member-invite": lambda place: {"role": "annotator", "note": "for Eve"},
    "member-role": lambda place: {"role": "manager"},
    "speaker-edit": lambda place: {
        "revision": place.speaker.revision,
        "label": "Ada Holt, mayor",
        "kind": "person",
        "description": "mayor",
    },
    "speaker-merge": lambda place: {"revision": place.speaker.revision, "into": place.second_speaker.key},
    "speaker-unmerge": lambda place: {"revision": place.merged_speaker.revision},
    "claim-edit": lambda place: {"revision": place.claim.revision, "text": "The bridge stands."},
    "claim-merge": lambda place: {"revision": place.claim.revision, "into": place.second_claim.key},
    "claim-unmerge": lambda place: {"revision": place.merged_claim.revision},
    "guidelines-edit": lambda place: {"seen": guidelines_seen(place.project), "guidelines": "Mark every quote."},
    "guidelines-seen": lambda place: {"version": 1},
    "guidelines-restore": lambda place: {"to": 1, "seen": guidelines_seen(place.project)},
    "quote-pin": lambda place: {"clause": "cue", "is_good": "no", "note": "The verb alone."},
    "article-edit": lambda place: {
        "revision": place.version.article.revision,
        "outlet": "Post",
        "text_exportable": "no",
        "embargoed_until": "2099-01-01 06:00",
    },
    "label-set-list": lambda place: {"key": "tone", "name": "Tone", **_labels(["calm"]), "active": "on"},
    "label-set": lambda place: {
        "name": "Manner",
        "seen": seen_mark(place.label_set),
        **_labels(ANSWERS),
        "active": "on",
    },
    "queue": lambda place: {
        "overlap": "2",
        "sampled_percent": "10",
        "sampled_overlap": "3",
        "order": "random",
        "seed": "7",
        "days": "14",
        "takers": [place.member.pk],
        "shown": [place.member.pk],
        "seen": queue_seen(place.project),
    },
    "adjudicate": lambda place: {"sources": [one.pk for one in finished_of(place.waiting)]},
    "decision": lambda place: {
        "item": place.decision.key,
        "revision": place.decision.revision,
        "choice": "drop",
        "reason": "Because.",
    },
    "decision-undo": _draft,
    "adjudication-take-up": _draft,
    "adjudication-finish": lambda place: {**_draft(place), "confirmed": "1"},
    "release-new": lambda place: {"title": "City quotes"},
    "task-start": lambda place: {"kind": "verify"},
    "queue-off": lambda place: {"seen": queue_seen(place.project)},
    "assignment-skip": lambda place: {**_step(place), "reason": "too long"},
    "assignment-hand-over": lambda place: {**_step(place), "to": place.member.pk, "reason": "holiday"},
    "review-quote": lambda place: {
        "revision": place.reviewed.revision,
        "quote_revision": place.reviewed.quotes.get().revision,
        "approved": "1",
    },
    "review-correct": lambda place: {"revision": place.reviewed.revision},
    "review-return": lambda place: {"revision": place.reviewed.revision, "note": "Look at the cues again."},
    "review-approve": lambda place: {"revision": place.reviewed.revision},
    "review-withdraw": lambda place: {"revision": place.approved.revision},
    "review-adopt": lambda place: {"revision": place.returned.revision},
    "comment-create": lambda place: {"text": "Does it end at the comma?"},
    "comment-resolve": lambda place: {"resolved": "1"},
    "article-remove": lambda place: {"reason": "court order", "confirmation": place.version.article.key},
    "speaker-remove": lambda place: {"reason": "a request", "confirmation": place.speaker.label},
    "import": lambda place: {"text": "A pasted story.\n\nIt is short."},
    "import-large": lambda place: {"upload": SimpleUploadedFile("stories.csv", b"text\nA sent story.\n")},
    "import-files": lambda place: {"upload": SimpleUploadedFile("story.txt", b"A sent story.\n\nIt is short.")},
    "import-options": lambda place: {"charset": "windows-1252"},
    "token-list": lambda place: {"name": "nightly export", "scope": "write", "days": "30"},
    "carry-over-quote": lambda place: {"revision": 1},
    "carry-over-leave-out": lambda place: {"revision": 1, "out": "1"},
    "assignment-undo": _step,
    "assignment-redo": _step,
    "assignment-looked-at": lambda place: {**_step(place), **at(place.version.text, "nobody"), "looked": "1"},
    "assignment-submit": lambda place: {**_step(place), "confirmed": "1"},
    "assignment-reopen": lambda place: {"revision": place.submitted.revision},
    "quote-create": _span("nobody had measured it"),
    "quote-mark": lambda place: _seen(role="cue", **at(place.version.text, "denied"))(place),
    "quote-unmark": lambda place: _seen(role="cue", **at(place.version.text, "said"))(place),
    "quote-span": lambda place: _span_at(place, "said", to_role="addressee"),
    "quote-note": _seen(note="Ask the author."),
    "quote-delete": _seen(),
    "quote-restore": _seen(to=1),
    "quote-speaker": lambda place: _seen(speaker=place.second_speaker.key)(place),
    "quote-new-speaker": _seen(label="Ben Ruiz", kind="person"),
    "quote-type": _seen(type="reported"),
    "quote-resolution": _seen(resolution="anaphoric"),
    "quote-labels": _seen(label_set="act", label="demand"),
    "quote-parent": _seen(parent=""),
    "quote-claims": _seen(claim="The bridge was measured.", stance="denies"),
    "quote-stance": lambda place: _seen(claim=place.claim.key, stance="doubts")(place),
}
# What an address must be asked for.
QUERIES = {
    "export-download": "?annotations=all&format=jsonl",
    "export-manifest": "?annotations=all&format=jsonl",
}


@dataclass(frozen=True)
class Sent:
    """What a program sends: the fields of its JSON, and the revision that it has seen."""

    fields: Body | None = None
    seen: Callable[[Place], int] | None = None

    def headers(self, place: Place) -> dict[str, str]:
        """Return the headers."""
        return {"If-Match": f'"{self.seen(place)}"'} if self.seen else {}


def _quote(place: Place) -> int:
    return place.quote.revision


# By method and address of the API.
RECORDS: dict[tuple[str, str], Sent] = {
    ("PUT", "api-guidelines"): Sent(lambda place: {"text": "Mark every quote."}, seen=lambda place: 1),
    ("POST", "api-examples"): Sent(
        lambda place: {"quote": place.gold.quotes.first().key, "clause": "cue", "note": "So."}
    ),
    ("POST", "api-versions"): Sent(lambda place: {"text": f"{place.version.text}\n\nUpdate: It is open."}),
    ("POST", "api-carry-over-all"): Sent(),
    ("POST", "api-carry-over"): Sent(),
    ("POST", "api-carry-over-quote"): Sent(lambda place: {"revision": 1}),
    ("POST", "api-leave-out"): Sent(lambda place: {"revision": 1}),
    ("POST", "api-suggestions"): Sent(
        lambda place: {
            "model": "tagger",
            "model_version": "2",
            "suggestions": [{"content": [_span("nobody had measured it")(place)], "score": 0.5}],
        }
    ),
    ("POST", "api-suggestion"): Sent(lambda place: {"revision": 1}),
    ("POST", "api-suggestion-leave-out"): Sent(lambda place: {"revision": 1}),
    ("POST", "api-articles"): Sent(lambda place: {"text": "A sent story.\n\nIt is short."}),
    ("PATCH", "api-article"): Sent(lambda place: {"outlet": "Post"}, seen=lambda place: place.version.article.revision),
    ("POST", "api-speakers"): Sent(lambda place: {"label": "Ben Ruiz"}),
    ("PATCH", "api-speaker"): Sent(lambda place: {"wikidata": "Q42"}, seen=lambda place: place.speaker.revision),
    ("POST", "api-speaker-merge"): Sent(FORMS["speaker-merge"]),
    ("POST", "api-speaker-unmerge"): Sent(FORMS["speaker-unmerge"]),
    ("POST", "api-claims"): Sent(lambda place: {"text": "The bridge was measured."}),
    ("PATCH", "api-claim"): Sent(FORMS["claim-edit"]),
    ("POST", "api-claim-merge"): Sent(FORMS["claim-merge"]),
    ("POST", "api-claim-unmerge"): Sent(FORMS["claim-unmerge"]),
    ("POST", "api-assignments"): Sent(lambda place: {"article": place.free.article.key}),
    ("POST", "api-assignment-quotes"): Sent(lambda place: {"content": [_span("nobody had measured it")(place)]}),
    ("POST", "api-quotes-bulk"): Sent(
        lambda place: {"quotes": [{"content": [_span("nobody had measured it")(place)]}]}
    ),
    ("POST", "api-quotes-delete"): Sent(lambda place: {**_step(place), "quotes": [place.quote.key]}),
    ("POST", "api-looked-at"): Sent(lambda place: {**_step(place), **at(place.version.text, "nobody")}),
    ("POST", "api-undo"): Sent(_step),
    ("POST", "api-redo"): Sent(_step),
    ("POST", "api-submit"): Sent(lambda place: {**_step(place), "confirmed": True}),
    ("POST", "api-reopen"): Sent(lambda place: {"revision": place.submitted.revision}),
    ("POST", "api-adjudications"): Sent(lambda place: {"article": place.waiting.article.key}),
    ("POST", "api-decide"): Sent(
        lambda place: {"item": place.decision.key, "revision": place.decision.revision, "outcome": "dropped"}
    ),
    ("POST", "api-decision-undo"): Sent(_draft),
    ("POST", "api-compare"): Sent(),
    ("POST", "api-finish"): Sent(lambda place: {**_draft(place), "confirmed": True}),
    ("POST", "api-take-up"): Sent(_draft),
    ("POST", "api-resume"): Sent(),
    ("POST", "api-next"): Sent(),
    ("POST", "api-releases"): Sent(lambda place: {"title": "City quotes"}),
    ("POST", "api-tasks"): Sent(lambda place: {"kind": "verify"}),
    ("POST", "api-task-cancel"): Sent(),
    ("POST", "api-task-retry"): Sent(),
    ("POST", "api-skip"): Sent(lambda place: {**_step(place), "reason": "too long"}),
    ("POST", "api-hand-over"): Sent(
        lambda place: {**_step(place), "to": place.member.user.username, "reason": "holiday"}
    ),
    ("PUT", "api-queue"): Sent(
        lambda place: {
            "settings": asdict(QueueSettings(overlap=3)),
            "takers": {place.member.user.username: False},
            "seen": queue_seen(place.project),
        }
    ),
    ("POST", "api-review-approve"): Sent(FORMS["review-approve"]),
    ("POST", "api-review-return"): Sent(FORMS["review-return"]),
    ("POST", "api-review-withdraw"): Sent(FORMS["review-withdraw"]),
    ("POST", "api-review-correct"): Sent(FORMS["review-correct"]),
    ("POST", "api-review-quote"): Sent(
        lambda place: {
            "revision": place.reviewed.revision,
            "quote_revision": place.reviewed.quotes.get().revision,
            "approved": True,
        }
    ),
    ("POST", "api-review-adopt"): Sent(FORMS["review-adopt"]),
    ("POST", "api-comments"): Sent(FORMS["comment-create"]),
    ("PATCH", "api-comment"): Sent(lambda place: {"resolved": True}),
    ("POST", "api-inbox-read"): Sent(lambda place: {}),
    ("PATCH", "api-quote"): Sent(lambda place: {"type": "reported"}, seen=_quote),
    ("DELETE", "api-quote"): Sent(seen=_quote),
    ("POST", "api-quote-restore"): Sent(lambda place: {"to": 1}, seen=_quote),
}
