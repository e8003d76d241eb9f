"""The state of a quote: from what a person asked for to rows, and back.

A state is a record of the native format with the few keys that only history needs (``exports.records``). Every write
of a quote, undo and redo included, is "make the rows equal this state".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.exports.dataset import quote_states
from annotations.exports.records import ROLES, Record, span_record
from annotations.models import (
    Assignment,
    Change,
    Claim,
    ClaimLink,
    GuidelinesVersion,
    Label,
    Quote,
    QuoteLabel,
    Span,
    Speaker,
)
from annotations.services import bulk
from annotations.services.errors import Invalid
from annotations.text.canonical import is_blank
from annotations.text.quotation import Region, regions
from annotations.text.quote_type import derive_type
from annotations.text.spans import Span as TextSpan
from annotations.text.spans import covers

# What a message calls the words of a span.
NAMES = {**{role.value: role.label for role in Span.Role}, "stretch": gettext_lazy("stretch")}
UNKNOWN = {
    "speaker": gettext_lazy("There is no speaker “%(key)s” here."),
    "claim": gettext_lazy("There is no claim “%(key)s” here."),
    "parent": gettext_lazy("There is no parent “%(key)s” here."),
}


@lru_cache(maxsize=32)
def text_regions(text: str) -> tuple[Region, ...]:
    """Return the quotation-mark regions of a text; kept for the stories that are being worked on."""
    return tuple(regions(text))


def state_of(quote: Quote) -> Record:
    """Return the state of one quote as it is stored."""
    return quote_states(Quote.objects.filter(pk=quote.pk))[quote.pk]


def seen_state(quote: Quote, revision: int) -> Record:
    """Return the state of a quote at the revision that the person saw, or as it stands if there never was such a one.

    A gesture that adds to a quote or takes from it starts from there, so that its retry asks for the same again.
    """
    current = state_of(quote)
    if current["revision"] == revision:
        return current
    following = Change.objects.filter(
        assignment_id=quote.assignment_id,
        subject_kind=Change.Subject.QUOTE,
        subject_key=quote.key,
        before__revision=revision,
    ).first()
    return following.before if following and following.before else current


def blank_state(key: str) -> Record:
    """Return the state of a quote that has nothing yet."""
    return {
        "id": key,
        "type": Quote.Type.INDIRECT.value,
        "type_overridden": False,
        **{role: [] for role in ROLES},
        "speaker": None,
        "resolution": None,
        "no_source": None,
        "parent": None,
        "labels": {},
        "claims": [],
        "parent_overridden": False,
        "deleted": False,
        "revision": 1,
    }


def clean_spans(text: str, role: str, spans: Iterable[Mapping[str, Any]]) -> list[Record]:
    """Return the spans of one role with their exact words, in story order.

    Raises ``Invalid`` naming the role, the offsets and, where ``exact`` is given and wrong, the true words.
    """
    cleaned = {}
    for span in spans:
        start, end = _offsets(text, role, span)
        exact = text[start:end]
        told = {"role": NAMES[role], "start": start, "end": end}
        if span.get("exact") not in (None, exact):
            message = _("The words given for %(role)s %(start)s..%(end)s are not the words of the story there.") % told
            raise Invalid(message, field=role, code="wrong_words", given=span["exact"], true=exact)
        if is_blank(exact):
            message = _("The %(role)s %(start)s..%(end)s holds only white space. Mark some words.") % told
            raise Invalid(message, field=role, code="blank")
        cleaned[start, end] = span_record(start, end, exact)
    return [cleaned[offsets] for offsets in sorted(cleaned)]


def _offsets(text: str, role: str, span: Mapping[str, Any]) -> tuple[int, int]:
    start, end = span.get("start"), span.get("end")
    if type(start) is not int or type(end) is not int:
        message = _("The start and end of a %(role)s are whole numbers.") % {"role": NAMES[role]}
        raise Invalid(message, field=role, code="offsets")
    if not 0 <= start < end <= len(text):
        message = _(
            "The %(role)s %(start)s..%(end)s is outside the story: offsets run from 0 to %(length)s, and the start is"
            " before the end."
        ) % {"role": NAMES[role], "start": start, "end": end, "length": len(text)}
        raise Invalid(message, field=role, code="offsets")
    return start, end


def derived_type(text: str, content: Iterable[Record], outer: Iterable[Record] = ()) -> str:
    """Return the type that the quotation marks give to this content; ``outer`` is the content of its parent."""
    return derive_type(text, _ranges(content), text_regions(text), outer=_ranges(outer))


def false_types(text: str, quotes: Sequence[Record]) -> Iterator[tuple[int, str]]:
    """Yield the place of each of a story's quotes whose type is said to be derived and is not, and the one it has."""
    contents = {quote["id"]: _ranges(quote["content"]) for quote in quotes}
    # A dataset has many stories, and each of them is looked at once.
    around = None if all(quote["type_overridden"] for quote in quotes) else regions(text)
    for place, quote in enumerate(quotes):
        if not quote["type_overridden"]:
            outer = contents.get(quote["parent"], ())
            derived = derive_type(text, contents[quote["id"]], around, outer=outer)
            if derived != quote["type"]:
                yield place, derived


