"""The records of reviews, comments and notices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from annotations.api.records import assignment_record, placed
from annotations.exports.dataset import export_quote, redirects
from annotations.exports.records import Record
from annotations.models import Assignment, Claim, Comment, Notice, Quote, QuoteAncestor, Review, Speaker
from annotations.services.corrections import corrections_in
from annotations.services.review_states import approved_revisions, review_of


def moment(when: datetime) -> str:
    """Return a moment as programs read it, in UTC."""
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def in_queue(assignment: Any) -> Record:
    """Return an assignment of the review queue, which is selected with its review facts."""
    return {
        "assignment": assignment.pk,
        "article": assignment.version.article.key,
        "version": assignment.version.number,
        "annotator": assignment.annotator.pseudonym,
        "status": assignment.status,
        "handed_in": moment(assignment.handed_in),
        "quotes": assignment.quote_count,
        "open_comments": assignment.open_threads,
        "reviewer": assignment.read_by,
        "revision": assignment.revision,
    }


def review_record(assignment: Assignment, user_pk: int) -> Record:
    """Return what is said of an assignment in its review, to its annotator or to who reviews."""
    own = assignment.is_of(user_pk)
    review = review_of(assignment, own=own)
    whole = assignment_record(assignment, user_pk)
    return {
        "assignment": whole.pop("id"),
        **{name: whole[name] for name in ("article", "version", "annotator", "own", "status", "revision")},
        "reviewer": review.reviewer.username if review else None,
        "outcome": (review.outcome or None) if review else None,
        "note": (review.note or None) if review else None,
        "read_revision": review.revision if review and review.outcome else None,
        "copy": review.copy_id if review else None,
        "copy_revision": review.copy.revision if review and review.copy else None,
        "verdicts": _verdicts(assignment, review, own),
        "corrections": _corrections(assignment, review),
    }


def _verdicts(assignment: Assignment, review: Review | None, own: bool) -> list[Record]:
    copies: dict[int, str] = {}
    if review and review.copy_id:
        lines = QuoteAncestor.objects.filter(quote__assignment=review.copy_id, quote__is_deleted=False)
        copies = dict(lines.values_list("ancestor_id", "quote__key"))
    approved = approved_revisions(assignment, own=own)
    rows = Quote.objects.live().filter(assignment=assignment).order_by("pk").values_list("pk", "key", "revision")
    return [
        {"quote": key, "revision": revision, "approved": approved.get(pk) == revision, "copy": copies.get(pk)}
        for pk, key, revision in rows
    ]


def _corrections(assignment: Assignment, review: Review | None) -> list[Record]:
    if review is None or review.copy is None:
        return []
    copy = review.copy
    copy.version = assignment.version
    speakers_to = redirects(Speaker, assignment.project_id)
    claims_to = redirects(Claim, assignment.project_id)

    found = corrections_in(copy)
    named = Quote.objects.filter(assignment__in=(assignment, copy)).values_list("key", "guidelines__number")
    guidelines = dict(named)

    def told(state: Record | None, place: Assignment, key: str) -> Record | None:
        if state is None:
            return None
        return placed(export_quote(state, speakers_to, claims_to), place, state["revision"], guidelines.get(key), None)

    return [
        {
            "id": one.key,
            "quote": one.original or None,
            "before": told(one.before, assignment, one.original),
            "after": told(one.after, copy, one.key),
        }
        for one in found
    ]


def comment_record(comment: Comment, state: Mapping[str, Any] | None = None, by: str | None = None) -> Record:
    """Return a comment as it stands; with ``state``, as history says that it stood, resolved ``by`` somebody."""
    resolver = comment.resolved_by.username if comment.resolved_by else None
    resolved = comment.resolved_at is not None if state is None else state["resolved"]
    return {
        "id": comment.key,
        "assignment": comment.assignment_id,
        "quote": comment.quote.key if comment.quote else None,
        "thread": comment.thread.key if comment.thread else None,
        "author": comment.author.username,
        "text": comment.text,
        "created": moment(comment.created_at),
        "resolved": None if comment.thread_id else resolved,
        "resolved_by": resolver if state is None else by,
    }


def notice_record(notice: Notice) -> Record:
    """Return a notice of an inbox."""
    comment = notice.comment
    return {
        "id": notice.pk,
        "kind": notice.kind,
        "project": notice.project.slug,
        "article": notice.assignment.version.article.key,
        "assignment": notice.assignment_id,
        "comment": comment.key if comment else None,
        "actor": notice.actor.username,
        "created": moment(notice.created_at),
        "read": notice.read_at is not None,
    }
