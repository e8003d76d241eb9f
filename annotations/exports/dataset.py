"""From the database to records. The only file here that knows the models.

Rows are read as tuples, a few queries for a batch of assignments: a dataset has many more rows than a page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import QuerySet

from annotations.exports.records import (
    STATE_KEYS,
    Record,
    assignment_record,
    in_order,
    newest_guidelines,
    quote_order,
    quote_record,
    span_record,
    without_words,
)
from annotations.models import Assignment, Claim, ClaimLink, GuidelinesVersion, Label, Quote, QuoteLabel, Span, Speaker
from annotations.text.blocks import blocks

READER = "reader"
BATCH = 100
# A story has its words three times, and an export needs them once; it needs no clock at all.
NOT_EXPORTED = (
    "created_at",
    "updated_at",
    "version__created_at",
    "version__original",
    "version__search_text",
    "version__article__created_at",
)
SPEAKER_COLUMNS = ("key", "label", "kind", "named", "description", "aliases", "wikidata")


@contextmanager
def snapshot() -> Iterator[str]:
    """Give the alias of a connection that sees one unchanging state of the database and locks nobody out."""
    with transaction.atomic(using=READER):
        yield READER


def redirects(model: type[Speaker] | type[Claim], project_id: int, using: str = DEFAULT_DB_ALIAS) -> dict[str, str]:
    """Map the key of each merged speaker (or claim) of a project to the key it finally stands for."""
    step: dict[str, str] = dict(
        model.objects.using(using)
        .filter(project_id=project_id, merged_into__isnull=False)
        .values_list("key", "merged_into__key")
    )
    return {key: _follow(key, step) for key in step}


def _follow(key: str, step: Mapping[str, str]) -> str:
    seen = {key}
    while (following := step.get(key)) is not None and following not in seen:
        seen.add(key := following)
    return key


def quote_states(quotes: QuerySet[Quote]) -> dict[int, Record]:
    """Return the state of each quote by primary key: its record, and the ``STATE_KEYS`` that only history needs.

    A state names the speaker and claims that the quote itself points to, merged or not.
    """
    using = quotes.db
    rows = quotes.order_by("pk").values_list(
        "pk",
        "key",
        "type",
        "type_overridden",
        "speaker__key",
        "resolution",
        "no_source",
        "parent__key",
        "parent_overridden",
        "note",
        "is_deleted",
        "revision",
    )
    spans = _spans(quotes, using)
    labels = _labels(quotes, using)
    claims = _claims(quotes, using)
    return {
        pk: quote_record(
            key=key,
            type=type_,
            type_overridden=type_overridden,
            spans=spans.get(pk, {}),
            speaker=speaker,
            resolution=resolution,
            no_source=no_source,
            parent=parent,
            labels=labels.get(pk, {}),
            claims=claims.get(pk, []),
            note=note,
        )
        | {"parent_overridden": parent_overridden, "deleted": is_deleted, "revision": revision}
        for (
            pk,
            key,
            type_,
            type_overridden,
            speaker,
            resolution,
            no_source,
            parent,
            parent_overridden,
            note,
            is_deleted,
            revision,
        ) in rows
    }


def _keys(quotes: QuerySet[Quote]) -> QuerySet[Any, Any]:
    # Left to the query around it, which names the connection.
    return quotes.order_by().values("pk").using(None)


def _spans(quotes: QuerySet[Quote], using: str) -> dict[int, dict[str, list[Record]]]:
    found: dict[int, dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    rows = Span.objects.using(using).filter(quote__in=_keys(quotes))
    # As the unique index has them, so that nothing is sorted.
    for pk, role, start, end, exact in rows.order_by("quote_id", "role", "start", "end").values_list(
        "quote_id", "role", "start", "end", "exact"
    ):
        found[pk][role].append({"start": start, "end": end, "exact": exact})
    return found


def _labels(quotes: QuerySet[Quote], using: str) -> dict[int, Record]:
    answers: dict[int, list[int]] = defaultdict(list)
    rows = QuoteLabel.objects.using(using).filter(quote__in=_keys(quotes))
    for pk, label in rows.order_by("quote_id").values_list("quote_id", "label_id"):
        answers[pk].append(label)
    labels = Label.objects.using(using).filter(pk__in=set(chain.from_iterable(answers.values())))
    words = list(labels.order_by("label_set__position", "label_set_id").values_list("pk", "label_set__key", "key"))
    return {pk: {set_key: key for label, set_key, key in words if label in found} for pk, found in answers.items()}


def _claims(quotes: QuerySet[Quote], using: str) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = defaultdict(list)
    rows = ClaimLink.objects.using(using).filter(quote__in=_keys(quotes))
    for pk, claim, stance in rows.order_by("quote_id", "pk").values_list("quote_id", "claim__key", "stance"):
        found[pk].append({"claim": claim, "stance": stance})
    return found


def assignment_records(
    assignments: QuerySet[Assignment], project_id: int, *, leave_out: bool = False
) -> Iterator[Record]:
    """Yield one ``newsnotes/1`` record per assignment, in a fixed order, holding a batch in memory at a time.

    Which assignments those are is the caller's choice, also of ones that are not published yet.

    With ``leave_out``, a story whose text may not be exported comes without its words.

    The order is that of the rows' making: by article, version and assignment. An import keeps the order of its
    lines, so that its export has the same bytes again.
    """
    using = assignments.db
    merged = {model: redirects(model, project_id, using) for model in (Speaker, Claim)}
    guidelines = guidelines_references(project_id, using)
    keys = in_file_order(assignments).values_list("pk", flat=True).iterator(chunk_size=BATCH)
    while batch := list(islice(keys, BATCH)):
        for exportable, record in _batch_records(batch, project_id, merged, guidelines, using):
            yield without_words(record) if leave_out and not exportable else record


def in_file_order(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Return assignments in the order in which a file has them."""
    return assignments.order_by("version__article_id", "version__number", "pk")


