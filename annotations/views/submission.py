"""What is still missing before an assignment is submitted, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from annotations.models import Assignment
from annotations.services.completeness import RESOLUTION, SPEAKER
from annotations.text.blocks import Kind
from annotations.views.story import Card, load_story
from annotations.views.story_parts import StoryBlock
from annotations.views.workbench import asked_now, label_sets_of, missing_of


@dataclass(frozen=True)
class Submission:
    """How many quotes there are, those that lack an answer, and the blocks of which nobody said what is in them.

    A story may be submitted as read up to the end of one of ``blocks``.
    """

    quotes: int
    lacking: list[LackingQuote]
    gaps: list[StoryBlock]
    blocks: list[StoryBlock]
    read_up_to: int | None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing in what was read."""
        return not self.lacking and not self.gaps


@dataclass(frozen=True)
class LackingQuote:
    """A quote that lacks something, and what, in words."""

    card: Card
    missing: list[str]


def submission_of(assignment: Assignment, read_up_to: int | None = None) -> Submission:
    """Return what a person should know before they submit a story that they read up to there, or to its end."""
    label_sets = {row.key: row.name for row in asked_now(label_sets_of(assignment.project_id))}
    names = {SPEAKER: _("who is quoted, or why nobody is named"), RESOLUTION: _("how the text names the speaker")}
    story = load_story(assignment)
    end = read_up_to or assignment.version.length
    found = [(card, missing_of(card, list(label_sets))) for card in story.quotes if card.start < end]
    return Submission(
        quotes=len(story.quotes),
        lacking=[LackingQuote(card, [(names | label_sets)[part] for part in parts]) for card, parts in found if parts],
        gaps=[block for block in story.blocks if block.is_gap and block.start < end],
        blocks=[block for block in story.blocks if block.kind != Kind.BOILERPLATE],
        read_up_to=read_up_to,
    )
