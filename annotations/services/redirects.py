"""Merging: one row stands for another, and however many merge at once, no ring of redirects comes of it."""

from __future__ import annotations

from typing import TypeVar

from annotations.models import Claim, Speaker
from annotations.services.errors import Conflict, Invalid

Row = TypeVar("Row", Speaker, Claim)


def locked_target(row: Row, into: Row) -> Row:
    """Return what ``into`` finally stands for, to let ``row`` stand for it. Both stay locked until the gesture ends.

    A row that stands for nothing else, and cannot change while it is locked, closes no ring. Raises ``Invalid``,
    ``Conflict``.
    """
    rows = type(row)._default_manager
    target = rows.get(pk=into.pk)
    while target.merged_into is not None:
        target = target.merged_into
    if target.pk == row.pk:
        raise Invalid("Nothing can be merged into itself.", field="into")
    if target.project_id != row.project_id:
        raise Invalid("Choose one of this project to merge into.", field="into")
    # Always in the same order, so that of two merges at once the second waits.
    pair = rows.select_for_update(no_key=True).filter(pk__in=[row.pk, target.pk]).order_by("pk")
    locked = {one.pk: one for one in pair}
    if locked[target.pk].merged_into_id is not None:
        raise Conflict("The one to merge into was merged itself this moment. Look at it again.")
    return locked[target.pk]
