"""The words of the pages on agreement: names of figures, parts, answers and annotators, and of what is undefined."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from annotations.agreement.comparisons import CLAIMS, LABEL, QUOTE, RESOLUTION, SPEAKER, TYPE
from annotations.agreement.metrics import AGAINST_GOLD, METRICS
from annotations.forms.agreement import UNANSWERED
from annotations.models import Annotator, Assignment, LabelSet, Project, Quote
from annotations.models.quotes import Span
from annotations.services.agreement import finished

# The pure code says these in English; here they are found by whoever translates.
REASONS = (
    gettext_noop("Nothing was rated by two annotators."),
    gettext_noop("All ratings are the same, so agreement cannot be told from chance."),
    gettext_noop("Nothing to match was marked by either annotator."),
    gettext_noop("No unit was marked in a text that two annotators read."),
    gettext_noop("An interval needs at least two stories with something to compare."),
    gettext_noop("More than half of the resamples have no value."),
    gettext_noop("The annotator marked nothing that the gold could hold."),
    gettext_noop("The gold holds nothing that the annotator could mark."),
)
NAMES = {
    "content-precision": gettext_lazy("Quotes, precision: how many are in the gold"),
    "content-recall": gettext_lazy("Quotes, recall: how many of the gold"),
    "content-exact-f1": gettext_lazy("Quotes with the same words, F1"),
    "content-iou-f1": gettext_lazy("Quotes that overlap by half, F1"),
    "content-exact-code-points-f1": gettext_lazy("Quotes with the same characters, F1"),
    "content-kappa": gettext_lazy("Words in content, Cohen’s kappa"),
    "content-fleiss-kappa": gettext_lazy("Words in content, Fleiss’ kappa"),
    "content-alpha": gettext_lazy("Words in content, Krippendorff’s alpha"),
    "content-alpha-u": gettext_lazy("Stretches of content, Krippendorff’s alpha U"),
    "cue-exact-f1": gettext_lazy("Cue with the same words, F1"),
    "cue-overlap-f1": gettext_lazy("Cue that overlaps, F1"),
    "source-exact-f1": gettext_lazy("Source with the same words, F1"),
    "source-overlap-f1": gettext_lazy("Source that overlaps, F1"),
    "addressee-exact-f1": gettext_lazy("Addressee with the same words, F1"),
    "addressee-overlap-f1": gettext_lazy("Addressee that overlaps, F1"),
    "link-f1": gettext_lazy("Claims with their stance, F1"),
    "claim-f1": gettext_lazy("Claims, F1"),
}
ANSWERS = {
    "kappa": gettext_lazy("%(part)s, Cohen’s kappa"),
    "alpha": gettext_lazy("%(part)s, Krippendorff’s alpha"),
    "accuracy": gettext_lazy("%(part)s, share of the same"),
}
PARTS = {
    QUOTE: gettext_lazy("Quote"),
    **{role.value: role.label for role in Span.Role},
    SPEAKER: gettext_lazy("Speaker"),
    TYPE: gettext_lazy("Type"),
    RESOLUTION: gettext_lazy("Resolution"),
    CLAIMS: gettext_lazy("Claims"),
}


def part_names(project: Project) -> dict[str, str]:
    """Return the name of each part of a quote that is compared."""
    sets = LabelSet.objects.filter(project=project).values_list("key", "name")
    names = {part: str(name).capitalize() for part, name in PARTS.items()}
    return names | {f"{LABEL}{key}": name for key, name in sets}


def metric_names(parts: dict[str, str]) -> dict[str, str]:
    """Return the name of each metric by its key, in the order of the registry."""
    labels = [part for part in parts if part.startswith(LABEL)]
    keys = [*METRICS, *(f"{part}-{how}" for part in labels for how in ANSWERS), *AGAINST_GOLD]
    return {key: str(NAMES[key]) if key in NAMES else _answers_about(key, parts) for key in keys}


def _answers_about(key: str, parts: dict[str, str]) -> str:
    part, _dash, how = key.rpartition("-")
    return ANSWERS[how] % {"part": parts[part]}


def answer_names(project: Project) -> dict[str, dict[str, str]]:
    """Return the names of the answers to each closed question, in their order; "(none)" is none."""
    found: dict[str, dict[str, str]] = {
        TYPE: {value: str(label) for value, label in Quote.Type.choices},
        RESOLUTION: {value: str(label) for value, label in Quote.Resolution.choices},
    }
    for one in LabelSet.objects.filter(project=project).prefetch_related("labels"):
        found[LABEL + one.key] = {label.key: label.name for label in one.labels.all()}
    return {part: {**names, UNANSWERED: _("not answered")} for part, names in found.items()}


def annotator_names(assignments: QuerySet[Assignment]) -> dict[str, str]:
    """Return the name of everybody whose finished work is among the assignments, by pseudonym."""
    pks = finished(assignments, against_gold=True).order_by().values("annotator")
    rows = Annotator.objects.filter(pk__in=pks).select_related("user")
    return {row.pseudonym: _name(row) for row in rows}


def _name(annotator: Annotator) -> str:
    if annotator.kind == Annotator.Kind.SUGGESTER:
        return _("%(name)s (suggester)") % {"name": annotator.pseudonym}
    return str(annotator.user or annotator.pseudonym)