def articles(assignments: QuerySet[Assignment]) -> int:
    """Count the articles of assignments."""
    return assignments.order_by().values("version__article").distinct().count()


def guidelines_references(project_id: int, using: str = DEFAULT_DB_ALIAS) -> dict[int, str]:
    """Return what files call each version of a project's guidelines, by primary key."""
    rows = GuidelinesVersion.objects.using(using).filter(project=project_id)
    return {row.pk: row.reference for row in rows}


def _batch_records(
    keys: Sequence[int],
    project_id: int,
    merged: Mapping[type[Speaker] | type[Claim], Mapping[str, str]],
    guidelines: Mapping[int, str],
    using: str,
) -> Iterator[tuple[bool, Record]]:
    rows = (
        Assignment.every.using(using).select_related("version__article", "annotator").defer(*NOT_EXPORTED).in_bulk(keys)
    )
    quotes = Quote.every.using(using).live().filter(assignment_id__in=keys)
    owners = {
        pk: (owner, guidelines[version] if version else named)
        for pk, owner, version, named in quotes.values_list("pk", "assignment_id", "guidelines_id", "guidelines_named")
    }
    by_assignment: dict[int, list[Record]] = defaultdict(list)
    for pk, state in quote_states(quotes).items():
        owner, made_under = owners[pk]
        record = export_quote(state, merged[Speaker], merged[Claim])
        by_assignment[owner].append(record | ({"guidelines": made_under} if made_under else {}))
    used = [quote for found in by_assignment.values() for quote in found]
    speakers = speaker_records(project_id, {quote["speaker"] for quote in used}, using)
    claims = claim_records(project_id, {link["claim"] for quote in used for link in quote["claims"]}, using)
    for key in keys:
        exportable = rows[key].version.article.text_exportable
        yield exportable, _assignment_record(rows[key], sorted(by_assignment[key], key=quote_order), speakers, claims)


def export_quote(state: Record, speakers_to: Mapping[str, str], claims_to: Mapping[str, str]) -> Record:
    """Return the record of a quote from its state: redirects followed, nothing that only history needs."""
    links: dict[str, Record] = {}
    for link in state["claims"]:
        claim = claims_to.get(link["claim"], link["claim"])
        links.setdefault(claim, {"claim": claim, "stance": link["stance"]})
    record = state.copy()
    for key in STATE_KEYS:
        del record[key]
    record["speaker"] = speakers_to.get(state["speaker"], state["speaker"])
    record["claims"] = list(links.values())
    return record


def speaker_records(project_id: int, keys: Iterable[str | None], using: str = DEFAULT_DB_ALIAS) -> dict[str, Record]:
    """Return the records of these speakers of a project by key."""
    rows = Speaker.every.using(using).filter(project_id=project_id, key__in={key for key in keys if key})
    return {row.key: speaker_record(row) for row in rows.order_by().values_list(*SPEAKER_COLUMNS, named=True)}


def speaker_record(row: Any) -> Record:
    """Return the record of a speaker, which is one or has the ``SPEAKER_COLUMNS`` of one."""
    return {
        "id": row.key,
        "label": row.label,
        "kind": row.kind,
        "named": row.named,
        "description": row.description or None,
        "aliases": row.aliases,
        "wikidata": row.wikidata or None,
    }


def claim_records(project_id: int, keys: Iterable[str], using: str = DEFAULT_DB_ALIAS) -> dict[str, Record]:
    """Return the records of these claims of a project by key."""
    rows = Claim.every.using(using).filter(project_id=project_id, key__in=set(keys)).order_by()
    return {key: {"id": key, "text": text} for key, text in rows.values_list("key", "text")}


def article_record(version: Any) -> Record:
    """Return the article of a version, which is selected with its article."""
    return {**article_facts(version), "text": version.text, "blocks": block_records(version)}


def article_facts(version: Any) -> Record:
    """Return what is known of an article, without the words of this version of it."""
    article = version.article
    return {
        "id": article.key,
        "version": version.number,
        "headline": version.headline or None,
        "outlet": article.outlet or None,
        "url": article.url or None,
        "byline": article.byline or None,
        "published": article.published.isoformat() if article.published else None,
        "language": article.language or None,
        "licence": article.licence or None,
        "sha256": version.sha256,
    }


def block_records(version: Any) -> list[Record]:
    """Return the blocks of a version: those an import brought, else those found in its text."""
    if version.blocks:
        return [{"kind": kind, "start": start, "end": end} for kind, start, end in version.blocks]
    found = blocks(version.text, version.headline or None)
    return [{"kind": block.kind.value, "start": block.start, "end": block.end} for block in found]


def _assignment_record(
    assignment: Assignment, quotes: list[Record], speakers: Mapping[str, Record], claims: Mapping[str, Record]
) -> Record:
    cast = list(dict.fromkeys(quote["speaker"] for quote in quotes if quote["speaker"]))
    said = list(dict.fromkeys(link["claim"] for quote in quotes for link in quote["claims"]))
    text = assignment.version.text
    return assignment_record(
        status=assignment.status,
        annotator=assignment.annotator.pseudonym if assignment.annotator else None,
        guidelines=newest_guidelines(quotes),
        article=article_record(assignment.version),
        speakers=in_order((speakers[key] for key in cast), assignment.speaker_order, cast),
        claims=in_order((claims[key] for key in said), assignment.claim_order, said),
        quotes=quotes,
        looked_at=[span_record(start, end, text[start:end]) for start, end in assignment.looked_at],
        read_up_to=assignment.read_up_to,
    )
