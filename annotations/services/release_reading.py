"""What a release is made of, read from one state of the desk, whatever is written meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext as _

from annotations.agreement.alignment import Alignment
from annotations.agreement.bootstrap import RESAMPLES
from annotations.agreement.metrics import count_all, measure_counted
from annotations.exports import jsonl_v1
from annotations.exports.dataset import articles, assignment_records, snapshot
from annotations.exports.filters import Asked
from annotations.exports.records import Record, without_words
from annotations.exports.releases.changes import Print, print_of
from annotations.exports.releases.spool import Spool
from annotations.models import Article, Assignment, Change, GuidelinesVersion, Project, Release
from annotations.models.assignments import AssignmentQuerySet
from annotations.services.agreement import Question, Selection, compared, metrics_of, read, select
from annotations.services.errors import Invalid
from annotations.services.release_files import records_of
from annotations.services.releases import next_number
from annotations.splits.near_duplicates import signature
from annotations.splits.shares import SPLITS, Facts

# Stories in memory at a time.
BATCH = 20
# The figures of agreement that a card shows; label sets have one each besides.
FIGURES = (
    *("content-iou-f1", "content-exact-f1", "content-alpha-u"),
    *("source-overlap-f1", "cue-overlap-f1", "addressee-overlap-f1"),
    *("speaker-alpha", "type-alpha", "resolution-alpha", "link-f1"),
)

Tell = Callable[[int, int | None, str], None]


@dataclass
class Found:
    """What was read: facts of each story, its lines in two spools, and what stood at that moment."""

    gold: Spool
    work: Spool
    stories: list[Facts] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    as_of_change: int = 0
    number: int = 1
    guidelines: GuidelinesVersion | None = None
    previous: Release | None = None
    embargoed: int = 0
    agreement: Record = field(default_factory=dict)


def read_release(project: Project, asked: Asked, found: Found, tell: Tell) -> None:
    """Read all of it. ``tell`` hears how far it is, and may raise to end it. Raises ``Invalid`` if there is nothing."""
    with snapshot() as using:
        rows = Assignment.objects.using(using).filter(project=project)
        gold = _newest(asked.select(rows, project.pk))
        if not gold.exists():
            raise Invalid(_("There is nothing to release: no story that you ask for has gold and is free of embargo."))
        changes = Change.objects.using(using).filter(project=project)
        found.as_of_change = changes.aggregate(last=Max("pk"))["last"] or 0
        versions = GuidelinesVersion.objects.using(using).filter(project=project)
        found.guidelines = versions.order_by("-number").first()
        found.number = next_number(project, using)
        found.previous = Release.objects.using(using).filter(project=project).standing().first()
        found.embargoed = articles(asked.embargoed(rows, project.pk))
        found.versions = dict(gold.values_list("version__article__key", "version_id"))
        work = rows.filter(
            version__in=gold.order_by().values("version").using(None),
            annotator__isnull=False,
            status__in=Assignment.FINISHED,
        )
        _read_stories(project, gold, work, found, tell)
        found.agreement = _agreement(project, work, tell)


def _newest(gold: Any) -> Any:
    """Leave of the gold of several versions of one story that of the newest."""
    same = Assignment.objects.filter(status=Assignment.Status.GOLD, version__article=OuterRef("version__article"))
    return gold.filter(~Exists(same.filter(version__number__gt=OuterRef("version__number"))))


def _read_stories(project: Project, gold: Any, work: AssignmentQuerySet, found: Found, tell: Tell) -> None:
    closed = Article.objects.using(gold.db).filter(project=project, text_exportable=False)
    kept_back = set(closed.values_list("key", flat=True))
    total = len(found.versions)
    for number, record in enumerate(assignment_records(gold, project.pk)):
        tell(number, total, _("reading stories"))
        found.stories.append(_facts(record))
        _keep(found.gold, record, kept_back)
    for record in assignment_records(work, project.pk):
        tell(total, total, _("reading the work of annotators"))
        _keep(found.work, record, kept_back)


def _facts(record: Record) -> Facts:
    article = record["article"]
    named = frozenset(speaker["id"] for speaker in record["speakers"] if speaker["named"])
    return Facts(article["id"], article["published"] or "", signature(article["text"]), named)


def _keep(spool: Spool, record: Record, kept_back: set[str]) -> None:
    key = record["article"]["id"]
    spool.add(key, jsonl_v1.line(without_words(record) if key in kept_back else record))


def _agreement(project: Project, work: AssignmentQuerySet, tell: Tell) -> Record:
    selection = select(work, project, Question())
    every = metrics_of(project, using=work.db)
    metrics = {key: one for key, one in every.items() if key in FIGURES or _is_of_label_set(key)}
    counted = count_all(_groups(selection, work.db, tell), metrics)
    figures: list[Record] = []
    for key, metric in metrics.items() if selection.stories else ():
        tell(len(figures), len(metrics), _("measuring agreement"))
        measured = measure_counted(counted, metric)
        low, high = measured.interval.low, measured.interval.high
        figure: Record = {"metric": key, "name": metric.name, "value": measured.figure.value, "low": low, "high": high}
        figures.append(figure)
    return {
        "stories": len(selection.stories),
        "annotators": selection.annotators,
        "resamples": RESAMPLES,
        "figures": figures,
    }


def _is_of_label_set(key: str) -> bool:
    return key.startswith("label-") and key.endswith("-alpha")


def _groups(selection: Selection, using: str, tell: Tell) -> Iterator[tuple[Alignment, ...]]:
    for first in range(0, len(selection.stories), BATCH):
        tell(first, len(selection.stories), _("comparing annotators"))
        for story in read(replace(selection, stories=selection.stories[first : first + BATCH]), using=using):
            yield compared(selection.question, story)


def prints_of(release: Release) -> dict[str, Print]:
    """Return what is kept of each story of a release that stands, to compare the next one with it."""
    return {
        record["article"]["id"]: print_of(record, split)
        for split in SPLITS
        for file in release.files.filter(name=f"gold-{split}.jsonl")
        for record in records_of(file)
    }
