"""The open card of a quote: every part of it with the answers that it could have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from annotations.exports.records import Record
from annotations.forms.quotes import DERIVED, NO_PARENT, ResolutionForm
from annotations.models import LabelSet, Quote, Span, Speaker, Stance
from annotations.services.quote_states import derived_type, nearest_parent
from annotations.views.story import Card, CastMember, ClaimOfQuote, Story

SAID_LENGTH = 60
_SPAN_ROLES = (Span.Role.CONTENT, Span.Role.SOURCE, Span.Role.CUE, Span.Role.ADDRESSEE)


class Answer(NamedTuple):
    """One possible answer, and whether it is the present one."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class RoleSpans:
    """The words that a quote has in one role. The last words of a content cannot be taken away."""

    role: str
    name: str
    spans: list[Record]
    removable: bool


@dataclass(frozen=True)
class Question:
    """A label set with its answers for this quote."""

    key: str
    name: str
    question: str
    answers: list[Answer]
    answered: bool


@dataclass(frozen=True)
class LinkedClaim:
    """A claim of the quote, and the stances to choose from."""

    claim: ClaimOfQuote
    stances: list[Answer]


@dataclass(frozen=True)
class Editor:
    """What the open card offers."""

    roles: list[RoleSpans]
    types: list[Answer]
    named: list[Answer]
    unnamed: list[Answer]
    questions: list[Question]
    claims: list[LinkedClaim]
    stances: list[Answer]
    parents: list[Answer]
    kinds: list[Answer]
    cast: list[CastMember]


def editor_of(card: Card, story: Story, label_sets: Iterable[LabelSet]) -> Editor:
    """Return the open card of a quote."""
    resolution = f"{card.resolution}:{card.no_source}" if card.no_source else card.resolution
    resolutions = _answers(ResolutionForm.CHOICES, resolution)
    return Editor(
        roles=[_role_spans(card, role) for role in _SPAN_ROLES],
        types=_types(card, story.version.text),
        named=[answer for answer in resolutions if ":" not in answer.value],
        unnamed=[answer for answer in resolutions if ":" in answer.value],
        questions=[_question(card, label_set) for label_set in label_sets],
        claims=[LinkedClaim(claim, _answers(Stance.choices, claim.stance)) for claim in card.claims],
        stances=_answers(Stance.choices, Stance.ASSERTS),
        parents=_parents(card, story),
        kinds=_answers(Speaker.Kind.choices, Speaker.Kind.PERSON),
        cast=story.cast,
    )


def _answers(choices: Iterable[tuple[str, Any]], chosen: str | None) -> list[Answer]:
    # Labels are words, or words still to be translated.
    return [Answer(str(value), str(label), value == chosen) for value, label in choices]


def _role_spans(card: Card, role: Span.Role) -> RoleSpans:
    spans = card.spans[role.value]
    removable = role != Span.Role.CONTENT or len(spans) > 1
    return RoleSpans(role.value, str(role.label).capitalize(), spans, removable)


def _types(card: Card, text: str) -> list[Answer]:
    derived = derived_type(text, card.spans["content"])
    label = _("%(type)s (by the marks)") % {"type": Quote.Type(derived).label}
    others = [(value, label) for value, label in Quote.Type.choices if value != derived]
    chosen = card.type if card.type_overridden else DERIVED
    return _answers([(DERIVED, label), *others], chosen)


def _question(card: Card, label_set: LabelSet) -> Question:
    chosen = card.labels.get(label_set.key)
    labels = [(row.key, row.name) for row in label_set.labels.all() if row.is_active or row.key == chosen]
    return Question(label_set.key, label_set.name, label_set.question, _answers(labels, chosen), chosen is not None)


def _parents(card: Card, story: Story) -> list[Answer]:
    """By position, none, or any quote that does not itself stand in this one."""
    below = _below(card, story)
    others = [(other.key, _named(other)) for other in story.quotes if other.key not in below]
    chosen = (card.parent or NO_PARENT) if card.parent_overridden else DERIVED
    derived = _("By position: %(parent)s") % {"parent": _derived_parent(card, story)}
    return _answers([(DERIVED, derived), (NO_PARENT, _("In no other quote")), *others], chosen)


def _below(card: Card, story: Story) -> set[str]:
    below = {card.key}
    while more := {other.key for other in story.quotes if other.parent in below} - below:
        below |= more
    return below


def _derived_parent(card: Card, story: Story) -> str:
    states = [{"id": other.key, **other.spans} for other in story.quotes]
    nearest = nearest_parent({"id": card.key, **card.spans}, states)
    return _named(story.by_key[nearest]) if nearest else _("none")


def _named(card: Card) -> str:
    name = card.speaker.label if card.speaker else _("nobody")
    said = card.said if len(card.said) <= SAID_LENGTH else card.said[: SAID_LENGTH - 1] + "…"
    return f"{name}: {said}"
