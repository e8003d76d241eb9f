"""A quote in words, and what somebody wanted of it beside what stands now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from annotations.exports.dataset import claim_records, speaker_records
from annotations.exports.records import ROLES, Record
from annotations.models import Label, LabelSet, Quote, Span, Stance
from annotations.services.quote_states import state_of

# What a gesture wanted, in words, by the name of the part.
Comparison = dict[str, str]


@dataclass(frozen=True)
class ComparedPart:
    """One part of a quote: as it stands, and as it was wanted."""

    name: str
    theirs: str
    yours: str


def compare(quote: Quote, asked: Comparison) -> list[ComparedPart]:
    """Return the parts that were wanted otherwise; the gesture would leave all others as they are."""
    now = _in_words(quote, state_of(quote))
    return [ComparedPart(name, now.get(name, "–"), yours) for name, yours in asked.items()]


def _in_words(quote: Quote, state: Record) -> Comparison:
    words: Comparison = {role_name(role): spans_in_words(state[role]) for role in ROLES if state[role]}
    speakers = speaker_records(quote.project_id, [state["speaker"]])
    words[_("Speaker")] = speakers[state["speaker"]]["label"] if state["speaker"] else "–"
    words[_("Type")] = str(Quote.Type(state["type"]).label)
    words[_("Resolution")] = resolution_in_words(state["resolution"], state["no_source"])
    names = label_names(quote.project_id)
    words |= {names[set_key, ""]: names.get((set_key, key), key) for set_key, key in state["labels"].items()}
    claims = claim_records(quote.project_id, [link["claim"] for link in state["claims"]])
    words |= {claim_title(claims[link["claim"]]["text"]): str(Stance(link["stance"]).label) for link in state["claims"]}
    if "note" in state:
        words[_("Note")] = state["note"]
    if state["deleted"]:
        words[_("Quote")] = _("deleted")
    return words


def role_name(role: str) -> str:
    """Return the name of a role as pages say it."""
    return str(Span.Role(role).label).capitalize()


def claim_title(text: str) -> str:
    """Return how a claim is named as a part of a quote."""
    return _("Claim “%(text)s”") % {"text": text}


def spans_in_words(spans: list[dict[str, Any]]) -> str:
    """Return the words of several spans."""
    return " … ".join(span["exact"] for span in spans) or "–"


def resolution_in_words(resolution: str | None, no_source: str | None) -> str:
    """Return a resolution with its reason."""
    if not resolution:
        return "–"
    name = str(Quote.Resolution(resolution).label)
    return f"{name} ({Quote.NoSource(no_source).label})" if no_source else name


def label_names(project_id: int) -> dict[tuple[str, str], str]:
    """Map (label set, label) to the label's name, and (label set, "") to that of the set."""
    names = {(row.key, ""): row.name for row in LabelSet.objects.filter(project_id=project_id)}
    labels = Label.objects.filter(label_set__project_id=project_id).values_list("label_set__key", "key", "name")
    return names | {(set_key, key): name for set_key, key, name in labels}
