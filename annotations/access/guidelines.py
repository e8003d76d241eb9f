"""Guidelines, their examples, and the questions of a project."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from annotations.access.members import found
from annotations.access.registry import use_seen
from annotations.models import GuidelinesExample, GuidelinesVersion, LabelSet, Membership


def get_label_set(membership: Membership, key: str) -> LabelSet:
    """Return a label set of the member's project. Raises ``Http404``."""
    rows = LabelSet.objects.select_related("project").filter(project=membership.project)
    return found(rows, _("There is no such label set."), key=key)


def get_guidelines(membership: Membership, number: int | None = None) -> GuidelinesVersion | None:
    """Return a version of the guidelines, that in force unless numbered. Raises ``Http404``; None if there are none."""
    versions = GuidelinesVersion.objects.select_related("author").filter(project=membership.project).order_by("-number")
    return (
        found(versions, _("There is no such version of the guidelines."), number=number) if number else versions.first()
    )


def visible_examples(membership: Membership) -> QuerySet[GuidelinesExample]:
    """Examples that are pinned to clauses, of quotes that stand: for every member, unless they are blind to the story.

    Whoever reads a story that was free when its quote was pinned sees the quote no more until there is gold.
    """
    return _known_examples(membership).filter(is_active=True, quote__is_deleted=False)


def _known_examples(membership: Membership) -> QuerySet[GuidelinesExample]:
    rows = GuidelinesExample.objects.filter(project=membership.project)
    return rows.filter(use_seen(membership, "quote__assignment"))


def get_example(membership: Membership, pk: int, *, taken_off: bool = False) -> GuidelinesExample:
    """Return an example that the member may see, ``taken_off`` ones too if asked for. Raises ``Http404``."""
    rows = _known_examples(membership) if taken_off else visible_examples(membership)
    whole = ("project", "quote__assignment__version__article")
    return found(rows.select_related(*whole), _("There is no such example."), pk=pk)
