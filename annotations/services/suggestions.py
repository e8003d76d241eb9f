"""Suggestions: what a program says was said in a story, pushed in from outside with a score.

A suggester is an annotator, so that the code that measures people measures it too. What one version of a program makes
of one text is pushed whole and never changes. It is proposed to whoever annotates the text, and never gold by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from annotations.exports.dataset import quote_states
from annotations.exports.records import ROLES, Record, quote_order
from annotations.models import Annotator, ArticleVersion, Assignment, Change, Quote, QuoteAncestor, Speaker, User
from annotations.services.assignments import require_text
from annotations.services.carrying import Anchored, CarryOver, Earlier
from annotations.services.changes import Gesture, Replayed, fingerprint, recorded
from annotations.services.errors import Conflict, Invalid
from annotations.services.many_quotes import new_states
from annotations.services.quote_parts import QuoteParts
from annotations.services.quote_states import References, insert_states
from annotations.services.quotes import placed_among_themselves
from annotations.text.reanchoring import Kind, Place

# The name and the version of a program: together, as name@version, they are its pseudonym.
NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,48}"
MARK = "@"


@dataclass(frozen=True)
class Suggestion:
    """The parts of a quote that a program suggests, and how sure it is, from 0 to 1."""

    parts: QuoteParts
    score: float


def push_suggestions(
    *,
    actor: User,
    version: ArticleVersion,
    model: str,
    model_version: str,
    suggestions: Sequence[Suggestion],
    gesture: str | None = None,
) -> Assignment:
    """Keep all that one version of a program suggests for a text, or return what is kept of the same already.

    Raises ``Conflict`` if it suggested something else before, ``Invalid`` with the place of a suggestion that cannot be
    in its field, or if the story was removed, ``KeyReused``.
    """
    name = _name_of(model, model_version)
    asked = ("suggest", version.pk, name, [(dict(one.parts), one.score) for one in suggestions])
    pushed = Assignment.objects.filter(version=version, annotator__pseudonym=name)
    try:
        with recorded(project=version.project, actor=actor, gesture=gesture, asked=asked) as opened:
            kept = pushed.first()
            if kept is None:
                return _keep(opened, actor, version, _suggester(version.project_id, name), suggestions)
    except Replayed:
        pass
    except IntegrityError:
        # Pushed twice at once: the other push won.
        if not pushed.exists():
            raise
    return _the_same(pushed.get(), asked)


def _name_of(model: str, model_version: str) -> str:
    for field, value in (("model", model), ("model_version", model_version)):
        if not re.fullmatch(NAME, value):
            message = _("“%(value)s”: write letters, digits, dots, dashes and underscores, at most 49.")
            raise Invalid(message % {"value": value}, field=field)
    return f"{model}{MARK}{model_version}"


def model_of(suggester: str) -> tuple[str, str]:
    """Return the name and the version of the program that has this pseudonym."""
    model, _mark, model_version = suggester.partition(MARK)
    return model, model_version


def _suggester(project_id: int, name: str) -> Annotator:
    kind = Annotator.Kind.SUGGESTER
    found, _is_new = Annotator.objects.get_or_create(project_id=project_id, pseudonym=name, defaults={"kind": kind})
    if found.kind != kind:
        message = _("An annotator who came with a file is called “%(name)s”. Give the model another name.")
        raise Invalid(message % {"name": name}, field="model")
    return found


def _keep(
    opened: Gesture, actor: User, version: ArticleVersion, annotator: Annotator, suggestions: Sequence[Suggestion]
) -> Assignment:
    made = Assignment.objects.create(
        project=version.project, version=version, annotator=annotator, status=Assignment.Status.SUBMITTED
    )
    require_text(version)
    states = new_states(opened, made, actor, [one.parts for one in suggestions], field="suggestions")
    scores = {state["id"]: one.score for state, one in zip(states, suggestions, strict=True)}
    if states:
        states = placed_among_themselves(states, version.text)
        insert_states(made, states, References(made), scores=scores)
    after = {"status": made.status, "revision": made.revision, "quotes": states, "scores": scores}
    opened.record(Change.Action.IMPORT, Change.Subject.ASSIGNMENT, str(made.pk), after=after, assignment=made)
    return made


def _the_same(kept: Assignment, asked: tuple[object, ...]) -> Assignment:
    of_it = Change.objects.filter(assignment=kept, action=Change.Action.IMPORT)
    if not of_it.filter(fingerprint=fingerprint(*asked)).exists():
        message = _(
            "This version of the model suggested something else for this text before. What it suggests never changes:"
            " give the model another version."
        )
        raise Conflict(message, code="changed")
    return kept


def suggested_work() -> QuerySet[Assignment]:
    """All that programs made."""
    return Assignment.objects.filter(annotator__kind=Annotator.Kind.SUGGESTER)


def suggestions_of(assignment: Assignment) -> CarryOver:
    """Return what is suggested to the annotator of an assignment, in story order.

    Of each model only what its last version says, of several suggestions with the same content the surest, and none
    whose content the annotator has marked by themselves.
    """
    work = _work(assignment)
    if not work:
        return CarryOver([], frozenset())
    rows = {quote.pk: quote for quote in Quote.objects.live().filter(assignment__in=work)}
    states = quote_states(Quote.objects.filter(pk__in=rows))
    copies = _copies(assignment, rows)
    speakers = _labels(assignment, states.values())
    found = []
    for pk, state in states.items():
        name, label = work[rows[pk].assignment_id], speakers.get(state["speaker"], "")
        spans = [_anchored(role, span) for role in ROLES for span in state[role]]
        one = Earlier(rows[pk], assignment.version.number, state, spans, copies.get(pk, []), name, label)
        found.append(one)
    left_out = frozenset(assignment.left_out)
    shown = list(_one_each(found, left_out, _marked(assignment)))
    return CarryOver(sorted(shown, key=lambda one: quote_order(one.state)), left_out)


def _work(assignment: Assignment) -> dict[int, str]:
    """Return the names of the suggesters by what they made of a text: of each model the last version."""
    if assignment.annotator_id is None:
        return {}
    rows = suggested_work().filter(version=assignment.version_id)
    last = {model_of(name)[0]: (pk, name) for pk, name in rows.order_by("pk").values_list("pk", "annotator__pseudonym")}
    return dict(last.values())


def _anchored(role: str, span: Record) -> Anchored:
    return Anchored(role, span, Place(Kind.STANDS, span["start"], span["end"], 1.0), ("", ""), span["exact"])


def _copies(assignment: Assignment, rows: Mapping[int, Quote]) -> dict[int, list[str]]:
    lines = QuoteAncestor.objects.filter(
        ancestor__in=rows, quote__assignment=assignment, quote__is_deleted=False
    ).order_by("pk")
    copies: dict[int, list[str]] = {}
    for ancestor, key in lines.values_list("ancestor_id", "quote__key"):
        copies.setdefault(ancestor, []).append(key)
    return copies


def _labels(assignment: Assignment, states: Iterable[Record]) -> dict[str, str]:
    keys = {state["speaker"] for state in states} - {None}
    return dict(Speaker.objects.filter(project=assignment.project_id, key__in=keys).values_list("key", "label"))


def _content(state: Record) -> tuple[tuple[int, int], ...]:
    return tuple((span["start"], span["end"]) for span in state["content"])


def _marked(assignment: Assignment) -> set[tuple[tuple[int, int], ...]]:
    own = quote_states(Quote.objects.live().filter(assignment=assignment))
    return {_content(state) for state in own.values()}


def _one_each(
    found: Iterable[Earlier], left_out: frozenset[str], marked: set[tuple[tuple[int, int], ...]]
) -> Iterable[Earlier]:
    alike: dict[tuple[tuple[int, int], ...], list[Earlier]] = {}
    for one in found:
        alike.setdefault(_content(one.state), []).append(one)
    for content, those in alike.items():
        # What the annotator has said of one of them is said of the content.
        best = max(those, key=lambda one: (bool(one.copies), one.key in left_out, one.score))
        if best.copies or content not in marked:
            yield best
