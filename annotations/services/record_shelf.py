"""Where a record of ``newsnotes/1`` fits into a project: what of it is new, what is there, and what stands against it.

Ids are kept, and nothing that is there is overwritten: a record either adds itself whole, or is there already, or is
refused with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from annotations.exports.dataset import assignment_records, speaker_record
from annotations.exports.records import Record
from annotations.models import (
    Annotator,
    ArticleVersion,
    Assignment,
    Claim,
    Delivery,
    Label,
    Project,
    Quote,
    Speaker,
    User,
    fold,
)
from annotations.services.article_metadata import Metadata
from annotations.services.claims import TEXT_LENGTH
from annotations.services.record_checks import (
    DoesNotFit,
    Known,
    check_key,
    check_name,
    check_note,
    check_speaker,
    check_types,
    checked_metadata,
    comparable,
    compare_speaker,
    compare_version,
    known_of,
    known_of_new,
    name_of,
    refuse_other_metadata,
    story_of,
)
from annotations.services.shelf import Outcome, Placement, Shelf, chunks, underway


@dataclass
class RecordPlacement:
    """What becomes of a record, and what an import writes for it."""

    record: Record
    outcome: Outcome
    reason: str = ""
    path: str = ""
    # The version is new in this batch, or has these keys already.
    version: Placement | None = None
    version_pk: int = 0
    article_pk: int = 0
    new_blocks: bool = False
    # It adds to a story that is published: not a part of the delivery, but written after it.
    is_deferred: bool = False
    speakers: list[Record] = field(default_factory=list)
    claims: list[Record] = field(default_factory=list)

    @property
    def annotator(self) -> str | None:
        """The pseudonym, or None for gold."""
        pseudonym: str | None = self.record["annotator"]
        return pseudonym


class RecordShelf:
    """What a project has that the records of a batch name, also what nobody sees yet, and what the batch adds to it."""

    def __init__(self, project: Project, actor: User | None, delivery: Delivery | None = None) -> None:
        self.project = project
        self.delivery = delivery
        self.blind, self.own = _blindness(project, actor)
        self.beside_others = bool(
            self.blind and actor and Assignment.objects.beside_others(project.pk, actor.pk).exists()
        )
        self.stories = Shelf(project, delivery=delivery)
        self.versions: dict[str, Known | Placement] = {}
        self.metadata: dict[str, Metadata] = {}
        self.annotators: dict[str, int] = {}
        self.assignments: dict[tuple[str, str | None], Record] = {}
        self.speakers: dict[str, tuple[Record, str | None]] = {}
        self.speaker_names: dict[tuple[Any, ...], str] = {}
        self.claims: dict[str, str] = {}
        self.claim_words: dict[str, str] = {}
        # Speakers, claims and annotators that another delivery has brought.
        self.underway: set[tuple[str, str]] = set()
        self.quotes: set[str] = set()
        self.numbers: set[tuple[str, int]] = set()
        self.labels = {
            (set_key, key): (set_pk, pk)
            for pk, set_pk, set_key, key in Label.objects.filter(label_set__project=project).values_list(
                "pk", "label_set_id", "label_set__key", "key"
            )
        }

    def look_up(self, records: Sequence[Record]) -> None:
        """Read what the project has of all that these records name.

        Each query is one that an index answers, and unordered: the work must not grow with the project.
        """
        self.stories.look_up([story_of(record["article"], Metadata(key=record["article"]["id"])) for record in records])
        articles = self._look_up_versions(records)
        self._look_up_speakers(records, articles)
        self._look_up_claims(records)
        names = {record["annotator"] for record in records} - {None}
        for chunk in chunks(names):
            annotators = Annotator.every.filter(project=self.project, pseudonym__in=chunk).order_by()
            for pseudonym, pk, delivery in annotators.values_list("pseudonym", "pk", "delivery_id"):
                self.annotators[pseudonym] = pk
                self._note("annotator", pseudonym, delivery)
        for chunk in chunks(quote["id"] for record in records for quote in record["quotes"]):
            quotes = Quote.every.filter(project=self.project, key__in=chunk).order_by()
            self.quotes |= set(quotes.values_list("key", flat=True))

    def _look_up_versions(self, records: Sequence[Record]) -> set[int]:
        """Read the versions of these stories and the work on their texts; return the primary keys of the articles."""
        found: dict[str, Known] = {}
        articles = {record["article"]["id"] for record in records}
        for chunk in chunks(articles):
            rows = ArticleVersion.every.filter(article__project=self.project, article__key__in=chunk).order_by()
            for version in rows.defer("original", "search_text").select_related("article"):
                known = known_of(version)
                found[version.sha256] = known
                self.metadata[known.key] = known.metadata
                self.numbers.add((known.key, known.number))
        texts = {record["article"]["sha256"] for record in records}
        for chunk in chunks(known.pk for sha, known in found.items() if sha in texts):
            # Copies have no annotator either, and are not gold.
            assignments = Assignment.every.filter(version__in=chunk).exclude(status__in=Assignment.COPIES)
            for existing in assignment_records(assignments, self.project.pk):
                sha = existing["article"]["sha256"]
                self.assignments[sha, existing["annotator"]] = existing
                found[sha] = replace(found[sha], is_held=True)
        self.versions |= found
        return {known.article_pk for known in found.values()}

    def _look_up_speakers(self, records: Sequence[Record], articles: set[int]) -> None:
        keys = {speaker["id"] for record in records for speaker in record["speakers"]}
        labels = {fold(speaker["label"]) for record in records for speaker in record["speakers"]}
        of_project = Speaker.every.filter(project=self.project).order_by()
        for rows, column, values in (
            (of_project, "key", keys),
            (of_project.filter(article=None, merged_into=None), "label_folded", labels),
            (Speaker.every.order_by(), "article", articles),
        ):
            for chunk in chunks(values):
                for speaker in rows.filter(**{f"{column}__in": chunk}).select_related("article"):
                    self._add_speaker(speaker)

    def _add_speaker(self, row: Speaker) -> None:
        self._note("speaker", row.key, row.delivery_id)
        article = row.article.key if row.article else None
        self.speakers[row.key] = (speaker_record(row), article)
        if row.merged_into_id is None:
            self.speaker_names[article, row.label_folded, row.kind, row.description_folded] = row.key

    def _look_up_claims(self, records: Sequence[Record]) -> None:
        keys = {claim["id"] for record in records for claim in record["claims"]}
        words = {fold(claim["text"]) for record in records for claim in record["claims"]}
        of_project = Claim.every.filter(project=self.project).order_by()
        for claims, column, values in (
            (of_project, "key", keys),
            (of_project.filter(merged_into=None), "text_folded", words),
        ):
            for chunk in chunks(values):
                rows = claims.filter(**{f"{column}__in": chunk})
                read = rows.values_list("key", "text", "text_folded", "merged_into_id", "delivery_id")
                for key, text, folded, merged, delivery in read:
                    self.claims[key] = text
                    self._note("claim", key, delivery)
                    if merged is None:
                        self.claim_words[folded] = key

    def _note(self, kind: str, key: str, delivery: int | None) -> None:
        if self.stories.is_underway(delivery):
            self.underway.add((kind, key))

    def _refuse_underway(self, path: str, kind: str, *keys: str | None) -> None:
        if any((kind, key) in self.underway for key in keys):
            raise DoesNotFit(path, underway())

    def place(self, record: Record) -> RecordPlacement:
        """Say what becomes of a record, and remember it as if it were written."""
        try:
            return self._place(record)
        except DoesNotFit as misfit:
            return RecordPlacement(record, Outcome.REFUSED, misfit.message, misfit.path)

    def _place(self, record: Record) -> RecordPlacement:
        article = record["article"]
        placement = RecordPlacement(record, Outcome.NEW)
        known = self._check_version(placement)
        if record["annotator"] is not None:
            check_key(record["annotator"], "annotator")
            self._refuse_underway("annotator", "annotator", record["annotator"])
            if article["id"] in self.blind and record["annotator"] != self.own:
                # Said of every other annotator alike, whether there is work of theirs here or not.
                raise DoesNotFit("annotator", _("You annotate this story yourself. Let somebody else import this."))
        existing = self.assignments.get((article["sha256"], record["annotator"]))
        if existing is not None:
            if comparable(existing) == comparable(record):
                placement.outcome = Outcome.SAME
                return placement
            if record["annotator"] is None:
                raise DoesNotFit("quotes", _("The story has gold here that differs. It is never overwritten."))
            message = _("The story has work of this annotator here that differs. It is never overwritten.")
            raise DoesNotFit("quotes", message)
        if self.beside_others and (record["speakers"] or record["claims"] or record["quotes"]):
            # Said whatever stands in them: what is here already, and under which id, may be others' work.
            message = _("You annotate a story of which others make quotes too. Let somebody else import quotes.")
            raise DoesNotFit("quotes", message)
        placement.speakers = list(self._new_speakers(record))
        placement.claims = list(self._new_claims(record))
        self._check_quotes(record)
        if self.delivery and self.stories.is_published(article["id"]):
            placement.is_deferred = True
        else:
            self._remember(placement, known)
        return placement

    def _check_version(self, placement: RecordPlacement) -> Known | Placement | None:
        """Find the version of a record, or plan a new one."""
        article = placement.record["article"]
        metadata = checked_metadata(article)
        key, number = article["id"], article["version"]
        if self.stories.meets_underway(story_of(article, metadata)):
            raise DoesNotFit("article.id", underway())
        if self.stories.is_removed(key):
            raise DoesNotFit("article.id", _("This story was removed for good. It cannot be imported again."))
        if (other := self.stories.key_of_text(article["sha256"])) and other != key:
            raise DoesNotFit("article.id", _("This very text is here under the id “%(key)s”.") % {"key": other})
        if key in self.metadata:
            refuse_other_metadata(metadata, self.metadata[key])
        elif metadata.url and (other := self.stories.key_of_url(metadata.url)):
            raise DoesNotFit("article.url", _("The story “%(key)s” has this address.") % {"key": other})
        known = self.versions.get(article["sha256"])
        if known is None:
            if (key, number) in self.numbers:
                message = _("Version %(number)s of “%(key)s” has another text here.")
                raise DoesNotFit("article.version", message % {"number": number, "key": key})
            outcome = Outcome.CHANGED if key in self.metadata else Outcome.NEW
            story = story_of(article, metadata)
            placement.version = Placement(story, outcome, key=key, number=number, is_written=True)
            placement.version.article_pk = self.stories.pk_of(key)
        elif isinstance(known, Known):
            placement.new_blocks = compare_version(article, known)
            placement.version_pk, placement.article_pk = known.pk, known.article_pk
        else:
            compare_version(article, known_of_new(known))
            placement.version = known
        return known

    def _new_speakers(self, record: Record) -> Iterable[Record]:
        article: str = record["article"]["id"]
        names: dict[tuple[Any, ...], str] = {}
        for place, speaker in enumerate(record["speakers"]):
            path = f"speakers[{place}]"
            scope = None if speaker["named"] else article
            found = self.speakers.get(speaker["id"])
            self._refuse_underway(f"{path}.id", "speaker", speaker["id"])
            if found is not None:
                compare_speaker(path, speaker, scope, *found)
                continue
            check_speaker(path, speaker)
            name = name_of(speaker, scope)
            other = self.speaker_names.get(name) or names.get(name)
            self._refuse_underway(f"{path}.label", "speaker", other)
            if other:
                raise DoesNotFit(f"{path}.id", _("This speaker is here under the id “%(key)s”.") % {"key": other})
            names[name] = speaker["id"]
            yield speaker

    def _new_claims(self, record: Record) -> Iterable[Record]:
        words: dict[str, str] = {}
        for place, claim in enumerate(record["claims"]):
            path = f"claims[{place}]"
            found = self.claims.get(claim["id"])
            self._refuse_underway(f"{path}.id", "claim", claim["id"])
            if found is not None:
                if found != claim["text"]:
                    message = _("This id is that of another claim: “%(claim)s”.") % {"claim": found}
                    raise DoesNotFit(f"{path}.id", message)
                continue
            check_key(claim["id"], f"{path}.id")
            check_name(claim["text"], f"{path}.text", TEXT_LENGTH)
            folded = fold(claim["text"])
            other = self.claim_words.get(folded) or words.get(folded)
            self._refuse_underway(f"{path}.text", "claim", other)
            if other:
                raise DoesNotFit(f"{path}.id", _("This claim is here under the id “%(key)s”.") % {"key": other})
            words[folded] = claim["id"]
            yield claim

    def _check_quotes(self, record: Record) -> None:
        for place, quote in enumerate(record["quotes"]):
            check_key(quote["id"], f"quotes[{place}].id")
            if quote["id"] in self.quotes:
                message = _("Another quote has the id “%(key)s”.") % {"key": quote["id"]}
                raise DoesNotFit(f"quotes[{place}].id", message)
            if "note" in quote:
                check_note(f"quotes[{place}].note", quote["note"])
            for answer in quote["labels"].items():
                if answer not in self.labels:
                    told = {"set": answer[0], "label": answer[1]}
                    message = _("This project has no label “%(label)s” in the set “%(set)s”.") % told
                    raise DoesNotFit(f"quotes[{place}].labels", message)
        check_types(record)

    def _remember(self, placement: RecordPlacement, known: Known | Placement | None) -> None:
        record, article = placement.record, placement.record["article"]
        if known is None and placement.version is not None:
            self.versions[article["sha256"]] = placement.version
            self.numbers.add((article["id"], article["version"]))
            self.metadata.setdefault(article["id"], placement.version.story.metadata)
            self.stories.remember(placement.version)
        elif isinstance(known, Known) and placement.new_blocks:
            self.versions[article["sha256"]] = replace(known, blocks=article["blocks"], has_own_blocks=True)
        self.assignments[article["sha256"], record["annotator"]] = record
        self.quotes |= {quote["id"] for quote in record["quotes"]}
        for speaker in placement.speakers:
            scope = None if speaker["named"] else article["id"]
            self.speakers[speaker["id"]] = (speaker, scope)
            self.speaker_names[name_of(speaker, scope)] = speaker["id"]
        for claim in placement.claims:
            self.claims[claim["id"]] = claim["text"]
            self.claim_words[fold(claim["text"])] = claim["id"]


def _blindness(project: Project, actor: User | None) -> tuple[set[str], str | None]:
    """Return the ids of the stories whose other annotators' work must not be told to ``actor``, and their pseudonym."""
    annotator = Annotator.objects.filter(project=project, user=actor).first() if actor else None
    if annotator is None:
        return set(), None
    held = Assignment.objects.blinding(project.pk, annotator.user_id or 0)
    return set(held.values_list("version__article__key", flat=True)), annotator.pseudonym
