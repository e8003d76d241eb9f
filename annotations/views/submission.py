"""What is still missing before an assignment is submitted, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from annotations.models import Assignment
from annotations.services.completeness import RESOLUTION, SPEAKER
from annotations.views.story import Card, load_story
from annotations.views.workbench import label_sets_of, missing_of


@dataclass(frozen=True)
class Submission:
    """How many quotes there are, and those that lack an answer."""

    quotes: int
    lacking: list[LackingQuote]


@dataclass(frozen=True)
class LackingQuote:
    """A quote that lacks something, and what, in words."""

    card: Card
    missing: list[str]


def submission_of(assignment: Assignment) -> Submission:
    """Return what a person should know before they submit."""
    label_sets = {row.key: row.name for row in label_sets_of(assignment.project_id)}
    names = {SPEAKER: _("who is quoted, or why nobody is named"), RESOLUTION: _("how the text names the speaker")}
    quotes = load_story(assignment).quotes
    found = [(card, missing_of(card, list(label_sets))) for card in quotes]
    lacking = [LackingQuote(card, [(names | label_sets)[part] for part in parts]) for card, parts in found if parts]
    return Submission(len(quotes), lacking)
