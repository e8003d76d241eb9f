"""What speakers and claims have in common: a write that knows its revision, and merging without rings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from annotations.exports.records import Record
from annotations.models import Article, Assignment, Change, Claim, Speaker, User
from annotations.services.changes import Replayed, recorded
from annotations.services.errors import Conflict, Invalid

Row = TypeVar("Row", Speaker, Claim)


@dataclass(frozen=True)
class Registry(Generic[Row]):
    """Where the two differ: what history calls a row and keeps of it, and what is said of one that cannot be saved.

    The messages are lazy, so that each person reads them in their language.
    """

    subject: Change.Subject
    state_of: Callable[[Row], Record]
    stale: Any
    taken: Any
    # The column of the words by which people know a row, and those in which two rows that are the same agree.
    words: str
    same: tuple[str, ...]

    def write(
        self,
        *,
        actor: User,
        row: Row,
        revision: int,
        action: Change.Action,
        gesture: str | None,
        values: Mapping[str, Any] = MappingProxyType({}),
        into: Row | None = None,
    ) -> Row:
        """Set columns of a row, and what it stands for if ``into`` is given, as one gesture.

        Raises ``Conflict`` if the row changed since ``revision``, ``Invalid`` if another one is the same then.
        """
        asked = (action.value, self.subject.value, row.pk, revision, dict(values), into.pk if into else None)
        try:
            with recorded(project=row.project, actor=actor, gesture=gesture, asked=asked) as opened:
                target = {"merged_into": _locked_target(row, into)} if into else {}
                locked = type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)
                before = self.state_of(locked)
                if locked.revision != revision:
                    raise Conflict(str(self.stale), current=before)
                if any(getattr(locked, column) != values.get(column, getattr(locked, column)) for column in self.same):
                    self._refuse_probing(actor, locked)
                if action == Change.Action.UNMERGE and locked.merged_into_id is None:
                    raise Invalid(
                        _("It was not merged into another: there is nothing to take back."), code="not_merged"
                    )
                for column, value in {**values, **target}.items():
                    setattr(locked, column, value)
                self._save(locked)
                opened.record(action, self.subject, locked.key, before=before, after=self.state_of(locked))
        except Replayed:
            pass
        row.refresh_from_db()
        return row

    def _save(self, row: Row) -> None:
        row.revision += 1
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            raise Invalid(str(self.taken), field=self.words, code="taken") from error

    def _refuse_probing(self, actor: User, row: Row) -> None:
        """Refuse other words while the actor is blind to others' work: which ones are taken would tell what it says."""
        if Assignment.objects.beside_others(row.project_id, actor.pk).exists():
            message = _(
                "You annotate a story of which others make quotes too. Until it has gold, let somebody else change"
                " this: whether these words are taken would tell you what they wrote."
            )
            raise Invalid(message, field=self.words, code="blind")


def refuse_blind_making(*, project_id: int, actor: User, article: Article | None, field: str) -> None:
    """Refuse a row made by itself while the actor is blind to others' work: one that is here already would tell of it.

    In a quote of their own they make what they need. Raises ``Invalid``.
    """
    blinding = Assignment.objects.blinding(project_id, actor.pk)
    here = article is not None and blinding.filter(version__article=article).exists()
    if here or Assignment.objects.beside_others(project_id, actor.pk).exists():
        message = _(
            "You annotate a story of which others may make quotes too. Until it has gold, make this with a quote of"
            " your own: whether it is here already would tell you what they wrote."
        )
        raise Invalid(message, field=field, code="blind")


def resolved(row: Row) -> Row:
    """Return the row that this one finally stands for."""
    while row.merged_into is not None:
        row = row.merged_into
    return row


def _locked_target(row: Row, into: Row) -> Row:
    """Return what ``into`` finally stands for, to let ``row`` stand for it. Both stay locked until the gesture ends.

    A row that stands for nothing else, and cannot change while it is locked, closes no ring. Raises ``Invalid``,
    ``Conflict``.
    """
    rows = type(row)._default_manager
    target = resolved(rows.get(pk=into.pk))
    if target.pk == row.pk:
        raise Invalid(_("Nothing can be merged into itself."), field="into")
    if target.project_id != row.project_id:
        raise Invalid(_("Choose one of this project to merge into."), field="into")
    if isinstance(target, Speaker) and not target.named:
        raise Invalid(_("Choose a named speaker to merge into."), field="into")
    # Always in the same order, so that of two merges at once the second waits.
    pair = rows.select_for_update(no_key=True).filter(pk__in=[row.pk, target.pk]).order_by("pk")
    locked = {one.pk: one for one in pair}
    if locked[target.pk].merged_into_id is not None:
        raise Conflict(_("The one to merge into was merged itself this moment. Look at it again."))
    return locked[target.pk]
