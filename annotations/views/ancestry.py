"""How gold was made: of whose quotes, and why so."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotations.access import get_readable_assignment, visible_assignments
from annotations.agreement.items import LETTERS
from annotations.http import SignedInRequest
from annotations.models import Adjudication, Assignment, Decision, Membership, QuoteAncestor
from annotations.services.adjudication_sources import Compared, Contender, compared
from annotations.services.guidelines import clauses_of
from annotations.views.comparison import outcome_in_words, said_in
from annotations.views.pages import project_context, refuse_unknown
from annotations.views.story import load_story
from annotations.views.story_parts import Card


@dataclass(frozen=True)
class Origin:
    """A quote of gold, or none, with the letters of those whose quotes it was made of, and the decision.

    ``said`` is what became no quote, for who may see the work.
    """

    card: Card | None
    said: str
    letters: str
    decision: Decision | None
    clause: str

    @property
    def outcome(self) -> str:
        """What was decided, in words."""
        return outcome_in_words(self.decision) if self.decision else ""


@require_safe
def ancestry(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show how gold was made. Names of annotators are only for who may see their work."""
    refuse_unknown(request)
    membership, gold = get_readable_assignment(request.user, pk)
    if gold.status != Assignment.Status.GOLD:
        raise Http404(_("There is no such gold."))
    adjudication = Adjudication.objects.filter(result=gold).select_related("version", "project").first()
    found = compared(adjudication) if adjudication else None
    are_named = found is not None and _are_named(membership, found.contenders)
    context = project_context(
        membership,
        "articles",
        version=gold.version,
        article=gold.version.article,
        gold=gold,
        contenders=found.contenders if found else [],
        are_named=are_named,
        origins=_origins(gold, found, are_named=are_named) if found else None,
    )
    return TemplateResponse(request, "adjudications/ancestry.html", context)


def _are_named(membership: Membership, contenders: list[Contender]) -> bool:
    own = {one.own.pk for one in contenders}
    return visible_assignments(membership).filter(pk__in=own).count() == len(own)


def _origins(gold: Assignment, found: Compared, *, are_named: bool) -> list[Origin]:
    """Return the quotes of gold in the order of the story, then what became no quote."""
    clauses = {one.key: one.title for one in clauses_of(gold.project)}
    rows = found.adjudication.decisions.exclude(outcome=Decision.Outcome.OPEN).select_related("quote")
    decisions = {row.quote.key: row for row in rows if row.quote and not row.quote.is_deleted}
    letters = _letters(gold, found.contenders)
    said = {item.key: said_in(item) for item in found.items} if are_named else {}

    def clause(row: Decision | None) -> str:
        return clauses.get(row.clause, row.clause) if row else ""

    made = [(card, decisions.get(card.key)) for card in load_story(gold).quotes]
    dropped = [row for row in rows if row.outcome == Decision.Outcome.DROPPED]
    return [
        *(Origin(card, "", letters.get(card.key, ""), row, clause(row)) for card, row in made),
        *(Origin(None, said.get(row.key, ""), "", row, clause(row)) for row in dropped),
    ]


def _letters(gold: Assignment, contenders: list[Contender]) -> dict[str, str]:
    """Return by quote the letters of those whose quotes it was made of."""
    places = {one.standing.pk: one.position for one in contenders}
    found: dict[str, set[int]] = defaultdict(set)
    rows = QuoteAncestor.objects.filter(quote__assignment=gold)
    for key, assignment in rows.values_list("quote__key", "ancestor__assignment"):
        if assignment in places:
            found[key].add(places[assignment])
    return {key: ", ".join(LETTERS[place] for place in sorted(held)) for key, held in found.items()}
