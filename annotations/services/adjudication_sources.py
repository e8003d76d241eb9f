"""What an adjudication is made from: whose work on a version can be compared, and what it says item by item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from annotations.agreement.items import LETTERS, Item, Source, items_of
from annotations.exports.dataset import export_quote, quote_states, redirects
from annotations.exports.records import STATE_KEYS, Record, quote_order
from annotations.models import (
    Adjudication,
    ArticleVersion,
    Assignment,
    Claim,
    Quote,
    Review,
    Speaker,
    User,
)
from annotations.models.quotes import QuoteQuerySet

FEWEST, MOST = 2, len(LETTERS)
FINISHED = (Assignment.Status.SUBMITTED, Assignment.Status.APPROVED)


@dataclass(frozen=True)
class Contender:
    """One of those who are compared: their own assignment, what stands for it, and the revision that is compared."""

    position: int
    own: Assignment
    standing: Assignment
    revision: int

    @property
    def letter(self) -> str:
        """What pages call it."""
        return LETTERS[self.position]

    @property
    def name(self) -> str:
        """Whose it is."""
        annotator = self.own.annotator
        return str(annotator.user or annotator.pseudonym) if annotator else ""

    @property
    def read_up_to(self) -> int | None:
        """Where reading stopped; None is the end of the story."""
        return self.standing.read_up_to


@dataclass(frozen=True)
class Compared:
    """An adjudication with its sources as they were compared; ``moved_on`` are those that changed since."""

    adjudication: Adjudication
    contenders: list[Contender]
    moved_on: list[Contender]

    @cached_property
    def pks(self) -> dict[str, int]:
        """The primary key of each quote that is compared."""
        return {state["id"]: pk for pk, state in self._states.items()}

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """What is compared, in the order of the story."""
        made: dict[int, list[Record]] = defaultdict(list)
        for pk, state in self._states.items():
            made[self._owners[pk]].append(state)
        return items_of([self._source(one, made[one.standing.pk]) for one in self.contenders])

    def _source(self, contender: Contender, states: list[Record]) -> Source:
        length, end = self.adjudication.version.length, contender.read_up_to
        ordered: list[Record] = sorted(states, key=quote_order)
        return Source(tuple(ordered), ((end, length),) if end and end < length else ())

    @cached_property
    def _owners(self) -> dict[int, int]:
        return dict(self._quotes.values_list("pk", "assignment_id"))

    @cached_property
    def _states(self) -> dict[int, Record]:
        project = self.adjudication.project_id
        speakers, claims = redirects(Speaker, project), redirects(Claim, project)
        return {
            pk: export_quote(state, speakers, claims) | {name: state[name] for name in STATE_KEYS}
            for pk, state in quote_states(self._quotes).items()
        }

    @property
    def _quotes(self) -> QuoteQuerySet:
        return Quote.objects.live().filter(assignment__in=[one.standing.pk for one in self.contenders])


def standing_for(assignment: Assignment) -> Assignment:
    """Return what stands for an annotator's work: the copy that the last review corrected, or the work itself."""
    return standing_for_each([assignment])[assignment.pk]


def standing_for_each(assignments: Iterable[Assignment]) -> dict[int, Assignment]:
    """Return what stands for each of these assignments, by its primary key."""
    standing = {assignment.pk: assignment for assignment in assignments}
    reviews = Review.objects.filter(assignment__in=list(standing), finished_at__isnull=False).order_by("pk")
    last = {review.assignment_id: review for review in reviews.select_related("copy")}
    for pk, review in last.items():
        if review.outcome == Review.Outcome.APPROVED and review.copy is not None:
            standing[pk] = review.copy
    return standing


def finished_of(version: ArticleVersion) -> list[Assignment]:
    """Return the people's finished assignments of a version, in the order in which they became A, B and so on."""
    rows = Assignment.objects.holding().filter(version=version, status__in=FINISHED)
    return list(rows.select_related("annotator__user", "version").order_by("pk"))


def at_work_on(version: ArticleVersion) -> list[Assignment]:
    """Return the people's assignments of a version that are not finished."""
    return list(Assignment.objects.holding().at_work().filter(version=version).select_related("annotator__user"))


def obstacles_to(version: ArticleVersion) -> list[str]:
    """Return what keeps a version from being adjudicated, in words; nothing if nothing does."""
    found = []
    if not version.text:
        found.append(_("This story was removed for good."))
    if version.assignments.filter(status=Assignment.Status.GOLD).exists():
        found.append(_("This version has its gold already."))
    if len(finished_of(version)) < FEWEST:
        found.append(_("Two people or more must have submitted it."))
    names = ", ".join(_name(one) for one in at_work_on(version))
    if names:
        found.append(_("Somebody is still at work on it: %(names)s.") % {"names": names})
    return found


def _name(assignment: Assignment) -> str:
    annotator = assignment.annotator
    return str(annotator.user or annotator.pseudonym) if annotator else ""


def is_annotator_of(version: ArticleVersion, user: User) -> bool:
    """Whether this user has annotated the version, or does."""
    return version.assignments.filter(annotator__user_id=user.pk).exists()


def compared(adjudication: Adjudication) -> Compared:
    """Return what an adjudication compares. Its version must come with its text."""
    rows = list(
        adjudication.sources.select_related(
            "assignment__annotator__user", "assignment__review__assignment__annotator__user"
        )
    )
    owns = [_own(row.assignment) for row in rows]
    contenders = [
        Contender(row.position, own, row.assignment, row.revision) for row, own in zip(rows, owns, strict=True)
    ]
    return Compared(adjudication, contenders, _moved_on(contenders))


def _own(standing: Assignment) -> Assignment:
    """Return the annotator's assignment for which this one stands."""
    return standing if standing.annotator_id else standing.review.assignment


def _moved_on(contenders: Sequence[Contender]) -> list[Contender]:
    now = standing_for_each([one.own for one in contenders])
    return [
        one
        for one in contenders
        if one.own.status not in FINISHED
        or now[one.own.pk].pk != one.standing.pk
        or one.standing.revision not in _as_compared(one)
    ]


def _as_compared(one: Contender) -> tuple[int, ...]:
    """Return the revisions at which the work is what was compared: an approval comes last, and changes nothing."""
    approved = one.standing.status == Assignment.Status.APPROVED
    return (one.revision, one.revision + 1) if approved else (one.revision,)
