"""Adjudications: making one set of quotes from several people's work on a version, leaving it and taking it up again.

The set is a draft until it is gold, so all that can be done with quotes can be done with it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from annotations.models import (
    Adjudication,
    AdjudicationSource,
    ArticleVersion,
    Assignment,
    Change,
    User,
)
from annotations.services.adjudication_bench import at_bench, lock
from annotations.services.adjudication_sources import (
    FEWEST,
    FINISHED,
    MOST,
    Compared,
    compared,
    finished_of,
    is_annotator_of,
    obstacles_to,
    standing_for_each,
)
from annotations.services.assignments import record_status, require_text, settle_draft, state_of
from annotations.services.changes import Replayed, recorded
from annotations.services.completeness import missing_answers
from annotations.services.copies import start_draft
from annotations.services.decisions import merge_agreed, open_items, take_back
from annotations.services.errors import Conflict, Incomplete, Invalid, NotAllowed
from annotations.services.members import require_manager
from annotations.text.spans import Span, joined


def start_adjudication(
    *, actor: User, version: ArticleVersion, chosen: Sequence[int] = (), gesture: str | None = None
) -> Adjudication:
    """Begin to make the gold of a version, and merge what everybody agrees on.

    ``chosen`` are the primary keys of the assignments that are compared: all finished ones, unless given. Raises
    ``Invalid`` with what keeps the version from it, ``Conflict`` if somebody adjudicates it, ``NotAllowed`` to who
    annotates it.
    """
    asked = ("adjudicate", version.pk, sorted(chosen))
    try:
        with recorded(project=version.project, actor=actor, gesture=gesture, asked=asked) as opened:
            # Two who begin at once come one by one.
            ArticleVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
            _require_stranger(actor, version)
            _require_new(version)
            owns = _chosen(version, chosen)
            standing = standing_for_each(owns)
            draft = start_draft(opened, version, actor, like=_like([standing[own.pk] for own in owns], version))
            made = Adjudication.objects.create(project=version.project, version=version, result=draft)
            AdjudicationSource.objects.bulk_create(
                AdjudicationSource(adjudication=made, assignment=one, position=position, revision=one.revision)
                for position, one in enumerate(standing[own.pk] for own in owns)
            )
            merge_agreed(opened, compared(made), draft)
    except Replayed:
        return Adjudication.objects.get(version=version)
    return made


def _require_stranger(actor: User, version: ArticleVersion) -> None:
    if is_annotator_of(version, actor):
        raise NotAllowed(_("You annotate this story yourself, so somebody else adjudicates it."))


def _require_new(version: ArticleVersion) -> None:
    begun = Adjudication.objects.filter(version=version).select_related("result__editor").first()
    if begun is not None:
        told = {"who": begun.result.editor}
        raise Conflict(_("%(who)s adjudicates this story already. Nothing was written.") % told)
    if obstacles := obstacles_to(version):
        raise Invalid(" ".join(obstacles), code="not_ready")


def _chosen(version: ArticleVersion, chosen: Sequence[int]) -> list[Assignment]:
    finished = finished_of(version)
    if unknown := set(chosen) - {one.pk for one in finished}:
        message = _("There is no finished work %(number)s of this version.") % {"number": min(unknown)}
        raise Invalid(message, field="sources")
    found = [one for one in finished if not chosen or one.pk in chosen]
    if not FEWEST <= len(found) <= MOST:
        told = {"least": FEWEST, "most": MOST}
        raise Invalid(_("Choose the work of %(least)s to %(most)s people.") % told, field="sources")
    return found


def _like(sources: Iterable[Assignment], version: ArticleVersion) -> Assignment:
    """Return what a draft is begun like: as far as anybody read, with all that anybody looked at."""
    sources = list(sources)
    stretches = joined(version.text, (Span(*stretch) for one in sources for stretch in one.looked_at))
    ends = [one.read_up_to for one in sources]
    return Assignment(
        looked_at=[[span.start, span.end] for span in stretches],
        read_up_to=None if None in ends else max(end for end in ends if end),
    )


def compare_anew(*, actor: User, adjudication: Adjudication, gesture: str | None = None) -> Adjudication:
    """Compare the work as it stands now. Decisions on quotes that are what they were stay; the others are open again.

    Raises ``Conflict`` while somebody is at work again.
    """
    try:
        with at_bench(adjudication=adjudication, actor=actor, gesture=gesture, asked=("compare anew",)) as bench:
            owns = [one.own for one in bench.compared.contenders]
            if names := ", ".join(one.name for one in bench.compared.contenders if one.own.status not in FINISHED):
                told = {"names": names}
                raise Conflict(_("%(names)s must submit the story again before it can be compared anew.") % told)
            standing = standing_for_each(owns)
            for one in bench.compared.contenders:
                now = standing[one.own.pk]
                row = adjudication.sources.filter(position=one.position)
                row.update(assignment=now, revision=now.revision)
            anew = compared(adjudication)
            take_back(bench.opened, bench.draft, adjudication, keep={item.key for item in anew.items})
            merge_agreed(bench.opened, anew, bench.draft)
            if bench.opened.changes:
                bench.count_up()
    except Replayed:
        adjudication.refresh_from_db()
    return adjudication


def finish_adjudication(
    *, actor: User, adjudication: Adjudication, revision: int, confirmed: bool = True, gesture: str | None = None
) -> Adjudication:
    """Make the draft gold. ``revision`` is the draft's; ``confirmed`` says that what is missing is meant to be.

    Raises ``Incomplete`` if something is not decided, or missing and not confirmed, ``Conflict``.
    """
    asked = ("finish", revision)
    try:
        with at_bench(adjudication=adjudication, actor=actor, gesture=gesture, asked=asked) as bench:
            draft = bench.draft
            if draft.revision != revision:
                raise Conflict(_("This was changed since you saw it. Look at it again first."))
            if draft.version.assignments.filter(status=Assignment.Status.GOLD).exists():
                raise Conflict(_("This version has its gold already."))
            if not was_gold(draft):
                bench.require_unmoved()
                _require_decisions(bench.compared)
            missing = [] if confirmed else list(missing_answers(draft, draft.read_up_to))
            if missing:
                message = _("Something is missing. Answer it, or send confirmed: true to make it gold as it is.")
                raise Incomplete(message, missing=missing)
            settle_draft(bench.opened, draft, Assignment.Status.GOLD)
    except Replayed:
        adjudication.result.refresh_from_db()
    return adjudication


def was_gold(draft: Assignment) -> bool:
    """Whether a draft has been gold before: then whatever is compared was decided once."""
    return Change.objects.filter(assignment=draft, action=Change.Action.SETTLE).exists()


def _require_decisions(found: Compared) -> None:
    if undecided := open_items(found):
        missing = [(f"items.{item.key}", _("Nobody has decided this.")) for item in undecided]
        raise Incomplete(_("Not everything is decided yet."), missing=missing)


def take_up(*, actor: User, adjudication: Adjudication, revision: int, gesture: str | None = None) -> Adjudication:
    """Go on with an adjudication: take its gold back to mend it, or take a draft over from whoever makes it.

    Gold is taken back by its editor or a manager. Raises ``NotAllowed``, also to who annotates the story, ``Conflict``.
    """
    asked = ("take up", adjudication.pk, revision)
    try:
        with recorded(project=adjudication.project, actor=actor, gesture=gesture, asked=asked) as opened:
            draft = lock(adjudication)
            require_text(draft.version)
            _require_stranger(actor, draft.version)
            if draft.status == Assignment.Status.GOLD and draft.editor_id != actor.pk:
                require_manager(actor=actor, project=adjudication.project)
            if draft.revision != revision:
                raise Conflict(_("This was changed since you saw it. Look at it again first."))
            before = state_of(draft)
            draft.status, draft.editor = Assignment.Status.DRAFT, actor
            draft.revision += 1
            draft.save(update_fields=["status", "editor", "revision", "updated_at"])
            record_status(opened, draft, Change.Action.REOPEN, before=before)
    except Replayed:
        pass
    adjudication.result.refresh_from_db()
    return adjudication