def _ranges(spans: Iterable[Record]) -> list[tuple[int, int]]:
    return [(span["start"], span["end"]) for span in spans]


def contains(outer: Record, inner: Record) -> bool:
    """Whether all of ``inner``'s content stands inside the content of ``outer``, which is larger."""
    return covers(_content(outer), _content(inner)) and _size(outer) > _size(inner)


def nearest_parent(state: Record, others: Iterable[Record]) -> str | None:
    """Return the id of the smallest quote whose content contains this quote's, or None."""
    outer = [other for other in others if other["id"] != state["id"] and contains(other, state)]
    return min(outer, key=lambda other: (_size(other), other["id"]))["id"] if outer else None


def _content(state: Record) -> list[TextSpan]:
    return [TextSpan(span["start"], span["end"]) for span in state["content"]]


def _size(state: Record) -> int:
    return sum(span["end"] - span["start"] for span in state["content"])


@dataclass
class References:
    """Primary keys for the ids that states of one assignment name, looked up once per gesture."""

    assignment: Assignment
    speakers: dict[str, int] = field(default_factory=dict)
    claims: dict[str, int] = field(default_factory=dict)
    labels: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    quotes: dict[str, int] = field(default_factory=dict)

    def load(self, states: Iterable[Record]) -> None:
        """Look up every id in ``states``. Raises ``Invalid`` for one that does not exist in the project."""
        states = list(states)
        project = self.assignment.project_id
        speakers = {state["speaker"] for state in states} - {None} - self.speakers.keys()
        claims = {link["claim"] for state in states for link in state["claims"]} - self.claims.keys()
        labels = {answer for state in states for answer in state["labels"].items()} - self.labels.keys()
        parents = {state["parent"] for state in states} - {None} - self.quotes.keys()
        if speakers:
            self.speakers |= _keys(Speaker.objects.filter(project=project, key__in=speakers), speakers, "speaker")
        if claims:
            self.claims |= _keys(Claim.objects.filter(project=project, key__in=claims), claims, "claim")
        if labels:
            self._load_labels(project, labels)
        if parents:
            rows = Quote.objects.filter(assignment=self.assignment, key__in=parents)
            self.quotes |= _keys(rows, parents, "parent")

    def _load_labels(self, project: int, wanted: set[tuple[str, str]]) -> None:
        for pk, set_pk, set_key, key in Label.objects.filter(
            label_set__project=project, label_set__key__in={set_key for set_key, _key in wanted}
        ).values_list("pk", "label_set_id", "label_set__key", "key"):
            self.labels[set_key, key] = (set_pk, pk)
        for set_key, key in wanted - self.labels.keys():
            message = _("This project has no label “%(label)s” in “%(set)s”.") % {"label": key, "set": set_key}
            raise Invalid(message, field=f"labels.{set_key}", code="unknown_label")


def _keys(rows: Any, wanted: set[str], noun: str) -> dict[str, int]:
    found = dict(rows.values_list("key", "pk"))
    for key in sorted(wanted - found.keys()):
        raise Invalid(UNKNOWN[noun] % {"key": key}, field=noun, code=f"unknown_{noun}")
    return found


def row_values(state: Record, references: References) -> dict[str, Any]:
    """Return the column values of the quote row of a state, save its resolution."""
    return {
        "speaker_id": references.speakers[state["speaker"]] if state["speaker"] else None,
        "type": state["type"],
        "type_overridden": state["type_overridden"],
        "parent_id": references.quotes[state["parent"]] if state["parent"] else None,
        "parent_overridden": state["parent_overridden"],
        "note": state.get("note", ""),
        "is_deleted": state["deleted"],
    }


