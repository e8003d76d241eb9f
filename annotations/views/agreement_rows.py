"""Quotes of two annotators beside each other, in words: what the page of differences shows of each comparison."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from annotations.agreement.comparisons import CLAIMS, LABEL, QUOTE, RESOLUTION, SPEAKER, TYPE
from annotations.agreement.spans import merged, without
from annotations.exports.dataset import claim_records, export_quote, quote_states, redirects, speaker_records
from annotations.exports.records import ROLES, Record
from annotations.forms.agreement import UNANSWERED
from annotations.models import ArticleVersion, Claim, Project, Quote, Speaker, Stance
from annotations.services.agreement import Reading
from annotations.services.agreement_results import Agreement, Row
from annotations.views.story_parts import anchor_of

CONTENT = ROLES[0]
Pieces = list[tuple[str, bool]]


@dataclass(frozen=True)
class Side:
    """What one annotator has of it: nothing, or a quote, where to read it, and the words of its parts."""

    name: str
    url: str
    parts: list[tuple[str, Pieces]] = field(default_factory=list)
    is_missing: bool = False


@dataclass(frozen=True)
class Shown:
    """One comparison as the page shows it."""

    version: ArticleVersion
    differing: list[str]
    sides: tuple[Side, Side]


@dataclass(frozen=True)
class Names:
    """The words for what records hold as ids."""

    parts: Mapping[str, str]
    answers: Mapping[str, Mapping[str, str]]
    annotators: Mapping[str, str]


def shown(agreement: Agreement, rows: Sequence[Row], names: Names, asked: str) -> list[Shown]:
    """Return rows in words, with the part that was asked for even where it is the same."""
    readings = [agreement.readings(row) for row in rows]
    books = _Books.of(agreement.selection.project, rows, readings)
    versions = ArticleVersion.objects.select_related("article").defer(*ArticleVersion.LONG)
    found = versions.in_bulk({reading.version for pair in readings for reading in pair})
    return [
        Shown(found[pair[0].version], _differing(row, names), sides)
        for row, pair in zip(rows, readings, strict=True)
        for sides in [_sides(row, pair, names, books, asked)]
    ]


def _differing(row: Row, names: Names) -> list[str]:
    differing = row.comparison.differing
    return [_("only one has it")] if QUOTE in differing else [names.parts[part] for part in differing]


@dataclass(frozen=True)
class _Books:
    """The quotes of a page by assignment and key, and the speakers and claims that they name."""

    quotes: Mapping[tuple[int, str], Record]
    speakers: Mapping[str, Record]
    claims: Mapping[str, Record]

    @classmethod
    def of(cls, project: Project, rows: Sequence[Row], readings: Sequence[tuple[Reading, Reading]]) -> _Books:
        keys = {key for row in rows for key in (row.comparison.ours, row.comparison.theirs) if key}
        assignments = {reading.pk for pair in readings for reading in pair}
        # The keys are unique in the project; the assignments are those that the member may see.
        quotes = Quote.objects.live().filter(project=project, key__in=keys, assignment__in=assignments)
        places = dict(quotes.values_list("pk", "assignment_id"))
        merges = redirects(Speaker, project.pk), redirects(Claim, project.pk)
        records = {
            (places[pk], state["id"]): export_quote(state, *merges) for pk, state in quote_states(quotes).items()
        }
        speakers = speaker_records(project.pk, {record["speaker"] for record in records.values()})
        claims = {link["claim"] for record in records.values() for link in record["claims"]}
        return cls(records, speakers, claim_records(project.pk, claims))


def _sides(row: Row, pair: tuple[Reading, Reading], names: Names, books: _Books, asked: str) -> tuple[Side, Side]:
    found = row.comparison
    ours, theirs = (
        books.quotes.get((reading.pk, key)) if key else None
        for reading, key in zip(pair, (found.ours, found.theirs), strict=True)
    )
    listed = [part for part in found.compared if part in found.differing or part in {CONTENT, asked}]
    parts = [part for part in listed if part != QUOTE]
    return (
        _side(pair[0], (ours, theirs), parts, names, books),
        _side(pair[1], (theirs, ours), parts, names, books),
    )


def _side(
    reading: Reading, both: tuple[Record | None, Record | None], parts: list[str], names: Names, books: _Books
) -> Side:
    own, other = both
    name = names.annotators[reading.annotator]
    url = reverse("assignment-read", args=[reading.pk])
    if own is None:
        return Side(name, url, is_missing=True)
    words = [(names.parts[part], list(_pieces(part, own, other, names, books))) for part in parts]
    return Side(name, f"{url}#{anchor_of(own['id'])}", words)


def _pieces(part: str, own: Record, other: Record | None, names: Names, books: _Books) -> Iterator[tuple[str, bool]]:
    """Yield the words of a part, and whether the other annotator has others there."""
    if part in ROLES:
        yield from span_pieces(own[part], other[part] if other else own[part])
        return
    mine, theirs = (set(_answers(part, record, names, books)) for record in (own, other or own))
    for place, answer in enumerate(_answers(part, own, names, books)):
        if place:
            yield "; ", False
        yield answer, answer not in theirs or mine == set()


def _answers(part: str, record: Record, names: Names, books: _Books) -> list[str]:
    if part == SPEAKER:
        nobody = _("no source") if record["resolution"] == "none" else _("nobody yet")
        return [books.speakers[record["speaker"]]["label"] if record["speaker"] else nobody]
    if part == CLAIMS:
        links = [f"{Stance(link['stance']).label}: {books.claims[link['claim']]['text']}" for link in record["claims"]]
        return links or [_("none")]
    given = record[part] if part in {TYPE, RESOLUTION} else record["labels"].get(part.removeprefix(LABEL))
    return [names.answers[part][given or UNANSWERED]]


def span_pieces(own: list[Record], other: list[Record]) -> Iterator[tuple[str, bool]]:
    """Yield the words of spans in pieces, each with whether the other spans leave it out; "…" stands between spans."""
    theirs = merged((span["start"], span["end"]) for span in other)
    for place, span in enumerate(sorted(own, key=lambda span: (span["start"], span["end"]))):
        if place:
            yield " … ", False
        left_out = without((span["start"], span["end"]), theirs)
        reached = span["start"]
        for start, end in [*left_out, (span["end"], span["end"])]:
            if reached < start:
                yield span["exact"][reached - span["start"] : start - span["start"]], False
            if start < end:
                yield span["exact"][start - span["start"] : end - span["start"]], True
            reached = end
    if not own:
        yield _("none"), bool(other)
