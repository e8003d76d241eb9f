"""Are the versions of guidelines and their examples what history says they are?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from annotations.models import Change, GuidelinesExample, GuidelinesVersion, Project
from annotations.services.examples import state_of
from annotations.services.verification.articles import agrees
from annotations.services.verification.breach import Breach, batches
from annotations.services.verification.scope import Scope
from annotations.services.verification.texts import removed_articles

ROWS = 500


def guidelines_are_as_recorded(scope: Scope) -> Iterator[Breach]:
    """The versions of each project count up from 1, and are the texts that were written, in that order."""
    for pk, slug in scope.rows(Project).order_by("pk").values_list("pk", "slug"):
        versions = list(scope.rows(GuidelinesVersion).filter(project=pk).values_list("number", "text"))
        if [number for number, _ in versions] != list(range(1, len(versions) + 1)):
            yield Breach("guidelines", slug, "a version of them is missing")
        changes = scope.rows(Change).filter(project=pk, subject_kind=Change.Subject.PROJECT)
        told = changes.filter(after__has_key="guidelines").order_by("-pk").values_list("after__guidelines", flat=True)
        if not versions and any(told):
            yield Breach("guidelines", slug, "history knows of some that are not there")
        # Either may reach back further than the other: first there were no versions, before that no history of them.
        for (number, text), said in zip(reversed(versions), told, strict=False):
            if not agrees(said, text):
                yield Breach("guidelines", slug, f"version {number} is not what its history says")


def examples_are_as_recorded(scope: Scope) -> Iterator[Breach]:
    """The last change of each example says what it is today. Of a story that was removed nothing is left to show."""
    rows: Any = scope.rows(GuidelinesExample).exclude(quote__assignment__version__article__in=removed_articles(scope))
    for batch in batches(rows.select_related("quote").order_by("pk").iterator(chunk_size=ROWS), ROWS):
        keys = [str(row.pk) for row in batch]
        changes = scope.rows(Change).filter(subject_kind=Change.Subject.EXAMPLE, subject_key__in=keys)
        last = dict(changes.order_by("pk").values_list("subject_key", "after"))
        for row in batch:
            if state_of(row) != last.get(str(row.pk)):
                yield Breach("example", str(row.pk), "it is not what its history says")