def resolution_values(state: Record) -> dict[str, str]:
    """Return the column values that the database checks against the source spans: set after them."""
    return {"resolution": state["resolution"] or "", "no_source": state["no_source"] or ""}


def part_rows(pk: int, state: Record, references: References) -> tuple[list[Span], list[QuoteLabel], list[ClaimLink]]:
    """Return the unsaved rows of all parts of a quote."""
    spans = [Span(quote_id=pk, role=role, **span) for role in ROLES for span in state[role]]
    labels = [
        QuoteLabel(quote_id=pk, label_set_id=set_pk, label_id=label_pk)
        for set_pk, label_pk in (references.labels[answer] for answer in state["labels"].items())
    ]
    links = [
        ClaimLink(quote_id=pk, claim_id=references.claims[link["claim"]], stance=link["stance"])
        for link in state["claims"]
    ]
    return spans, labels, links


def insert_state(
    assignment: Assignment, state: Record, references: References, *, copied: Quote | None = None
) -> Quote:
    """Insert a quote with all its parts, made under the guidelines in force, or those of the quote that is copied."""
    (quote,) = insert_states(assignment, [state], references, {state["id"]: copied} if copied else {})
    return quote


def insert_states(
    assignment: Assignment,
    states: Sequence[Record],
    references: References,
    copied: Mapping[str, Quote] = MappingProxyType({}),
    scores: Mapping[str, float] = MappingProxyType({}),
) -> list[Quote]:
    """Insert quotes with all their parts in few statements, each state after that of the quote in which it stands.

    They are made under the guidelines in force, or those of the quotes that are ``copied``, by the ids of the states,
    and have their ``scores``, where a program suggests them.
    """
    pks = dict(zip((state["id"] for state in states), bulk.allocate(Quote, len(states)), strict=True))
    references.quotes |= pks
    references.load(states)
    newest = GuidelinesVersion.objects.filter(project=assignment.project_id).order_by("-number")
    in_force = None if pks.keys() <= copied.keys() else newest.values_list("pk", flat=True).first()
    quotes = []
    for key, state in zip(pks, states, strict=True):
        made_of = copied.get(key)
        under = (made_of.guidelines_id, made_of.guidelines_named) if made_of else (in_force, "")
        values = {**row_values(state, references), "guidelines_id": under[0], "guidelines_named": under[1]}
        owners = {"project_id": assignment.project_id, "assignment": assignment}
        quotes.append(Quote(pk=pks[key], key=key, score=scores.get(key), **owners, **values))
    bulk.insert_new(quotes)
    parts = [part_rows(pks[state["id"]], state, references) for state in states]
    for rows in zip(*parts, strict=True):
        bulk.insert_new(list(chain.from_iterable(rows)))
    _set_resolutions(pks, states)
    return quotes


def rewrite_state(pk: int, before: Record, after: Record, references: References) -> None:
    """Make the rows of a quote, which stand at ``before``, equal ``after``."""
    # The resolution goes first and comes last: the database holds it against the source spans at every step.
    Quote.objects.filter(pk=pk).update(
        **row_values(after, references), resolution="", no_source="", revision=after["revision"]
    )
    changed = [role for role in ROLES if before[role] != after[role]]
    if changed:
        Span.objects.filter(quote_id=pk, role__in=changed).delete()
    if before["labels"] != after["labels"]:
        QuoteLabel.objects.filter(quote_id=pk).delete()
    if before["claims"] != after["claims"]:
        ClaimLink.objects.filter(quote_id=pk).delete()
    spans, labels, links = part_rows(pk, after, references)
    Span.objects.bulk_create([span for span in spans if span.role in changed])
    QuoteLabel.objects.bulk_create(labels if before["labels"] != after["labels"] else [])
    ClaimLink.objects.bulk_create(links if before["claims"] != after["claims"] else [])
    _set_resolutions({after["id"]: pk}, [after])


def _set_resolutions(pks: Mapping[str, int], states: Iterable[Record]) -> None:
    alike = defaultdict(list)
    for state in states:
        alike[state["resolution"], state["no_source"]].append((pks[state["id"]], state))
    for found in alike.values():
        if found[0][1]["resolution"]:
            Quote.objects.filter(pk__in=[pk for pk, _ in found]).update(**resolution_values(found[0][1]))
