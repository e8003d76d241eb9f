"""Are quotes whole, do their parts agree, and does everything they name belong to them?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from django.db.models import F, Q

from annotations.exports.jsonl_v1_reader import resolution_fault
from annotations.exports.records import Record
from annotations.models import Assignment, ClaimLink, Quote, QuoteLabel, Span, Stance
from annotations.services.quote_states import false_types
from annotations.services.verification.breach import Breach, batches
from annotations.services.verification.scope import Scope
from annotations.services.verification.texts import spans_by_role, true_texts

QUOTES = 500
STORIES = 20


def quotes_are_whole(scope: Scope) -> Iterator[Breach]:
    """A quote that is not deleted has content, its resolution fits its source words, its values are known ones."""
    rows = scope.rows(Quote).order_by("pk")
    columns = ("pk", "key", "resolution", "no_source", "speaker_id", "type", "type_overridden", "is_deleted")
    for batch in batches(rows.values_list(*columns).iterator(chunk_size=QUOTES), QUOTES):
        spans = spans_by_role(scope, [row[0] for row in batch])
        for pk, key, resolution, reason, speaker, kind, chosen, deleted in batch:
            roles = spans.get(pk, {})
            if not deleted and not roles.get("content"):
                yield Breach("quote", key, "it has no content")
            elif not (deleted and not roles) and (
                fault := resolution_fault(
                    resolution or None, reason or None, bool(roles.get("source")), speaker is not None
                )
            ):
                yield Breach("quote", key, f"its parts disagree: {fault[1]}")
            elif kind not in Quote.Type.values or (kind not in Quote.DERIVED_TYPES and not chosen):
                yield Breach("quote", key, f"“{kind}” is no type that it can have")
    roles_known = Q(role__in=Span.Role.values)
    for pk, role in scope.rows(Span).exclude(roles_known).values_list("pk", "role"):
        yield Breach("span", str(pk), f"“{role}” is no role")


def types_are_derived(scope: Scope) -> Iterator[Breach]:
    """A type that nobody chose is the one that the quotation marks give."""
    rows = scope.rows(Assignment).order_by("pk").values_list("pk", "version_id")
    for batch in batches(rows.iterator(chunk_size=STORIES), STORIES):
        texts = true_texts(scope, {version for _, version in batch})
        quotes = _typed_quotes(scope, [pk for pk, version in batch if version in texts])
        for pk, version in batch:
            for place, derived in false_types(texts.get(version, ""), quotes[pk]):
                quote = quotes[pk][place]
                yield Breach("quote", quote["id"], f"it is not {quote['type']}: its quotation marks make it {derived}")


def _typed_quotes(scope: Scope, assignments: list[int]) -> dict[int, list[Record]]:
    """Return what decides the types of the quotes of these assignments."""
    live = scope.rows(Quote).live().filter(assignment__in=assignments)
    rows = live.values("pk", "key", "assignment_id", "type", "type_overridden", "parent_id")
    found: dict[int, Record] = {row["pk"]: {**row, "id": row["key"], "content": []} for row in rows}
    content = scope.rows(Span).filter(quote__in=list(found), role=Span.Role.CONTENT).order_by("pk")
    for pk, start, end in content.values_list("quote_id", "start", "end"):
        found[pk]["content"].append({"start": start, "end": end})
    by_assignment: dict[int, list[Record]] = defaultdict(list)
    for quote in found.values():
        if quote["content"]:
            quote["parent"] = found[quote["parent_id"]]["id"] if quote["parent_id"] in found else None
            by_assignment[quote["assignment_id"]].append(quote)
    return by_assignment


def parents_hold(scope: Scope) -> Iterator[Breach]:
    """The parent of a quote is a quote of the same assignment that is not deleted, and no quote stands in itself."""
    rows = scope.rows(Quote).filter(parent__isnull=False).order_by("assignment_id", "pk")
    columns = ("assignment_id", "pk", "key", "is_deleted", "parent_id", "parent__assignment_id", "parent__is_deleted")
    for _assignment, group in groupby(rows.values_list(*columns).iterator(chunk_size=QUOTES), itemgetter(0)):
        found = list(group)
        above = {pk: parent for _, pk, _, _, parent, _, _ in found}
        for assignment, pk, key, deleted, _parent, parent_assignment, parent_deleted in found:
            if parent_assignment != assignment:
                yield Breach("quote", key, "its parent belongs to another assignment")
            elif parent_deleted and not deleted:
                yield Breach("quote", key, "its parent is deleted")
            elif _is_ring(pk, above):
                yield Breach("quote", key, "it stands inside itself")


def _is_ring(pk: int, above: dict[int, int]) -> bool:
    seen, step = {pk}, above.get(pk)
    while step is not None and step not in seen:
        seen.add(step)
        step = above.get(step)
    return step == pk


def labels_and_links_fit(scope: Scope) -> Iterator[Breach]:
    """Labels belong to their set, and sets, claims, speakers and assignments to the quote's project."""
    labels = scope.rows(QuoteLabel).exclude(label__label_set=F("label_set"), label_set__project=F("quote__project"))
    for pk, key in labels.values_list("pk", "quote__key").iterator(chunk_size=QUOTES):
        yield Breach("label", str(pk), f"it is none of its set, or of another project (quote {key})")
    links = scope.rows(ClaimLink).exclude(claim__project=F("quote__project"), stance__in=Stance.values)
    for pk, key in links.values_list("pk", "quote__key").iterator(chunk_size=QUOTES):
        yield Breach("claim link", str(pk), f"its claim is of another project, or its stance unknown (quote {key})")
    strange = ~Q(assignment__project=F("project")) | (Q(speaker__isnull=False) & ~Q(speaker__project=F("project")))
    for key in scope.rows(Quote).filter(strange).values_list("key", flat=True).iterator(chunk_size=QUOTES):
        yield Breach("quote", key, "its assignment or its speaker is of another project")


def assignments_fit(scope: Scope) -> Iterator[Breach]:
    """Gold and drafts of it, and only they, have no annotator; one gold at most; all of it is of the project."""
    rows = scope.rows(Assignment).order_by("version_id", "pk")
    columns = (
        "version_id",
        "pk",
        "status",
        "annotator_id",
        "project_id",
        "version__project_id",
        "annotator__project_id",
    )
    for _version, group in groupby(rows.values_list(*columns).iterator(chunk_size=QUOTES), itemgetter(0)):
        found = list(group)
        golds = Counter(status for _, _, status, *_ in found)[Assignment.Status.GOLD]
        for _, pk, status, annotator, project, version_project, annotator_project in found:
            is_gold = status == Assignment.Status.GOLD
            if status not in Assignment.Status.values:
                yield Breach("assignment", str(pk), f"“{status}” is no status")
            elif (is_gold or status in Assignment.COPIES) != (annotator is None):
                yield Breach("assignment", str(pk), "gold and drafts of it, and nothing else, have no annotator")
            elif is_gold and golds > 1:
                yield Breach("assignment", str(pk), "its version has more than one gold")
            elif version_project != project or annotator_project not in {None, project}:
                yield Breach("assignment", str(pk), "its version or its annotator is of another project")
