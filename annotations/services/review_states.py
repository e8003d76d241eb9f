"""Reviews as they stand: what waits in the queue, what a review says, and which quotes were found right."""

from __future__ import annotations

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from annotations.models import Assignment, Change, Comment, Quote, Review, Verdict
from annotations.models.assignments import AssignmentQuerySet


def with_review_facts(rows: AssignmentQuerySet) -> AssignmentQuerySet:
    """Add when each assignment was handed in last, its quotes, its open threads, and who is reading it."""
    handed_in = Change.objects.filter(assignment=OuterRef("pk"), action=Change.Action.SUBMIT).order_by("-pk")
    quotes = Quote.objects.live().filter(assignment=OuterRef("pk")).order_by().values("assignment")
    threads = Comment.objects.filter(assignment=OuterRef("pk"), thread=None, resolved_at=None).order_by()
    reading = Review.objects.filter(assignment=OuterRef("pk"), outcome="")
    return rows.annotate(
        handed_in=Coalesce(Subquery(handed_in.values("created_at")[:1]), F("updated_at")),
        quote_count=Coalesce(Subquery(quotes.annotate(count=Count("pk")).values("count")), 0),
        open_threads=Coalesce(Subquery(threads.values("assignment").annotate(count=Count("pk")).values("count")), 0),
        read_by=Subquery(reading.values("reviewer__username")[:1]),
    )


def review_of(assignment: Assignment, *, own: bool) -> Review | None:
    """Return the review that somebody has begun, or the last that ended; of their ``own`` story, only that."""
    ended = assignment.reviews.exclude(outcome="").select_related("reviewer", "copy").last()
    return ended if own else assignment.open_review or ended


def approved_revisions(assignment: Assignment, *, own: bool) -> dict[int, int]:
    """Return at which revision each quote was found right last, in this review or in one before; 0: taken back."""
    rows = Verdict.objects.filter(review__assignment=assignment).order_by("pk")
    if own:
        rows = rows.exclude(review__outcome="")
    found = rows.values_list("quote_id", "revision", "approved")
    return {quote: revision if approved else 0 for quote, revision, approved in found}
