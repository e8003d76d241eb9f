"""One story made ready for the metrics: whose quotes are matched with whose, worked out once and when first asked."""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from annotations.agreement.clusters import Cluster, clusters
from annotations.agreement.matching import HALF, Match, comparable, match
from annotations.agreement.stories import Assignment, Story
from annotations.agreement.word_spans import in_words


@dataclass(frozen=True, slots=True)
class Pair:
    """Two annotators of one story, in the order of their names, and the quotes that both have."""

    one: Assignment
    other: Assignment
    matches: tuple[Match, ...]


@dataclass(frozen=True)
class Alignment:
    """A story, its annotators in pairs, and its quotes in clusters; matched means an overlap of at least a half."""

    story: Story

    @cached_property
    def in_words(self) -> Story:
        """Return the story with words as its unit."""
        return in_words(self.story)

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Return each two annotators with their matched quotes."""
        return tuple(
            Pair(one, other, match(*comparable(one, other), HALF))
            for one, other in combinations(self.story.assignments, 2)
        )

    @cached_property
    def clusters(self) -> tuple[Cluster, ...]:
        """Return the quotes of all annotators in clusters of matched ones."""
        return clusters(self.story.assignments, HALF)


def around(story: Story, center: str) -> tuple[Alignment, ...]:
    """Return one annotator with each other one in turn, each two as a story of their own; nothing without that one."""
    found = [one for one in story.assignments if one.annotator == center]
    others = [one for one in story.assignments if one.annotator != center]
    return tuple(Alignment(replace(story, assignments=(*found, other))) for other in others if found)


def each_two(story: Story) -> tuple[Alignment, ...]:
    """Return each two annotators as a story of their own."""
    return tuple(Alignment(replace(story, assignments=two)) for two in combinations(story.assignments, 2))
