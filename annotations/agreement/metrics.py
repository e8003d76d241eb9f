"""The registry of metrics, and what is measured with one: a figure and its interval over stories."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from annotations.agreement import against_gold, claim_f1, content_f1, krippendorff_alpha_u, ratings, role_f1
from annotations.agreement.accuracy import accuracy
from annotations.agreement.alignment import Alignment
from annotations.agreement.bootstrap import CONFIDENCE, RESAMPLES, bootstrap_interval
from annotations.agreement.cohen_kappa import cohen_kappa
from annotations.agreement.f1 import f1
from annotations.agreement.figures import Figure, Interval
from annotations.agreement.fleiss_kappa import fleiss_kappa
from annotations.agreement.krippendorff_alpha import krippendorff_alpha
from annotations.agreement.matching import EXACT, HALF
from annotations.agreement.stories import Assignment, Story
from annotations.agreement.tallies import Tally, pooled


@dataclass(frozen=True, slots=True)
class Metric:
    """What is counted in each story, and the value of the sum of counts. ``about`` is the part of `comparisons.py`."""

    name: str
    about: str
    tally: Callable[[Alignment], Tally]
    value: Callable[[Tally], Figure]


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure over all stories, with its confidence interval."""

    figure: Figure
    interval: Interval


def _answers(key: str, name: str, rating: ratings.Rating) -> dict[str, Metric]:
    """Return kappa, alpha and the share of the same for what is answered about a quote."""
    paired, units = ratings.paired_quotes(rating), ratings.quote_units(rating)
    return {
        f"{key}-kappa": Metric(f"{name}, Cohen's kappa", key, paired, cohen_kappa),
        f"{key}-alpha": Metric(f"{name}, Krippendorff's alpha", key, units, krippendorff_alpha),
        f"{key}-accuracy": Metric(f"{name}, share of the same", key, paired, accuracy),
    }


def _roles() -> dict[str, Metric]:
    return {
        f"{role}-{how}-f1": Metric(f"{role.capitalize()}, {how} F1", role, role_f1.role(role, same), f1)
        for role in ("cue", "source", "addressee")
        for how, same in (("exact", role_f1.exact), ("overlap", role_f1.overlapping))
    }


METRICS: dict[str, Metric] = {
    "content-exact-f1": Metric("Content, exact F1 in words", "content", content_f1.words(EXACT), f1),
    "content-iou-f1": Metric("Content, IoU >= 0.5 F1 in words", "quote", content_f1.words(HALF), f1),
    "content-exact-code-points-f1": Metric(
        "Content, exact F1 in code points", "content", content_f1.code_points(EXACT), f1
    ),
    "content-kappa": Metric("Content, Cohen's kappa of words", "content", ratings.paired_words, cohen_kappa),
    "content-fleiss-kappa": Metric("Content, Fleiss' kappa of words", "content", ratings.word_units, fleiss_kappa),
    "content-alpha": Metric(
        "Content, Krippendorff's alpha of words", "content", ratings.word_units, krippendorff_alpha
    ),
    "content-alpha-u": Metric(
        "Content, Krippendorff's alpha_U", "content", krippendorff_alpha_u.content_units, krippendorff_alpha_u.alpha_u
    ),
    **_roles(),
    **_answers("speaker", "Speaker", ratings.speaker),
    **_answers("type", "Type", ratings.quote_type),
    **_answers("resolution", "Resolution", ratings.resolution),
    "link-f1": Metric("Claims with stance, link F1", "claims", claim_f1.links, f1),
    "claim-f1": Metric("Claims, link F1", "claims", claim_f1.claims, f1),
}
"""Every metric that needs no label set, by its key."""


AGAINST_GOLD: dict[str, Metric] = {
    "content-precision": Metric("Content, precision", "quote", against_gold.found, against_gold.precision),
    "content-recall": Metric("Content, recall", "quote", against_gold.found, against_gold.recall),
}
"""Those that need gold among the annotators."""


def label_metrics(label_sets: Iterable[str]) -> dict[str, Metric]:
    """Return kappa, alpha and the share of the same of each label set, by keys that begin with "label-"."""
    found: dict[str, Metric] = {}
    for label_set in label_sets:
        found |= _answers(f"label-{label_set}", f"Label set {label_set}", ratings.label(label_set))
    return found


def measure(
    alignments: Sequence[Alignment],
    metric: Metric,
    *,
    resamples: int = RESAMPLES,
    confidence: float = CONFIDENCE,
    seed: int = 0,
) -> Measured:
    """Return the figure of a metric over stories, and its interval. Each alignment matches its quotes only once."""
    groups = [(alignment,) for alignment in alignments]
    return measure_all(groups, {"": metric}, resamples=resamples, confidence=confidence, seed=seed)[""]


def measure_all(
    groups: Sequence[Sequence[Alignment]],
    metrics: Mapping[str, Metric],
    *,
    resamples: int = RESAMPLES,
    confidence: float = CONFIDENCE,
    seed: int = 0,
) -> dict[str, Measured]:
    """Return the same for several metrics. A group is one story: where not all are compared, of several alignments."""
    counted = count_all(groups, metrics)
    return {
        key: measure_counted(counted, metric, resamples=resamples, confidence=confidence, seed=seed)
        for key, metric in metrics.items()
    }


Counted = Mapping[Callable[[Alignment], Tally], list[Tally]]


def count_all(groups: Iterable[Sequence[Alignment]], metrics: Mapping[str, Metric]) -> Counted:
    """Return what the metrics count in each story, going through the stories once and holding on to none."""
    counters = {metric.tally: metric for metric in metrics.values()}
    counted: dict[Callable[[Alignment], Tally], list[Tally]] = {count: [] for count in counters}
    for group in groups:
        for count, metric in counters.items():
            counted[count].append(tally_of(group, metric))
    return counted


def measure_counted(
    counted: Counted,
    metric: Metric,
    *,
    resamples: int = RESAMPLES,
    confidence: float = CONFIDENCE,
    seed: int = 0,
) -> Measured:
    """Return the figure of a metric of what was counted, and its interval."""
    tallies = counted[metric.tally]
    interval = bootstrap_interval(tallies, metric.value, resamples=resamples, confidence=confidence, seed=seed)
    return Measured(metric.value(pooled(tallies)), interval)


def tally_of(group: Sequence[Alignment], metric: Metric) -> Tally:
    """Return what a metric counts in one story."""
    return metric.tally(group[0]) if len(group) == 1 else pooled(metric.tally(one) for one in group)


def aligned(stories: Iterable[Story], annotators: Iterable[str] | None = None) -> list[Alignment]:
    """Return the stories made ready; of these annotators only, if named: two make one cell of a matrix of pairs."""
    wanted = None if annotators is None else frozenset(annotators)
    return [
        Alignment(replace(story, assignments=tuple(one for one in story.assignments if _is_in(one, wanted))))
        for story in stories
    ]


def _is_in(assignment: Assignment, wanted: frozenset[str] | None) -> bool:
    return wanted is None or assignment.annotator in wanted
