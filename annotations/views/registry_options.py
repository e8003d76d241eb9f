"""The speakers and claims that a person is offered while typing, and those that a typed name can mean."""

from __future__ import annotations

import re
from functools import reduce
from operator import and_

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from annotations.access import get_own_assignment, visible_claims, visible_speakers
from annotations.models import Assignment, Claim, Membership, Speaker, fold
from annotations.services.speakers import NewSpeaker
from annotations.views.pages import refuse_unknown

OFFERED = 20
# Stands between a name and a description where two speakers have the same name.
BETWEEN = " — "


def speakers_offered(membership: Membership, assignment: Assignment) -> QuerySet[Speaker]:
    """Return the speakers to whom a quote of this assignment can be attributed, as far as the member may see them."""
    return visible_speakers(membership).filter(
        Q(article__isnull=True) | Q(article=assignment.version.article_id), merged_into__isnull=True
    )


def named_by(typed: str) -> NewSpeaker:
    """Return the person whom a typed name means if nobody has it yet: a name, or a name and a description."""
    label, between, description = typed.partition(BETWEEN)
    return NewSpeaker(label, description=description) if between else NewSpeaker(typed)


def speakers_called(membership: Membership, assignment: Assignment, typed: str, *, exactly: bool) -> list[Speaker]:
    """Return the speakers whom a typed name can mean; only those of this story if there are any.

    Who is not called just so is found by some of the words of a name, unless it must be ``exactly`` this one.
    """
    offered = speakers_offered(membership, assignment)
    label, _between, description = typed.rpartition(BETWEEN)
    exact = offered.filter(label_folded=fold(label), description_folded=fold(description))
    found = list(exact[:OFFERED]) or list(offered.filter(label_folded=fold(typed))[:OFFERED])
    if not found and not exactly:
        found = _with_words(offered, typed)
    here = assignment.quotes.live().filter(speaker__in=[row.pk for row in found])
    quoted = set(here.values_list("speaker_id", flat=True))
    return ([row for row in found if row.pk in quoted] or found)[:OFFERED]


def _with_words(offered: QuerySet[Speaker], typed: str) -> list[Speaker]:
    """Return the speakers of whom one name has all these words: whole ones, for "al" is no Albert.

    A database folds no letters inside JSON, so names are compared here; few speakers have others.
    """
    words = _words(typed)
    named = reduce(and_, (Q(label_folded__contains=word) for word in words), Q())
    rows = offered.filter(named | ~Q(aliases=[])) if words else offered.none()
    return [row for row in rows if any(words <= _words(name) for name in (row.label, *row.aliases))]


def _words(name: str) -> set[str]:
    return set(re.findall(r"\w+", fold(name)))


@require_safe
def speaker_options(request: HttpRequest, pk: int) -> HttpResponse:
    """Return speakers whose names hold what was typed."""
    membership, assignment = get_own_assignment(request.user, pk)  # type: ignore[arg-type]
    refuse_unknown(request, {"name"})
    typed = fold(request.GET.get("name", ""))
    rows = speakers_offered(membership, assignment).filter(label_folded__contains=typed)
    options = [f"{row.label}{BETWEEN}{row.description}" if row.description else row.label for row in rows[:OFFERED]]
    return TemplateResponse(request, "quotes/_options.html", {"options": options})


@require_safe
def claim_options(request: HttpRequest, pk: int) -> HttpResponse:
    """Return claims whose words hold what was typed."""
    membership, _assignment = get_own_assignment(request.user, pk)  # type: ignore[arg-type]
    refuse_unknown(request, {"claim"})
    rows: QuerySet[Claim] = visible_claims(membership).filter(
        text_folded__contains=fold(request.GET.get("claim", "")), merged_into__isnull=True
    )
    return TemplateResponse(request, "quotes/_options.html", {"options": [row.text for row in rows[:OFFERED]]})
