"""Every promise of the data, checked. ``verify`` reads one unchanging state and keeps nobody from working."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from annotations.exports.dataset import snapshot
from annotations.models import Project
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
    releases,
    texts,
)
from annotations.services.verification.breach import Breach
from annotations.services.verification.scope import Scope

Check = Callable[[Scope], Iterator[Breach]]

# Each check reads all of it by itself, a batch at a time.
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
    "releases": releases.releases_are_as_published,
    "registry history": history.registry_history_gives_the_present,
}


# The database has its triggers and references for all projects alike: only who looks after the desk is told of them.
OF_THE_DESK = frozenset({"triggers", "references"})


def verify(
    project: Project | None = None, *, tell: Callable[[int, str], None] = lambda done, name: None
) -> Iterator[Breach]:
    """Yield every breach of a promise, in the whole desk or in one project.

    ``tell`` hears before each check how many are done and what it is called; it may raise to end it all.
    """
    names = checks_of(project)
    with snapshot() as using:
        scope = Scope(using, project.pk if project else None)
        for done, name in enumerate(names):
            tell(done, name)
            yield from CHECKS[name](scope)


def checks_of(project: Project | None) -> list[str]:
    """Return the names of the checks that the desk, or one project, is put to."""
    return [name for name in CHECKS if project is None or name not in OF_THE_DESK]


__all__ = ["CHECKS", "Breach", "Scope", "checks_of", "verify"]
