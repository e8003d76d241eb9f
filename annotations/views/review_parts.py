"""A story under review as its page shows it: cards with verdicts, corrections and what was said of each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from annotations.models import Assignment, Change, Comment, Review
from annotations.services.corrections import Correction, corrections_in
from annotations.services.review_states import approved_revisions, review_of
from annotations.views.state_words import Difference, Words
from annotations.views.story import Card, Story, load_story

# A state that is compared now is told in the words of today.
NOW = 2**62


@dataclass
class Thread:
    """A comment and what was said in reply."""

    comment: Comment
    replies: list[Comment] = field(default_factory=list)


@dataclass
class Corrected:
    """What a reviewer changed of a quote, part by part; ``how`` says it in a word or two."""

    key: str
    how: str
    differences: list[Difference]


@dataclass
class ReviewedQuote:
    """A quote of the story, with what its review says of it."""

    card: Card
    approved: bool = False
    corrected: Corrected | None = None
    threads: list[Thread] = field(default_factory=list)

    @property
    def is_judged(self) -> bool:
        """Whether somebody has said what they think of it."""
        return self.approved or self.corrected is not None or any(not one.comment.resolved_at for one in self.threads)


@dataclass
class ReviewPage:
    """A story with its review: block by block the quotes, what was added to them, and what is said of the whole."""

    story: Story
    review: Review | None
    blocks: list[list[ReviewedQuote]]
    added: list[Corrected]
    threads: list[Thread]

    @property
    def quotes(self) -> list[ReviewedQuote]:
        return [quote for block in self.blocks for quote in block]

    def after(self, key: str) -> str:
        """Return the quote of which nobody has said anything that comes after this one, or from the start again."""
        keys = [quote.card.key for quote in self.quotes]
        place = keys.index(key) + 1 if key in keys else 0
        ordered = [*self.quotes[place:], *self.quotes[:place]]
        return next((quote.card.key for quote in ordered if not quote.is_judged), "")

    @property
    def copy_revision(self) -> int:
        """The revision of the copy that is being corrected, which the end of the review names; 0: there is none."""
        open_copy = self.review.copy if self.review and not self.review.outcome else None
        return open_copy.revision if open_copy else 0

    @property
    def judged(self) -> int:
        """How many quotes somebody has said something of."""
        return sum(quote.is_judged for quote in self.quotes)

    @property
    def open_threads(self) -> int:
        """How many threads are not resolved."""
        threads = [*self.threads, *(thread for quote in self.quotes for thread in quote.threads)]
        return sum(thread.comment.resolved_at is None for thread in threads)


def review_page(assignment: Assignment, *, own: bool) -> ReviewPage:
    """Return a story with its review. Of their ``own`` story annotators see reviews that have ended, and all comments.

    Who asks may see it: this is not checked here.
    """
    story = load_story(assignment)
    review = review_of(assignment, own=own)
    corrected, added = _corrected(assignment, review)
    approved = approved_revisions(assignment, own=own)
    threads = _threads(assignment)
    blocks = [
        [
            ReviewedQuote(
                card,
                approved=approved.get(card.pk) == card.revision,
                corrected=corrected.get(card.key),
                threads=threads.get(card.pk, []),
            )
            for card in block.cards
        ]
        for block in story.blocks
    ]
    # What was said of a quote that is deleted since stays to be read.
    shown = {card.pk for block in story.blocks for card in block.cards}
    left = [thread for pk, found in threads.items() if pk not in shown for thread in found]
    return ReviewPage(story, review, blocks, added, left)


def _corrected(assignment: Assignment, review: Review | None) -> tuple[dict[str, Corrected], list[Corrected]]:
    if review is None or review.copy is None:
        return {}, []
    found = corrections_in(review.copy)
    changes = [
        Change(
            pk=NOW,
            project=assignment.project,
            subject_kind=Change.Subject.QUOTE,
            subject_key=one.key,
            action=Change.Action.CHANGE,
            before=one.before,
            after=one.after,
        )
        for one in found
    ]
    words = Words(assignment.project_id, changes)
    corrected = [
        (one, Corrected(one.key, _how(one), words.differences(change)))
        for one, change in zip(found, changes, strict=True)
    ]
    by_original = {one.original: told for one, told in corrected if one.original}
    return by_original, [told for one, told in corrected if not one.original]


def _how(correction: Correction) -> str:
    if correction.before is None:
        return _("added")
    return _("corrected") if correction.after else _("taken out")


def _threads(assignment: Assignment) -> dict[int | None, list[Thread]]:
    """Return the threads of a story, by the primary key of their quote; None for the whole story."""
    rows = Comment.objects.filter(assignment=assignment).select_related("author", "resolved_by").order_by("pk")
    found: dict[int | None, list[Thread]] = defaultdict(list)
    by_pk: dict[int, Thread] = {}
    for comment in rows:
        if comment.thread_id is None:
            by_pk[comment.pk] = Thread(comment)
            found[comment.quote_id].append(by_pk[comment.pk])
        else:
            by_pk[comment.thread_id].replies.append(comment)
    return found
