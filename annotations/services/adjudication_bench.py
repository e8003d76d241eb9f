"""Work on an adjudication: one gesture of whoever makes its draft, which nobody else changes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from annotations.models import Adjudication, Assignment, User
from annotations.services.adjudication_sources import Compared, compared
from annotations.services.assignments import require_text
from annotations.services.changes import Gesture, recorded
from annotations.services.errors import Conflict


@dataclass(frozen=True)
class Bench:
    """An adjudication that is worked on: its gesture, its locked draft and what is compared."""

    opened: Gesture
    draft: Assignment
    compared: Compared

    def count_up(self) -> None:
        """Say that the draft is another one now."""
        self.draft.revision += 1
        self.draft.save(update_fields=["revision", "updated_at"])

    def require_unmoved(self) -> None:
        """Raise ``Conflict`` if somebody's work is not what was compared."""
        if moved_on := self.compared.moved_on:
            names = ", ".join(one.name for one in moved_on)
            message = _("The work of %(names)s was changed since. Compare anew before you go on.") % {"names": names}
            raise Conflict(message, code="moved_on")


@contextmanager
def at_bench(
    *, adjudication: Adjudication, actor: User, gesture: str | None, asked: tuple[Any, ...]
) -> Iterator[Bench]:
    """Open a gesture of whoever makes the draft of an adjudication, which nobody else changes meanwhile.

    Raises ``Conflict`` to who does not make it, or if it is gold.
    """
    asked = (*asked, adjudication.pk)
    with recorded(project=adjudication.project, actor=actor, gesture=gesture, asked=asked) as opened:
        draft = lock(adjudication)
        require_text(draft.version)
        if not draft.is_draft:
            raise Conflict(_("This is gold. Take it back before you change it."), code="locked")
        if draft.editor_id != actor.pk:
            told = {"who": draft.editor}
            raise Conflict(_("%(who)s goes on with this adjudication. Take it over before you change it.") % told)
        yield Bench(opened, draft, compared(adjudication))
    adjudication.result.refresh_from_db()


def lock(adjudication: Adjudication) -> Assignment:
    """Lock the work that an adjudication compares, and its draft, in the order in which all lock them."""
    sources = adjudication.sources.select_related("assignment__review")
    rows = {adjudication.result_id}
    for source in sources:
        rows.add(source.assignment_id)
        if source.assignment.annotator_id is None:
            rows.add(source.assignment.review.assignment_id)
    locked = Assignment.objects.select_for_update(of=("self",)).filter(pk__in=rows).order_by("pk")
    found = {row.pk: row for row in locked.select_related("version__article", "annotator", "project", "editor")}
    return found[adjudication.result_id]
