"""What speakers and claims have in common on pages: uses that the reader may see, redirects folded, merging."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib import messages
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from annotations.access import Act, get_membership, visible_quotes
from annotations.forms.filters import with_words
from annotations.forms.quotes import RevisionForm
from annotations.forms.registry import MergeForm
from annotations.http import SignedInRequest
from annotations.models import Claim, Membership, Quote, Span, Speaker
from annotations.services.changes import new_gesture
from annotations.services.errors import Conflict, Invalid, KeyReused, ServiceError
from annotations.views.pages import project_context, refuse_unknown, search_words

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


@dataclass(frozen=True)
class Noun(Generic[Row]):
    """What the pages of speakers and those of claims do not share. The texts are lazy."""

    section: str
    address: str
    get: Callable[[Membership, str], Row]
    # Those that a row may be merged into, and the column of the words by which they are found.
    targets: Callable[[Membership], QuerySet[Row]]
    column: str
    words: Any
    merge: Callable[..., Row]
    merged: Any
    unmerge: Callable[..., Row]
    unmerged: Any

    def url(self, row: Row) -> str:
        """Return the address of a row."""
        return reverse(self.address, args=[row.project.slug, row.key])

    def context(self, membership: Membership, row: Row, **more: Any) -> dict[str, Any]:
        """Return what a page about a row shows."""
        return project_context(membership, self.section, row=row, row_url=self.url(row), **more)

    def candidates(self, membership: Membership, row: Row, words: list[str]) -> list[tuple[Row, int]]:
        """Return targets with all these words, or where none are given, those that share a long word with the row."""
        asked = with_words(self.column, words)
        if not words:
            for word in {word for word in getattr(row, self.column).split() if len(word) > SHORT_WORD}:
                asked |= Q(**{f"{self.column}__contains": word})
        rows = self.targets(membership).filter(merged_into__isnull=True).exclude(pk=row.pk)
        found = list(rows.filter(asked).order_by(self.column, "key")[:CANDIDATES]) if asked else []
        counts = use_counts(type(row), membership, found)
        return [(one, counts[one.pk]) for one in found]


def merge_page(request: SignedInRequest, slug: str, key: str, noun: Noun[Any]) -> HttpResponse:
    """Let a row stand for another one that it is the same as."""
    membership = get_membership(request.user, slug, Act.MERGE)
    refuse_unknown(request, {"q"})
    row = noun.get(membership, key)
    candidates = noun.candidates(membership, row, search_words(request, str(noun.words)))
    context = noun.context(membership, row, q=request.GET.get("q", ""), candidates=candidates)
    if request.method != "POST":
        form = MergeForm(initial={"revision": row.revision, "gesture": new_gesture()})
        return TemplateResponse(request, "registry/merge.html", {**context, "form": form})
    form = MergeForm(request.POST)
    return write(
        request,
        form,
        lambda: noun.merge(
            request.user,
            row,
            into=noun.get(membership, form.cleaned_data["into"]),
            revision=form.cleaned_data["revision"],
            gesture=form.key,
        ),
        done=str(noun.merged),
        url=noun.url(row),
        template="registry/merge.html",
        context=context,
        current=lambda: {"revision": noun.get(membership, key).revision},
    )


def unmerge(request: SignedInRequest, slug: str, key: str, noun: Noun[Any]) -> HttpResponse:
    """Take a merge back."""
    membership = get_membership(request.user, slug, Act.MERGE)
    row = noun.get(membership, key)
    form = RevisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This form is not complete. Nothing was changed."))
        return redirect(noun.url(row))
    try:
        noun.unmerge(request.user, row, revision=form.cleaned_data["revision"], gesture=form.key)
    except ServiceError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, str(noun.unmerged))
    return redirect(noun.url(row))


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
