"""Examples: real quotes that are pinned to clauses of the guidelines, for every member to read."""

from __future__ import annotations

from django.utils.translation import gettext as _

from annotations.exports.records import Record
from annotations.models import Assignment, Change, GuidelinesExample, Project, Quote, User
from annotations.services.changes import Gesture, Replayed, recorded
from annotations.services.errors import Invalid
from annotations.services.guidelines import require_clause
from annotations.text.canonical import TextRefused, canonicalise

# One line.
EXAMPLE_NOTE_LENGTH = 200


def can_be_shown(assignment: Assignment, actor: User) -> bool:
    """Whether the quotes of an assignment may be shown to every member: gold, or work that nobody else is blind to.

    Who is blind to the story themselves is never told whether anybody else is.
    """
    if assignment.status == Assignment.Status.GOLD:
        return True
    held = Assignment.objects.blinding_anybody(assignment.project_id)
    blind = set(held.filter(version__article=assignment.version.article_id).values_list("annotator", "annotator__user"))
    return all(annotator == assignment.annotator_id and user != actor.pk for annotator, user in blind)


def pin_example(
    *, actor: User, quote: Quote, clause: str, is_good: bool, note: str, gesture: str | None = None
) -> GuidelinesExample:
    """Show a quote beside a clause, with a line that says what it shows; one that was taken off comes back.

    Raises ``Invalid`` for a clause that is not in force, a note that cannot be, a quote that is deleted, pinned there
    already, or of a story that somebody still reads without seeing others' work.
    """
    note = _clean_note(note)
    project = quote.project
    asked = ("pin", quote.pk, clause, is_good, note)
    try:
        with recorded(project=project, actor=actor, gesture=gesture, asked=asked) as opened:
            # With the guidelines, so that the clause stays; of two who pin the same, one is told.
            Project.objects.select_for_update(no_key=True).get(pk=project.pk)
            require_clause(project, clause)
            locked = (
                Assignment.objects.select_for_update(of=("self",)).select_related("version").get(pk=quote.assignment_id)
            )
            _require_showable(Quote.objects.get(pk=quote.pk), locked, actor)
            found = GuidelinesExample.objects.filter(quote=quote, clause=clause).first()
            if found is not None and found.is_active:
                raise Invalid(_("This quote is an example of that clause already."), field="clause", code="taken")
            example = found or GuidelinesExample(project=project, quote=quote, clause=clause)
            before = state_of(example) if found else None
            example.is_good, example.note, example.is_active = is_good, note, True
            example.save()
            _record(opened, example, locked, before)
    except Replayed:
        example = GuidelinesExample.objects.get(quote=quote, clause=clause)
    return example


def unpin_example(*, actor: User, example: GuidelinesExample, gesture: str | None = None) -> None:
    """Take an example off its clause; doing it twice changes nothing."""
    try:
        with recorded(project=example.project, actor=actor, gesture=gesture, asked=("unpin", example.pk)) as opened:
            locked = GuidelinesExample.objects.select_for_update(of=("self",)).get(pk=example.pk)
            if locked.is_active:
                before = state_of(locked)
                locked.is_active = False
                locked.save(update_fields=["is_active"])
                _record(opened, locked, locked.quote.assignment, before)
    except Replayed:
        pass


def state_of(example: GuidelinesExample) -> Record:
    """Return an example as history keeps it."""
    return {
        "clause": example.clause,
        "quote": example.quote.key,
        "good": example.is_good,
        "note": example.note,
        "pinned": example.is_active,
    }


def _record(opened: Gesture, example: GuidelinesExample, assignment: Assignment, before: Record | None) -> None:
    # With its assignment, so that whoever may not see the quote does not read of it in history either.
    opened.record(
        Change.Action.CHANGE if before else Change.Action.CREATE,
        Change.Subject.EXAMPLE,
        str(example.pk),
        before=before,
        after=state_of(example),
        assignment=assignment,
    )


def _require_showable(quote: Quote, assignment: Assignment, actor: User) -> None:
    if quote.is_deleted:
        raise Invalid(_("This quote was deleted."), code="deleted")
    if not can_be_shown(assignment, actor):
        message = _(
            "Somebody still reads this story without seeing others’ work, and an example is shown to every member. Pin"
            " a quote of its gold, once there is one."
        )
        raise Invalid(message, code="blind")


def _clean_note(note: str) -> str:
    try:
        note = " ".join(canonicalise(note).split())
    except TextRefused as refused:
        raise Invalid(_("The note cannot be used: %(why)s") % {"why": refused.message}, field="note") from refused
    if not note or len(note) > EXAMPLE_NOTE_LENGTH:
        message = _("Say in 1 to %(most)s characters what it shows.") % {"most": EXAMPLE_NOTE_LENGTH}
        raise Invalid(message, field="note")
    return note
