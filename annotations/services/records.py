"""Importing records of ``newsnotes/1``: whole assignments, with their quotes, speakers and claims, in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotations.exports.dataset import guidelines_references
from annotations.exports.records import ROLES, Record
from annotations.models import (
    Annotator,
    ArticleVersion,
    Assignment,
    Change,
    Claim,
    ClaimLink,
    Delivery,
    Project,
    Quote,
    QuoteLabel,
    Span,
    Speaker,
    User,
    fold,
)
from annotations.services import bulk, history
from annotations.services.articles import article_change, insert_stories, lock_imports, retried
from annotations.services.changes import Gesture, recorded
from annotations.services.containment import parents_of
from annotations.services.record_checks import blocks_of
from annotations.services.record_shelf import RecordPlacement, RecordShelf
from annotations.services.shelf import Outcome, chunks

BATCH = 100
# A gesture numbers its history rows in two bytes.
MOST_CHANGES = 30_000
SPEAKER_COLUMNS = (
    "id",
    "project",
    "key",
    "label",
    "kind",
    "named",
    "description",
    "aliases",
    "wikidata",
    "article",
    "label_folded",
    "description_folded",
    "introduced_in",
    "created_by",
    "revision",
    "delivery",
)
CLAIM_COLUMNS = ("id", "project", "key", "text", "text_folded", "introduced_in", "created_by", "revision", "delivery")
ASSIGNMENT_COLUMNS = (
    "id",
    "project",
    "version",
    "annotator",
    "status",
    "left",
    "revision",
    "speaker_order",
    "claim_order",
    "looked_at",
    "read_up_to",
    "left_out",
    "created_at",
    "updated_at",
    "delivery",
)
QUOTE_COLUMNS = (
    "id",
    "project",
    "assignment",
    "key",
    "speaker",
    "resolution",
    "no_source",
    "type",
    "type_overridden",
    "parent",
    "parent_overridden",
    "note",
    "guidelines",
    "guidelines_named",
    "revision",
    "is_deleted",
    "created_at",
    "updated_at",
    "delivery",
)


def place_records(*, actor: User | None, project: Project, records: Sequence[Record]) -> list[RecordPlacement]:
    """Tell what would become of these records, and write nothing."""
    return placed_records(actor=actor, project=project, records=records).placements


@dataclass(frozen=True)
class PlacedRecords:
    """What becomes of some records, and the shelf on which they were placed."""

    shelf: RecordShelf
    placements: list[RecordPlacement]


def placed_records(
    *, actor: User | None, project: Project, records: Sequence[Record], delivery: Delivery | None = None
) -> PlacedRecords:
    """Look up what becomes of these records, so that they can be written.

    As part of a delivery, what adds to a story that is published is deferred.
    """
    shelf = RecordShelf(project, actor, delivery)
    shelf.look_up(records)
    return PlacedRecords(shelf, [shelf.place(record) for record in records])


def write_placed(*, actor: User | None, placed: PlacedRecords) -> None:
    """Write what is new of records that were placed, as one gesture. Of a delivery, nobody sees it yet.

    Where somebody wrote the same meanwhile the database refuses it: place the records anew.
    """
    project = placed.shelf.project
    with recorded(project=project, actor=actor, gesture=None, asked=("records", project.pk)) as opened:
        opened.delivery = placed.shelf.delivery
        new = [one for one in placed.placements if one.outcome == Outcome.NEW and not one.is_deferred]
        _Writer(opened, placed.shelf, new).write()


def import_records(*, actor: User | None, project: Project, records: Sequence[Record]) -> list[RecordPlacement]:
    """Write what is new of these records, all in one transaction, and tell what became of each."""
    return retried(partial(_import_records, actor, project, records))


def _import_records(actor: User | None, project: Project, records: Sequence[Record]) -> list[RecordPlacement]:
    placements: list[RecordPlacement] = []
    # No savepoint around all batches: SQLite would keep what every page held before, and search it at each statement.
    with transaction.atomic(savepoint=False):
        lock_imports(project)
        for batch in batches(records):
            placed = placed_records(actor=actor, project=project, records=batch)
            write_placed(actor=actor, placed=placed)
            placements += placed.placements
    return placements


def batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Yield the records in lists whose history one gesture can number."""
    batch: list[Record] = []
    changes = 0
    for record in records:
        needed = 2 + len(record["speakers"]) + len(record["claims"])
        if batch and (len(batch) == BATCH or changes + needed > MOST_CHANGES):
            yield batch
            batch, changes = [], 0
        batch.append(record)
        changes += needed
    if batch:
        yield batch


