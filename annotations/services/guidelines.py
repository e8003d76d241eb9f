"""The guidelines of a project: their versions, and the clauses of which they are made."""

from __future__ import annotations

import hashlib

from django.db.models import Q
from django.utils.translation import gettext as _

from annotations.clauses import CONCERNS, Clause, Fault, clauses_in, faults_in
from annotations.exports.records import Record
from annotations.models import Change, GuidelinesVersion, LabelSet, Membership, Project, User
from annotations.services.changes import Replayed, recorded
from annotations.services.errors import Conflict, Invalid
from annotations.text.canonical import TextRefused, canonicalise

# Markdown of the worst kind takes a server a fifth of a second at this length.
GUIDELINES_LENGTH = 40_000
# Each clause is a part of the page, and of what changed.
MOST_CLAUSES = 500


def in_force(project_id: int) -> GuidelinesVersion | None:
    """Return the newest version, which is in force; None if there never were guidelines."""
    return GuidelinesVersion.objects.filter(project=project_id).order_by("-number").first()


def number_in_force(project_id: int) -> int:
    """Return the number of the version in force; 0 if there never were guidelines."""
    numbers = GuidelinesVersion.objects.filter(project=project_id).order_by("-number")
    return numbers.values_list("number", flat=True).first() or 0


def clauses_of(project: Project) -> list[Clause]:
    """Return the clauses of the version in force."""
    return list(clauses_in(text_in_force(project)))


def require_clause(project: Project, key: str) -> Clause:
    """Return a clause of the version in force. Raises ``Invalid`` if it has none of this key."""
    found = next((clause for clause in clauses_of(project) if clause.key == key), None)
    if found is None:
        message = _("The guidelines have no clause “%(key)s”.") % {"key": key}
        raise Invalid(message, field="clause", code="unknown_clause")
    return found


def text_in_force(project: Project) -> str:
    """Return the guidelines as they stand; empty if there are none."""
    version = in_force(project.pk)
    return version.text if version else ""


def guidelines_seen(project: Project) -> str:
    """Return the mark of the guidelines as they stand: what a change of them says that it has seen."""
    return mark_of_text(text_in_force(project))


def mark_of(project: Project, number: int) -> str:
    """Return the mark of a version, for callers who know its number; 0 stands for none."""
    text = GuidelinesVersion.objects.filter(project=project, number=number).values_list("text", flat=True).first()
    return mark_of_text(text or "") if text is not None or number == 0 else ""


def mark_of_text(text: str) -> str:
    """Return the mark of guidelines with this text."""
    return hashlib.sha256(text.encode()).hexdigest()


def concerns_of(project: Project) -> list[str]:
    """Return what a clause of this project can say that it concerns."""
    return list(dict.fromkeys([*CONCERNS, *LabelSet.objects.filter(project=project).values_list("key", flat=True)]))


def change_guidelines(
    *,
    actor: User | None,
    project: Project,
    seen: str,
    guidelines: str,
    action: Change.Action = Change.Action.CHANGE,
    gesture: str | None = None,
) -> GuidelinesVersion | None:
    """Put a new version in force, and return it; the same text makes none.

    Raises ``Invalid`` for a text or an anchor that cannot be kept, ``Conflict`` if the guidelines changed since they
    were seen.
    """
    text = clean_guidelines(project, guidelines)
    try:
        with recorded(
            project=project, actor=actor, gesture=gesture, asked=("guidelines", project.pk, seen, text)
        ) as opened:
            # Whoever makes quotes meanwhile only needs the row to stay.
            Project.objects.select_for_update(no_key=True).get(pk=project.pk)
            current = in_force(project.pk)
            before = state_of(current)
            if mark_of_text(before["guidelines"]) != seen:
                message = _("The guidelines were changed since you saw them. Nothing was written.")
                raise Conflict(message, current=before)
            if before["guidelines"] == text:
                return current
            after = state_of(add_version(project=project, author=actor, text=text))
            opened.record(action, Change.Subject.PROJECT, project.slug, before=before, after=after)
    except Replayed:
        pass
    return in_force(project.pk)


def state_of(version: GuidelinesVersion | None) -> Record:
    """Return guidelines as history keeps them."""
    return {"guidelines": version.text, "version": version.number} if version else {"guidelines": "", "version": 0}


def add_version(*, project: Project, author: User | None, text: str) -> GuidelinesVersion:
    """Make the next version; its history is for the caller, who holds the row of the project."""
    number = number_in_force(project.pk) + 1
    return GuidelinesVersion.objects.create(project=project, number=number, text=text, author=author)


def clean_guidelines(project: Project, guidelines: str) -> str:
    """Return guidelines as they are kept. Raises ``Invalid``."""
    try:
        text = canonicalise(guidelines)
    except TextRefused as refused:
        message = _("The guidelines cannot be used: %(why)s") % {"why": refused.message}
        raise Invalid(message, field="guidelines") from refused
    if len(text) > GUIDELINES_LENGTH:
        message = _("Guidelines have at most %(most)s characters.") % {"most": f"{GUIDELINES_LENGTH:,}"}
        raise Invalid(message, field="guidelines")
    if len(clauses_in(text)) > MOST_CLAUSES:
        message = _("Guidelines have at most %(most)s headings, each of which is a clause.") % {"most": MOST_CLAUSES}
        raise Invalid(message, field="guidelines")
    allowed = concerns_of(project)
    fault = next(faults_in(text, allowed), None)
    if fault is not None:
        raise Invalid(_told(fault, allowed), field="guidelines", code=f"clause_{fault.code}")
    return text


def _told(fault: Fault, allowed: list[str]) -> str:
    told = {"line": fault.line, "given": fault.given, "allowed": ", ".join(allowed)}
    if fault.code == "twice":
        return _("Line %(line)s: the anchor “%(given)s” is there already. Give each clause its own.") % told
    if fault.code == "concern":
        return _("Line %(line)s: a clause cannot concern “%(given)s”. It can concern: %(allowed)s.") % told
    message = _(
        "Line %(line)s: “%(given)s” is no anchor. An anchor has up to 60 letters, digits and hyphens, and looks like"
        ' {#cue-head} or {#cue-head concerns="cue source"}.'
    )
    return message % told


def begin_under(*, project_id: int, user_id: int) -> None:
    """Remember under which version a member began to annotate. Whoever has begun already stays where they are."""
    rows = Membership.objects.filter(project=project_id, user=user_id, guidelines_seen=None)
    rows.update(guidelines_seen=number_in_force(project_id))


def look_at_version(*, membership: Membership, number: int) -> None:
    """Remember that a member knows what changed up to a version. It is their own mark, and has no history."""
    number = min(number, number_in_force(membership.project_id))
    rows = Membership.objects.filter(pk=membership.pk)
    rows.filter(Q(guidelines_seen=None) | Q(guidelines_seen__lt=number)).update(guidelines_seen=number)


def unread_change(membership: Membership) -> tuple[int, int] | None:
    """Return the version that a member last annotated under and the one in force, if that is newer."""
    if membership.guidelines_seen is None:
        return None
    number = number_in_force(membership.project_id)
    return (membership.guidelines_seen, number) if number > membership.guidelines_seen else None
