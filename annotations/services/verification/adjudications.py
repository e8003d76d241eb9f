"""Is gold made of what it says that it was made of?"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q

from annotations.models import (
    Adjudication,
    AdjudicationSource,
    Annotator,
    Assignment,
    Change,
    Decision,
    Quote,
    QuoteAncestor,
)
from annotations.services.decisions import UNDOES, decision_state
from annotations.services.verification.breach import Breach, batches
from annotations.services.verification.scope import Scope
from annotations.services.verification.texts import removed_articles

ROWS = 500


def adjudications_fit(scope: Scope) -> Iterator[Breach]:
    """What is compared and what is made of it are of one version, and each decision made a quote of that."""
    strange = scope.rows(Adjudication).exclude(result__version=F("version"), result__annotator=None)
    for pk in strange.values_list("pk", flat=True):
        yield Breach("adjudication", str(pk), "what it makes is of another version, or somebody's own work")
    sources = scope.rows(AdjudicationSource).exclude(assignment__version=F("adjudication__version"))
    for pk in sources.values_list("adjudication_id", flat=True):
        yield Breach("adjudication", str(pk), "it compares work on another version")
    decisions = scope.rows(Decision).filter(quote__isnull=False)
    elsewhere = decisions.exclude(quote__assignment=F("adjudication__result"))
    for key, quote in elsewhere.values_list("key", "quote__key"):
        yield Breach("decision", key, f"its quote {quote} is not of what its adjudication makes")


def ancestors_fit(scope: Scope) -> Iterator[Breach]:
    """A quote was made of quotes of the same version, or carried over from its annotator's own in an earlier one."""
    same = Q(ancestor__assignment__version=F("quote__assignment__version"))
    carried = Q(
        ancestor__assignment__annotator=F("quote__assignment__annotator"),
        ancestor__assignment__version__article=F("quote__assignment__version__article"),
        ancestor__assignment__version__number__lt=F("quote__assignment__version__number"),
    )
    rows = scope.rows(QuoteAncestor).exclude(pk__in=QuoteAncestor.objects.filter(same | carried).values("pk"))
    for key, ancestor in rows.values_list("quote__key", "ancestor__key").iterator(chunk_size=ROWS):
        yield Breach(
            "quote",
            key,
            f"it was made of {ancestor}, which is of another version and not its annotator’s own of an earlier one",
        )


def left_out_fits(scope: Scope) -> Iterator[Breach]:
    """What somebody left out is a quote of their own in an earlier version of the story, or a suggestion."""
    rows = scope.rows(Assignment).exclude(left_out=[]).select_related("version").without_text().order_by("pk")
    for row in rows.iterator(chunk_size=ROWS):
        earlier = Q(
            assignment__annotator=row.annotator_id,
            assignment__version__article=row.version.article_id,
            assignment__version__number__lt=row.version.number,
        )
        suggested = Q(assignment__annotator__kind=Annotator.Kind.SUGGESTER, assignment__version=row.version_id)
        proposed = scope.rows(Quote).filter(earlier | suggested)
        if strange := set(row.left_out) - set(proposed.values_list("key", flat=True)):
            yield Breach(
                "assignment",
                str(row.pk),
                f"it leaves out {min(strange)}, which is no earlier quote of it, nor suggested",
            )


def decisions_are_as_recorded(scope: Scope) -> Iterator[Breach]:
    """The last change of each decision says what it is today, unless its story was removed."""
    rows = scope.rows(Decision).select_related("quote", "adjudication").order_by("pk")
    rows = rows.exclude(adjudication__version__article__in=removed_articles(scope))
    for batch in batches(rows.iterator(chunk_size=ROWS), ROWS):
        last = _last(scope, [row.adjudication.result_id for row in batch])
        for row in batch:
            if last.get((row.adjudication.result_id, row.key)) != decision_state(row):
                yield Breach("decision", row.key, "it is not what its history says")


def _last(scope: Scope, drafts: list[int]) -> dict[tuple[int | None, str], dict[str, object]]:
    rows = scope.rows(Change).filter(assignment__in=drafts, subject_kind=Change.Subject.DECISION)
    return {
        (draft, key): {name: value for name, value in (after or {}).items() if name != UNDOES}
        for draft, key, after in rows.order_by("pk").values_list("assignment_id", "subject_key", "after")
    }
