"""The open card of a quote: every part of it with the answers that it could have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from annotations.exports.records import Record
from annotations.forms.quotes import DERIVED, NO_PARENT, ResolutionForm
from annotations.keyboard import QUESTION_ACTIONS
from annotations.models import LabelSet, Quote, Span, Speaker, Stance
from annotations.services.quote_states import derived_type, nearest_parent
from annotations.views.story import Card, ClaimOfQuote, Story

SAID_LENGTH = 60
# A quote stands in one that is near; a story may have hundreds.
NEAR = 12
# Each role with the key that marks it.
_SPAN_ROLES = {
    Span.Role.CONTENT: "fragment",
    Span.Role.SOURCE: "source",
    Span.Role.CUE: "cue",
    Span.Role.ADDRESSEE: "addressee",
}


class Answer(NamedTuple):
    """One possible answer, and whether it is the present one."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class RoleSpans:
    """The words that a quote has in one role, and the key for more. The last of a content cannot be taken away."""

    role: str
    name: str
    action: str
    spans: list[Record]
    removable: bool


@dataclass(frozen=True)
class Question:
    """A label set with its answers for this quote, and its key if it is one of the first."""

    key: str
    name: str
    question: str
    answers: list[Answer]
    answered: bool
    action: str


@dataclass(frozen=True)
class LinkedClaim:
    """A claim of the quote, and the stances to choose from."""

    claim: ClaimOfQuote
    stances: list[Answer]


@dataclass(frozen=True)
class Editor:
    """What the open card offers."""

    content: RoleSpans
    others: list[RoleSpans]
    types: list[Answer]
    named: list[Answer]
    unnamed: list[Answer]
    questions: list[Question]
    claims: list[LinkedClaim]
    stances: list[Answer]
    parents: list[Answer]
    neighbours: list[Answer]
    kinds: list[Answer]


def editor_of(card: Card, story: Story, label_sets: Iterable[LabelSet]) -> Editor:
    """Return the open card of a quote."""
    resolution = f"{card.resolution}:{card.no_source}" if card.no_source else card.resolution
    resolutions = _answers(ResolutionForm.CHOICES, resolution)
    content, *others = [_role_spans(card, role, action) for role, action in _SPAN_ROLES.items()]
    near = _near(card, story)
    return Editor(
        content=content,
        others=others,
        types=_types(card, story.version.text),
        named=[answer for answer in resolutions if ":" not in answer.value],
        unnamed=[answer for answer in resolutions if ":" in answer.value],
        questions=[
            _question(card, label_set, action)
            for label_set, action in zip_longest(label_sets, QUESTION_ACTIONS)
            if label_set
        ],
        claims=[LinkedClaim(claim, _answers(Stance.choices, claim.stance)) for claim in card.claims],
        stances=_answers(Stance.choices, Stance.ASSERTS),
        parents=_parents(card, story, near),
        neighbours=_answers([(other.key, _named(other)) for other in near], None),
        kinds=_answers(Speaker.Kind.choices, Speaker.Kind.PERSON),
    )


def _answers(choices: Iterable[tuple[str, Any]], chosen: str | None) -> list[Answer]:
    # Labels are words, or words still to be translated.
    return [Answer(str(value), str(label), value == chosen) for value, label in choices]


def _role_spans(card: Card, role: Span.Role, action: str) -> RoleSpans:
    spans = card.spans[role.value]
    removable = role != Span.Role.CONTENT or len(spans) > 1
    return RoleSpans(role.value, str(role.label).capitalize(), action, spans, removable)


def _types(card: Card, text: str) -> list[Answer]:
    derived = derived_type(text, card.spans["content"])
    label = _("%(type)s (by the marks)") % {"type": Quote.Type(derived).label}
    others = [(value, label) for value, label in Quote.Type.choices if value != derived]
    chosen = card.type if card.type_overridden else DERIVED
    return _answers([(DERIVED, label), *others], chosen)


def _question(card: Card, label_set: LabelSet, action: str | None) -> Question:
    chosen = card.labels.get(label_set.key)
    labels = [(row.key, row.name) for row in label_set.labels.all() if row.is_active or row.key == chosen]
    answers = _answers(labels, chosen)
    return Question(label_set.key, label_set.name, label_set.question, answers, chosen is not None, action or "")


def _near(card: Card, story: Story) -> list[Card]:
    """Return the quotes that begin shortly before or after this one, and the one in which it stands."""
    place = card.number - 1
    near = [*story.quotes[max(0, place - NEAR) : place], *story.quotes[place + 1 : place + 1 + NEAR]]
    parent = story.by_key.get(card.parent or "")
    return near if parent is None or parent in near else [parent, *near]


def _parents(card: Card, story: Story, near: list[Card]) -> list[Answer]:
    """By position, none, or a quote that is near and does not itself stand in this one."""
    below = _below(card, story)
    others = [(other.key, _named(other)) for other in near if other.key not in below]
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