class _Writer:
    """Writes the new records of one batch, one table after the other."""

    def __init__(self, opened: Gesture, shelf: RecordShelf, placements: list[RecordPlacement]) -> None:
        self.opened = opened
        self.project = shelf.project
        self.shelf = shelf
        self.placements = placements
        self.actor = opened.actor.pk if opened.actor else None
        self.delivery = opened.delivery.pk if opened.delivery else None
        self.now: datetime = timezone.now()
        self.changes: list[history.NewChange] = []
        self.speakers: dict[str, int] = {}
        self.claims: dict[str, int] = {}
        self.guidelines = {name: pk for pk, name in guidelines_references(self.project.pk).items()}

    def write(self) -> None:
        """Write everything."""
        self._write_versions()
        self._write_speakers()
        self._write_claims()
        self._write_annotators()
        self._write_assignments()
        history.insert(self.opened, self.changes)

    def _write_versions(self) -> None:
        new = list({id(one.version): one.version for one in self.placements if one.version}.values())
        insert_stories(self.project, new, self.opened.delivery)
        self.changes += map(article_change, new)
        for placement in self.placements:
            if placement.version:
                placement.version_pk, placement.article_pk = placement.version.version_pk, placement.version.article_pk
            if placement.new_blocks:
                self._write_blocks(placement)

    def _write_blocks(self, placement: RecordPlacement) -> None:
        """Give a version the blocks that a record brings. Nobody takes it up meanwhile: its row is locked."""
        version = ArticleVersion.every.select_for_update().only("article", "number").get(pk=placement.version_pk)
        if Assignment.every.filter(version=version).exists():
            # It was taken up since it was looked at: all of it is looked at again.
            raise IntegrityError
        article = placement.record["article"]
        version.blocks = blocks_of(article)
        version.save(update_fields=["blocks"])
        told = {"id": article["id"], "version": version.number}
        self.opened.record(
            Change.Action.CHANGE,
            Change.Subject.ARTICLE,
            article["id"],
            before=told | {"blocks": None},
            after=told | {"blocks": version.blocks},
            article=version.article,
        )

    def _write_speakers(self) -> None:
        new = [(placement, speaker) for placement in self.placements for speaker in placement.speakers]
        rows = []
        for pk, (placement, speaker) in zip(bulk.allocate(Speaker, len(new)), new, strict=True):
            rows.append(self._speaker_row(pk, placement, speaker))
            self.speakers[speaker["id"]] = pk
            after = speaker | {"merged_into": None, "revision": 1}
            self._record(Change.Subject.SPEAKER, speaker["id"], after, placement)
        bulk.insert(Speaker, SPEAKER_COLUMNS, rows)
        named = {speaker["id"] for placement in self.placements for speaker in placement.record["speakers"]}
        self.speakers |= self._keys_of(Speaker, named - self.speakers.keys())

    def _speaker_row(self, pk: int, placement: RecordPlacement, speaker: Record) -> bulk.Row:
        return (
            pk,
            self.project.pk,
            speaker["id"],
            speaker["label"],
            speaker["kind"],
            speaker["named"],
            speaker["description"] or "",
            speaker["aliases"],
            speaker["wikidata"] or "",
            None if speaker["named"] else placement.article_pk,
            fold(speaker["label"]),
            fold(speaker["description"] or ""),
            placement.article_pk,
            self.actor,
            1,
            self.delivery,
        )

    def _write_claims(self) -> None:
        new = [(placement, claim) for placement in self.placements for claim in placement.claims]
        rows = []
        for pk, (placement, claim) in zip(bulk.allocate(Claim, len(new)), new, strict=True):
            words = (claim["id"], claim["text"], fold(claim["text"]))
            rows.append((pk, self.project.pk, *words, placement.article_pk, self.actor, 1, self.delivery))
            self.claims[claim["id"]] = pk
            after = claim | {"merged_into": None, "revision": 1}
            self._record(Change.Subject.CLAIM, claim["id"], after, placement)
        bulk.insert(Claim, CLAIM_COLUMNS, rows)
        named = {claim["id"] for placement in self.placements for claim in placement.record["claims"]}
        self.claims |= self._keys_of(Claim, named - self.claims.keys())

    def _keys_of(self, model: type[Speaker] | type[Claim], keys: set[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for chunk in chunks(keys):
            found |= dict(model.every.filter(project=self.project, key__in=chunk).values_list("key", "pk"))
        return found

    def _write_annotators(self) -> None:
        known = self.shelf.annotators
        for pseudonym in dict.fromkeys(placement.annotator for placement in self.placements):
            if pseudonym is not None and pseudonym not in known:
                made = {"pseudonym": pseudonym, "delivery_id": self.delivery}
                known[pseudonym] = Annotator.every.create(project=self.project, **made).pk

    def _write_assignments(self) -> None:
        rows, quotes = [], []
        for pk, placement in zip(bulk.allocate(Assignment, len(self.placements)), self.placements, strict=True):
            record = placement.record
            states = states_of(record)
            annotator = self.shelf.annotators[placement.annotator] if placement.annotator else None
            orders = tuple([row["id"] for row in record[name]] for name in ("speakers", "claims"))
            read = {
                "looked_at": [[one["start"], one["end"]] for one in record.get("looked_at", ())],
                "read_up_to": record.get("read_up_to"),
            }
            keys = (pk, self.project.pk, placement.version_pk, annotator)
            rows.append(
                (*keys, record["status"], "", 1, *orders, *read.values(), [], self.now, self.now, self.delivery)
            )
            made_under = {quote["id"]: quote.get("guidelines", "") for quote in record["quotes"]}
            quotes += [(pk, state, made_under[state["id"]]) for state in states]
            told = {name: value for name, value in read.items() if value}
            after = {"status": record["status"], "revision": 1, **told, "quotes": states}
            self._record(Change.Subject.ASSIGNMENT, str(pk), after, placement, assignment_pk=pk)
        bulk.insert(Assignment, ASSIGNMENT_COLUMNS, rows)
        self._write_quotes(quotes)

    def _write_quotes(self, quotes: list[tuple[int, Record, str]]) -> None:
        pks = dict(zip((state["id"] for _, state, _ in quotes), bulk.allocate(Quote, len(quotes)), strict=True))
        bulk.insert(Quote, QUOTE_COLUMNS, (self._quote_row(pks, *quote) for quote in quotes))
        states = [(pks[state["id"]], state) for _, state, _ in quotes]
        bulk.insert(
            Span,
            ("quote", "role", "start", "end", "exact"),
            (
                (pk, role, span["start"], span["end"], span["exact"])
                for pk, state in states
                for role in ROLES
                for span in state[role]
            ),
        )
        bulk.insert(
            QuoteLabel,
            ("quote", "label_set", "label"),
            ((pk, *self.shelf.labels[answer]) for pk, state in states for answer in state["labels"].items()),
        )
        bulk.insert(
            ClaimLink,
            ("quote", "claim", "stance"),
            ((pk, self.claims[link["claim"]], link["stance"]) for pk, state in states for link in state["claims"]),
        )
        # The database lets a quote say that words name its speaker only once it has those words.
        for resolution in ("explicit", "anaphoric"):
            for chunk in chunks(pk for pk, state in states if state["resolution"] == resolution):
                Quote.every.filter(pk__in=chunk).update(resolution=resolution)

    def _quote_row(self, pks: dict[str, int], assignment: int, state: Record, made_under: str) -> bulk.Row:
        by_words = state["resolution"] in {"explicit", "anaphoric"}
        return (
            pks[state["id"]],
            self.project.pk,
            assignment,
            state["id"],
            self.speakers[state["speaker"]] if state["speaker"] else None,
            "" if by_words else state["resolution"] or "",
            state["no_source"] or "",
            state["type"],
            state["type_overridden"],
            pks[state["parent"]] if state["parent"] else None,
            state["parent_overridden"],
            state.get("note", ""),
            self.guidelines.get(made_under),
            "" if made_under in self.guidelines else made_under,
            1,
            False,
            self.now,
            self.now,
            self.delivery,
        )

    def _record(self, kind: Change.Subject, key: str, after: Record, placement: RecordPlacement, **keys: Any) -> None:
        action = Change.Action.IMPORT if kind == Change.Subject.ASSIGNMENT else Change.Action.CREATE
        self.changes.append(history.NewChange(action, kind, key, after, article_pk=placement.article_pk, **keys))


def states_of(record: Record) -> list[Record]:
    """Return the states of a record's quotes as history keeps them, each after the quote it stands in."""
    contained = parents_of(record["quotes"])
    states = {}
    for given in record["quotes"]:
        quote = {name: value for name, value in given.items() if name != "guidelines"}
        spans = {role: sorted(quote[role], key=lambda span: (span["start"], span["end"])) for role in ROLES}
        chosen = quote["parent"] != contained[quote["id"]]
        states[quote["id"]] = quote | spans | {"parent_overridden": chosen, "deleted": False, "revision": 1}
    ordered: dict[str, Record] = {}
    for key in states:
        above = [key]
        while (parent := states[above[-1]]["parent"]) is not None and parent not in ordered:
            above.append(parent)
        ordered |= {one: states[one] for one in reversed(above)}
    return list(ordered.values())
