"""What a removal does to speakers, claims and history: names and sentences go, ids of their own stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify

from annotations.models import (
    Assignment,
    Change,
    Claim,
    Comment,
    Decision,
    GuidelinesExample,
    GuidelinesVersion,
    Project,
    Quote,
    Review,
    Speaker,
    fold,
)
from annotations.models.fields import new_key
from annotations.models.registry import REMOVED

MARK = "[removed]"
# Where a record holds an id, it is compared whole; everything else is text.
ID_FIELDS = frozenset({"id", "speaker", "claim", "merged_into", "parent", "quote"})
# Words of ours, not of a story: a name that is spelt like one changes nothing here.
OUR_WORDS = frozenset(
    {
        "type",
        "resolution",
        "no_source",
        "kind",
        "status",
        "left",
        "order",
        "stance",
        "role",
        "labels",
        "outcome",
        "picks",
        "clause",
        "sha256",
        "published",
        "language",
    }
)


@dataclass
class Erasure:
    """The words and ids that must go, and what stands in the place of each id."""

    words: re.Pattern[str] | None = None
    ids: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_names(cls, names: Iterable[str]) -> Erasure:
        """Return the erasure of every mention of these names, whole words in capitals or not."""
        longest_first = sorted({name for name in names if name}, key=len, reverse=True)
        pattern = "|".join(re.escape(name) for name in longest_first)
        return cls(re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE) if pattern else None)

    def text(self, text: str) -> str:
        """Return a text without the words."""
        return self.words.sub(MARK, text) if self.words else text

    def applied(self, value: Any, name: str = "") -> Any:
        """Return a part of a record without the words, and with the new ids."""
        if name in OUR_WORDS:
            return value
        if isinstance(value, Mapping):
            return {key: self.applied(child, key) for key, child in value.items()}
        if isinstance(value, list):
            return [self.applied(child, name) for child in value]
        if not isinstance(value, str):
            return value
        return self.ids.get(value, value) if name in ID_FIELDS else self.text(value)

    def add(self, key: str) -> str:
        """Give a row whose id must go another one, which says nothing."""
        return self.ids.setdefault(key, new_key(REMOVED))


def blank_speaker(speaker: Speaker, erasure: Erasure) -> None:
    """Take everything off a speaker that tells who it is."""
    speaker.key = erasure.add(speaker.key)
    speaker.label, speaker.description, speaker.aliases, speaker.wikidata = f"[{speaker.key}]", "", [], ""
    _save_speaker(speaker)


def blank_claim(claim: Claim, erasure: Erasure) -> None:
    """Take the sentence off a claim."""
    claim.key = erasure.add(claim.key)
    _save_claim(claim, f"[{claim.key}]")


def reword_speakers(project: Project, erasure: Erasure) -> list[Speaker]:
    """Take the words out of what the desk says of other speakers; return those that mentioned them."""
    found = []
    for speaker in Speaker.objects.select_for_update().filter(project=project).exclude(key__in=erasure.ids.values()):
        before = (speaker.label, speaker.description, speaker.aliases)
        speaker.label, speaker.description = erasure.text(speaker.label), erasure.text(speaker.description)
        speaker.aliases = [erasure.text(alias) for alias in speaker.aliases]
        if before != (speaker.label, speaker.description, speaker.aliases):
            _save_speaker(speaker)
            found.append(speaker)
    return found


def reword_claims(project: Project, erasure: Erasure, names: Iterable[str]) -> list[Claim]:
    """Take the words out of claims, and out of ids that were made of them; return the claims that held them."""
    slugs = {slug for name in names if (slug := slugify(name))}
    found = []
    for claim in Claim.objects.select_for_update().filter(project=project):
        text = erasure.text(claim.text)
        telling = any(re.search(rf"(?<![^-_]){re.escape(slug)}(?![^-_])", claim.key) for slug in slugs)
        if text == claim.text and not telling:
            continue
        if telling:
            claim.key = erasure.add(claim.key)
        _save_claim(claim, text)
        found.append(claim)
    return found


def reword_talk(project: Project, erasure: Erasure) -> None:
    """Take the words out of what people wrote: guidelines, notes, comments, reasons. History is rewritten besides."""
    for rows, column in (
        (Quote.objects.filter(project=project), "note"),
        (Comment.objects.filter(project=project), "text"),
        (Review.objects.filter(project=project), "note"),
        (Decision.objects.filter(adjudication__project=project), "reason"),
        (GuidelinesVersion.objects.filter(project=project), "text"),
        (GuidelinesExample.objects.filter(project=project), "note"),
    ):
        for pk, words in rows.exclude(**{column: ""}).values_list("pk", column).iterator():
            if erasure.text(words) != words:
                rows.filter(pk=pk).update(**{column: erasure.text(words)})


def _save_speaker(speaker: Speaker) -> None:
    speaker.label_folded, speaker.description_folded = fold(speaker.label), fold(speaker.description)
    same = Speaker.objects.filter(
        project=speaker.project_id,
        article=speaker.article_id,
        merged_into__isnull=True,
        label_folded=speaker.label_folded,
        kind=speaker.kind,
        description_folded=speaker.description_folded,
    )
    if same.exclude(pk=speaker.pk).exists():
        # Without the words two speakers are alike; their ids tell them apart.
        speaker.description = f"{speaker.description} ({speaker.key})".strip()
        speaker.description_folded = fold(speaker.description)
    speaker.revision += 1
    speaker.save()


def _save_claim(claim: Claim, text: str) -> None:
    same = Claim.objects.filter(project=claim.project_id, merged_into__isnull=True, text_folded=fold(text))
    claim.text = f"{text} ({claim.key})" if same.exclude(pk=claim.pk).exists() else text
    claim.text_folded = fold(claim.text)
    claim.revision += 1
    claim.save()


def rewrite_history(changes: QuerySet[Change], erasure: Erasure) -> None:
    """Take the words out of history, row by row: a project's history may be larger than memory."""
    rows = changes.order_by("pk").values_list("pk", "subject_kind", "subject_key", "before", "after")
    kinds = {Change.Subject.SPEAKER.value, Change.Subject.CLAIM.value}
    for pk, kind, key, before, after in rows.iterator():
        new_subject = erasure.ids.get(key, key) if kind in kinds else key
        # A story may have the id of a speaker, and keeps it.
        here = Erasure(erasure.words) if kind == Change.Subject.ARTICLE else erasure
        new_before, new_after = here.applied(before), here.applied(after)
        if (new_subject, new_before, new_after) != (key, before, after):
            Change.objects.filter(pk=pk).update(subject_key=new_subject, before=new_before, after=new_after)


def rename_in_orders(project: Project, erasure: Erasure) -> None:
    """Put the new ids where assignments keep the order of an imported file."""
    rows = Assignment.objects.filter(project=project).exclude(speaker_order=[], claim_order=[])
    for assignment in rows.only("pk", "speaker_order", "claim_order").iterator():
        orders = {
            name: [erasure.ids.get(key, key) for key in getattr(assignment, name)]
            for name in ("speaker_order", "claim_order")
        }
        if orders != {name: getattr(assignment, name) for name in orders}:
            Assignment.objects.filter(pk=assignment.pk).update(**orders)
