"""What speakers and claims have in common on pages: uses that the reader may see, redirects folded, merging."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from annotations.access import visible_quotes
from annotations.forms.filters import with_words
from annotations.forms.quotes import RevisionForm
from annotations.models import Claim, Membership, Quote, Span, Speaker
from annotations.services.changes import new_gesture
from annotations.services.errors import Conflict, Invalid, KeyReused

Row = TypeVar("Row", Speaker, Claim)
CANDIDATES = 30
SHORT_WORD = 3


def folded(model: type[Speaker] | type[Claim], project_id: int, rows: Iterable[int]) -> dict[int, set[int]]:
    """Map each row to itself and everything that was merged into it, at however many steps."""
    step: dict[int, int] = dict(
        model.objects.filter(project_id=project_id, merged_into__isnull=False).values_list("pk", "merged_into_id")
    )
    members = {pk: {pk} for pk in rows}
    for pk in step:
        root = pk
        while root in step:
            root = step[root]
        if root in members:
            members[root].add(pk)
    return members


def use_counts(model: type[Speaker] | type[Claim], membership: Membership, rows: Iterable[Row]) -> dict[int, int]:
    """Return how many quotes that the member may see each row has, with those of what was merged into it."""
    members = folded(model, membership.project_id, [row.pk for row in rows])
    roots = {pk: root for root, group in members.items() for pk in group}
    column = "speaker_id" if model is Speaker else "claim_links__claim_id"
    quotes = visible_quotes(membership).filter(**{f"{column}__in": roots}).order_by()
    counts = dict.fromkeys(members, 0)
    for pk, count in quotes.values_list(column).annotate(Count("pk", distinct=True)):
        counts[roots[pk]] += count
    return counts


def visible_uses(model: type[Speaker] | type[Claim], membership: Membership, row: Row) -> QuerySet[Quote]:
    """Return the quotes of a speaker, or about a claim, that the member may see, in the order of the stories."""
    members = folded(model, membership.project_id, [row.pk])[row.pk]
    column = "speaker_id" if model is Speaker else "claim_links__claim_id"
    content = Span.objects.filter(role=Span.Role.CONTENT).order_by("start")
    return (
        visible_quotes(membership)
        .filter(**{f"{column}__in": members})
        .distinct()
        .select_related("assignment__version__article__project", "assignment__annotator__user", "speaker__merged_into")
        .defer(*(f"assignment__version__{name}" for name in ("text", "original", "search_text", "blocks")))
        .prefetch_related(Prefetch("spans", content, to_attr="content_spans"), "claim_links__claim")
        .order_by("assignment__version__article_id", "assignment_id", "pk")
    )


def merge_candidates(
    model: type[Speaker] | type[Claim],
    membership: Membership,
    rows: QuerySet[Row],
    *,
    column: str,
    words: list[str],
    name: str,
) -> list[tuple[Row, int]]:
    """Return rows with all these words, or where none are given, those that share a long word with ``name``."""
    asked = with_words(column, words)
    if not words:
        for word in {word for word in name.split() if len(word) > SHORT_WORD}:
            asked |= Q(**{f"{column}__contains": word})
    found = list(rows.filter(asked).order_by(column, "pk")[:CANDIDATES]) if asked else []
    counts = use_counts(model, membership, found)
    return [(row, counts[row.pk]) for row in found]


def write(
    request: HttpRequest,
    form: RevisionForm,
    act: Callable[[], Any],
    *,
    done: str,
    url: str,
    template: str,
    context: dict[str, Any],
    current: Callable[[], dict[str, Any]],
) -> HttpResponse:
    """Check a form and do what it asks; on a conflict show what stands now beside what was typed.

    ``current`` gives the values of the form as they stand now, with the revision that a second try will carry.
    """
    if form.is_valid():
        try:
            act()
        except Invalid as invalid:
            form.add_error(invalid.field if invalid.field in form.fields else None, invalid.message)
        except (Conflict, KeyReused) as conflict:
            return _conflict(request, form, conflict, template=template, context=context, current=current())
        else:
            messages.success(request, done)
            return redirect(url)
    return TemplateResponse(request, template, {**context, "form": form}, status=422)


def _conflict(
    request: HttpRequest,
    form: RevisionForm,
    conflict: Conflict | KeyReused,
    *,
    template: str,
    context: dict[str, Any],
    current: dict[str, Any],
) -> HttpResponse:
    # What was typed stays; the revision is the new one, so that sending it again is a choice made in full sight.
    typed = {**request.POST.dict(), "revision": str(current["revision"]), "gesture": new_gesture()}
    again = type(form)(typed)
    rows = [
        (field.label, current.get(field.name) or "–", typed.get(field.name) or "–")
        for field in again.visible_fields()
        if str(current.get(field.name, "")).split() != str(typed.get(field.name, "")).split()
    ]
    shown = {**context, "form": again, "conflict": conflict.message, "compared": rows}
    return TemplateResponse(request, template, shown, status=409)
