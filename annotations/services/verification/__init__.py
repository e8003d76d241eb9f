"""Every promise of the data, checked. ``verify`` reads one unchanging state and keeps nobody from working."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from annotations.exports.dataset import snapshot
from annotations.services.verification import (
    actions,
    adjudications,
    articles,
    database,
    desks,
    guidelines,
    history,
    quotes,
    registry,
    texts,
)
from annotations.services.verification.breach import Breach

Check = Callable[[str], Iterator[Breach]]

# Each check reads the whole desk by itself, a batch at a time.
CHECKS: dict[str, Check] = {
    "triggers": database.triggers_are_there,
    "references": database.references_hold,
    "removals": database.removals_are_finished,
    "texts": texts.texts_are_whole,
    "spans": texts.spans_are_true,
    "stretches": texts.stretches_fit,
    "quotes": quotes.quotes_are_whole,
    "types": quotes.types_are_derived,
    "parents": quotes.parents_hold,
    "labels": quotes.labels_and_links_fit,
    "assignments": quotes.assignments_fit,
    "speakers": registry.speakers_fit,
    "claims": registry.claims_fit,
    "history": history.history_gives_the_present,
    "articles": articles.articles_are_as_recorded,
    "projects": desks.projects_are_as_recorded,
    "members": desks.members_are_as_recorded,
    "guidelines": guidelines.guidelines_are_as_recorded,
    "examples": guidelines.examples_are_as_recorded,
    "queues": desks.queues_are_as_recorded,
    "adjudications": adjudications.adjudications_fit,
    "ancestors": adjudications.ancestors_fit,
    "left out": adjudications.left_out_fits,
    "decisions": adjudications.decisions_are_as_recorded,
    "actions": actions.actions_fit,
    "registry history": history.registry_history_gives_the_present,
}


def verify() -> Iterator[Breach]:
    """Yield every breach of a promise."""
    with snapshot() as using:
        for check in CHECKS.values():
            yield from check(using)


__all__ = ["CHECKS", "Breach", "verify"]
